"""Copies of a database: whole although it is written to, checked, and fit to go on with."""
# ruff: noqa: ASYNC240 - nothing else runs while a test looks at its small files

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from qumulus.bell import make_bell
from qumulus.domain.errors import BadRequestError, ConflictError, CursorTooOldError, UnavailableError
from qumulus.domain.ids import JobId
from qumulus.domain.lifecycle import Action
from qumulus.ports.operations import Moved, Prune
from qumulus.store import adopt, back_up, check, is_empty, open_store, restore, upgrade
from qumulus.store.migrations import migrations
from qumulus.store.opening import sqlite_file
from qumulus.store.postgres.backup import tables_of
from qumulus.store.postgres.connection import connect
from qumulus.store.statements import Dialect
from tests.conformance.test_store_schema import run
from tests.conformance.world import ALICE, World

NewUrl = Callable[[], Awaitable[str]]
WRITERS = 4


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[World]:
    """A Cloud's store on a database; at the end its invariants must hold."""
    bell = make_bell(url)
    store = await open_store(url, bell=bell)
    await bell.start()
    try:
        yield World(url=url, store=store, other=store, bell=bell, other_bell=bell)
    finally:
        await store.close()
        await bell.close()
    assert await check(url) == []


class Load:
    """Writers that submit, claim and finish jobs until they are told to stop."""

    def __init__(self, world: World) -> None:
        self.acknowledged: list[JobId] = []
        self.is_over = False
        self._world = world
        self._has_grown = asyncio.Event()

    async def write(self) -> None:
        """What one writer does."""
        while not self.is_over:
            self.acknowledged.append(await self._world.submit())
            self._has_grown.set()
            for claimed in await self._world.claim(1):
                await self._world.report(claimed.job.id, Action.START, attempt=claimed.job.attempt)
                await self._world.report(claimed.job.id, Action.SUCCEED, attempt=claimed.job.attempt)

    async def reach(self, n_jobs: int) -> None:
        """Wait for so many acknowledged jobs."""
        while len(self.acknowledged) < n_jobs:
            self._has_grown.clear()
            await self._has_grown.wait()


async def test_a_backup_made_under_load_holds_what_was_acknowledged_before_it(
    world: World, new_url: NewUrl, copy: Path
) -> None:
    load = Load(world)
    async with asyncio.timeout(60), asyncio.TaskGroup() as writers:
        for _ in range(WRITERS):
            writers.create_task(load.write())
        await load.reach(60)
        before = list(load.acknowledged)
        copied = await back_up(world.url, copy)
        await load.reach(len(load.acknowledged) + 20)
        load.is_over = True
    assert copied.n_jobs >= len(before)
    assert (copied.file, copied.problems, copied.is_current) == (copy, (), True)
    url = await new_url()
    restored = await restore(copy, url, may_replace=False)
    assert (restored.n_jobs, restored.problems) == (copied.n_jobs, ())
    assert await check(url) == []
    async with opened(url) as again:
        for job_id in before:
            stored = await again.store.job(job_id)
            assert stored is not None
            assert stored.payload.input == '{"code": "OPENQASM 3;"}'
        assert sum([await again.store.job_status(job_id) is None for job_id in load.acknowledged]) > 0
        known = {one.job.id for one in await again.claim(1000)}
        assert await again.submit() not in known


async def test_a_restored_job_goes_on_where_it_was(world: World, new_url: NewUrl, copy: Path) -> None:
    running = await world.running()
    waiting = await world.submit()
    await back_up(world.url, copy)
    url = await new_url()
    await restore(copy, url, may_replace=False)
    async with opened(url) as again:
        assert isinstance(await again.report(running, Action.SUCCEED), Moved)
        assert await again.statuses(running) == ["submitted", "ready", "running", "succeeded"]
        assert [one.job.id for one in await again.claim(5)] == [waiting]
        assert isinstance(await again.cancel(waiting), Moved)
        later = await again.submit()
        (claimed,) = await again.claim(5)
        assert claimed.job.id == later


