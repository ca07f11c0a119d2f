"""Every call in every status: what it answers and where the job then stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.cloud import RESULT, Cloud

STATUSES = ("submitted", "ready", "running", "succeeded", "failed", "cancelled")
ENDED = ("succeeded", "failed", "cancelled")

# call: who, method, path, body; then by status met: the status after it, None for a refusal.
CALLS: dict[str, tuple[str, str, str, Any]] = {
    "cancel": ("alice", "POST", "/user/jobs/{id}/cancel", None),
    "delete": ("alice", "DELETE", "/user/jobs/{id}", None),
    "running": ("svsim", "PATCH", "/provider/jobs/{id}", {"status": "running"}),
    "running, OQTOPUS path": ("svsim", "PATCH", "/provider/jobs/{id}/status", {"status": "running"}),
    "succeeded": ("svsim", "PATCH", "/provider/jobs/{id}/status", {"status": "succeeded"}),
    "failed": ("svsim", "PATCH", "/provider/jobs/{id}/status", {"status": "failed", "message": "m"}),
    "cancelled": ("svsim", "PATCH", "/provider/jobs/{id}/status", {"status": "cancelled"}),
    "ready": ("svsim", "PATCH", "/provider/jobs/{id}/status", {"status": "ready"}),
    "result": ("svsim", "PATCH", "/provider/jobs/{id}/job_info", {"result": RESULT}),
    "nested result": ("svsim", "PATCH", "/provider/jobs/{id}/job_info", {"job_info": {"result": RESULT}}),
    "reason": ("svsim", "PATCH", "/provider/jobs/{id}/job_info", {"reason": "r"}),
    "other key": ("svsim", "PATCH", "/provider/jobs/{id}/job_info", {"transpile_result": {}}),
    "release": ("svsim", "POST", "/provider/jobs/{id}/release", None),
    "transpiler_info": ("svsim", "PUT", "/provider/jobs/{id}/transpiler_info", {}),
    "requeue": ("admin", "POST", "/admin/jobs/{id}/requeue", {"reason": "r"}),
    "fail": ("admin", "POST", "/admin/jobs/{id}/fail", {"reason": "r"}),
}
AFTER: dict[str, dict[str, str]] = {
    "cancel": dict.fromkeys(("submitted", "ready", "running", "cancelled"), "cancelled"),
    "delete": dict.fromkeys(ENDED, "gone"),
    "running": {"ready": "running"},
    "running, OQTOPUS path": {"ready": "running"},
    "succeeded": {"running": "succeeded"},
    "failed": {"ready": "failed", "running": "failed"},
    "cancelled": {},
    "ready": {},
    "result": {"running": "succeeded", "cancelled": "cancelled"},
    "nested result": {"running": "succeeded", "cancelled": "cancelled"},
    "reason": {"ready": "failed", "running": "failed", "cancelled": "cancelled"},
    "other key": {"ready": "ready", "running": "running", "cancelled": "cancelled"},
    "release": {"ready": "submitted", "running": "submitted"},
    "transpiler_info": {"ready": "ready", "running": "running"},
    "requeue": {"ready": "submitted", "running": "submitted"},
    "fail": {"ready": "failed", "running": "failed"},
}


@pytest.mark.parametrize("call", CALLS)
async def test_a_call_does_in_every_status_what_the_table_says(cloud: Cloud, call: str) -> None:
    for status in STATUSES:
        await _check(cloud, call, status)


async def _check(cloud: Cloud, call: str, status: str) -> None:
    job_id = await cloud.job_in(status)
    before = await cloud.job(job_id)
    who, method, path, body = CALLS[call]
    answer = await cloud.call(who, method, path.format(id=job_id), json=body)
    expected = AFTER[call].get(status)
    if expected is None:
        is_users = who == "alice"
        assert answer.status_code == (400 if is_users else 409), status
        assert answer.json()["code"] == ("wrong_status" if is_users else "illegal_move")
        assert answer.json()["details"][0]["status"] == status
        assert await cloud.job(job_id) == before
    elif expected == "gone":
        assert answer.status_code == 200, status
        assert (await cloud.call("alice", "GET", f"/user/jobs/{job_id}")).status_code == 404
    else:
        assert answer.status_code == 200, status
        assert isinstance(answer.json()["message"], str)
        after = await cloud.job(job_id)
        assert after["status"] == expected
        assert (after["ended_at"] is not None) == (expected in ENDED)


async def test_a_claim_takes_submitted_jobs_only(cloud: Cloud) -> None:
    jobs = {status: await cloud.job_in(status) for status in STATUSES[::-1]}
    assert [job["job_id"] for job in await cloud.claim()] == [jobs["submitted"]]


async def test_a_refused_report_names_the_status_met(cloud: Cloud) -> None:
    job_id = await cloud.job_in("succeeded")
    answer = await cloud.report(job_id, reason="too late")
    assert answer.status_code == 409
    assert answer.json()["message"] == "A job in status succeeded does not allow fail."


async def test_time_stamps_are_set_once(cloud: Cloud) -> None:
    job_id = await cloud.job_in("running")
    first = await cloud.job(job_id)
    await cloud.call("svsim", "POST", f"/provider/jobs/{job_id}/release")
    await cloud.claim()
    again = await cloud.job(job_id)
    assert again["submitted_at"] == first["submitted_at"]
    assert (again["attempt"], first["attempt"]) == (2, 1)


async def test_a_job_that_fails_from_ready_never_ran(cloud: Cloud) -> None:
    job = await cloud.job(await cloud.job_in("ready"))
    await cloud.report(job["job_id"], reason="no program")
    failed = await cloud.job(job["job_id"])
    assert (failed["status"], failed["running_at"], failed["execution_time"]) == ("failed", None, None)
