"""Two Cloud processes share one PostgreSQL: what happens at one is known at the other at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic

import psutil
import pytest

from tests.e2e.clouds import Caller, Cloud, ended, qumulus, until

SOON_S = 1.5
"""Less than the safety poll of 2 s, which would find what no wake-up told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Each side's callers, and the database between them."""

    database: str
    left: Cloud
    right: Cloud
    alice_left: Caller
    alice_right: Caller
    provider_right: Caller


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Pair]:
    database, folder = new_database(), tmp_path_factory.mktemp("pair")
    left = Cloud(folder / "left", "up", "--no-providers", "--database", database)
    right = Cloud(folder / "right", "cloud", "--database", database)
    with ended(left, right):
        known = left.ready().credentials
        right.ready()
        yield Pair(
            database=database,
            left=left,
            right=right,
            alice_left=left.alice,
            alice_right=Caller(port=right.port, token=known["users"]["alice"]),
            provider_right=Caller(port=right.port, token=known["providers"]["SVSim"]),
        )


def claim(pair: Pair) -> tuple[list[str], float]:
    """Wait for jobs at the right Cloud; gives their ids, and when they came."""
    jobs = pair.provider_right.ask("GET", "/provider/jobs", wait=20, within_s=30)
    return [job["job_id"] for job in jobs], monotonic()


def waiting(cloud: Cloud) -> int:
    """How many established connections the Cloud's port has: somebody hangs on a long poll."""
    owner = psutil.Process(cloud.pid)
    return sum(
        one.status == psutil.CONN_ESTABLISHED
        for process in (owner, *owner.children())
        for one in process.net_connections("tcp")
        if one.laddr.port == cloud.port
    )


def test_a_submit_at_one_wakes_a_claim_that_waits_at_the_other(pair: Pair) -> None:
    with ThreadPoolExecutor(1) as thread:
        for _ in range(3):
            claimed = thread.submit(claim, pair)
            until(lambda: waiting(pair.right))
            began = monotonic()
            job_id = pair.alice_left.submit()
            jobs, at = claimed.result(timeout=30)
            assert jobs == [job_id]
            assert at - began < SOON_S
            assert pair.alice_left.status(job_id) == pair.alice_right.status(job_id) == "ready"


def test_an_end_reported_at_one_wakes_a_user_who_waits_at_the_other(pair: Pair) -> None:
    job_id = pair.alice_left.submit()
    assert claim(pair)[0] == [job_id]
    with ThreadPoolExecutor(1) as thread:
        status = thread.submit(lambda: (pair.alice_left.status(job_id, wait=20), monotonic()))
        until(lambda: waiting(pair.left))
        pair.provider_right.ask("PATCH", f"/provider/jobs/{job_id}", {"status": "running"})
        began = monotonic()
        pair.provider_right.ask("PATCH", f"/provider/jobs/{job_id}/job_info", {"reason": "no"})
        word, at = status.result(timeout=30)
    assert (word, at - began < SOON_S) == ("failed", True)


def test_a_stream_at_one_shows_what_happens_at_the_other(pair: Pair) -> None:
    job_id = pair.alice_left.submit()
    with pair.alice_right.stream(f"/user/jobs/{job_id}/events") as events:
        assert next(events)["to"] == "submitted"
        began = monotonic()
        pair.alice_left.ask("POST", f"/user/jobs/{job_id}/cancel")
        event = next(events)
        assert (event["from"], event["to"], event["actor"]) == ("submitted", "cancelled", "user")
        assert monotonic() - began < SOON_S
        assert list(events) == []
    with pair.alice_left.stream("/user/events") as events:
        other = pair.alice_right.submit()
        assert next(event for event in events if event["job_id"] == other)["to"] == "submitted"


def test_a_cancel_at_one_answers_a_heartbeat_that_waits_at_the_other(pair: Pair) -> None:
    drained, _ = claim(pair) if pair.alice_left.submit() else ([], 0.0)
    job_id = drained[-1]
    leased = {"device_id": "SVSim", "jobs": [{"job_id": job_id, "attempt": 1}], "lease": 60}
    with ThreadPoolExecutor(1) as thread:
        beat = thread.submit(
            pair.provider_right.ask, "POST", "/provider/jobs/heartbeat", leased, wait=20, within_s=30
        )
        until(lambda: waiting(pair.right))
        began = monotonic()
        pair.alice_left.ask("POST", f"/user/jobs/{job_id}/cancel")
        pulse = beat.result(timeout=30)
    assert monotonic() - began < SOON_S
    assert job_id in str(pulse["cancelled"])


def test_a_key_used_at_both_gives_one_job(pair: Pair) -> None:
    key = {"Idempotency-Key": "at-both"}
    body = {"device_id": "SC", "job_info": '{"code": "x"}'}
    with ThreadPoolExecutor(8) as threads:
        sides = [pair.alice_left, pair.alice_right] * 8
        answers = list(threads.map(lambda one: one.ask("POST", "/user/jobs", body, headers=key), sides))
    assert len({answer["job_id"] for answer in answers}) == 1
    other = pair.alice_right.call("POST", "/user/jobs", {**body, "shots": 7}, headers=key)
    assert (other.status, other.body["code"]) == (422, "key_reused")


def test_jobs_claimed_at_both_at_once_go_to_one_each(pair: Pair) -> None:
    body = {"device_id": "SC", "job_info": '{"code": "x"}'}
    pair.alice_left.ask("POST", "/user/jobs/batch", [body] * 60)
    token = pair.left.credentials["providers"]["SC"]
    sides = [Caller(port=cloud.port, token=token) for cloud in (pair.left, pair.right)]
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(side.ask, "GET", "/provider/jobs", limit=3) for side in sides * 15]
        claimed = [job["job_id"] for answer in asked for job in answer.result()]
    assert len(claimed) == len(set(claimed)) >= 60


def test_the_database_keeps_every_rule(pair: Pair) -> None:
    done = qumulus("db", "check", "--database", pair.database)
    assert (done.returncode, done.stdout) == (0, "0 violations\n")
