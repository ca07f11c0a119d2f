"""Long polls: answered as soon as there is something, never to somebody who is gone."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from tests.api.cloud import RESULT, Cloud, until
from tests.api.raw import Held


async def _waiting(cloud: Cloud, n: int = 1) -> None:
    async def is_so() -> bool:
        return cloud.services.meters.open_waits == n

    await until(is_so)


def _soon(cloud: Cloud, who: str, method: str, path: str, **options: Any) -> asyncio.Task[Any]:
    return asyncio.create_task(cloud.call(who, method, path, **options))


async def test_a_waiting_claim_gets_the_job_when_it_is_submitted(cloud: Cloud) -> None:
    claim = _soon(cloud, "svsim", "GET", "/provider/jobs?wait=30")
    await _waiting(cloud)
    job_id = await cloud.submit()
    answer = await claim
    assert [job["job_id"] for job in answer.json()] == [job_id]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_job_of_another_device_is_no_reason_to_answer(cloud: Cloud) -> None:
    claim = _soon(cloud, "svsim", "GET", "/provider/jobs?wait=30")
    await _waiting(cloud)
    await cloud.submit(device_id="SC")
    job_id = await cloud.submit()
    assert [job["job_id"] for job in (await claim).json()] == [job_id]


async def test_of_two_waiting_claims_one_gets_the_job(cloud: Cloud) -> None:
    claims = [_soon(cloud, "svsim", "GET", "/provider/jobs?wait=30") for _ in range(2)]
    await _waiting(cloud, 2)
    first = await cloud.submit()
    await _waiting(cloud, 1)
    second = await cloud.submit()
    answers = [[job["job_id"] for job in (await claim).json()] for claim in claims]
    assert sorted(answers) == sorted([[first], [second]])


async def test_a_wait_that_is_over_answers_empty(cloud: Cloud) -> None:
    started = time.monotonic()
    assert await cloud.claim(wait=0.2) == []
    assert time.monotonic() - started >= 0.2
    for wait in ("-1", "0", "nan"):
        assert await cloud.claim(wait=wait) == []


@pytest.mark.parametrize("path", ["", "/status"])
async def test_a_waiting_user_hears_when_the_job_ends_and_not_before(cloud: Cloud, path: str) -> None:
    job_id = await cloud.submit()
    waiting = _soon(cloud, "alice", "GET", f"/user/jobs/{job_id}{path}?wait=30")
    await _waiting(cloud)
    await cloud.claim()
    await cloud.start(job_id)
    assert not waiting.done()
    await cloud.report(job_id, result=RESULT)
    assert (await waiting).json()["status"] == "succeeded"


async def test_a_wait_for_a_job_that_has_ended_is_no_wait(cloud: Cloud) -> None:
    job_id = await cloud.job_in("failed")
    assert (await cloud.call("alice", "GET", f"/user/jobs/{job_id}?wait=60")).json()["status"] == "failed"


async def test_a_wait_ends_when_the_job_is_deleted(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    waiting = _soon(cloud, "alice", "GET", f"/user/jobs/{job_id}?wait=30")
    await _waiting(cloud)
    await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")
    assert (await waiting).json()["status"] == "cancelled"


async def test_who_hung_up_gets_no_job(cloud: Cloud) -> None:
    async with Held(cloud, "svsim", "/provider/jobs?wait=30") as dead:
        await asyncio.wait_for(dead.is_watched.wait(), 10)  # its first look is over: a submit is not in it
        dead.hang_up()
        await asyncio.sleep(0)  # the disconnect is delivered in the next turn of the loop
        job_id = await cloud.submit()
        await dead.ended()
        assert await dead.body() == b"[]"
    assert await cloud.status(job_id) == "submitted"
    assert [job["job_id"] for job in await cloud.claim()] == [job_id]


async def test_draining_sends_all_who_wait_home(cloud: Cloud) -> None:
    job_id = await cloud.submit(device_id="SC")
    held = [
        _soon(cloud, "svsim", "GET", "/provider/jobs?wait=60"),
        _soon(cloud, "alice", "GET", f"/user/jobs/{job_id}/status?wait=60"),
        _soon(cloud, "svsim", "POST", "/provider/jobs/heartbeat?wait=60", json={}),
    ]
    await _waiting(cloud, 3)
    async with Held(cloud, "alice", "/user/events", headers={"Accept": "text/event-stream"}) as stream:
        assert (await stream.piece())["status"] == 200
        cloud.services.drain()
        claim, status, pulse = await asyncio.wait_for(asyncio.gather(*held), 10)
        await stream.body()
        await stream.ended()
    assert claim.json() == []
    assert status.json()["status"] == "submitted"
    assert pulse.json() == {"renewed": [], "lost": [], "cancelled": []}
    assert (await cloud.call("alice", "GET", "/readyz")).status_code == 503


async def test_a_thousand_waits_and_a_hundred_streams_are_held(cloud: Cloud) -> None:
    job_id = await cloud.submit(device_id="SC")
    waits = [_soon(cloud, "alice", "GET", f"/user/jobs/{job_id}/status?wait=60") for _ in range(1000)]
    streams = [
        Held(cloud, "alice", f"/user/jobs/{job_id}/events", headers={"Accept": "text/event-stream"})
        for _ in range(100)
    ]
    for stream in streams:
        await stream.__aenter__()
    await _waiting(cloud, 1000)
    await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")
    answers = await asyncio.gather(*waits)
    assert {answer.json()["status"] for answer in answers} == {"cancelled"}
    for stream in streams:
        assert b'"to":"cancelled"' in await stream.body()
        await stream.ended()
    assert cloud.services.meters.open_streams == 0


# --- leases -----------------------------------------------------------------------------------


async def _beat(cloud: Cloud, *jobs: tuple[str, int], wait: float = 0, **fields: Any) -> dict[str, list[str]]:
    body = {"jobs": [{"job_id": job_id, "attempt": attempt} for job_id, attempt in jobs], **fields}
    answer = await cloud.call("svsim", "POST", f"/provider/jobs/heartbeat?wait={wait}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, list[str]] = answer.json()
    return found


async def test_a_lease_is_told_and_renewed(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    [job] = await cloud.claim(lease=10, worker="w")
    assert (job["lease"], job["attempt"]) == (10, 1)
    assert job["lease_expires_at"] > job["ready_at"]
    assert await _beat(cloud, (job_id, 1), lease=10) == {"renewed": [job_id], "lost": [], "cancelled": []}
    assert await _beat(cloud, (job_id, 2), ("unknown", 1)) == {
        "renewed": [],
        "lost": [job_id, "unknown"],
        "cancelled": [],
    }


async def test_a_claim_without_a_lease_has_no_end(cloud: Cloud) -> None:
    await cloud.submit()
    [job] = await cloud.claim()
    assert (job["lease"], job["lease_expires_at"]) == (None, None)


async def test_a_cancel_reaches_the_waiting_heartbeat_at_once(cloud: Cloud) -> None:
    first, second = await cloud.submit(), await cloud.submit()
    await cloud.claim(lease=60)
    pulse = asyncio.create_task(_beat(cloud, (first, 1), (second, 1), wait=60, lease=60))
    await _waiting(cloud)
    await cloud.call("alice", "POST", f"/user/jobs/{second}/cancel")
    assert await pulse == {"renewed": [first], "lost": [], "cancelled": [second]}


async def test_a_heartbeat_waits_at_most_half_the_lease(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    await cloud.claim(lease=5)
    started = time.monotonic()
    await _beat(cloud, (job_id, 1), wait=60, lease=5)
    assert 2.4 <= time.monotonic() - started < 5


async def test_leases_have_bounds(cloud: Cloud) -> None:
    for lease in ("4.9", "3601", "nan", "x"):
        answer = await cloud.call("svsim", "GET", f"/provider/jobs?lease={lease}")
        assert answer.status_code == 400
    for lease in (4.9, 3601):
        answer = await cloud.call("svsim", "POST", "/provider/jobs/heartbeat", json={"lease": lease})
        assert answer.status_code == 400


async def test_a_late_result_counts_while_nobody_has_the_job(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    await cloud.claim(lease=5)
    await cloud.start(job_id)

    async def is_queued_again() -> bool:
        return await cloud.status(job_id) == "submitted"

    await until(is_queued_again, within_s=15)

    async def is_counted() -> bool:
        return cloud.services.meters.expired == 1

    await until(is_counted)
    without_attempt = await cloud.report(job_id, result=RESULT)
    assert without_attempt.status_code == 409
    assert (await cloud.report(job_id, result=RESULT, attempt=1)).status_code == 200
    assert json.loads((await cloud.job(job_id))["job_info"])["result"] == RESULT
    assert await cloud.claim() == []
