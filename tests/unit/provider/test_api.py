from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from qumulus.provider import reports
from qumulus.provider.api import ProviderApi
from qumulus.provider.outbox import JobKey
from qumulus.transport import NO_RETRIES, ApiError, CloudUnreachableError, HttpClient

KEY = JobKey("job/1", 2)

JOB = {
    "job_id": "job-1",
    "device_id": "SC",
    "status": "ready",
    "form": "text",
    "job_type": "sampling",
    "shots": 10,
    "attempt": 1,
    "job_info": '{"code": "x"}',
    "transpiler_info": None,
    "simulator_info": {},
    "mitigation_info": {},
    "created_at": "2026-01-01T00:00:00Z",
    "submitted_at": None,
    "ready_at": None,
    "running_at": None,
    "ended_at": None,
    "a_field_of_a_later_contract": 1,
}


class Server:
    """Answers as told, and remembers the requests."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        status, body = self._answers.pop(0)
        if isinstance(body, bytes):
            return httpx.Response(status, content=body)
        return httpx.Response(status, json=body)

    def api(self) -> ProviderApi:
        """A client of this server."""
        client = HttpClient(
            "http://cloud", "id.secret", retries=NO_RETRIES, transport=httpx.MockTransport(self)
        )
        return ProviderApi(client, device_id="SC", worker="w1", lease_s=10)

    @property
    def last(self) -> tuple[str, str, dict[str, str], Any]:
        """Method, raw path, query and body of the last request."""
        request = self.requests[-1]
        path = request.url.raw_path.decode().partition("?")[0]
        body = json.loads(request.content) if request.content else None
        return request.method, path, dict(request.url.params), body


async def test_a_claim_names_the_device_the_lease_and_the_worker() -> None:
    server = Server((200, [JOB]))
    (job,) = await server.api().claim(3, wait_s=30)
    assert (job.job_id, job.attempt, job.job_info) == ("job-1", 1, '{"code": "x"}')
    query = {"device_id": "SC", "limit": "3", "wait": "30", "lease": "10", "worker": "w1"}
    assert server.last == ("GET", "/provider/jobs", query, None)
    assert server.requests[0].headers["authorization"] == "Bearer id.secret"


async def test_a_claim_is_never_repeated_by_itself() -> None:
    server = Server((503, {"code": "outcome_unknown", "message": ""}), (200, [JOB]))
    with pytest.raises(ApiError):
        await server.api().claim(3, wait_s=30)
    assert len(server.requests) == 1


async def test_reports_are_sent_as_one_list_in_order() -> None:
    server = Server((200, [{"job_id": "a", "outcome": "moved"}, {"job_id": "a", "outcome": "repeated"}]))
    key = JobKey("a", 2)
    lines = [reports.running(key), reports.succeeded(key, {"sampling": {}}, execution_time_s=0.0101)]
    outcomes = await server.api().report([line.body for line in lines])
    assert [outcome.outcome for outcome in outcomes] == ["moved", "repeated"]
    assert server.last == (
        "POST",
        "/provider/jobs/reports",
        {},
        [
            {"job_id": "a", "attempt": 2, "status": "running"},
            {
                "job_id": "a",
                "attempt": 2,
                "status": "succeeded",
                "job_info": {"result": {"sampling": {}}},
                "execution_time": 0.011,
            },
        ],
    )


@pytest.mark.parametrize("answer", [[], {"message": "fine"}, b"<html>", b"\xff"])
async def test_an_answer_that_is_not_of_the_contract_counts_as_none(answer: Any) -> None:
    server = Server((200, answer))
    with pytest.raises(CloudUnreachableError, match="contract"):
        await server.api().report([reports.running(KEY).body])


async def test_a_heartbeat_carries_every_attempt() -> None:
    server = Server((200, {"renewed": ["a"], "lost": ["b"], "cancelled": []}))
    pulse = await server.api().heartbeat([JobKey("a", 1), JobKey("b", 2)], wait_s=2.5)
    assert (pulse.renewed, pulse.lost, pulse.cancelled) == (("a",), ("b",), ())
    jobs = [{"job_id": "a", "attempt": 1}, {"job_id": "b", "attempt": 2}]
    body = {"device_id": "SC", "jobs": jobs, "lease": 10.0, "worker": "w1"}
    assert server.last == ("POST", "/provider/jobs/heartbeat", {"wait": "2.5"}, body)


async def test_a_release_is_fenced_by_the_attempt() -> None:
    server = Server((200, {"message": "released"}))
    await server.api().release(KEY, reason="the Provider stops")
    body = {"attempt": 2, "worker": "w1", "reason": "the Provider stops"}
    assert server.last == ("POST", "/provider/jobs/job%2F1/release", {}, body)


async def test_the_settings_of_the_transpiler_are_put_whole() -> None:
    server = Server((200, {"message": ""}))
    await server.api().write_transpiler_info(KEY, {"transpiler_lib": "qiskit"})
    path = "/provider/jobs/job%2F1/transpiler_info"
    assert server.last == ("PUT", path, {"attempt": "2"}, {"transpiler_lib": "qiskit"})


async def test_a_device_is_published_with_its_info_as_a_text() -> None:
    server = Server((200, {"message": ""}), (200, {"message": ""}))
    stamp = "2026-01-01T00:00:00Z"
    await server.api().publish(n_qubits=27, device_info={"qubits": []}, calibrated_at=stamp)
    first, second = server.requests
    assert (first.url.path, json.loads(first.content)) == ("/provider/devices/SC", {"n_qubits": 27})
    assert second.url.path == "/provider/devices/SC/device_info"
    assert json.loads(second.content) == {"device_info": '{"qubits":[]}', "calibrated_at": stamp}


async def test_a_device_is_published_with_the_gates_that_it_takes() -> None:
    server = Server((200, {"message": ""}), (200, {"message": ""}))
    gates, instructions = ("rz", "cz"), ("measure",)
    await server.api().publish(
        n_qubits=2,
        max_shots=1000,
        device_info={},
        calibrated_at="2026-01-01T00:00:00Z",
        basis_gates=gates,
        supported_instructions=instructions,
    )
    told = json.loads(server.requests[0].content)
    assert told == {
        "n_qubits": 2,
        "max_shots": 1000,
        "basis_gates": ["rz", "cz"],
        "supported_instructions": ["measure"],
    }


@pytest.mark.parametrize("max_shots", [0, 1 << 31])
async def test_a_limit_that_no_cloud_stores_keeps_nothing_else_from_being_told(max_shots: int) -> None:
    server = Server((200, {"message": ""}), (200, {"message": ""}))
    stamp = "2026-01-01T00:00:00Z"
    await server.api().publish(n_qubits=2, max_shots=max_shots, device_info={}, calibrated_at=stamp)
    assert json.loads(server.requests[0].content) == {"n_qubits": 2}


async def test_the_status_of_a_device_is_one_of_two_words() -> None:
    server = Server((200, {"message": ""}), (200, {"message": ""}))
    api = server.api()
    await api.set_available(False)
    assert server.last[:2] == ("PATCH", "/provider/devices/SC/status")
    assert server.last[3]["status"] == "unavailable"
    await api.set_available(True)
    assert server.last[3]["status"] == "available"