async def test_after_a_restore_old_cursors_are_too_old_and_new_ones_see_everything(
    world: World, new_url: NewUrl, copy: Path
) -> None:
    job_id = await world.submit()
    deleted = await world.submit()
    await world.cancel(deleted)
    await world.delete(deleted)
    await world.store.apply(Prune(keys_before=world.now, events_before=world.later(1)))
    (event,) = (await world.store.job_events(job_id)).events
    await back_up(world.url, copy)
    url = await new_url()
    await restore(copy, url, may_replace=False)
    async with opened(url) as again:
        for cursor in (event.cursor, await world.store.head_cursor(ALICE)):
            with pytest.raises(CursorTooOldError):
                await again.store.owner_events(ALICE, after=cursor)
        cursor = await again.store.head_cursor(ALICE)
        await again.claim(1)
        await again.cancel(job_id)
        page = await again.store.owner_events(ALICE, after=cursor)
        assert [event.target for event in page.events] == ["ready", "cancelled"]


async def test_only_force_replaces_a_database_and_what_was_there_is_gone_then(
    world: World, new_url: NewUrl, copy: Path
) -> None:
    kept = await world.submit()
    await back_up(world.url, copy)
    url = await new_url()
    await upgrade(url)
    async with opened(url) as other:
        lost = await other.submit(owner="bob", device_id="SC")
    with pytest.raises(ConflictError, match="--force"):
        await restore(copy, url, may_replace=False)
    async with opened(url) as other:
        assert await other.store.job_status(lost) is not None
    await restore(copy, url, may_replace=True)
    async with opened(url) as other:
        assert await other.store.job_status(lost) is None
        assert await other.store.job_status(kept) is not None


async def test_no_restore_and_no_adoption_while_a_cloud_runs(world: World, copy: Path) -> None:
    job_id = await world.submit()
    await back_up(world.url, copy)
    for change in (restore(copy, world.url, may_replace=True), adopt(world.url)):
        with pytest.raises(UnavailableError, match=r"A Cloud uses|Another process uses"):
            await change
    assert await world.store.job_status(job_id) is not None


