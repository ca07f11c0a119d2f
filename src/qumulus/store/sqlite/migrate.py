"""Bring a SQLite file to this version's schema."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from qumulus.store.migrations import Migration, missing
from qumulus.store.sqlite.connection import connect
from qumulus.store.sqlite.copying import copy_whole
from qumulus.store.statements import Dialect, statement, texts

_DIALECT: Final = Dialect.SQLITE


def applied_migrations(connection: sqlite3.Connection) -> frozenset[int]:
    """Give the numbers of the migrations that the file has; none if there is no schema."""
    known = texts(_DIALECT)
    if not connection.execute(known["has_migrations"]).fetchall():
        return frozenset()
    return frozenset(number for (number,) in connection.execute(known["read_migrations"]))


def migrate(file: Path, *, epoch: str) -> int:
    """Apply what is missing, after a backup if there are data; gives how many were applied.

    Raises:
        UnavailableError: the schema is of a later version.
    """
    with closing(connect(file)) as connection:
        applied = applied_migrations(connection)
        wanted = missing(_DIALECT, applied)
        if wanted and applied:
            copy_whole(connection, file.with_name(f"{file.name}.before-{wanted[0].number:04}"))
        apply(connection, wanted, epoch=epoch)
        return len(wanted)


def apply(connection: sqlite3.Connection, wanted: Sequence[Migration], *, epoch: str) -> None:
    """Apply migrations, each whole or not at all; the first one gives the store its epoch."""
    connection.execute(texts(_DIALECT)["make_migrations"])
    note = statement(_DIALECT, "note_migration")
    for migration in wanted:
        values = {"number": migration.number, "name": migration.name, "at": time.time_ns() // 1000}
        connection.executescript(f"BEGIN IMMEDIATE;\n{migration.text}")
        connection.execute(note.text, note.bind(values))
        if migration.number == 1:
            connection.execute("INSERT INTO meta (key, value) VALUES ('epoch', ?)", (epoch,))
        connection.execute("COMMIT")
