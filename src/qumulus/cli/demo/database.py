"""A look into the demo's database: what is really stored."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A job's row, its ``job_info`` composed from input and outputs, and its events."""

    status: str
    attempt: int
    job_info: dict[str, Any]
    stamps: tuple[str, ...]
    """Names of the time stamps that are set."""
    events: tuple[tuple[int, str, str | None, str | None], ...]
    """seq, actor, from, to."""


class Database:
    """Reads the SQLite file beside the running Cloud."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self._connection.row_factory = sqlite3.Row

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def job(self, job_id: str) -> Row:
        """Read all that is stored of a job."""
        ask = self._connection.execute
        row = ask("SELECT * FROM jobs WHERE id = ?", [job_id]).fetchone()
        (body,) = ask("SELECT body FROM inputs WHERE job_id = ?", [job_id]).fetchone()
        outputs = ask("SELECT key, body FROM outputs WHERE job_id = ? ORDER BY key", [job_id]).fetchall()
        events = ask(
            "SELECT seq, actor, source, target FROM job_events WHERE job_id = ? ORDER BY seq", [job_id]
        ).fetchall()
        stamps = ("submitted_at", "ready_at", "running_at", "ended_at")
        return Row(
            status=row["status"],
            attempt=row["attempt"],
            job_info={**json.loads(body), **{key: json.loads(text) for key, text in outputs}},
            stamps=tuple(name for name in stamps if row[name] is not None),
            events=tuple(tuple(event) for event in events),
        )
