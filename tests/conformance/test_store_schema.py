"""The schema of every store: its words, its constraints, its plans, its check."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from qumulus.domain.account import Role, UserStatus
from qumulus.domain.device import DeviceStatus, DeviceType, OnLostLease
from qumulus.domain.ids import DeviceId
from qumulus.domain.job import INPUT_KEYS, JobForm, JobType
from qumulus.domain.lifecycle import FINAL, Action, Actor, JobStatus
from qumulus.ports.store import JobQuery
from qumulus.store import check
from qumulus.store.lists import job_counts, job_list
from qumulus.store.migrations import migrations
from qumulus.store.postgres.connection import connect
from qumulus.store.script import WRITE_ORDER
from qumulus.store.statements import Dialect, Statement, combine, statement, texts
from tests.conformance.world import ALICE, SIM, World

ARRAYS = {"device_id": [SIM], "limit": [10], "id": ["x"], "owner": [ALICE], "job_id": ["x"]}


async def run(url: str, text: str, *values: Any) -> list[Any]:
    """Execute one statement past the store; placeholders are the dialect's own."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            return connection.execute(text, values).fetchall()
    connection = await connect(url)
    try:
        return list(await connection.fetch(text, *values))
    finally:
        await connection.close()


def test_the_schema_knows_the_words_of_the_domain() -> None:
    for dialect in Dialect:
        schema = "\n".join(migration.text for migration in migrations(dialect))
        for column, words in (
            ("status", {*JobStatus}),
            ("target", {*JobStatus}),
            ("source", {*JobStatus}),
            ("actor", {*Actor}),
            ("form", {*JobForm}),
            ("job_type", {*JobType}),
            ("device_type", {*DeviceType}),
            ("on_lost_lease", {*OnLostLease}),
            ("role", {*Role}),
        ):
            found = re.findall(rf"CHECK \(\s*{column} IN \(([^)]*)\)\s*\)", schema)
            assert found, column
            for texts_ in found:
                known = set(re.findall(r"'(\w+)'", texts_))
                assert known in ({str(word) for word in words}, {*DeviceStatus}, {*UserStatus}), (
                    dialect,
                    column,
                )
        (ended,) = re.findall(r"CHECK \(\(status IN \(([^)]*)\)\) = \(ended_at IS NOT NULL\)\)", schema)
        assert set(re.findall(r"'(\w+)'", ended)) == FINAL
        (keys,) = re.findall(r"key NOT IN \(([^)]*)\)", schema)
        assert set(re.findall(r"'(\w+)'", keys)) == INPUT_KEYS


@pytest.mark.parametrize(
    "change",
    [
        "status = 'success'",
        "status = 'succeeded'",
        "ended_at = created_at",
        "status = 'running', attempt = 1, ready_at = created_at",
        "status = 'ready', attempt = 0, ready_at = created_at",
        "status = 'ready', attempt = 1",
        "submitted_at = NULL",
        "shots = 0",
        "form = 'paper'",
        "attempt = -1",
    ],
)
async def test_a_job_that_cannot_be_is_refused_by_the_schema(world: World, change: str) -> None:
    await world.submit()
    with pytest.raises((sqlite3.IntegrityError, asyncpg.CheckViolationError)):
        await run(world.url, f"UPDATE jobs SET {change}")


