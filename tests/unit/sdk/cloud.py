"""A cloud as the SDK sees it: the shapes of the User API, a table of jobs, and switches for faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx

URL = "http://cloud.test"
AT = "2026-01-31T12:00:00.123456Z"
BELL = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'
SAMPLED = {
    "result": {
        "sampling": {"counts": {"00": 509, "11": 515}, "divided_counts": None},
        "estimation": None,
        "provenance": {"engine": "qulacs"},
    }
}
DIVIDED = {
    "result": {
        "sampling": {
            "counts": {"0011": 400, "0100": 600},
            "divided_counts": {"0": {"11": 400, "00": 600}, "1": {"00": 400, "01": 600}},
        }
    }
}
ESTIMATED = {"result": {"estimation": {"exp_value": 1.5, "stds": 0.01}}}
DEVICE = {
    "device_id": "SVSim",
    "device_type": "simulator",
    "status": "available",
    "available_at": None,
    "n_pending_jobs": 3,
    "n_qubits": 128,
    "max_shots": 10_000_000,
    "basis_gates": ["h", "cx"],
    "supported_instructions": ["measure"],
    "device_info": json.dumps({"device_id": "SVSim", "qubits": []}),
    "calibrated_at": AT,
    "description": "noiseless",
    "expected_wait": 1.5,
    "seen_at": AT,
}


def job_body(job_id: str, *, status: str = "submitted", **changes: Any) -> dict[str, Any]:
    """A job as the User API answers it."""
    ended = AT if status in {"succeeded", "failed", "cancelled"} else None
    body = {
        "job_id": job_id,
        "status": status,
        "name": "",
        "description": "",
        "device_id": "SVSim",
        "job_type": "sampling",
        "shots": 1024,
        "priority": 5,
        "attempt": 0,
        "job_info": json.dumps({"code": BELL}),
        "transpiler_info": None,
        "simulator_info": {},
        "mitigation_info": {},
        "execution_time": None,
        "created_at": AT,
        "submitted_at": AT,
        "ready_at": None,
        "running_at": None,
        "ended_at": ended,
    }
    return {**body, **changes}


def event_body(job_id: str, seq: int, source: str | None, target: str | None) -> dict[str, Any]:
    """One event of a timeline."""
    return {
        "job_id": job_id, "seq": seq, "at": AT, "actor": "provider", "from": source, "to": target,
        "detail": {"worker": "w1"},
    }  # fmt: skip


class FakeCloud(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """Holds jobs; each read of a job moves it one step along ``progress``."""

    def __init__(self) -> None:
        self.jobs: dict[str, dict[str, Any]] = {}
        self.progress: dict[str, list[dict[str, Any]]] = {}
        self.streams: dict[str, list[list[dict[str, Any]]]] = {}
        self.requests: list[httpx.Request] = []
        self.lose_answers = 0
        """So many answers are lost after the request was done."""
        self.page_size = 2
        self.extra: dict[tuple[str, str], Callable[[httpx.Request], httpx.Response]] = {}
        self._keys: dict[str, bytes] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.headers.get("authorization") != "Bearer id.secret":
            return refusal(401, "not_authenticated", "No valid token.")
        answer = self._answer(request)
        if self.lose_answers:
            self.lose_answers -= 1
            raise httpx.ReadError("connection reset")
        return answer

    def paths(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def add(self, *bodies: dict[str, Any]) -> None:
        for body in bodies:
            self.jobs[body["job_id"]] = body

    def _answer(self, request: httpx.Request) -> httpx.Response:
        key = (request.method, request.url.path)
        if key in self.extra:
            return self.extra[key](request)
        parts = request.url.path.removeprefix("/user/").split("/")
        if parts[0] == "jobs":
            return self._jobs(request, parts[1:])
        if key == ("GET", "/user/devices"):
            return httpx.Response(200, json=[DEVICE])
        if key == ("GET", "/user/devices/SVSim"):
            return httpx.Response(200, json=DEVICE)
        return refusal(404, "not_found", f"No {request.url.path} is known to you.")

    def _jobs(self, request: httpx.Request, parts: list[str]) -> httpx.Response:
        if request.method == "POST" and parts in ([], ["batch"]):
            return self._submit(request, is_batch=bool(parts))
        if not parts:
            return self._list(request)
        job = self.jobs.get(parts[0])
        if job is None:
            return refusal(404, "not_found", f"No job {parts[0]} is known to you.")
        if request.method == "DELETE":
            del self.jobs[parts[0]]
            return httpx.Response(200, json={"message": "job deleted"})
        return self._one(request, job, parts[1:])

    def _one(self, request: httpx.Request, job: dict[str, Any], rest: list[str]) -> httpx.Response:
        job_id = job["job_id"]
        if rest == ["cancel"]:
            if job["status"] in {"succeeded", "failed"}:
                return refusal(400, "wrong_status", f"A job in status {job['status']} does not allow cancel.")
            job.update(status="cancelled", ended_at=AT)
            return httpx.Response(200, json={"message": "job cancelled"})
        if rest == ["events"]:
            return self._events(request, job_id)
        if rest == ["status"]:
            return httpx.Response(200, json={"job_id": job_id, "status": job["status"]})
        if self.progress.get(job_id):
            job.update(self.progress[job_id].pop(0))
        return httpx.Response(200, json=job)

    def _events(self, request: httpx.Request, job_id: str) -> httpx.Response:
        events = self.streams[job_id].pop(0)
        if request.headers["accept"] != "text/event-stream":
            return httpx.Response(200, json=events)
        text = "".join(f"id: c{event['seq']}\ndata: {json.dumps(event)}\n\n" for event in events)
        return httpx.Response(200, content=text.encode(), headers={"content-type": "text/event-stream"})

    def _submit(self, request: httpx.Request, *, is_batch: bool) -> httpx.Response:
        key = request.headers["idempotency-key"]
        if key not in self._keys:
            asked = json.loads(request.content)
            created = [self._store(one) for one in (asked if is_batch else [asked])]
            self._keys[key] = json.dumps(created if is_batch else created[0]).encode()
        return httpx.Response(200, content=self._keys[key], headers={"content-type": "application/json"})

    def _store(self, asked: dict[str, Any]) -> dict[str, str]:
        job_id = f"job-{len(self.jobs) + 1}"
        self.jobs[job_id] = {**job_body(job_id), **asked}
        return {"job_id": job_id}

    def _list(self, request: httpx.Request) -> httpx.Response:
        asked = {name: values[0] for name, values in parse_qs(request.url.query.decode()).items()}
        wanted = [job for job in self.jobs.values() if asked.get("status") in {None, job["status"]}]
        start = int(asked.get("cursor", 0))
        rows = [{name: job.get(name) for name in asked["fields"].split(",") if name in job} for job in wanted]
        end = start + self.page_size
        headers = {}
        if end < len(wanted):
            headers["link"] = f'<http://its.own.name/user/jobs?cursor={end}>; rel="next"'
        return httpx.Response(200, json=rows[start:end], headers=headers)


def refusal(status: int, code: str, message: str) -> httpx.Response:
    """A refusal in the one error shape."""
    return httpx.Response(status, json={"code": code, "message": message})
