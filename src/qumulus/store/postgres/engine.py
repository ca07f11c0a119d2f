"""Batches on PostgreSQL: few round trips, one statement for all writes of a batch."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, Final

import asyncpg

from qumulus.domain.errors import OutcomeUnknownError, UnavailableError
from qumulus.ports.operations import Operation, SubmitJobs
from qumulus.store.batch import run
from qumulus.store.postgres.connection import (
    LOST,
    as_cause,
    connect,
    find_forgetfulness,
    is_unavailable,
    is_worth_a_retry,
)
from qumulus.store.script import Ask, AskOnce, OvertakenError, Script, Writes
from qumulus.store.statements import Dialect, Row, combine, statement
from qumulus.store.writer import Committed, RejectedError

N_WRITERS: Final = 2
_RETRIES: Final = 3
_PAUSES_S: Final = (0.0, 0.1, 0.5, 1.0)
"""Before each try to reach the server."""


class _AgainError(Exception):
    """Nothing was changed; the same batch may go through when it is tried again."""


class _CommitLostError(Exception):
    """The connection was lost while the server may have committed."""


class PostgresEngine:
    """Carries out batches, each writer on a connection of its own."""

    mixes_claims: Final = False
    """A claim takes its rows before its transaction has a number: events stay in order."""

    def __init__(self, url: str, *, must_be_durable: bool) -> None:
        self._url = url
        self._must_be_durable = must_be_durable
        self._connections: dict[int, Any] = {}

    async def run(self, operations: Sequence[Operation[Any]], *, writer: int) -> Committed:
        """Carry out all or none."""
        problem: Exception | None = None
        for pause_s in _PAUSES_S:
            await _pause(pause_s)
            try:
                return await self._run(await self._connection(writer), operations)
            except _CommitLostError as error:
                self._drop(writer)
                raise OutcomeUnknownError from error
            except LOST as error:
                self._drop(writer)
                problem = error
            except asyncpg.PostgresError as error:
                if not is_unavailable(error):
                    raise
                if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
                    self._drop(writer)  # a session that began so stays so
                raise UnavailableError(f"The database does not take writes now: {error}.") from error
        raise UnavailableError(f"The database cannot be reached: {problem}.") from problem

    async def close(self) -> None:
        """Close the writers' connections."""
        for connection in self._connections.values():
            with suppress(*LOST):
                await connection.close(timeout=2)

    async def _connection(self, writer: int) -> Any:
        connection = self._connections.get(writer)
        if connection is None or connection.is_closed():
            connection = self._connections[writer] = await self._connect()
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

    def _drop(self, writer: int) -> None:
        connection = self._connections.pop(writer, None)
        if connection is not None:
            connection.terminate()

    async def _run(self, connection: Any, operations: Sequence[Operation[Any]]) -> Committed:
        for _ in range(_RETRIES):
            with suppress(_AgainError):
                return await _try(connection, operations)
        try:
            return await _try(connection, operations)
        except _AgainError as error:
            raise UnavailableError("Others changed the same jobs again and again: try again.") from error


async def _try(connection: Any, operations: Sequence[Operation[Any]]) -> Committed:
    writes = Writes()
    script = run(operations, writes)
    is_one_statement = all(type(operation) is SubmitJobs for operation in operations)
    try:
        if is_one_statement:
            outcomes = await _drive_alone(connection, script)
        else:
            outcomes = await _drive_in_transaction(connection, script)
    except OvertakenError as error:
        raise _AgainError from error
    except asyncpg.PostgresError as error:
        if is_worth_a_retry(error):
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
        outcomes = await _drive(connection, script)
    finally:
        if outcomes is None:
            with suppress(*LOST, asyncpg.PostgresError):
                await connection.execute("ROLLBACK")
    try:
        await connection.execute("COMMIT")
    except LOST as error:
        raise _CommitLostError from error
    return outcomes


async def _drive_alone(connection: Any, script: Script[list[Any]]) -> list[Any]:
    """Run a script whose only write is one statement, which is then a transaction of its own."""
    try:
        return await _drive(connection, script)
    except LOST as error:
        if connection.is_closed():
            raise _CommitLostError from error
        raise


async def _drive(connection: Any, script: Script[list[Any]]) -> list[Any]:
    answer: Sequence[Row] = ()
    try:
        request = next(script)
        while True:
            answer = await _answer(connection, request)
            request = script.send(answer)
    except StopIteration as end:
        outcomes: list[Any] = end.value
        return outcomes


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
