"""What a job is in the database, read by SQL of the tests' own."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import asyncpg


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A row of ``jobs`` with its program, outputs and events."""

    row: dict[str, Any]
    job_info: dict[str, Any]
    events: list[tuple[int, str, str | None, str]]
    """seq, actor, from, to."""
    is_queued: bool
    is_leased: bool
    is_unexplained: bool
    """Cancelled while claimed, and its Provider has not said anything yet."""

    @property
    def stamps(self) -> set[str]:
        """The time stamps that are set."""
        names = ("submitted_at", "ready_at", "running_at", "ended_at")
        return {name.removesuffix("_at") for name in names if self.row[name] is not None}


def stored(url: str, job_id: str) -> Stored:
    """Read a job from PostgreSQL."""
    return asyncio.run(_read(url, job_id))


async def _read(url: str, job_id: str) -> Stored:
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchrow("SELECT * FROM jobs WHERE id = $1", job_id)
        body = await connection.fetchval("SELECT body FROM inputs WHERE job_id = $1", job_id)
        outputs = await connection.fetch("SELECT key, body FROM outputs WHERE job_id = $1", job_id)
        events = await connection.fetch(
            "SELECT seq, actor, source, target FROM job_events WHERE job_id = $1 ORDER BY seq", job_id
        )
        marks = [
            await connection.fetchval(f"SELECT count(*) FROM {table} WHERE job_id = $1", job_id)
            for table in ("queue", "leases", "unexplained")
        ]
    finally:
        await connection.close()
    return Stored(
        row=dict(row),
        job_info={**json.loads(body), **{key: json.loads(text) for key, text in outputs}},
        events=[tuple(event) for event in events],
        is_queued=bool(marks[0]),
        is_leased=bool(marks[1]),
        is_unexplained=bool(marks[2]),
    )
