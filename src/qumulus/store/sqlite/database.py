"""The SQLite file as the store reads it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from qumulus.domain.errors import BadRequestError, UnavailableError
from qumulus.store.sqlite.connection import connect
from qumulus.store.sqlite.engine import SqliteEngine
from qumulus.store.statements import Dialect, Row, Statement


class SqliteDatabase:
    """Short questions are answered where they are asked (10 µs), long ones in a thread of their own."""

    dialect: Final = Dialect.SQLITE

    def __init__(self, file: Path, engine: SqliteEngine, lock: FolderLock) -> None:
        self._engine = engine
        self._lock = lock
        self._short = connect(file)
        self._long = connect(file)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-reader")

    async def fetch(
        self, asked: Statement, values: Mapping[str, Any], *, is_long: bool = False
    ) -> Sequence[Row]:
        """Read rows."""
        row = tuple(to_parameter(value) for value in asked.bind(values))
        try:
            if not is_long:
                return self._short.execute(asked.text, row).fetchall()
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, self._fetch_long, asked.text, row)
        except OverflowError as error:
            raise BadRequestError(f"The database cannot hold this value: {error}.") from error
        except sqlite3.Error as error:
            raise UnavailableError(f"The database does not answer: {error}.") from error

    async def try_lead(self) -> bool:
        """Always: the folder's lock keeps every other process out."""
        return True

    async def ping(self) -> None:
        """Check that the file can be read; its schema was brought up when it was opened."""
        try:
            self._short.execute("SELECT count(*) FROM migrations").fetchall()
        except sqlite3.Error as error:
            raise UnavailableError(f"The database does not answer: {error}.") from error

    async def close(self) -> None:
        """Close all connections and let others have the folder."""
        self._thread.shutdown()
        self._short.close()
        self._long.close()
        await asyncio.get_running_loop().run_in_executor(None, self._engine.close)
        self._lock.release()

    def _fetch_long(self, text: str, row: Row) -> Sequence[Row]:
        return self._long.execute(text, row).fetchall()


class FolderLock:
    """Keeps a second process out of a data folder; the kernel drops it when the process dies."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise UnavailableError(
                f"Another process uses the folder {folder}: stop it, or use another folder or PostgreSQL."
            ) from None

    def release(self) -> None:
        """Let others in."""
        os.close(self._descriptor)


def to_parameter(value: object) -> object:
    """Lists become JSON, which ``json_each`` takes apart."""
    if isinstance(value, list):
        import msgspec

        return msgspec.json.encode(value).decode()
    return value
