"""Bring a PostgreSQL database to this version's schema, and read it outside a store."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from qumulus.domain.errors import UnavailableError
from qumulus.store.migrations import migrations, newest
from qumulus.store.postgres.connection import LOST, connect
from qumulus.store.postgres.database import MIGRATION_LOCK
from qumulus.store.statements import Dialect, Row, statement, texts


async def migrate(url: str, *, epoch: str) -> int:
    """Apply what is missing, under a lock; gives how many migrations were applied.

    Raises:
        UnavailableError: the server cannot be reached, or the schema is of a later version.
    """
    async with _connected(url) as connection:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        present = await _schema_number(connection)
        if present > newest(Dialect.POSTGRES):
            raise UnavailableError("The database is of a later version of Qumulus: upgrade Qumulus.")
        missing = [migration for migration in migrations(Dialect.POSTGRES) if migration.number > present]
        await connection.execute(texts(Dialect.POSTGRES)["make_migrations"])
        note = statement(Dialect.POSTGRES, "note_migration")
        for migration in missing:
            async with connection.transaction():
                await connection.execute(migration.text)
                values = {"number": migration.number, "name": migration.name, "at": time.time_ns() // 1000}
                await connection.execute(note.text, *note.bind(values))
                if migration.number == 1:
                    await connection.execute("INSERT INTO meta (key, value) VALUES ('epoch', $1)", epoch)
        return len(missing)


async def read_schema_number(url: str) -> int:
    """Give the number of the last migration applied, 0 if there is no schema."""
    async with _connected(url) as connection:
        return await _schema_number(connection)


async def read_all(url: str, asked: Sequence[str]) -> list[Sequence[Row]]:
    """Answer several questions as of one moment."""
    async with _connected(url) as connection:
        for way in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"):
            await connection.execute(f"SET enable_{way} = on")
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return [await connection.fetch(text, timeout=3600) for text in asked]


async def _schema_number(connection: Any) -> int:
    known = texts(Dialect.POSTGRES)
    if not await connection.fetch(known["has_migrations"]):
        return 0
    return max((row[0] for row in await connection.fetch(known["read_migrations"])), default=0)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    connection = None
    try:
        connection = await connect(url)
        yield connection
    except (*LOST, asyncpg.PostgresError) as error:
        raise UnavailableError(f"The database refuses: {error}.") from error
    finally:
        if connection is not None:
            connection.terminate()
