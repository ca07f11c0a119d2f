"""The final store, read by plain SQL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_JOBS = """SELECT id, owner, device_id, status, shots, name, attempt, losses, n_events,
    {created_at}, {submitted_at}, {ready_at}, {running_at}, {ended_at} FROM jobs ORDER BY id"""
_EVENTS = """SELECT {tx}, id, job_id, seq, owner, {at}, actor, source, target, detail
    FROM job_events ORDER BY {order}"""


@dataclass(frozen=True, slots=True)
class Job:
    """A row of ``jobs``; times are seconds since 1970."""

    id: str
    owner: str
    device_id: str
    status: str
    shots: int
    name: str
    attempt: int
    losses: int
    n_events: int
    created_at: float
    submitted_at: float | None
    ready_at: float | None
    running_at: float | None
    ended_at: float | None


@dataclass(frozen=True, slots=True)
class Event:
    """A row of ``job_events``; ``target`` None: the job was deleted."""

    tx: int
    """On PostgreSQL, the transaction that wrote it."""
    id: int
    job_id: str
    seq: int
    owner: str
    at: float
    actor: str
    source: str | None
    target: str | None
    detail: Any


@dataclass(slots=True, kw_only=True)
class StoreState:
    """What the store holds at the end; ``events`` stand in the order in which they were committed."""

    jobs: list[Job] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    queue: list[tuple[str, str]] = field(default_factory=list)
    """Device and job."""
    leases: list[tuple[str, int]] = field(default_factory=list)
    """Job and attempt."""
    keys: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    """Answer by owner, route and key."""
    fails_on_lost_lease: set[str] = field(default_factory=set)
    """Devices."""
    damage: list[str] = field(default_factory=list)
    """What the engine itself finds wrong."""


def read_sqlite(path: Path) -> StoreState:
    """Read an SQLite file that nobody writes."""
    stamps = {name: f"{name} / 1e6" for name in _STAMPS}
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        connection.text_factory = lambda data: data.decode()
        rows = {
            name: connection.execute(sql).fetchall()
            for name, sql in _queries(stamps, tx="0", order="id").items()
        }
        damage = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    return _state(rows, damage)


async def read_postgres(url: str) -> StoreState:
    """Read a PostgreSQL database."""
    import asyncpg

    stamps = {name: f"extract(epoch FROM {name})::double precision" for name in _STAMPS}
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read"):
            rows = {
                name: [tuple(row) for row in await connection.fetch(sql)]
                for name, sql in _queries(stamps, tx="tx::text::bigint", order="tx, id").items()
            }
    finally:
        await connection.close()
    return _state(rows, [])


_STAMPS = ("created_at", "submitted_at", "ready_at", "running_at", "ended_at", "at")


def _queries(stamps: dict[str, str], *, tx: str, order: str) -> dict[str, str]:
    return {
        "jobs": _JOBS.format(**stamps),
        "events": _EVENTS.format(**stamps, tx=tx, order=order),
        "inputs": "SELECT job_id, body FROM inputs",
        "outputs": "SELECT job_id, key, body FROM outputs",
        "queue": "SELECT device_id, job_id FROM queue",
        "leases": "SELECT job_id, attempt FROM leases",
        "keys": "SELECT owner, route, key, answer FROM idempotency",
        "devices": "SELECT id FROM devices WHERE on_lost_lease = 'fail'",
    }


def _state(rows: Mapping[str, Sequence[Sequence[Any]]], damage: Iterable[str]) -> StoreState:
    state = StoreState(
        jobs=[Job(*row) for row in rows["jobs"]],
        events=[_event(*row) for row in rows["events"]],
        inputs={job_id: body for job_id, body in rows["inputs"]},  # noqa: C416 - rows are no pairs for dict()
        queue=[(device, job_id) for device, job_id in rows["queue"]],
        leases=[(job_id, attempt) for job_id, attempt in rows["leases"]],
        keys={(owner, route, key): json.loads(answer) for owner, route, key, answer in rows["keys"]},
        fails_on_lost_lease={row[0] for row in rows["devices"]},
        damage=list(damage),
    )
    for job_id, key, body in rows["outputs"]:
        state.outputs.setdefault(job_id, {})[key] = json.loads(body)
    return state


def _event(*row: Any) -> Event:
    return Event(*row[:-1], detail=json.loads(row[-1]))  # type: ignore[misc]  # as many columns as fields
