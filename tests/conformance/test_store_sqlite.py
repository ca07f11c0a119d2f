"""What only SQLite does: one process per folder, migrations when opened, a backup before."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from qumulus.bell import MemoryBell
from qumulus.domain.errors import UnavailableError
from qumulus.domain.ids import DeviceId
from qumulus.ports.operations import ClaimJobs
from qumulus.store import check, is_empty, open_store, upgrade
from qumulus.store.migrations import Migration, migrations
from qumulus.store.opening import sqlite_file
from qumulus.store.sqlite.engine import SqliteEngine
from qumulus.store.statements import Dialect
from tests.conformance.world import World

KNOWN = migrations(Dialect.SQLITE)
LATER = Migration(number=KNOWN[-1].number + 1, name="later", text="ALTER TABLE audit ADD COLUMN why TEXT;")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'data' / 'q.db'}"


@pytest.fixture
def later_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qumulus.store.migrations.migrations", lambda _: (*KNOWN, LATER))


def schema(file: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return {(name, " ".join(text.split())) for name, text in rows}


async def test_a_second_process_is_kept_out_of_the_folder_until_the_first_ends(url: str) -> None:
    first = await open_store(url, bell=MemoryBell())
    with pytest.raises(UnavailableError, match="Another process uses the folder"):
        await open_store(url, bell=MemoryBell())
    await first.close()
    second = await open_store(url, bell=MemoryBell())
    await second.ping()
    await second.close()


async def test_an_empty_folder_gets_the_schema_only_if_asked(url: str) -> None:
    assert await is_empty(url)
    with pytest.raises(UnavailableError, match="qumulus db upgrade"):
        await open_store(url, bell=MemoryBell(), migrate=False)
    assert await upgrade(url) == len(KNOWN)
    assert await upgrade(url) == 0
    assert not await is_empty(url)
    store = await open_store(url, bell=MemoryBell(), migrate=False)
    await store.close()
    assert await check(url) == []


async def test_a_migrated_file_equals_a_fresh_one_and_left_a_backup(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    await upgrade(url)
    file = sqlite_file(url)
    before = schema(file)
    request.getfixturevalue("later_version")
    assert await upgrade(url) == 1
    fresh = f"sqlite:///{tmp_path / 'fresh' / 'q.db'}"
    assert await upgrade(fresh) == len(KNOWN) + 1
    assert schema(file) == schema(sqlite_file(fresh)) != before
    assert schema(file.with_name(f"q.db.before-{LATER.number:04}")) == before
    assert not sqlite_file(fresh).with_name("q.db.before-0001").exists()


async def test_a_failed_migration_changes_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await upgrade(url)
    before = schema(sqlite_file(url))
    broken = Migration(number=LATER.number, name="broken", text="CREATE TABLE half (x); SELECT nonsense;")
    monkeypatch.setattr("qumulus.store.migrations.migrations", lambda _: (*KNOWN, broken))
    with pytest.raises(sqlite3.OperationalError):
        await upgrade(url)
    monkeypatch.undo()
    assert schema(sqlite_file(url)) == before
    assert await upgrade(url) == 0


async def test_a_later_versions_file_is_refused(url: str, request: pytest.FixtureRequest) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qumulus.store.migrations.migrations", lambda _: (*KNOWN, LATER))
        await upgrade(url)
    with pytest.raises(UnavailableError, match="later version"):
        await open_store(url, bell=MemoryBell())


async def test_the_file_is_as_durable_as_promised(url: str) -> None:
    store = await open_store(url, bell=MemoryBell())
    engine = store._database._engine  # type: ignore[attr-defined]
    asked = [
        engine._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    ]
    await store.close()
    assert asked == ["wal", 2]


@pytest.mark.parametrize("limit", [1, 1000], ids=["light", "heavy"])
async def test_another_process_that_writes_is_waited_for_and_holds_nobody_else_up(
    url: str, limit: int
) -> None:
    store = await open_store(url, bell=MemoryBell())
    claim = ClaimJobs(devices=(DeviceId("d"),), limit=limit, at=datetime.now(UTC))
    with closing(sqlite3.connect(sqlite_file(url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        claimed = asyncio.create_task(store.apply(claim))
        for _ in range(20):
            await asyncio.sleep(0)
        await store.ping()
        assert not claimed.done()
        other.execute("COMMIT")
    assert await claimed == ()
    assert await store.apply(claim) == ()
    await store.close()


@pytest.mark.parametrize(("size", "is_long"), [(10, False), (1 << 20, True)], ids=["small", "large"])
async def test_large_programs_are_read_in_the_thread(
    url: str, size: int, is_long: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short claim is carried out on the event loop until it turns out that it is not short."""
    ways: list[bool] = []
    carry_out = SqliteEngine._carry_out

    def noted(engine: SqliteEngine, operations: Any, *, is_in_thread: bool) -> Any:
        assert is_in_thread == (threading.current_thread() is not threading.main_thread())
        ways.append(is_in_thread)
        return carry_out(engine, operations, is_in_thread=is_in_thread)

    store, bell = await open_store(url, bell=MemoryBell()), MemoryBell()
    world = World(url=url, store=store, other=store, bell=bell, other_bell=bell)
    text = json.dumps({"code": "x" * size})
    await world.submit(input=text)
    monkeypatch.setattr(SqliteEngine, "_carry_out", noted)
    (claimed,) = await world.claim()
    assert (claimed.payload.input, claimed.job.attempt) == (text, 1)
    assert ways == ([False, True] if is_long else [False])
    await store.close()


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////var/lib/q.db", "/var/lib/q.db"),
        ("sqlite:///data/q.db", "data/q.db"),
        ("sqlite:///with%20space.db", "with space.db"),
    ],
)
def test_the_url_names_a_file(url: str, file: str) -> None:
    assert sqlite_file(url) == Path(file)


async def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        await open_store("mysql://host/name", bell=MemoryBell())
