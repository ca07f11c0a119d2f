"""One suite, every store: SQLite, and PostgreSQL with two processes' worth of stores on one database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from qumulus.bell import make_bell
from qumulus.store import check, open_store, upgrade
from qumulus.testing.postgres import PostgresServer
from tests.conformance.world import World


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer(fsync="off", full_page_writes="off")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_database(postgres_server: PostgresServer) -> str:
    """The URL of a database with the schema; making one for each test costs ten times the test."""

    async def make() -> str:
        url = await postgres_server.new_database()
        await upgrade(url)
        return url

    return asyncio.run(make())


async def _empty(url: str) -> None:
    """Take everything out of a database but what an upgrade puts in."""
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        filled = {name for (name,) in names} - {"meta", "migrations"}
        await connection.execute(f"TRUNCATE {', '.join(sorted(filled))} RESTART IDENTITY")
        await connection.execute("DELETE FROM meta WHERE key <> 'epoch'")
    finally:
        await connection.close()


async def _database(engine: str, folder: Path, request: pytest.FixtureRequest) -> str:
    if engine == "sqlite":
        return f"sqlite:///{folder / 'data' / 'qumulus.db'}"
    url: str = request.getfixturevalue("postgres_database")
    await _empty(url)
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    if request.param == "postgres":
        request.getfixturevalue("postgres_database")
    return str(request.param)


@pytest.fixture
async def world(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A fresh store; at the end its invariants must hold, whatever the test did."""
    url = await _database(engine, tmp_path, request)
    bell, other_bell = make_bell(url), make_bell(url)
    store = await open_store(url, bell=bell)
    other = store if engine == "sqlite" else await open_store(url, bell=other_bell)
    await bell.start()
    await other_bell.start()
    yield World(url=url, store=store, other=other, bell=bell, other_bell=other_bell)
    await store.close()
    if other is not store:
        await other.close()
    await bell.close()
    await other_bell.close()
    assert await check(url) == []


@pytest.fixture
def new_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], Awaitable[str]]:
    """Give the URL of a place for a database that is not there yet."""
    numbers = iter(range(100))

    async def make() -> str:
        if engine == "sqlite":
            return f"sqlite:///{tmp_path / f'new-{next(numbers)}' / 'qumulus.db'}"
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return await server.new_database()

    return make


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "one.backup"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'data' / 'qumulus.db'}"
