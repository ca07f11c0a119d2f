"""What a worker may not forget: the jobs it holds, and the reports that the Cloud has not taken yet."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from qumulus.provider.settings import ProviderStartError

log = logging.getLogger("qumulus.provider.outbox")

BUSY_TIMEOUT_MS: Final = 5000

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS held (
    job_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    is_started INTEGER NOT NULL DEFAULT 0 CHECK (is_started IN (0, 1)),
    PRIMARY KEY (job_id, attempt)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reports (
    job_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (job_id, attempt)
);
CREATE TABLE IF NOT EXISTS deaths (
    device_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (device_id, job_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS withdrawn (device_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class OutboxError(ProviderStartError):
    """The outbox cannot be used; the text names the file and what to do."""

    code = "outbox_unusable"


class JobKey(NamedTuple):
    """One attempt at one job: what every report and lease is about."""

    job_id: str
    attempt: int


class Held(NamedTuple):
    """A job claimed by this worker; ``is_started``: it may have touched the device."""

    key: JobKey
    is_started: bool


class Outbox:
    """An SQLite file that one worker owns; a second process on it is refused.

    Reports are on the disk when ``keep`` returns. What is held only has to survive the process, not
    the machine (its lease ends then anyway), so that it costs no wait for the disk. A failed write is
    logged, not raised: work goes on with what is in memory.

    Raises:
        OutboxError: another process has the file, or it is no database, or a damaged one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(path.with_suffix(".lock"))
        try:
            self._durable = _connect(path, synchronous="FULL")
            self._durable.executescript(_SCHEMA)
            _check(self._durable)
            self._quick = _connect(path, synchronous="NORMAL")
        except sqlite3.DatabaseError as error:
            os.close(self._lock)
            raise OutboxError(f"The outbox {path} cannot be opened: {error}. Move it away.") from error

    def close(self) -> None:
        """Let go of the file."""
        self._quick.close()
        self._durable.close()
        os.close(self._lock)

    def hold(self, device_id: str, keys: Iterable[JobKey]) -> None:
        """Remember jobs just claimed."""
        rows = [(*key, device_id) for key in keys]
        self._write(
            self._quick, "INSERT OR IGNORE INTO held (job_id, attempt, device_id) VALUES (?, ?, ?)", rows
        )

    def mark_started(self, key: JobKey) -> None:
        """Remember that the job may touch the device from now on."""
        self._write(self._durable, "UPDATE held SET is_started = 1 WHERE job_id = ? AND attempt = ?", [key])

    def held(self, device_id: str) -> list[Held]:
        """Jobs that were claimed and neither let go of nor reported."""
        rows = self._quick.execute(
            "SELECT job_id, attempt, is_started FROM held WHERE device_id = ? AND NOT EXISTS "
            "(SELECT 1 FROM reports WHERE reports.job_id = held.job_id AND reports.attempt = held.attempt) "
            "ORDER BY job_id, attempt",
            (device_id,),
        )
        return [Held(JobKey(job_id, attempt), bool(started)) for job_id, attempt, started in rows]

    def mourn(self, device_id: str) -> list[tuple[Held, int]]:
        """Jobs that an earlier process left, each with the number of its deaths in a row that had it in hand.

        To be asked once at a start. A job that is there each time may be what the process dies of.
        """
        held = self.held(device_id)
        before = dict(self._quick.execute("SELECT job_id, n FROM deaths WHERE device_id = ?", (device_id,)))
        deaths = {one.key.job_id: before.get(one.key.job_id, 0) + 1 for one in held}
        self._write(self._durable, "DELETE FROM deaths WHERE device_id = ?", [(device_id,)])
        rows = [(device_id, job_id, n) for job_id, n in deaths.items()]
        self._write(self._durable, "INSERT INTO deaths (device_id, job_id, n) VALUES (?, ?, ?)", rows)
        return [(one, deaths[one.key.job_id]) for one in held]

    def keep(self, device_id: str, reports: Iterable[tuple[JobKey, bytes]]) -> bool:
        """Store reports until they are forgotten; a later one of the same attempt replaces the first.

        Whether they are stored now.
        """
        rows = [(*key, device_id, body) for key, body in reports]
        sql = "INSERT OR REPLACE INTO reports (job_id, attempt, device_id, body) VALUES (?, ?, ?, ?)"
        return self._write(self._durable, sql, rows)

    def kept(self, device_id: str) -> list[tuple[JobKey, bytes]]:
        """Reports stored and not forgotten, oldest first."""
        rows = self._quick.execute(
            "SELECT job_id, attempt, body FROM reports WHERE device_id = ? ORDER BY rowid", (device_id,)
        )
        return [(JobKey(job_id, attempt), body) for job_id, attempt, body in rows]

    def forget(self, keys: Sequence[JobKey]) -> None:
        """Let go of jobs and of their reports."""
        self._write(
            self._quick,
            "DELETE FROM reports WHERE job_id = ? AND attempt = ?",
            keys,
            then="DELETE FROM held WHERE job_id = ? AND attempt = ?",
        )

    def set_withdrawn(self, device_id: str, is_withdrawn: bool) -> None:
        """Remember whether it was this worker that declared the device unavailable."""
        sql = (
            "INSERT OR IGNORE INTO withdrawn VALUES (?)"
            if is_withdrawn
            else "DELETE FROM withdrawn WHERE device_id = ?"
        )
        self._write(self._durable, sql, [(device_id,)])

    def is_withdrawn(self, device_id: str) -> bool:
        """This worker declared the device unavailable and has not taken that back."""
        sql = "SELECT 1 FROM withdrawn WHERE device_id = ?"
        return self._quick.execute(sql, (device_id,)).fetchone() is not None

    def _write(
        self, connection: sqlite3.Connection, sql: str, rows: Sequence[tuple[Any, ...]], *, then: str = ""
    ) -> bool:
        if not rows:
            return True
        try:
            with connection:
                connection.executemany(sql, rows)
                if then:
                    connection.executemany(then, rows)
        except sqlite3.DatabaseError as error:
            log.error("outbox_write_failed", extra={"path": str(self._path), "error": str(error)})
            return False
        return True


def _connect(path: Path, *, synchronous: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    return connection


def _check(connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(f"it is damaged ({found})")


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise OutboxError(
            f"Another Provider with this worker name uses {path.parent}: "
            "give this one another --worker or --data."
        ) from None
    return descriptor
