"""What only PostgreSQL can do to a store: lose connections, be full, be of another version."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from qumulus.bell import MemoryBell
from qumulus.domain.errors import OutcomeUnknownError, UnavailableError
from qumulus.domain.job import JobEvent
from qumulus.domain.lifecycle import Action
from qumulus.ports.operations import Moved
from qumulus.ports.store import Store
from qumulus.store import check, is_empty, open_store, upgrade
from qumulus.store.migrations import Migration, migrations
from qumulus.store.postgres import connection as connecting
from qumulus.store.postgres.connection import connect
from qumulus.store.statements import Dialect, statement
from qumulus.testing.postgres import PostgresServer
from tests.conformance.world import ALICE, World

KNOWN = migrations(Dialect.POSTGRES)
LATER = Migration(number=KNOWN[-1].number + 1, name="later", text="ALTER TABLE audit ADD COLUMN why text;")


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    request.getfixturevalue("postgres_database")
    return "postgres"


@pytest.fixture
async def admin(world: World) -> AsyncIterator[Any]:
    """A connection past the store."""
    connection = await connect(world.url, application_name="test")
    yield connection
    await connection.close()


@pytest.fixture
async def empty(postgres_server: PostgresServer) -> AsyncIterator[tuple[str, Store]]:
    url = await postgres_server.new_database()
    store = await open_store(url, bell=MemoryBell())
    yield url, store
    await store.close()


async def break_connections(admin: Any) -> None:
    """End every connection of the stores; returns when they are gone."""
    ours = "FROM pg_stat_activity WHERE application_name = 'qumulus' AND datname = current_database()"
    await admin.execute(f"SELECT pg_terminate_backend(pid) {ours}")
    for _ in range(1000):
        if not await admin.fetchval(f"SELECT count(*) {ours}"):
            break
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.01)


async def test_an_empty_database_is_unavailable_until_it_is_upgraded(empty: tuple[str, Store]) -> None:
    url, store = empty
    assert await is_empty(url)
    with pytest.raises(UnavailableError, match="qumulus db upgrade"):
        await store.ping()
    with pytest.raises(UnavailableError):
        await store.devices()
    upgraded = await asyncio.gather(upgrade(url), upgrade(url))
    assert sorted(upgraded) == [0, len(KNOWN)]
    await store.ping()
    assert not await is_empty(url)
    assert await check(url) == []


async def test_another_versions_schema_is_unavailable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qumulus.store.migrations.migrations", lambda _: (*KNOWN, LATER))
    with pytest.raises(UnavailableError, match="qumulus db upgrade"):
        await world.store.ping()
    monkeypatch.setattr("qumulus.store.migrations.migrations", lambda _: KNOWN[:-1])
    with pytest.raises(UnavailableError, match="upgrade Qumulus"):
        await world.store.ping()


async def schema(url: str) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(
            "SELECT table_name, column_name, data_type, is_nullable, column_default"
            " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
        ) + await connection.fetch("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
    finally:
        await connection.close()


async def test_a_migrated_database_equals_a_fresh_one(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated, fresh = await postgres_server.new_database(), await postgres_server.new_database()
    await upgrade(migrated)
    before = await schema(migrated)
    monkeypatch.setattr("qumulus.store.migrations.migrations", lambda _: (*KNOWN, LATER))
    assert (await upgrade(migrated), await upgrade(fresh)) == (1, len(KNOWN) + 1)
    assert await schema(migrated) == await schema(fresh) != before


async def test_a_lost_connection_is_replaced_and_nothing_is_lost(world: World, admin: Any) -> None:
    first = await world.submit()
    await break_connections(admin)
    second = await world.submit()
    await break_connections(admin)
    assert await world.store.job_status(first) is not None
    assert [one.job.id for one in await world.claim(5)] == [first, second]


@pytest.mark.parametrize("cut_off", ["COMMIT", "WITH", "SELECT"])
async def test_a_connection_lost_at_commit_is_an_unknown_outcome(
    world: World, monkeypatch: pytest.MonkeyPatch, cut_off: str
) -> None:
    """A cancel ends with a commit; a report's write is one of its own, and to look comes before it."""
    job_id = await world.claimed()
    call = world.cancel(job_id) if cut_off == "COMMIT" else world.report(job_id, Action.START)
    method = "execute" if cut_off == "COMMIT" else "fetch"
    ask = getattr(asyncpg.Connection, method)
    n_cuts = 0

    async def cut(self: Any, query: str, *values: Any, **options: Any) -> Any:
        nonlocal n_cuts
        if query.startswith(cut_off) and not n_cuts:
            n_cuts += 1
            self.terminate()
        return await ask(self, query, *values, **options)

    with monkeypatch.context() as patch:
        patch.setattr(asyncpg.Connection, method, cut)
        if cut_off == "SELECT":
            assert isinstance(await call, Moved)
        else:
            with pytest.raises(OutcomeUnknownError):
                await call
    assert n_cuts == 1
    again = world.cancel(job_id) if cut_off == "COMMIT" else world.report(job_id, Action.START)
    moved = await again
    assert isinstance(moved, Moved)
    assert moved.is_repeat == (cut_off == "SELECT")


