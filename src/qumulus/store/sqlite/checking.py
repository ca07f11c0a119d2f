"""What is broken in a SQLite file: its pages, and the rules of the jobs in it."""

from __future__ import annotations

import sqlite3

from qumulus.store.checks import CHECKS
from qumulus.store.statements import Dialect, texts


def damage(connection: sqlite3.Connection, *, is_thorough: bool = False) -> list[str]:
    """Give what is wrong with the pages; ``is_thorough`` compares every index with its table, too."""
    asked = "PRAGMA integrity_check" if is_thorough else "PRAGMA quick_check"
    return [row[0] for row in connection.execute(asked) if row[0] != "ok"]


def broken_rules(connection: sqlite3.Connection) -> list[str]:
    """Give what is wrong with the jobs, one line each; the schema must be this version's."""
    known = texts(Dialect.SQLITE)
    return [row[0] for name in CHECKS for row in connection.execute(known[name])]