async def test_a_backup_of_a_later_version_is_refused(
    world: World, new_url: NewUrl, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await back_up(world.url, copy)
    url = await new_url()
    known = {dialect: migrations(dialect)[:-1] for dialect in Dialect}
    monkeypatch.setattr("qumulus.store.migrations.migrations", known.__getitem__)
    with pytest.raises(UnavailableError, match="later version"):
        await restore(copy, url, may_replace=False)
    assert await is_empty(url)


async def test_a_backup_is_for_its_owner_alone_and_never_replaces_a_file(world: World, copy: Path) -> None:
    await back_up(world.url, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    before = copy.read_bytes()
    with pytest.raises(ConflictError, match="exists already"):
        await back_up(world.url, copy)
    assert copy.read_bytes() == before
    assert list(copy.parent.iterdir()) == [copy]


async def test_broken_rules_are_told_and_kept_as_they_are(world: World, new_url: NewUrl, copy: Path) -> None:
    await world.submit()
    await run(world.url, "DELETE FROM inputs")
    assert ["has no input" in line for line in (await back_up(world.url, copy)).problems] == [True]
    url = await new_url()
    assert ["has no input" in line for line in (await restore(copy, url, may_replace=False)).problems] == [
        True
    ]
    for table in ("jobs", "queue", "job_events"):
        await run(world.url, f"DELETE FROM {table}")


async def test_a_backup_of_an_earlier_schema_is_brought_up(
    new_url: NewUrl, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        first = {dialect: migrations(dialect)[:1] for dialect in Dialect}
        patch.setattr("qumulus.store.migrations.migrations", first.__getitem__)
        old = await new_url()
        await upgrade(old)
    copied = await back_up(old, copy)
    assert copied.is_current == (len(migrations(Dialect.SQLITE)) == 1)
    url = await new_url()
    await restore(copy, url, may_replace=False)
    assert await upgrade(url) == 0
    async with opened(url) as world:
        await world.submit()


# --- SQLite -----------------------------------------------------------------------------------


async def test_what_was_replaced_lies_beside_with_all_its_jobs(sqlite_url: str, copy: Path) -> None:
    async with opened(sqlite_url) as world:
        await back_up(sqlite_url, copy)
        job_id = await world.submit()
    await restore(copy, sqlite_url, may_replace=True)
    file = sqlite_file(sqlite_url)
    with closing(sqlite3.connect(file.with_name("qumulus.db.before-restore"))) as old:
        assert old.execute("SELECT id FROM jobs").fetchall() == [(job_id,)]
    assert {one.name for one in file.parent.iterdir()} == {"qumulus.db", "qumulus.db.before-restore"}


async def test_a_damaged_database_is_replaced_and_its_log_is_not_taken_for_the_new_ones(
    sqlite_url: str, copy: Path
) -> None:
    async with opened(sqlite_url) as world:
        job_id = await world.submit()
        await back_up(sqlite_url, copy)
        file = sqlite_file(sqlite_url)
        await world.submit_many(50)
        log = file.with_name("qumulus.db-wal").read_bytes()
    file.write_bytes(b"no database" * 1000)
    file.with_name("qumulus.db-wal").write_bytes(log)
    await restore(copy, sqlite_url, may_replace=True)
    async with opened(sqlite_url) as world:
        assert [one.job.id for one in await world.claim(100)] == [job_id]


async def test_a_copy_by_sqlite_itself_has_no_checksum_and_is_restored(sqlite_url: str, copy: Path) -> None:
    async with opened(sqlite_url) as world:
        job_id = await world.submit()
        copy.parent.mkdir()
        with closing(sqlite3.connect(sqlite_file(sqlite_url))) as theirs:
            theirs.execute("VACUUM INTO ?", (str(copy),))
    await restore(copy, sqlite_url, may_replace=True)
    async with opened(sqlite_url) as world:
        assert await world.store.job_status(job_id) is not None


# --- PostgreSQL -------------------------------------------------------------------------------


async def test_the_tables_known_from_the_migrations_are_those_of_the_database(
    postgres_database: str,
) -> None:
    connection = await connect(postgres_database)
    try:
        found = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    finally:
        await connection.close()
    numbers = [migration.number for migration in migrations(Dialect.POSTGRES)]
    assert {name for (name,) in found} - {"migrations"} == set(tables_of(numbers))


@pytest.mark.parametrize("engine", ["postgres"])
async def test_events_of_another_server_are_seen_after_adoption(engine: str, new_url: NewUrl) -> None:
    """A dump by other means keeps numbers of transactions, which a new server reaches much later."""
    url = await new_url()
    await upgrade(url)
    async with opened(url) as world:
        job_id = await world.claimed()
        deleted = await world.claimed()
        await world.cancel(deleted)
    await run(url, "UPDATE job_events SET tx = ((1::bigint << 40) + seq)::text::xid8")
    await run(url, "UPDATE jobs SET event_tx = ((1::bigint << 40) + n_events)::text::xid8")
    assert sum("qumulus db adopt" in line for line in await check(url)) > 1
    await adopt(url)
    assert await check(url) == []
    async with opened(url) as world:
        cursor = await world.store.head_cursor(ALICE)
        assert isinstance(await world.report(job_id, Action.START), Moved)
        page = await world.store.owner_events(ALICE, after=cursor)
        assert [(event.job_id, event.target) for event in page.events] == [(job_id, "running")]


@pytest.mark.parametrize("engine", ["postgres"])
async def test_a_backup_that_names_strange_tables_is_refused(
    engine: str, world: World, new_url: NewUrl, copy: Path
) -> None:
    await back_up(world.url, copy)
    with ZipFile(copy) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members["manifest.json"])
    strange = "jobs; CREATE TABLE strange (x int)"
    manifest["tables"][strange] = {"columns": ["x"], "n_rows": 0}
    members |= {"manifest.json": json.dumps(manifest).encode(), f"{strange}.copy": b""}
    with ZipFile(copy, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    url = await new_url()
    with pytest.raises(BadRequestError, match="damaged"):
        await restore(copy, url, may_replace=False)
    assert await is_empty(url)


@pytest.mark.parametrize("engine", ["postgres"])
async def test_a_backup_holds_no_numbers_of_transactions_but_the_next_numbers_of_rows(
    engine: str, world: World, new_url: NewUrl, copy: Path
) -> None:
    await world.submit_many(5)
    (gone,) = await world.submit_many(1)
    await world.cancel(gone)
    await world.delete(gone)
    await back_up(world.url, copy)
    with ZipFile(copy) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    columns = manifest["tables"]["jobs"]["columns"] + manifest["tables"]["job_events"]["columns"]
    assert {"event_tx", "tx"}.isdisjoint(columns)
    assert manifest["sequences"]["jobs.seq"] == 6
    url = await new_url()
    await restore(copy, url, may_replace=False)
    async with opened(url) as again:
        await again.submit()
    assert [tuple(row) for row in await run(url, "SELECT max(seq) FROM jobs")] == [(7,)]
