"""PostgreSQL as the store reads it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import asyncpg

from qumulus.domain.errors import UnavailableError
from qumulus.store.migrations import missing
from qumulus.store.postgres.connection import LOST, as_cause, complain, connect
from qumulus.store.postgres.engine import PostgresEngine
from qumulus.store.statements import Dialect, Row, Statement, statement

N_READERS: Final = 6
N_LONG: Final = 3
"""So many lists and counts at a time: the other readers are for short questions."""
LEADER_LOCK: Final = 0x51554D_01
MIGRATION_LOCK: Final = 0x51554D_02


class PostgresDatabase:
    """Reads share a few connections; leading has a connection of its own, which holds the lock."""

    dialect: Final = Dialect.POSTGRES

    def __init__(self, url: str, engine: PostgresEngine, *, must_be_durable: bool) -> None:
        self._url = url
        self._engine = engine
        self._must_be_durable = must_be_durable
        self._idle: list[Any] = []
        self._readers: list[Any] = []
        self._reading = asyncio.Semaphore(N_READERS)
        self._long = asyncio.Semaphore(N_LONG)
        self._leader: Any = None
        self._is_leading = False

    async def fetch(
        self, asked: Statement, values: Mapping[str, Any], *, is_long: bool = False
    ) -> Sequence[Row]:
        """Read rows; a connection that was lost is tried once more on a new one."""
        row = asked.bind(values)
        if not is_long:
            return await self._fetch(asked, row)
        async with self._long:
            return await self._fetch(asked, row)

    async def _fetch(self, asked: Statement, row: Row) -> Sequence[Row]:
        for is_last in (False, True):
            try:
                async with self._reading:
                    return await self._fetch_once(asked, row)
            except asyncpg.DataError as error:
                raise as_cause(error) from error
            except asyncpg.PostgresError as error:
                if is_last or not isinstance(error, LOST):
                    raise UnavailableError(f"The database does not answer: {error}.") from error
            except LOST as error:
                if is_last or isinstance(error, ConnectionRefusedError | TimeoutError):
                    raise UnavailableError(f"The database cannot be reached: {error}.") from error
        raise AssertionError("the last try returns or raises")

    async def _fetch_once(self, asked: Statement, row: Row) -> Sequence[Row]:
        connection = await self._take()
        try:
            found: Sequence[Row] = await connection.fetch(asked.text, *row)
        except (asyncio.CancelledError, *LOST):
            connection.terminate()  # who knows in the midst of what it was left
            raise
        finally:
            self._idle.append(connection)
        return found

    async def _take(self) -> Any:
        """Give the connection that was used last, which the server has warm, or a new one."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        connection = await connect(self._url)
        self._readers = [reader for reader in self._readers if not reader.is_closed()] + [connection]
        return connection

    async def try_lead(self) -> bool:
        """Hold the cluster's lock for as long as the connection lives."""
        try:
            if self._leader is None or self._leader.is_closed():
                self._is_leading = False
                self._leader = await connect(self._url, tcp_keepalives_idle="5", tcp_keepalives_interval="2")
            if not self._is_leading:
                self._is_leading = await self._leader.fetchval("SELECT pg_try_advisory_lock($1)", LEADER_LOCK)
        except (*LOST, asyncpg.PostgresError):
            if self._leader is not None:
                self._leader.terminate()
            self._leader, self._is_leading = None, False
        return self._is_leading

    async def ping(self) -> None:
        """Check that the server answers, that its schema is this version's and that it forgets nothing."""
        has_schema = await self.fetch(statement(Dialect.POSTGRES, "has_migrations"), {})
        applied: Sequence[Row] = ()
        if has_schema:
            applied = await self.fetch(statement(Dialect.POSTGRES, "read_migrations"), {})
        wanted = missing(Dialect.POSTGRES, [row[0] for row in applied])
        if wanted:
            raise UnavailableError(
                f"The database lacks schema {wanted[0].number} of this version: run 'qumulus db upgrade'."
            )
        unsafe = await self.fetch(statement(Dialect.POSTGRES, "unsafe_settings"), {})
        complaint = complain([row[0] for row in unsafe])
        if complaint and self._must_be_durable:
            raise UnavailableError(complaint)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.close()
        if self._leader is not None:
            with suppress(*LOST):
                await self._leader.close(timeout=2)
        for reader in self._readers:
            reader.terminate()
