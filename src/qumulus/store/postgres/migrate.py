"""Bring a PostgreSQL database to this version's schema, and read it outside a store."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from qumulus.domain.errors import UnavailableError
from qumulus.store.migrations import Migration, missing
from qumulus.store.postgres.connection import LOST, connect
from qumulus.store.postgres.database import MIGRATION_LOCK
from qumulus.store.statements import Dialect, Row, statement, texts


async def migrate(url: str, *, epoch: str) -> int:
    """Apply what is missing, under a lock; gives how many migrations were applied.

    Raises:
        UnavailableError: the server cannot be reached, or the schema is of a later version.
    """
    async with connected(url) as connection:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        wanted = missing(Dialect.POSTGRES, await applied_migrations(connection))
        await apply(connection, wanted, epoch=epoch)
        return len(wanted)


async def apply(connection: Any, wanted: Sequence[Migration], *, epoch: str) -> None:
    """Apply migrations, each whole or not at all; the first one gives the store its epoch."""
    await connection.execute(texts(Dialect.POSTGRES)["make_migrations"])
    note = statement(Dialect.POSTGRES, "note_migration")
    for migration in wanted:
        async with connection.transaction():
            await connection.execute(migration.text)
            values = {"number": migration.number, "name": migration.name, "at": time.time_ns() // 1000}
            await connection.execute(note.text, *note.bind(values))
            if migration.number == 1:
                await connection.execute("INSERT INTO meta (key, value) VALUES ('epoch', $1)", epoch)


async def read_applied(url: str) -> frozenset[int]:
    """Give the numbers of the migrations that a database has; none if there is no schema."""
    async with connected(url) as connection:
        return await applied_migrations(connection)


async def read_all(url: str, asked: Sequence[str]) -> list[Sequence[Row]]:
    """Answer several questions as of one moment."""
    async with connected(url) as connection, read_consistently(connection):
        return [await connection.fetch(text, timeout=3600) for text in asked]


@asynccontextmanager
async def read_consistently(connection: Any) -> AsyncIterator[None]:
    """Read as of one moment, in plans for whole tables; writers are not held up."""
    for way in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"):
        await connection.execute(f"SET enable_{way} = on")
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        yield


async def applied_migrations(connection: Any) -> frozenset[int]:
    """Give the numbers of the migrations that the database has; none if there is no schema."""
    known = texts(Dialect.POSTGRES)
    if not await connection.fetch(known["has_migrations"]):
        return frozenset()
    return frozenset(row[0] for row in await connection.fetch(known["read_migrations"]))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """Give a connection past the store's pools; whatever the server refuses is unavailable."""
    connection = None
    try:
        connection = await connect(url)
        yield connection
    except (*LOST, asyncpg.PostgresError) as error:
        raise UnavailableError(f"The database refuses: {error}.") from error
    finally:
        if connection is not None:
            connection.terminate()
