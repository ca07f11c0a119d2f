"""The seed's three sequences, step by step, as its diagrams number them."""

from __future__ import annotations

import json

from tests.api.cloud import BELL, RESULT, Cloud


async def _submit(cloud: Cloud, device: str) -> str:
    body = {"device_id": device, "job_info": json.dumps({"code": BELL})}
    answer = await cloud.call("alice", "POST", "/user/jobs", json=body)
    assert answer.status_code == 200
    assert list(answer.json()) == ["job_id"]
    job_id: str = answer.json()["job_id"]
    return job_id


async def _expect_status(cloud: Cloud, job_id: str, status: str) -> None:
    answer = await cloud.call("alice", "GET", f"/user/jobs/{job_id}/status")
    assert answer.status_code == 200
    assert answer.json() == {"job_id": job_id, "status": status}


async def _run(cloud: Cloud, job_id: str, provider: str) -> None:
    await _expect_status(cloud, job_id, "submitted")
    claimed = await cloud.call(provider, "GET", "/provider/jobs")
    assert claimed.status_code == 200
    assert [(job["job_id"], job["status"]) for job in claimed.json()] == [(job_id, "ready")]
    assert json.loads(claimed.json()[0]["job_info"]) == {"code": BELL}
    await _expect_status(cloud, job_id, "ready")
    running = await cloud.call(provider, "PATCH", f"/provider/jobs/{job_id}", json={"status": "running"})
    assert running.status_code == 200
    await _expect_status(cloud, job_id, "running")


async def _moves(cloud: Cloud, job_id: str) -> list[tuple[str | None, str | None]]:
    events = (await cloud.call("alice", "GET", f"/user/jobs/{job_id}/events")).json()
    assert [event["seq"] for event in events] == sorted({event["seq"] for event in events})
    return [(event["from"], event["to"]) for event in events]


async def test_success(cloud: Cloud) -> None:
    job_id = await _submit(cloud, "SC")
    await _run(cloud, job_id, "sc")
    written = await cloud.call("sc", "PATCH", f"/provider/jobs/{job_id}/job_info", json={"result": RESULT})
    assert written.status_code == 200
    job = await cloud.job(job_id)
    assert job["status"] == "succeeded"
    assert json.loads(job["job_info"]) == {"code": BELL, "result": RESULT}
    assert job["submitted_at"] <= job["ready_at"] <= job["running_at"] <= job["ended_at"]
    assert await _moves(cloud, job_id) == [
        (None, "submitted"),
        ("submitted", "ready"),
        ("ready", "running"),
        ("running", "succeeded"),
    ]


async def test_failure(cloud: Cloud) -> None:
    job_id = await _submit(cloud, "SVSim")
    await _run(cloud, job_id, "svsim")
    reason = "The reason of failure"
    written = await cloud.call("svsim", "PATCH", f"/provider/jobs/{job_id}/job_info", json={"reason": reason})
    assert written.status_code == 200
    job = await cloud.job(job_id)
    assert job["status"] == "failed"
    assert json.loads(job["job_info"]) == {"code": BELL, "reason": reason, "message": reason}
    assert await _moves(cloud, job_id) == [
        (None, "submitted"),
        ("submitted", "ready"),
        ("ready", "running"),
        ("running", "failed"),
    ]


async def test_cancellation(cloud: Cloud) -> None:
    job_id = await _submit(cloud, "SVSim")
    await _run(cloud, job_id, "svsim")
    cancelled = await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")
    assert cancelled.status_code == 200
    await _expect_status(cloud, job_id, "cancelled")
    heard = await cloud.call("svsim", "GET", "/provider/jobs", params={"status": "cancelled"})
    assert [job["job_id"] for job in heard.json()] == [job_id]
    body = {"job_id": job_id, "reason": "stopped"}
    written = await cloud.call("svsim", "PATCH", f"/provider/jobs/{job_id}/job_info", json=body)
    assert written.status_code == 200
    answer = (await cloud.call("alice", "GET", f"/user/jobs/{job_id}/status")).json()
    assert answer["status"] == "cancelled"
    assert json.loads(answer["job_info"]) == {"code": BELL, "reason": "stopped", "message": "stopped"}
    again = await cloud.call("svsim", "GET", "/provider/jobs", params={"status": "cancelled"})
    assert again.json() == []
    assert (await cloud.job(job_id))["ended_at"] is not None
