"""Copies of a SQLite file that are whole, private and on the disk, or are not there at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from qumulus.store.files import beside, place
from qumulus.store.sqlite.seal import seal


def copy_whole(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the database as of one moment to ``target``, in place of what stands there.

    Writers are not held up: the copy is one long read.
    """
    with new_copy(connection, target) as copy:
        seal(copy)
        place(copy, target)


@contextmanager
def new_copy(connection: sqlite3.Connection, target: Path) -> Iterator[Path]:
    """Copy the database to a file beside ``target``, which is gone at the end unless it was renamed."""
    with beside(target) as copy:
        with closing(sqlite3.connect(copy)) as other:
            connection.backup(other)
            other.execute("PRAGMA journal_mode = DELETE")
        yield copy