async def test_a_server_that_is_away_is_unavailable_and_comes_back(world: World) -> None:
    server = PostgresServer(fsync="off")
    await asyncio.to_thread(server.start)
    try:
        url = await server.new_database()
        await upgrade(url)
        store = await open_store(url, bell=MemoryBell())
        away = World(url=url, store=store, other=store, bell=MemoryBell(), other_bell=MemoryBell())
        job_id = await away.submit()
        await asyncio.to_thread(server.kill)
        with pytest.raises(UnavailableError):
            await away.submit()
        with pytest.raises(UnavailableError):
            await store.job_status(job_id)
        assert not await store.try_lead()
        await asyncio.to_thread(server.resume)
        assert await store.job_status(job_id) is not None
        assert [one.job.id for one in await away.claim(5)] == [job_id]
        assert await store.try_lead()
        await store.close()
    finally:
        await asyncio.to_thread(server.stop)


async def test_a_read_only_server_is_unavailable(world: World, admin: Any) -> None:
    name = await admin.fetchval("SELECT current_database()")
    await world.submit()
    await admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await break_connections(admin)
    with pytest.raises(UnavailableError):
        await world.submit()
    await admin.execute("SET default_transaction_read_only = off")
    await admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    await break_connections(admin)
    await world.submit()


async def test_a_job_moved_by_a_younger_transaction_is_told_from_others(world: World, admin: Any) -> None:
    """A move by the older one would come before it in the order of events."""
    moved, untouched = await world.claimed(), await world.claimed()
    await admin.execute("BEGIN")
    await admin.fetch("SELECT pg_current_xact_id()")
    await world.report(moved, Action.START)
    locked = await admin.fetch(statement(Dialect.POSTGRES, "lock_jobs").text, [moved, untouched])
    assert {row["id"]: row["is_ahead"] for row in locked} == {moved: True, untouched: False}
    await admin.execute("ROLLBACK")


async def test_a_deadlock_is_tried_again(world: World, admin: Any) -> None:
    """Somebody else's transaction holds a job and waits for another that a batch holds."""
    first, second = sorted([await world.claimed(), await world.claimed()])
    await admin.execute("SET deadlock_timeout = '1h'")
    await admin.execute("BEGIN")
    await admin.execute("SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", second)
    moves = asyncio.gather(world.report(first, Action.START), world.report(second, Action.START))
    for _ in range(100):
        waiting = await admin.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")
        if waiting:
            break
        await asyncio.sleep(0.02)
    await admin.execute("SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", first)
    await admin.execute("COMMIT")
    assert [type(outcome) for outcome in await moves] == [Moved, Moved]


async def test_an_unsettled_event_is_waited_for(world: World, admin: Any) -> None:
    """While an older transaction is open, nothing after it may be read; then it comes at once."""
    cursor = await world.store.head_cursor(ALICE)
    await admin.execute("BEGIN")
    await admin.fetch("SELECT pg_current_xact_id()")
    job_id = await world.submit()
    assert (await world.store.owner_events("alice", after=cursor)).events == []  # type: ignore[arg-type]
    reading_on = asyncio.create_task(world.store.owner_events("alice", after=cursor))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    await admin.execute("COMMIT")
    events = (await reading_on).events
    assert [event.job_id for event in events] == [job_id]
    assert (await world.store.head_cursor(ALICE)) > cursor
    assert timedelta(0) <= world.now - events[0].at


async def test_who_stands_still_within_a_transaction_holds_up_the_others_for_a_bounded_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = await world.store.head_cursor(ALICE)
    monkeypatch.setitem(connecting._SETTINGS, "idle_in_transaction_session_timeout", "300ms")
    stalled = await connect(world.url)
    await stalled.execute("BEGIN")
    await stalled.fetch("SELECT pg_current_xact_id()")
    job_id = await world.submit()
    events: Sequence[JobEvent] = ()
    for _ in range(500):
        events = events or (await world.store.owner_events(ALICE, after=cursor)).events
        await asyncio.sleep(0 if events else 0.02)
    assert [event.job_id for event in events] == [job_id]
    with pytest.raises(connecting.LOST):
        await stalled.execute("COMMIT")


async def test_every_connection_is_cut_off_when_it_stands_still_within_a_transaction(world: World) -> None:
    connection = await connect(world.url)
    assert await connection.fetchval("SHOW idle_in_transaction_session_timeout") == "10s"
    await connection.close()


async def test_events_of_transactions_to_come_are_found_by_the_check(world: World, admin: Any) -> None:
    await world.submit()
    await admin.execute("UPDATE job_events SET tx = '999999999'::xid8")
    assert any("has not been yet" in problem for problem in await check(world.url))
    await admin.execute("UPDATE job_events SET tx = pg_current_xact_id()")


async def test_claims_pass_over_jobs_that_others_are_moving(world: World, admin: Any) -> None:
    first, second = await world.submit(), await world.submit()
    await admin.execute("BEGIN")
    await admin.fetch("SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", first)
    assert [one.job.id for one in await world.claim(5)] == [second]
    await admin.execute("COMMIT")
    assert [one.job.id for one in await world.claim(5)] == [first]
