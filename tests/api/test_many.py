"""Many jobs at once: counts by status, cancels, deletes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qumulus.service import ServiceSettings
from tests.api.cloud import Cloud, open_cloud

NONE = dict.fromkeys(("registered", "submitted", "ready", "running", "succeeded", "failed", "cancelled"), 0)


async def _counts(cloud: Cloud, who: str = "alice", **params: Any) -> dict[str, int]:
    answer = await cloud.call(who, "GET", "/user/jobs/counts", params=params)
    assert answer.status_code == 200, answer.text
    counts: dict[str, int] = answer.json()
    return counts


async def _tell(cloud: Cloud, what: str, *job_ids: str, who: str = "alice") -> list[dict[str, str]]:
    answer = await cloud.call(who, "POST", f"/user/jobs/{what}", json={"job_ids": job_ids})
    assert answer.status_code == 200, answer.text
    outcomes: list[dict[str, str]] = answer.json()
    return outcomes


async def test_jobs_are_counted_by_status_as_the_list_would_show_them(cloud: Cloud) -> None:
    assert await _counts(cloud) == NONE
    await cloud.job_in("cancelled")
    await cloud.job_in("succeeded")
    await cloud.submit(name="bell")
    await cloud.submit(device_id="SC", job_type="estimation")
    await cloud.submit("bob")
    assert await _counts(cloud) == NONE | {"submitted": 2, "succeeded": 1, "cancelled": 1}
    assert await _counts(cloud, "bob") == NONE | {"submitted": 1}
    assert await _counts(cloud, q="bell") == NONE | {"submitted": 1}
    assert await _counts(cloud, device_id="SVSim") == NONE | {"submitted": 1, "succeeded": 1, "cancelled": 1}
    assert await _counts(cloud, job_type="estimation") == NONE | {"submitted": 1}
    assert await _counts(cloud, end_time="2020-01-01T00:00:00Z") == NONE
    assert sum((await _counts(cloud, start_time="2020-01-01T00:00:00Z")).values()) == 4


async def test_many_are_cancelled_each_with_its_own_outcome(cloud: Cloud) -> None:
    waiting, ended, bobs = await cloud.submit(), await cloud.job_in("succeeded"), await cloud.submit("bob")
    waiting = await cloud.submit()
    outcomes = await _tell(cloud, "cancel", waiting, ended, bobs, "none", waiting)
    told = {outcome["job_id"]: outcome["outcome"] for outcome in outcomes}
    assert told == {waiting: "done", ended: "wrong_status", bobs: "not_found", "none": "not_found"}
    assert [outcome["job_id"] for outcome in outcomes] == [waiting, ended, bobs, "none"]
    assert "succeeded" in outcomes[1]["message"]
    assert await _tell(cloud, "cancel", waiting) == [{"job_id": waiting, "outcome": "done"}]
    assert (await cloud.status(waiting), await cloud.status(bobs, "bob")) == ("cancelled", "submitted")


async def test_many_are_deleted_each_with_its_own_outcome(cloud: Cloud) -> None:
    ended, gone, waiting = await cloud.job_in("failed"), await cloud.job_in("cancelled"), await cloud.submit()
    outcomes = await _tell(cloud, "delete", ended, waiting, gone)
    assert [outcome["outcome"] for outcome in outcomes] == ["done", "wrong_status", "done"]
    assert await _counts(cloud) == NONE | {"submitted": 1}
    assert [one["outcome"] for one in await _tell(cloud, "delete", ended)] == ["not_found"]


@pytest.mark.parametrize("what", ["cancel", "delete"])
@pytest.mark.parametrize(
    "body", [{}, {"job_ids": []}, {"job_ids": ["x"] * 1001}, {"job_ids": [1]}, {"ids": ["x"]}]
)
async def test_a_list_that_makes_no_sense_is_400(cloud: Cloud, what: str, body: dict[str, Any]) -> None:
    assert (await cloud.call("alice", "POST", f"/user/jobs/{what}", json=body)).status_code == 400


async def test_a_waiting_job_tells_how_long_it_will_wait_once_the_pace_is_known(tmp_path: Path) -> None:
    async with open_cloud(tmp_path, services=ServiceSettings(loads_kept_s=0.0)) as cloud:
        first = await cloud.submit()
        assert "expected_wait" not in await cloud.job(first)
        await cloud.claim()
        await cloud.start(first)
        await cloud.report(first, result={"sampling": {"counts": {"00": 4}}})
        next_one, last = await cloud.submit(), await cloud.submit()
        pace = (await cloud.call("alice", "GET", "/user/devices/SVSim")).json()["expected_wait"] / 2
        assert pace > 0
        assert (await cloud.job(next_one))["expected_wait"] == 0
        assert (await cloud.job(last))["expected_wait"] == pytest.approx(pace)
        assert "expected_wait" not in await cloud.job(first)


async def test_fields_that_a_listed_job_has_not_are_left_out(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    answer = await cloud.call("alice", "GET", "/user/jobs?fields=job_id,queue_position,expected_wait")
    assert answer.json() == [{"job_id": job_id}]
