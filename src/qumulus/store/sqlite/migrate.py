"""Bring a SQLite file to this version's schema."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from qumulus.domain.errors import UnavailableError
from qumulus.store.migrations import migrations, newest
from qumulus.store.sqlite.connection import connect
from qumulus.store.statements import Dialect, statement, texts

_DIALECT: Final = Dialect.SQLITE


def schema_number(connection: sqlite3.Connection) -> int:
    """Give the number of the last migration applied, 0 if there is no schema."""
    known = texts(_DIALECT)
    if not connection.execute(known["has_migrations"]).fetchall():
        return 0
    applied = connection.execute(known["read_migrations"]).fetchall()
    return max((number for (number,) in applied), default=0)


def migrate(file: Path, *, epoch: str) -> int:
    """Apply what is missing, after a backup if there are data; gives how many were applied.

    Raises:
        UnavailableError: the schema is of a later version.
    """
    with closing(connect(file)) as connection:
        present = schema_number(connection)
        if present > newest(_DIALECT):
            raise UnavailableError(f"The database {file} is of a later version of Qumulus: upgrade Qumulus.")
        missing = [migration for migration in migrations(_DIALECT) if migration.number > present]
        if missing and present:
            _back_up(connection, file.with_name(f"{file.name}.before-{missing[0].number:04}"))
        connection.execute(texts(_DIALECT)["make_migrations"])
        note = statement(_DIALECT, "note_migration")
        for migration in missing:
            values = {"number": migration.number, "name": migration.name, "at": time.time_ns() // 1000}
            connection.executescript(f"BEGIN IMMEDIATE;\n{migration.text}")
            connection.execute(note.text, note.bind(values))
            connection.execute("COMMIT")
        if not present:
            connection.execute("INSERT INTO meta (key, value) VALUES ('epoch', ?)", (epoch,))
        return len(missing)


def _back_up(connection: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)
