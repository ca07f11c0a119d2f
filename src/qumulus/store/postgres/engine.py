"""Batches on PostgreSQL: few round trips, one statement for all writes of a batch."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, Final

import asyncpg

from qumulus.domain.errors import OutcomeUnknownError, UnavailableError
from qumulus.ports.operations import ClaimJobs, Operation
from qumulus.store.batch import is_alone, needs_no_lock, run
from qumulus.store.postgres.connection import (
    LOST,
    as_cause,
    connect,
    find_forgetfulness,
    is_overtaken,
    is_unavailable,
    is_worth_a_retry,
)
from qumulus.store.script import Ask, AskOnce, OvertakenError, Script, Writes
from qumulus.store.statements import Dialect, Row, combine, statement
from qumulus.store.writer import Committed, RejectedError

_RETRIES: Final = 3
_PAUSES_S: Final = (0.0, 0.1, 0.5, 1.0)
"""Before each try to reach the server."""


class _AgainError(Exception):
    """Nothing was changed; the same batch may go through when it is tried again."""


class _CommitLostError(Exception):
    """The connection was lost while the server may have committed."""


class PostgresEngine:
    """Carries out batches, those of each lane on a connection of its own.

    Claims have a lane, since a claim takes its rows before its transaction has a number: events stay in
    order. So have administrative writes, of which some take long. All the others share their batches.
    """

    n_lanes: Final = 3

    def __init__(self, url: str, *, must_be_durable: bool) -> None:
        self._url = url
        self._must_be_durable = must_be_durable
        self._connections: dict[int, Any] = {}

    def lane(self, operation: Operation[Any]) -> int:
        """Tell claims, administrative writes and all the others apart."""
        if isinstance(operation, ClaimJobs):
            return 1
        return 2 if is_alone(operation) else 0

    async def run(self, operations: Sequence[Operation[Any]], *, lane: int) -> Committed:
        """Carry out all or none."""
        problem: Exception | None = None
        for pause_s in _PAUSES_S:
            await _pause(pause_s)
            try:
                return await self._run(await self._connection(lane), operations)
            except _CommitLostError as error:
                self._drop(lane)
                raise OutcomeUnknownError from error
            except LOST as error:
                self._drop(lane)
                problem = error
            except asyncpg.PostgresError as error:
                if not is_unavailable(error):
                    raise
                if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
                    self._drop(lane)  # a session that began so stays so
                raise UnavailableError(f"The database does not take writes now: {error}.") from error
        raise UnavailableError(f"The database cannot be reached: {problem}.") from problem

    async def close(self) -> None:
        """Close the lanes' connections."""
        for connection in self._connections.values():
            with suppress(*LOST):
                await connection.close(timeout=2)

    async def _connection(self, lane: int) -> Any:
        connection = self._connections.get(lane)
        if connection is None or connection.is_closed():
            connection = self._connections[lane] = await self._connect()
        return connection

    async def _connect(self) -> Any:
        connection = await connect(self._url)
        complaint: str | None = None
        try:
            complaint = await find_forgetfulness(connection) if self._must_be_durable else ""
        finally:
            if complaint != "":
                connection.terminate()
        if complaint:
            raise UnavailableError(complaint)
        return connection

    def _drop(self, lane: int) -> None:
        connection = self._connections.pop(lane, None)
        if connection is not None:
            connection.terminate()

    async def _run(self, connection: Any, operations: Sequence[Operation[Any]]) -> Committed:
        is_locking = not all(map(needs_no_lock, operations))
        for _ in range(_RETRIES):
            with suppress(_AgainError):
                return await _try(connection, operations, is_locking=is_locking)
            is_locking = True
        try:
            return await _try(connection, operations, is_locking=True)
        except _AgainError as error:
            raise UnavailableError("Others changed the same jobs again and again: try again.") from error


async def _try(connection: Any, operations: Sequence[Operation[Any]], *, is_locking: bool) -> Committed:
    writes = Writes()
    script = run(operations, writes, is_locking=is_locking)
    try:
        if is_locking:
            outcomes = await _drive_in_transaction(connection, script)
        else:
            outcomes = await _drive(connection, script, _answer_alone)
    except OvertakenError as error:
        raise _AgainError from error
    except asyncpg.PostgresError as error:
        if is_worth_a_retry(error) or (not is_locking and is_overtaken(error)):
            raise _AgainError from error
        if is_unavailable(error) or isinstance(error, LOST):
            raise
        raise RejectedError(as_cause(error)) from error
    except (ValueError, TypeError, LookupError) as error:
        raise RejectedError(as_cause(error)) from error
    return Committed(outcomes, writes.topics)


async def _drive_in_transaction(connection: Any, script: Script[list[Any]]) -> list[Any]:
    await connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
    outcomes = None
    try:
        outcomes = await _drive(connection, script, _answer)
    finally:
        if outcomes is None:
            with suppress(*LOST, asyncpg.PostgresError):
                await connection.execute("ROLLBACK")
    try:
        await connection.execute("COMMIT")
    except LOST as error:
        raise _CommitLostError from error
    return outcomes


async def _drive(
    connection: Any, script: Script[list[Any]], answer: Callable[[Any, Any], Awaitable[Sequence[Row]]]
) -> list[Any]:
    answered: Sequence[Row] = ()
    try:
        request = next(script)
        while True:
            answered = await answer(connection, request)
            request = script.send(answered)
    except StopIteration as end:
        outcomes: list[Any] = end.value
        return outcomes


async def _answer_alone(connection: Any, request: Ask | AskOnce | Writes) -> Sequence[Row]:
    """Answer a script whose only write is one statement, which is then a transaction of its own."""
    try:
        return await _answer(connection, request)
    except LOST as error:
        if isinstance(request, Writes) and connection.is_closed():
            raise _CommitLostError from error
        raise


async def _answer(connection: Any, request: Ask | AskOnce | Writes) -> Sequence[Row]:
    values: Iterable[Any]
    if isinstance(request, Writes):
        many = request.in_order()
        asked = combine(tuple(name for name, _ in many))
        values = chain.from_iterable(zip(*rows, strict=True) for _, rows in many)
    elif isinstance(request, Ask):
        asked = statement(Dialect.POSTGRES, request.name)
        values = zip(*request.rows, strict=True)
    else:
        asked = statement(Dialect.POSTGRES, request.name)
        values = asked.bind(request.values)
    found: Sequence[Row] = await connection.fetch(asked.text, *values)
    return found


async def _pause(seconds: float) -> None:
    if seconds:
        await asyncio.sleep(seconds)
