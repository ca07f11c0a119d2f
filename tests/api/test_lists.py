"""Lists of jobs: filters, fields, pages."""

from __future__ import annotations

from typing import Any
from unittest.mock import AsyncMock

import pytest

from qumulus.domain.errors import UnavailableError
from tests.api.cloud import Cloud


async def _list(cloud: Cloud, **params: Any) -> list[dict[str, Any]]:
    answer = await cloud.call("alice", "GET", "/user/jobs", params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def _ids(cloud: Cloud, **params: Any) -> list[str]:
    return [job["job_id"] for job in await _list(cloud, **params)]


async def test_filters_narrow_a_list(cloud: Cloud) -> None:
    plain = await cloud.submit(name="first bell")
    other = await cloud.submit(device_id="SC", job_type="estimation", description="second bell")
    gone = await cloud.job_in("cancelled")
    assert await _ids(cloud) == [plain, other, gone]
    assert await _ids(cloud, order="DESC") == [gone, other, plain]
    assert await _ids(cloud, status="submitted") == [plain, other]
    assert await _ids(cloud, status="cancelled,succeeded") == [gone]
    assert await _ids(cloud, device_id="SC") == [other]
    assert await _ids(cloud, job_type="estimation") == [other]
    assert await _ids(cloud, q="bell") == [plain, other]
    assert await _ids(cloud, q="second") == [other]
    assert await _ids(cloud, q=gone) == [gone]
    assert await _ids(cloud, q="", status="", cursor="") == [plain, other, gone]


async def test_times_bound_a_list_in_every_spelling(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    at = (await cloud.job(job_id))["submitted_at"]
    naive = at.removesuffix("Z")
    for moment in (at, naive, f"{naive}+0000", f"{naive}+00:00"):
        assert await _ids(cloud, start_time=moment, end_time=moment) == [job_id]
    assert await _ids(cloud, end_time="2020-01-01T00:00:00Z") == []
    assert await _ids(cloud, start_time="2999-01-01T00:00:00.000000+0900") == []


async def test_pages_and_cursors_meet_every_job_once(cloud: Cloud) -> None:
    ids = [await cloud.submit() for _ in range(5)]
    for order in ("ASC", "DESC"):
        expected = ids if order == "ASC" else ids[::-1]
        paged = [job for page in (1, 2, 3, 4) for job in await _ids(cloud, page=page, size=2, order=order)]
        assert paged == expected
        seen, url = [], f"/user/jobs?size=2&order={order}&fields=job_id"
        while url:
            answer = await cloud.call("alice", "GET", url)
            seen += answer.json()
            url = answer.links.get("next", {}).get("url", "")
        assert seen == [{"job_id": job_id} for job_id in expected]


async def test_fields_choose_what_is_shown(cloud: Cloud) -> None:
    await cloud.submit(name="n")
    assert await _list(cloud, fields="status,name") == [{"status": "submitted", "name": "n"}]
    [whole] = await _list(cloud)
    assert {"job_info", "simulator_info", "submitted_at", "ended_at"} <= set(whole)


@pytest.mark.parametrize(
    "params",
    [
        {"fields": "statu"},
        {"status": "success"},
        {"order": "UP"},
        {"size": 0},
        {"size": 65_536},
        {"page": 0},
        {"page": "x"},
        {"start_time": "yesterday"},
        {"job_type": "magic"},
    ],
)
async def test_a_parameter_that_makes_no_sense_is_400(cloud: Cloud, params: dict[str, Any]) -> None:
    answer = await cloud.call("alice", "GET", "/user/jobs", params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert next(iter(params)) in answer.text or "no status" in answer.text


async def test_a_waiting_job_tells_its_position(cloud: Cloud) -> None:
    first, second = await cloud.submit(), await cloud.submit()
    assert (await cloud.job(first))["queue_position"] == 0
    assert (await cloud.job(second))["queue_position"] == 1
    await cloud.claim(limit=1)
    assert "queue_position" not in await cloud.job(first)
    assert (await cloud.job(second))["queue_position"] == 0


async def test_a_provider_lists_without_claiming(cloud: Cloud) -> None:
    waiting, running = await cloud.submit(), await cloud.job_in("running")
    assert await cloud.status(waiting) == "ready"  # the claim above took both
    listed = await cloud.claim(status="running")
    assert [job["job_id"] for job in listed] == [running]
    assert await cloud.claim(status="succeeded") == []
    assert await cloud.claim(status="cancelled", fields="job_id") == []
    fields = await cloud.claim(status="ready", fields="job_id,status")
    assert fields == [{"job_id": waiting, "status": "ready"}]


async def test_limit_and_its_older_name_cap_a_claim(cloud: Cloud) -> None:
    ids = [await cloud.submit() for _ in range(15)]
    assert len(await cloud.claim(limit=1)) == 1
    assert len(await cloud.claim(max_results=2)) == 2
    assert [job["job_id"] for job in await cloud.claim()] == ids[3:13]
    for limit in ("0", "1001", "x"):
        assert (await cloud.call("svsim", "GET", f"/provider/jobs?limit={limit}")).status_code == 400


async def test_ones_own_priorities_order_ones_own_jobs(cloud: Cloud) -> None:
    low, high = await cloud.submit(priority=9), await cloud.submit(priority=0)
    assert [job["job_id"] for job in await cloud.claim()] == [high, low]


async def test_a_cloud_that_begins_while_nothing_can_be_written_lists_jobs(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, say: the key that signs the links of a list was made before."""
    assert (await cloud.call("alice", "GET", "/user/jobs")).status_code == 200
    cloud.services._signing_key = None
    monkeypatch.setattr(cloud.services.store, "apply", AsyncMock(side_effect=UnavailableError("It is full.")))
    assert (await cloud.call("alice", "GET", "/user/jobs")).status_code == 200
