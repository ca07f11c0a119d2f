"""A database of every earlier schema, with data, becomes one of this version and goes on."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from qumulus.bell import MemoryBell
from qumulus.domain.device import DeviceStatus
from qumulus.domain.ids import JobId
from qumulus.domain.lifecycle import Action, Actor
from qumulus.ports.operations import ChangeDevice, Moved, Written
from qumulus.store import check, open_store, upgrade
from qumulus.store.migrations import migrations
from qumulus.store.opening import sqlite_file
from qumulus.store.statements import Dialect
from qumulus.testing.postgres import PostgresServer
from tests.conformance.test_store_schema import dialect_of
from tests.conformance.world import ALICE, AUDIT, BOB, QPU, SIM, World

RECORDED = Path(__file__).parent / "recorded"
ALL = {dialect: migrations(dialect) for dialect in Dialect}
NUMBERS = [migration.number for migration in ALL[Dialect.SQLITE]]
RUNNING, SUCCEEDED, READY, WAITING, BOBS = (
    JobId(f"0199c0de-0000-7000-8000-{number:012}") for number in (1, 2, 5, 8, 9)
)

NewUrl = Callable[[], Awaitable[str]]
Rows = Mapping[str, tuple[list[str], list[tuple[Any, ...]]]]


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewUrl:
    """Give the URL of an empty database."""
    names = iter("abc")

    async def make() -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / next(names) / 'qumulus.db'}"
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return await server.new_database()

    return make


async def script(url: str, text: str) -> None:
    """Execute many statements."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(sqlite_file(url))) as connection:
            connection.executescript(text)
        return
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(text)
    finally:
        await connection.close()


async def build(url: str, upto: int) -> None:
    """Make a database as it was at a schema, with all that was written until then."""
    dialect = dialect_of(url)
    for number in [number for number in NUMBERS if number <= upto]:
        with pytest.MonkeyPatch.context() as patch:
            known = {one: tuple(m for m in ALL[one] if m.number <= number) for one in Dialect}
            patch.setattr("qumulus.store.migrations.migrations", known.__getitem__)
            assert await upgrade(url) == 1
        data = RECORDED / dialect.value / f"{number:04}.sql"
        if data.exists():
            await script(url, data.read_text())


async def rows(url: str) -> Rows:
    """Read every table: its columns and its rows."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(sqlite_file(url))) as connection:
            names = connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            ).fetchall()
            found = {name: connection.execute(f"SELECT * FROM {name}") for (name,) in names}
            return {name: ([one[0] for one in rs.description], rs.fetchall()) for name, rs in found.items()}
    connection = await asyncpg.connect(url)
    try:
        tables = {}
        for (name,) in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            asked = await connection.prepare(f"SELECT * FROM {name}")
            columns = [one.name for one in asked.get_attributes()]
            tables[name] = (columns, [tuple(row) for row in await asked.fetch()])
        return tables
    finally:
        await connection.close()


async def schema(url: str) -> set[tuple[Any, ...]]:
    """Describe tables, constraints and indexes; the order of columns does not count."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(sqlite_file(url))) as connection:
            found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
        return {(name, re.sub(r"\s+", " ", text)) for name, text in found}
    connection = await asyncpg.connect(url)
    try:
        asked = (
            "SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name"
            " FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace",
            "SELECT relname, array_to_string(reloptions, ' ') FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
        )
        return {tuple(row) for text in asked for row in await connection.fetch(text)}
    finally:
        await connection.close()


def projected(table: tuple[list[str], list[tuple[Any, ...]]], columns: list[str]) -> Counter[tuple[Any, ...]]:
    places = [table[0].index(column) for column in columns]
    return Counter(tuple(row[place] for place in places) for row in table[1])


def test_both_databases_have_the_same_migrations() -> None:
    assert [migration.number for migration in ALL[Dialect.POSTGRES]] == NUMBERS
    assert [m.name for m in ALL[Dialect.SQLITE]] == [m.name for m in ALL[Dialect.POSTGRES]]


async def test_every_table_has_recorded_rows(new_url: NewUrl) -> None:
    url = await new_url()
    await build(url, NUMBERS[-1])
    empty = [name for name, (_, found) in (await rows(url)).items() if not found]
    assert not empty, f"tests/conformance/recorded/README.md says what is missing for {empty}"


