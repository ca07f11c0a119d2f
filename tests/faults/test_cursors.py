"""Where a stream begins is still right after the database server crashed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from qumulus.bell import make_bell
from qumulus.store import open_store, upgrade
from qumulus.testing.postgres import PostgresServer
from tests.conformance.world import ALICE, World

N_UNFLUSHED = 20
"""Transactions that only notify take numbers, and their commits wait for the WAL writer."""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    server = PostgresServer(wal_writer_delay="10s")
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[World]:
    bell = make_bell(url)
    store = await open_store(url, bell=bell)
    yield World(url=url, store=store, other=store, bell=bell, other_bell=bell)
    await store.close()
    await bell.close()


async def _take_numbers(url: str) -> None:
    connection = await asyncpg.connect(url)
    for _ in range(N_UNFLUSHED):
        await connection.execute("NOTIFY nobody")
    await connection.close()


@pytest.mark.parametrize("n_before", [0, 1])
async def test_a_stream_that_began_before_a_crash_of_the_server_misses_nothing_after_it(
    server: PostgresServer, n_before: int
) -> None:
    url = await server.new_database()
    await upgrade(url)
    async with _opened(url) as world:
        for _ in range(n_before):
            await world.submit()
        await _take_numbers(url)
        cursor = await world.store.head_cursor(ALICE)
    server.kill()
    server.resume()
    async with _opened(url) as world:
        job_id = await world.submit()
        page = await world.store.owner_events(ALICE, after=cursor)
    assert [event.job_id for event in page.events] == [job_id]
