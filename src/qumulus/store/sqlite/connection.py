"""Connections to the SQLite file."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from qumulus.domain.errors import UnavailableError

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
    """Open a connection that any one thread at a time may use; transactions are begun by hand.

    A new file is for its owner alone; SQLite gives its companions the same rights.

    Raises:
        UnavailableError: it cannot be opened, or is no database.
    """
    if not is_read_only:
        with suppress(OSError):  # it is there; or SQLite says why it cannot be made
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        return _connect(file, is_read_only=is_read_only)
    except sqlite3.Error as error:
        raise UnavailableError(f"The database {file} cannot be opened: {error}.") from error


def _connect(file: Path, *, is_read_only: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}{'?mode=ro' if is_read_only else ''}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        timeout=BUSY_TIMEOUT_S,
    )
    try:
        for setting in ("PRAGMA query_only = ON",) if is_read_only else _SETTINGS:
            connection.execute(setting).fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