@pytest.mark.parametrize("number", NUMBERS)
async def test_an_upgrade_keeps_all_data_and_ends_at_the_schema_of_a_fresh_database(
    new_url: NewUrl, number: int
) -> None:
    url, fresh = await new_url(), await new_url()
    await build(url, number)
    before = await rows(url)
    assert await upgrade(url) == len([later for later in NUMBERS if later > number])
    after = await rows(url)
    for name, table in before.items():
        if name != "migrations":
            kept = [column for column in table[0] if column in after[name][0]]
            assert projected(after[name], kept) == projected(table, kept), name
    await upgrade(fresh)
    assert await schema(url) == await schema(fresh)
    assert await check(url) == []


@pytest.mark.parametrize("number", NUMBERS)
async def test_jobs_of_every_earlier_schema_go_on(new_url: NewUrl, number: int) -> None:
    url = await new_url()
    await build(url, number)
    await upgrade(url)
    bell = MemoryBell()
    store = await open_store(url, bell=bell)
    world = World(url=url, store=store, other=store, bell=bell, other_bell=bell)
    world.clock.advance(3600)
    try:
        cursor = await store.head_cursor(ALICE)
        assert await world.output(SUCCEEDED, "result") == {"sampling": {"counts": {"00": 100}}}
        assert isinstance(await world.report(RUNNING, Action.SUCCEED), Moved)
        assert isinstance(await world.cancel(READY), Moved)
        new = await world.submit()
        assert [one.job.id for one in await world.claim(5)] == [WAITING, new]
        assert [one.job.id for one in await world.claim(5, devices=(QPU,))] == [BOBS]
        assert [one.job.owner for one in await world.claim(5, devices=(QPU,))] == []
        page = await store.owner_events(ALICE, after=cursor)
        assert [(event.job_id, event.target) for event in page.events] == [
            (RUNNING, "succeeded"),
            (READY, "cancelled"),
            (new, "submitted"),
            (WAITING, "ready"),
            (new, "ready"),
        ]
        assert (await store.job_status(BOBS)).owner == BOB  # type: ignore[union-attr]
    finally:
        await store.close()
    assert await check(url) == []


async def test_a_migration_that_came_late_is_applied_though_its_number_is_lower(new_url: NewUrl) -> None:
    """Branches that number their migrations ahead of time are merged in any order."""
    assert len(NUMBERS) >= 3
    url = await new_url()
    late = NUMBERS[1]
    with pytest.MonkeyPatch.context() as patch:
        known = {one: tuple(m for m in ALL[one] if m.number != late) for one in Dialect}
        patch.setattr("qumulus.store.migrations.migrations", known.__getitem__)
        await upgrade(url)
    assert await upgrade(url) == 1
    assert await check(url) == []


async def test_a_registration_whose_job_is_gone_does_not_stop_an_upgrade(new_url: NewUrl) -> None:
    """Earlier versions could leave one when a user was removed while registering."""
    url = await new_url()
    await build(url, 5)
    at = "0" if url.startswith("sqlite") else "now()"
    await script(url, f"INSERT INTO registrations (job_id, at) VALUES ('gone', {at})")
    await upgrade(url)
    names, found = (await rows(url))["registrations"]
    assert "gone" not in [row[names.index("job_id")] for row in found]


async def test_a_device_that_an_earlier_version_brought_back_is_its_provider_s_again(world: World) -> None:
    """Clouds of before an upgrade, which go on until they are stopped, write nothing but a status."""
    await world.add_device(SIM)
    await script(world.url, "UPDATE devices SET is_held = TRUE")
    (device,) = await world.store.devices()
    assert not device.is_held
    gone = ChangeDevice(
        device_id=SIM,
        changes={"status": DeviceStatus.UNAVAILABLE},
        at=world.now,
        by=Actor.PROVIDER,
        audit=AUDIT,
    )
    assert await world.store.apply(gone) is Written.DONE
    (device,) = await world.store.devices()
    assert (device.status, device.is_held) == (DeviceStatus.UNAVAILABLE, False)
