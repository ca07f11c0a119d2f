"""One thread with the one connection that writes."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from qumulus.domain.errors import BadRequestError, OutcomeUnknownError, UnavailableError
from qumulus.ports.operations import Operation
from qumulus.store.batch import is_light, run
from qumulus.store.script import Ask, AskOnce, Script, Writes
from qumulus.store.sqlite.connection import BUSY_TIMEOUT_S, connect
from qumulus.store.statements import Dialect, Row, statement
from qumulus.store.submits import as_gone
from qumulus.store.writer import Committed, RejectedError

_UNAVAILABLE: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)

_LONG: Final = frozenset({"read_inputs"})
"""Questions whose answers may be of many megabytes; that they are asked shows in the midst of a batch."""

_AT_ONCE: Final = "PRAGMA busy_timeout = 0"
_PATIENTLY: Final = f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000:.0f}"
"""How long another process that writes is waited for."""


class _LongError(Exception):
    """A batch that looked light is not: it was rolled back, and is the thread's."""


class SqliteEngine:
    """Carries out batches one after the other, each in a transaction that is on disk when it ends.

    The statements of a light batch are executed where they are asked for, as short questions are: a
    thread would take turns at the interpreter with the event loop, which costs more than they do. Only
    the commit, which waits for the disk, is the thread's; of other batches all is.
    """

    n_lanes: Final = 1

    def __init__(self, file: Path) -> None:
        self._connection = connect(file)
        self._connection.execute(_AT_ONCE)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-writer")

    def lane(self, operation: Operation[Any]) -> int:  # noqa: ARG002 - there is one writer
        """Give the one lane that there is."""
        return 0

    async def run(self, operations: Sequence[Operation[Any]], *, lane: int = 0) -> Committed:  # noqa: ARG002
        """Carry out all or none."""
        loop = asyncio.get_running_loop()
        if is_light(operations) and self._begins_at_once():
            with suppress(_LongError):
                committed = self._carry_out(operations, is_in_thread=False)
                await loop.run_in_executor(self._thread, self._commit)
                return committed
        return await loop.run_in_executor(self._thread, self._run, operations)

    def close(self) -> None:
        """Wait for the thread, then close; the write-ahead log goes into the file."""
        self._thread.shutdown()
        self._connection.close()

    def _run(self, operations: Sequence[Operation[Any]]) -> Committed:
        self._begin()
        committed = self._carry_out(operations, is_in_thread=True)
        self._commit()
        return committed

    def _begins_at_once(self) -> bool:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error:  # somebody else writes, or worse: the thread waits, or says what it is
            return False
        return True

    def _begin(self) -> None:
        with self._all_or_nothing():
            self._connection.execute(_PATIENTLY)
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            finally:
                self._connection.execute(_AT_ONCE)

    def _carry_out(self, operations: Sequence[Operation[Any]], *, is_in_thread: bool) -> Committed:
        writes = Writes()
        with self._all_or_nothing():
            outcomes = self._drive(run(operations, writes), is_in_thread=is_in_thread)
            return Committed(outcomes, writes.topics)

    def _commit(self) -> None:
        with self._all_or_nothing():
            try:
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                if primary_code(error) == sqlite3.SQLITE_IOERR:
                    raise OutcomeUnknownError from error
                raise

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Roll back what fails, and say in the store's words why it did."""
        is_good = False
        try:
            yield
            is_good = True
        except sqlite3.Error as error:
            if is_unavailable(error):
                raise UnavailableError(f"The database does not take writes now: {error}.") from error
            raise RejectedError(_as_cause(error)) from error
        except (UnicodeEncodeError, OverflowError) as error:
            raise RejectedError(BadRequestError(f"The database cannot hold this value: {error}.")) from error
        except (ValueError, TypeError, LookupError) as error:
            raise RejectedError(error) from error
        finally:
            if not is_good:
                self._roll_back_what_is_open()

    def _roll_back_what_is_open(self) -> None:
        with suppress(sqlite3.Error):  # the error that brought us here is the one to tell
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _drive(self, script: Script[list[Any]], *, is_in_thread: bool) -> list[Any]:
        answer: Sequence[Row] = ()
        try:
            request = next(script)
            while True:
                if not is_in_thread and isinstance(request, Ask) and request.name in _LONG:
                    raise _LongError
                answer = self._answer(request)
                request = script.send(answer)
        except StopIteration as end:
            outcomes: list[Any] = end.value
            return outcomes

    def _answer(self, request: Ask | AskOnce | Writes) -> Sequence[Row]:
        execute = self._connection.execute
        if isinstance(request, Ask):
            text = statement(Dialect.SQLITE, request.name).text
            return [found for row in request.rows for found in execute(text, row).fetchall()]
        if isinstance(request, AskOnce):
            asked = statement(Dialect.SQLITE, request.name)
            return execute(asked.text, asked.bind(request.values)).fetchall()
        for name, many in request.in_order():
            text = statement(Dialect.SQLITE, name).text
            if len(many) == 1:
                execute(text, many[0])
            else:
                self._connection.executemany(text, many)
        return ()


def _as_cause(error: sqlite3.Error) -> Exception:
    """Give what the caller is told: a job without a device or an owner had one that is gone."""
    if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_CONSTRAINT_NOTNULL:
        return error
    return as_gone(str(error).rpartition(".")[2]) or error


def primary_code(error: sqlite3.Error) -> int:
    """Give SQLite's primary result code, 0 if the error has none."""
    return (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def is_unavailable(error: sqlite3.Error) -> bool:
    """Tell whether it is the database that cannot, not the request that is wrong."""
    return primary_code(error) in _UNAVAILABLE
