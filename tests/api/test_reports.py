"""What Providers report: fences, repeats, contradictions, many at once."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.api.cloud import RESULT, Cloud


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"status": "running"}),
        ("/status", {"status": "failed", "message": "m"}),
        ("/job_info", {"reason": "r"}),
        ("/release", {}),
    ],
)
async def test_an_older_attempt_changes_nothing(cloud: Cloud, path: str, body: dict[str, Any]) -> None:
    job_id = await cloud.job_in("ready")
    await cloud.call("svsim", "POST", f"/provider/jobs/{job_id}/release", json={"attempt": 1})
    await cloud.claim()
    before = await cloud.job(job_id)
    method = "POST" if path == "/release" else "PATCH"
    for sent, query in (({**body, "attempt": 1}, ""), (body, "?attempt=1")):
        answer = await cloud.call("svsim", method, f"/provider/jobs/{job_id}{path}{query}", json=sent)
        assert (answer.status_code, answer.json()["code"]) == (409, "stale_attempt")
    assert await cloud.job(job_id) == before


async def test_a_report_with_its_attempt_may_be_repeated(cloud: Cloud) -> None:
    job_id = await cloud.job_in("ready")
    reports = (
        ("", {"status": "running", "attempt": 1}),
        ("/job_info", {"result": RESULT, "attempt": 1, "worker": "w"}),
    )
    for path, body in reports:
        for _ in range(2):
            answer = await cloud.call("svsim", "PATCH", f"/provider/jobs/{job_id}{path}", json=body)
            assert answer.status_code == 200
    by_another = {"result": RESULT, "attempt": 1, "worker": "v", "execution_time": 3}
    assert (await cloud.report(job_id, **by_another)).status_code == 200
    other = {"result": {"sampling": {"counts": {"00": 4}}}, "attempt": 1}
    assert (await cloud.report(job_id, **other)).status_code == 409
    assert (await cloud.report(job_id, result=RESULT)).status_code == 409
    assert json.loads((await cloud.job(job_id))["job_info"])["result"] == RESULT


async def test_a_path_and_a_body_speak_of_one_job(cloud: Cloud) -> None:
    job_id = await cloud.job_in("running")
    for path, body in (("/job_info", {"reason": "r"}), ("", {"status": "failed"})):
        answer = await cloud.call(
            "svsim", "PATCH", f"/provider/jobs/{job_id}{path}", json={**body, "job_id": "x"}
        )
        assert answer.status_code == 400
    assert await cloud.status(job_id) == "running"


@pytest.mark.parametrize(
    "contents",
    [
        {},
        {"reason": None},
        {"result": RESULT, "reason": "r"},
        {"result": "text"},
        {"job_info": {"result": RESULT}, "overwrite_status": "failed"},
        {"job_info": {"result": {"estimation": {"exp_value": 1.0, "stds": 0.0}}}},
        {"job_info": "text"},
        {"reason": "r", "attempt": "one"},
        {"reason": "r", "execution_time": -1},
        {"reason": "r", "worker": "w" * 65},
    ],
)
async def test_a_contradictory_report_is_400_and_changes_nothing(
    cloud: Cloud, contents: dict[str, Any]
) -> None:
    job_id = await cloud.job_in("running")
    before = await cloud.job(job_id)
    answer = await cloud.report(job_id, **contents)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert await cloud.job(job_id) == before


async def test_a_cancelled_job_keeps_a_partial_result_with_its_reason(cloud: Cloud) -> None:
    job_id = await cloud.job_in("running")
    await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")
    answer = await cloud.report(job_id, result=RESULT, reason="stopped")
    assert answer.status_code == 200
    job = await cloud.job(job_id)
    info = json.loads(job["job_info"])
    assert (job["status"], info["result"], info["reason"]) == ("cancelled", RESULT, "stopped")


async def test_unknown_keys_are_kept(cloud: Cloud) -> None:
    job_id = await cloud.job_in("running")
    await cloud.report(job_id, result=RESULT, device_remark={"fridge": 0.01}, operator=[])
    info = json.loads((await cloud.job(job_id))["job_info"])
    assert info["device_remark"] == {"fridge": 0.01}
    assert "operator" not in info


async def test_a_key_is_no_longer_than_every_store_takes(cloud: Cloud) -> None:
    job_id = await cloud.job_in("running")
    for key, status in (("k" * 255, 200), ("k" * 256, 400)):
        answer = await cloud.call("svsim", "PATCH", f"/provider/jobs/{job_id}/job_info", json={key: 1})
        assert answer.status_code == status
    for who, path in (("svsim", "/provider/devices/SVSim"), ("admin", "/admin/devices/SVSim")):
        answer = await cloud.call(who, "PATCH", path, json={"n_qubits": 2**31})
        assert answer.status_code == 400


async def test_a_report_of_too_many_keys_is_400_and_changes_nothing(cloud: Cloud) -> None:
    job_id = await cloud.job_in("running")
    remarks = {f"remark{number}": number for number in range(101)}
    for info in (remarks, {"job_info": remarks}):
        answer = await cloud.call("svsim", "PATCH", f"/provider/jobs/{job_id}/job_info", json=info)
        assert answer.status_code == 400
        assert "100 keys" in answer.json()["message"]
    line = {"job_id": job_id, "attempt": 1, "job_info": remarks}
    answer = await cloud.call("svsim", "POST", "/provider/jobs/reports", json=[line])
    assert "100 keys" in answer.text
    assert "remark1" not in (await cloud.job(job_id))["job_info"]


async def test_an_unknown_status_is_400(cloud: Cloud) -> None:
    job_id = await cloud.job_in("running")
    answer = await cloud.call("svsim", "PATCH", f"/provider/jobs/{job_id}", json={"status": "success"})
    assert answer.status_code == 400
    assert "succeeded" in answer.json()["message"]


async def test_of_cancel_and_result_exactly_one_wins(cloud: Cloud) -> None:
    for _ in range(10):
        job_id = await cloud.job_in("running")
        cancelled, reported = await asyncio.gather(
            cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel"),
            cloud.call("svsim", "PATCH", f"/provider/jobs/{job_id}/status", json={"status": "succeeded"}),
        )
        assert {cancelled.status_code, reported.status_code} in ({200, 409}, {400, 200})
        assert await cloud.status(job_id) == ("cancelled" if cancelled.status_code == 200 else "succeeded")


# --- many at once -----------------------------------------------------------------------------


async def _reports(cloud: Cloud, *lines: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await cloud.call("svsim", "POST", "/provider/jobs/reports", json=list(lines))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_each_report_of_many_has_its_own_outcome(cloud: Cloud) -> None:
    good = await cloud.job_in("running")
    over = await cloud.job_in("succeeded")
    stale = await cloud.job_in("ready")
    odd = await cloud.job_in("ready")
    found = await _reports(
        cloud,
        {"job_id": good, "attempt": 1, "status": "succeeded", "job_info": {"result": RESULT}},
        {"job_id": over, "attempt": 1, "status": "failed", "job_info": {"reason": "r"}},
        {"job_id": stale, "attempt": 0, "status": "running"},
        {"job_id": "unknown", "status": "running"},
        {"job_id": odd, "status": "failed", "job_info": {"result": RESULT}},
    )
    outcomes = [(line["outcome"], line.get("status"), line.get("attempt")) for line in found]
    assert outcomes == [
        ("moved", "succeeded", 1),
        ("illegal_move", "succeeded", 1),
        ("stale_attempt", "ready", 1),
        ("not_found", None, None),
        ("bad_request", None, None),
    ]
    assert [line["job_id"] for line in found] == [good, over, stale, "unknown", odd]
    assert all(line["message"] for line in found[1:])


async def test_a_job_may_start_and_end_in_one_list(cloud: Cloud) -> None:
    jobs = [await cloud.job_in("ready") for _ in range(3)]
    lines = [
        line
        for job_id in jobs
        for line in (
            {"job_id": job_id, "attempt": 1, "status": "running"},
            {
                "job_id": job_id,
                "attempt": 1,
                "status": "succeeded",
                "job_info": {"result": RESULT},
                "execution_time": 0.25,
            },
        )
    ]
    assert [line["outcome"] for line in await _reports(cloud, *lines)] == ["moved"] * 6
    for job_id in jobs:
        job = await cloud.job(job_id)
        assert (job["status"], job["execution_time"]) == ("succeeded", 0.25)
        assert job["running_at"] is not None


async def test_a_list_of_reports_may_be_repeated(cloud: Cloud) -> None:
    job_id = await cloud.job_in("running")
    line = {"job_id": job_id, "attempt": 1, "status": "succeeded", "job_info": {"result": RESULT}}
    assert [line["outcome"] for line in await _reports(cloud, line)] == ["moved"]
    assert [line["outcome"] for line in await _reports(cloud, line)] == ["repeated"]
    single = await cloud.report(job_id, result=RESULT, attempt=1)
    assert single.status_code == 200


async def test_a_list_may_write_without_moving(cloud: Cloud) -> None:
    job_id = await cloud.job_in("ready")
    [line] = await _reports(cloud, {"job_id": job_id, "attempt": 1, "job_info": {"transpile_result": {}}})
    assert (line["outcome"], line["status"]) == ("moved", "ready")
    assert json.loads((await cloud.job(job_id))["job_info"])["transpile_result"] == {}


async def test_lists_have_bounds_and_known_fields(cloud: Cloud) -> None:
    line = {"job_id": "x", "status": "running"}
    for body in ([line] * 1001, [{**line, "attemp": 1}], {"jobs": [line]}):
        answer = await cloud.call("svsim", "POST", "/provider/jobs/reports", json=body)
        assert answer.status_code == 400
    assert await _reports(cloud) == []


async def test_transpiler_settings_are_written_back(cloud: Cloud) -> None:
    job_id = await cloud.job_in("ready")
    info = {"transpiler_lib": "qiskit", "transpiler_options": {"optimization_level": 1}}
    answer = await cloud.call("svsim", "PUT", f"/provider/jobs/{job_id}/transpiler_info", json=info)
    assert answer.status_code == 200
    assert (await cloud.job(job_id))["transpiler_info"] == info
    stale = await cloud.call("svsim", "PUT", f"/provider/jobs/{job_id}/transpiler_info?attempt=7", json=info)
    assert stale.json()["code"] == "stale_attempt"