async def test_an_input_key_is_refused_among_the_outputs_by_the_schema(world: World) -> None:
    for key in INPUT_KEYS:
        with pytest.raises((sqlite3.IntegrityError, asyncpg.CheckViolationError)):
            await run(world.url, f"INSERT INTO outputs (job_id, key, body) VALUES ('x', '{key}', '1')")


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        ("DELETE FROM queue WHERE job_id = '{waiting}'", "{waiting} is submitted but stands in no queue"),
        (
            "UPDATE jobs SET slot_seq = 99 WHERE id = '{waiting}'",
            "{waiting} is submitted but stands in no queue",
        ),
        ("UPDATE queue SET job_id = '{running}'", "holds job {running}, which is running"),
        ("DELETE FROM leases", "{running} is running but nobody holds it"),
        ("UPDATE leases SET attempt = 7", "{running} is held at attempt 7 but is running at attempt 1"),
        ("DELETE FROM inputs WHERE job_id = '{running}'", "{running} has no input"),
        ("INSERT INTO outputs (job_id, key, body) VALUES ('x', 'k', '1')", "output k is left of job x"),
        (
            "DELETE FROM job_events WHERE job_id = '{running}' AND seq = 2",
            "counts 3 events but has 2, the last is 3",
        ),
        (
            "UPDATE job_events SET target = 'failed' WHERE seq = 3",
            "is running but its last event says failed",
        ),
        (
            "UPDATE job_events SET source = 'submitted' WHERE seq = 3",
            "event 3 of job {running} begins at submitted but the one before ended at ready",
        ),
        (
            "INSERT INTO unexplained (device_id, job_id) VALUES ('d', '{waiting}')",
            "{waiting}, which is submitted",
        ),
    ],
)
async def test_the_check_finds_damage(world: World, damage: str, complaint: str) -> None:
    running, waiting = await world.running(), await world.submit()
    assert await check(world.url) == []
    names = {"running": running, "waiting": waiting}
    await run(world.url, damage.format(**names))
    assert any(complaint.format(**names) in problem for problem in await check(world.url))
    for table in ("jobs", "queue", "leases", "inputs", "outputs", "job_events", "unexplained"):
        await run(world.url, f"DELETE FROM {table}")


async def test_both_dialects_offer_the_same_names_parameters_and_columns() -> None:
    sqlite, postgres = texts(Dialect.SQLITE), texts(Dialect.POSTGRES)
    assert set(postgres) - set(sqlite) == POSTGRES_ONLY
    assert set(sqlite) <= set(postgres)
    for name in WRITE_ORDER:
        assert statement(Dialect.SQLITE, name).names == statement(Dialect.POSTGRES, name).names, name
    for name in sqlite:
        asked = set(statement(Dialect.SQLITE, name).names)
        assert asked == set(statement(Dialect.POSTGRES, name).names), name


async def test_answers_have_the_same_columns_in_both_dialects(world: World) -> None:
    if world.other is world.store:
        return
    connection = await connect(world.url)
    try:
        with closing(sqlite3.connect(":memory:")) as memory:
            memory.executescript("\n".join(migration.text for migration in migrations(Dialect.SQLITE)))
            for name, text in texts(Dialect.SQLITE).items():
                if not text.startswith("SELECT"):
                    continue
                asked = statement(Dialect.SQLITE, name)
                if "migrations" in name:
                    continue
                values = ["[]" if f"json_each(:{name_})" in text else 0 for name_ in asked.names]
                columns = [one[0] for one in memory.execute(asked.text, values).description]
                prepared = await connection.prepare(statement(Dialect.POSTGRES, name).text)
                assert [one.name for one in prepared.get_attributes()] == columns, name
    finally:
        await connection.close()


async def plan(url: str, asked: Statement, values: dict[str, Any]) -> str:
    """Give the plan of a query as text, as it is for tables of some size."""
    if url.startswith("sqlite"):
        row = ["[]" if isinstance(values[name], list) else values[name] for name in asked.names]
        return "\n".join(row[3] for row in await run(url, f"EXPLAIN QUERY PLAN {asked.text}", *row))
    lines = await run(url, f"EXPLAIN {asked.text}", *asked.bind(values))
    return "\n".join(line[0] for line in lines)


def dialect_of(url: str) -> Dialect:
    return Dialect.SQLITE if url.startswith("sqlite") else Dialect.POSTGRES


