"""Connections to the SQLite file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

BUSY_TIMEOUT_S: Final = 5.0

_SETTINGS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA secure_delete = OFF",
)


def connect(file: Path, *, is_read_only: bool = False) -> sqlite3.Connection:
    """Open a connection that any one thread at a time may use; transactions are begun by hand."""
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}{'?mode=ro' if is_read_only else ''}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        timeout=BUSY_TIMEOUT_S,
    )
    if is_read_only:
        connection.execute("PRAGMA query_only = ON")
    else:
        for setting in _SETTINGS:
            connection.execute(setting).fetchall()
    return connection
