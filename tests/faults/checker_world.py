"""A small world in which every promise was kept: a history, and a real SQLite store of the first schema."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from campaign.checker import Violation, check, read_history
from campaign.checker.store import read_sqlite

SCHEMA = Path(__file__).parents[2] / "src/qumulus/store/migrations/sqlite/0001_initial.sql"
START_S = 1_800_000_000
PROGRAM = json.dumps({"code": "OPENQASM 3;"})


def micros(after_s: float) -> int:
    return round((START_S + after_s) * 1e6)


class World:
    """``records`` are the lines of the history, ``db`` the store; break either, then ``violations()``."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "qumulus.db"
        self.db = sqlite3.connect(self._path)
        self.db.executescript(SCHEMA.read_text())
        self.db.execute("PRAGMA ignore_check_constraints = ON")
        self.records: list[dict[str, Any]] = []
        self._now_s = 0.0
        self._devices()
        self._opened("all", job_id=None)
        self._live()
        for _ in range(2):
            self._read("job-1", "succeeded")
        self.records.append({"kind": "stream", **self._stream("all", None), "what": "closed"})

    def violations(self) -> list[Violation]:
        self.db.commit()
        return check(read_history([json.dumps(record) for record in self.records]), read_sqlite(self._path))

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        return [
            record
            for record in self.records
            if record["kind"] == "call" and (record["method"], record["path"]) == (method, path)
        ]

    def deliveries(self, job_id: str, stream: str = "all") -> list[dict[str, Any]]:
        return [
            record
            for record in self.records
            if record["kind"] == "event" and record["stream"] == stream and record["data"]["job_id"] == job_id
        ]

    # --- what happens -------------------------------------------------------------------------

    def _live(self) -> None:
        self._opened("one", job_id="job-1")
        self._submit("job-1", key="k1")
        self._claim("job-1", 1, worker="w1")
        self._move("job-1", "cloud", "submitted", attempt=1, losses=1)
        self._claim("job-1", 2, worker="w2")
        self._report("job-1", 2, {"status": "running"})
        self._move("job-1", "provider", "running", attempt=2)
        self._succeed("job-1", 2)
        self.records.append({"kind": "stream", **self._stream("one", "job-1"), "what": "ended"})
        self._submit("job-2")
        self._claim("job-2", 1, worker="w1")
        self._move("job-2", "provider", "running", attempt=1)
        run = {"kind": "run", "number": 2, "pid": 42, "worker": "w1", "start": self._at()}
        self._cancel("job-2")
        self.records.append({**run, "end": self._at() + 0.5})
        self._move("job-2", "provider", "cancelled", attempt=1)
        self._submit("job-3")
        self._claim("job-3", 1, worker="w1")
        self._move("job-3", "provider", "failed", attempt=1)
        self._output("job-3", "reason", "no such gate")
        self._submit("job-4")
        self._cancel("job-4")
        self._delete("job-4")
        self._submit("job-5", device="HW")
        self._claim("job-5", 1, worker="w1")
        self._move("job-5", "provider", "running", attempt=1)
        self._move("job-5", "cloud", "failed", attempt=1, losses=1)
        self._output("job-5", "reason", "the Provider is gone")
        self._output("job-5", "reason_code", "provider_lost")

    def _devices(self) -> None:
        sql = (
            "INSERT INTO devices (id, device_type, status, basis_gates, supported_instructions, description, "
            "on_lost_lease) VALUES (?, 'simulator', 'available', '[]', '[]', '', ?)"
        )
        self.db.executemany(sql, [("RAW", "requeue"), ("HW", "fail")])

    def _at(self) -> float:
        self._now_s += 0.25
        return START_S + self._now_s

    def _call(self, method: str, path: str, answer: Any, request: Any = None, **more: Any) -> None:
        start = self._at() - 0.1
        self.records.append(
            {
                "kind": "call",
                "n": len(self.records),
                "actor": "somebody",
                "owner": "alice",
                "start": start,
                "end": start + 0.1,
                "method": method,
                "path": path,
                "request": request,
                "status": 200,
                "answer": answer,
                **more,
            }
        )

    def _submit(self, job_id: str, *, device: str = "RAW", key: str | None = None) -> None:
        spec = {"name": f"name-{job_id[-1]}", "device_id": device, "shots": 100, "job_info": PROGRAM}
        self._call("POST", "/user/jobs", {"job_id": job_id}, spec, key=key)
        at = micros(self._now_s)
        self.db.execute(
            "INSERT INTO jobs (id, owner, device_id, form, job_type, status, shots, name, description, "
            "priority, simulator_info, mitigation_info, created_at, submitted_at, moved_at, n_events, "
            "n_bytes, slot_priority) VALUES (?, 'alice', ?, 'text', 'sampling', 'submitted', 100, ?, '', "
            "5, '{}', '{}', ?, ?, ?, 1, 9, 5)",
            (job_id, device, spec["name"], at, at, at),
        )
        self.db.execute("INSERT INTO inputs VALUES (?, 'text', ?)", (job_id, PROGRAM))
        if key is not None:
            answer = json.dumps({"job_id": job_id}).encode()
            self.db.execute(
                "INSERT INTO idempotency VALUES ('alice', 'POST /jobs', ?, ?, ?, ?)", (key, b"", answer, at)
            )
        self._event(job_id, 1, at, "user", None, "submitted", {})

    def _claim(self, job_id: str, attempt: int, *, worker: str) -> None:
        answer = [{"job_id": job_id, "attempt": attempt}]
        self._call("GET", f"/provider/jobs?device_id=RAW&worker={worker}", answer, actor=worker)
        self.db.execute("UPDATE jobs SET attempt = ? WHERE id = ?", (attempt, job_id))
        self._move(job_id, "provider", "ready", attempt=attempt, worker=worker)

    def _report(self, job_id: str, attempt: int, said: dict[str, Any]) -> None:
        self._call("PATCH", f"/provider/jobs/{job_id}", {"message": ""}, {"attempt": attempt, **said})

    def _succeed(self, job_id: str, attempt: int) -> None:
        result = {"sampling": {"counts": {"0": 60, "1": 40}}, "provenance": {"attempt": attempt}}
        path = f"/provider/jobs/{job_id}/job_info"
        self._call("PATCH", path, {"message": ""}, {"attempt": attempt, "result": result})
        self._move(job_id, "provider", "succeeded", attempt=attempt)
        self._output(job_id, "result", result)

    def _cancel(self, job_id: str) -> None:
        self._call("POST", f"/user/jobs/{job_id}/cancel", {"message": ""})
        self._move(job_id, "user", "cancelled")

    def _delete(self, job_id: str) -> None:
        self._call("DELETE", f"/user/jobs/{job_id}", {"message": ""})
        source, seq = self.db.execute("SELECT status, n_events FROM jobs WHERE id = ?", (job_id,)).fetchone()
        for table, column in (("jobs", "id"), ("inputs", "job_id"), ("job_events", "job_id")):
            self.db.execute(f"DELETE FROM {table} WHERE {column} = ?", (job_id,))
        self._event(job_id, seq + 1, micros(self._now_s), "user", source, None, {})

    def _read(self, job_id: str, status: str) -> None:
        self._call("GET", f"/user/jobs/{job_id}/status", {"job_id": job_id, "status": status})

    def _output(self, job_id: str, key: str, value: Any) -> None:
        self.db.execute("INSERT INTO outputs VALUES (?, ?, ?)", (job_id, key, json.dumps(value)))

    # --- rows and deliveries ------------------------------------------------------------------

    def _move(self, job_id: str, actor: str, target: str, **detail: Any) -> None:
        self._at()
        at = micros(self._now_s)
        source, seq = self.db.execute("SELECT status, n_events FROM jobs WHERE id = ?", (job_id,)).fetchone()
        stamp = target if target in {"submitted", "ready", "running"} else "ended"
        self.db.execute(
            f"UPDATE jobs SET status = ?, n_events = ?, {stamp}_at = coalesce({stamp}_at, ?), "
            "losses = coalesce(?, losses) WHERE id = ?",
            (target, seq + 1, at, detail.get("losses"), job_id),
        )
        self._event(job_id, seq + 1, at, actor, source, target, detail)

    def _event(
        self, job_id: str, seq: int, at: int, actor: str, source: str | None, target: str | None, detail: Any
    ) -> None:
        cursor = self.db.execute(
            "INSERT INTO job_events (job_id, seq, owner, at, actor, source, target, detail) "
            "VALUES (?, ?, 'alice', ?, ?, ?, ?, ?)",
            (job_id, seq, at, actor, source, target, json.dumps(detail)),
        ).lastrowid
        data = {
            "job_id": job_id,
            "seq": seq,
            "at": datetime.fromtimestamp(at / 1e6, UTC).isoformat(),
            "actor": actor,
            "from": source,
            "to": target,
            "detail": detail,
        }
        self._deliver("all", cursor, data)
        if job_id == "job-1":
            self._deliver("one", cursor, data)

    def _stream(self, name: str, job_id: str | None) -> dict[str, Any]:
        return {"id": name, "owner": "alice", "job_id": job_id, "at": self._at()}

    def _opened(self, name: str, *, job_id: str | None) -> None:
        self.records.append({"kind": "stream", **self._stream(name, job_id), "what": "opened"})

    def _deliver(self, stream: str, cursor: Any, data: dict[str, Any]) -> None:
        self.records.append(
            {"kind": "event", "stream": stream, "at": self._at(), "cursor": cursor, "data": data}
        )