POSTGRES_ONLY = {
    *("check_future", "mend_events", "mend_jobs", "clouds_at_work"),
    *("stored_columns", "stored_sequences", "set_sequence", "unsafe_settings"),
}
FLAWS = re.compile(r"Seq Scan|Sort|Bitmap|SCAN (?!json_each|CONSTANT|\(|first)|TEMP B-TREE")


async def fill(world: World) -> None:
    """Put in enough rows, and have the server know it."""
    await asyncio.gather(*(world.have_device(DeviceId(f"device-{n}")) for n in range(100)))
    for _ in range(4):
        await world.submit_many(250)
    await world.submit_many(100, owner="bob", device_id="SC")
    await world.claim(50)
    await run(world.url, "ANALYZE")


@pytest.mark.parametrize(
    "name", ["take_heads", "take_preferred", "queue_position", "lock_jobs", "lease_policies"]
)
async def test_the_hot_statements_walk_an_index(world: World, name: str) -> None:
    await fill(world)
    asked = statement(dialect_of(world.url), name)
    scalars: dict[str, Any] = {
        "device_id": SIM,
        "owner": ALICE,
        "limit": 10,
        "id": "x",
        "at_most": 10,
        "job_id": "x",
    }
    is_set = "[]" in asked.text
    found = await plan(world.url, asked, {k: ARRAYS[k] if is_set else scalars[k] for k in asked.names})
    if name == "lock_jobs":
        found = found.replace("Sort", "")  # of the few rows that a batch locks
    assert not FLAWS.search(found), found


@pytest.mark.parametrize(
    "query",
    [
        JobQuery(owner=ALICE),
        JobQuery(owner=ALICE, descending=True, after=ALICE),  # type: ignore[arg-type]
        JobQuery(owner=ALICE, statuses=frozenset({JobStatus.READY}), with_payload=False),
        JobQuery(devices=frozenset({SIM}), after=ALICE),  # type: ignore[arg-type]
        JobQuery(devices=frozenset({SIM}), statuses=frozenset({JobStatus.READY}), descending=True),
    ],
)
async def test_lists_walk_an_index_in_order(world: World, query: JobQuery) -> None:
    await fill(world)
    asked, values = job_list(dialect_of(world.url), query)
    found = await plan(world.url, asked, values)
    assert not FLAWS.search(found), found


async def test_jobs_are_counted_within_their_owners_index(world: World) -> None:
    await fill(world)
    asked, values = job_counts(dialect_of(world.url), JobQuery(owner="bob"))  # type: ignore[arg-type]
    found = await plan(world.url, asked, values)
    assert "jobs_by_owner" in found, found


async def test_events_are_read_by_an_index_in_order(world: World) -> None:
    await fill(world)
    dialect = dialect_of(world.url)
    for name, values in (
        ("read_job_events", {"job_id": "x"}),
        (
            "read_owner_events",
            {"owner": ALICE, "tx": 0 if dialect is Dialect.SQLITE else "0", "id": 0, "limit": 9},
        ),
    ):
        found = await plan(world.url, statement(dialect, name), values)
        assert not FLAWS.search(found), found


def test_a_combined_statement_keeps_each_parameter_apart() -> None:
    both = combine(("delete_leases", "delete_outputs"))
    assert both.names == ("delete_leases.job_id", "delete_outputs.job_id")
    assert "ANY($1::text[])" in both.text
    assert "ANY($2::text[])" in both.text
    assert combine(("delete_leases",)).text.startswith("DELETE")


def test_all_statements_that_write_together_have_a_place_in_the_order() -> None:
    assert len(set(WRITE_ORDER)) == len(WRITE_ORDER)
    assert WRITE_ORDER.index("insert_jobs") < WRITE_ORDER.index("queue_new_jobs")
    sources = (Path(__file__).parents[2] / "src/qumulus/store").glob("*.py")
    written = {
        name for source in sources for name in re.findall(r'writes\.add\(\s*"(\w+)"', source.read_text())
    }
    assert written <= set(WRITE_ORDER)
    assert Action.SUBMIT
