"""A Cloud or a Provider is killed, stopped or doubled, and no job is lost or done twice."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPException
from itertools import count
from pathlib import Path
from threading import Event, Lock
from typing import Any

import psutil
import pytest

from tests.e2e.clouds import (
    BELL,
    ENDLESS,
    Caller,
    Cloud,
    Program,
    alive,
    busy,
    ended,
    is_ready,
    provider_of,
    qumulus,
    until,
)

JOBS = 200
KILL_AFTER = 70
WRITERS = 8


class Submitting:
    """200 submits from several threads; every second one has an idempotency key and is repeated."""

    def __init__(self, alice: Caller) -> None:
        self.acknowledged: dict[str, str] = {}
        """Name of the job to the id that the Cloud gave."""
        self.uncertain: set[str] = set()
        self.is_midway = Event()
        self.is_back = Event()
        self._alice = alice
        self._lock = Lock()

    def run(self) -> None:
        with ThreadPoolExecutor(WRITERS) as threads:
            list(threads.map(self._submit, range(JOBS)))

    def _submit(self, number: int) -> None:
        has_key = number % 2 == 0
        name = f"{'keyed' if has_key else 'plain'}-{number}"
        for attempt in count():
            try:
                job_id = self._post(name, has_key)
            except (OSError, HTTPException):
                if not has_key:
                    with self._lock:
                        self.uncertain.add(name)
                    return
                assert attempt < 5
                assert self.is_back.wait(30)
            else:
                self._note(name, job_id)
                return

    def _post(self, name: str, has_key: bool) -> str:
        body = {"device_id": "SVSim", "name": name, "job_info": f'{{"code": "{name}"}}'}
        headers = {"Idempotency-Key": name} if has_key else {}
        return str(self._alice.ask("POST", "/user/jobs", body, headers=headers)["job_id"])

    def _note(self, name: str, job_id: str) -> None:
        with self._lock:
            self.acknowledged[name] = job_id
            if len(self.acknowledged) >= KILL_AFTER:
                self.is_midway.set()


@pytest.mark.parametrize(
    ("command", "store"), [("up", "sqlite"), ("cloud", "sqlite"), ("cloud", "postgresql")]
)
def test_every_acknowledged_job_survives_a_cloud_killed_between_submits(
    data: Path, command: str, store: str, request: pytest.FixtureRequest
) -> None:
    options = ["--no-providers"] if command == "up" else ["--first-start"]
    place = ["--data", str(data)]
    if store == "postgresql":
        place = ["--database", request.getfixturevalue("new_database")()]
        options += place
    cloud = Cloud(data, command, *options)
    with ended(cloud), ThreadPoolExecutor(1) as thread:
        alice = cloud.ready().alice
        submitting = Submitting(alice)
        running = thread.submit(submitting.run)
        assert submitting.is_midway.wait(30)
        if command == "up":
            killed = cloud.child("cloud")
            killed.kill()
            until(lambda: killed not in alive([killed]))
            until(lambda: is_ready(cloud.port))
        else:
            cloud.kill()
            cloud.ready()
        submitting.is_back.set()
        running.result(timeout=60)
        listed = alice.ask("GET", "/user/jobs", size=1000, fields="job_id,name,status")
    names, known = Counter(job["name"] for job in listed), submitting.acknowledged
    stored = {job["job_id"]: job["name"] for job in listed}
    assert set(names.values()) == {1}
    assert {job["status"] for job in listed} == {"submitted"}
    assert known.items() <= {name: job_id for job_id, name in stored.items()}.items()
    assert len(known) + len(submitting.uncertain) == JOBS
    assert set(names) - known.keys() <= submitting.uncertain
    assert len([name for name in known if name.startswith("keyed")]) == JOBS / 2
    assert qumulus("db", "check", *place).stdout == "0 violations\n"


def test_jobs_of_a_killed_provider_run_again_and_end_once(data: Path) -> None:
    cloud = Cloud(data, "up")
    with ended(cloud):
        alice = cloud.ready().alice
        long = alice.submit(busy(1500))
        others = [alice.submit() for _ in range(6)]
        until(lambda: alice.status(long) == "running")
        killed = cloud.child("provider")
        family = killed.children(recursive=True)
        killed.kill()
        until(lambda: not alive([killed, *family]), within_s=5)
        for job_id in (long, *others):
            assert alice.status(job_id, wait=60) == "succeeded"
            path = alice.path(job_id)
            assert path.count("succeeded") == 1
            assert path[-3:] == ["ready", "running", "succeeded"]
        assert alice.path(long)[:4] == ["submitted", "ready", "running", "submitted"]
        assert alice.events(long)[-1]["detail"]["attempt"] == 2
        assert cloud.stop() == 0


def test_small_jobs_that_share_a_child_outlive_their_provider_and_end_once(data: Path) -> None:
    data.mkdir()
    (data / "config.toml").write_text("[provider]\nlease_s = 5.0\n")
    cloud = Cloud(data, "cloud", "--first-start")
    first, same, other = (provider_of(cloud, name) for name in ("one", "one", "two"))
    with ended(cloud, first, same, other):
        alice = cloud.ready().alice
        body = {"device_id": "SVSim", "shots": 100, "job_info": json.dumps({"code": BELL})}
        created = alice.ask("POST", "/user/jobs/batch", [body] * 1000)
        job_ids = {job["job_id"] for job in created}
        kill_amid(first, data, after=100)
        kill_amid(same, data, after=400)
        other.start()
        until(lambda: n_succeeded(data) == len(job_ids), within_s=90)
        paths = paths_of(data)
    assert paths.keys() == job_ids
    twice = 0
    for path in paths.values():
        assert path[0] == ("submitted", 0)
        assert path[-3:] == [(status, path[-1][1]) for status in ("ready", "running", "succeeded")]
        assert [status for status, _ in path].count("succeeded") == 1
        assert [attempt for status, attempt in path if status == "ready"] == [*range(1, path[-1][1] + 1)]
        twice += path[-1][1] > 1
    assert twice >= 2
    assert qumulus("db", "check", "--data", str(data)).stdout == "0 violations\n"
    with closing(sqlite3.connect(f"file:{data}/qumulus.db?mode=ro", uri=True)) as store:
        results = store.execute("SELECT job_id, body FROM outputs WHERE key = 'result'").fetchall()
    for job_id, text in results:
        result = json.loads(text)
        assert sum(result["sampling"]["counts"].values()) == 100
        assert result["provenance"]["attempt"] == paths[job_id][-1][1]


def kill_amid(provider: Program, data: Path, *, after: int) -> None:
    """Start a Provider, and kill it when so many jobs are done and others are in the hands of its child."""
    provider.start()
    until(lambda: n_succeeded(data) >= after)
    family = provider.family()
    for child in provider.forked():
        child.suspend()
    provider.kill()
    until(lambda: not alive(family), within_s=5)


def n_succeeded(data: Path) -> int:
    with closing(sqlite3.connect(f"file:{data}/qumulus.db?mode=ro", uri=True)) as store:
        return int(store.execute("SELECT count(*) FROM jobs WHERE status = 'succeeded'").fetchone()[0])


def paths_of(data: Path) -> dict[str, list[tuple[str, int]]]:
    """The statuses of each job, with the attempt that each is of (0: nobody's yet)."""
    sql = "SELECT job_id, target, coalesce(detail ->> 'attempt', 0) FROM job_events ORDER BY job_id, seq"
    found: dict[str, list[tuple[str, int]]] = {}
    with closing(sqlite3.connect(f"file:{data}/qumulus.db?mode=ro", uri=True)) as store:
        for job_id, status, attempt in store.execute(sql):
            found.setdefault(job_id, []).append((status, attempt))
    return found


def test_two_providers_of_a_device_never_run_the_same_attempt(data: Path) -> None:
    cloud = Cloud(data, "cloud", "--first-start")
    both = [provider_of(cloud, name, "--log-level", "debug") for name in ("left", "right")]
    with ended(cloud, *both):
        alice = cloud.ready().alice
        for provider in both:
            provider.start()
        until(lambda: all("provider_started" in provider.said for provider in both))
        body = {"device_id": "SVSim", "shots": 10, "job_info": json.dumps({"code": busy(100)})}
        created = alice.ask("POST", "/user/jobs/batch", [body] * 40)
        job_ids = [job["job_id"] for job in created]
        workers: Counter[str] = Counter()
        for job_id in job_ids:
            assert alice.status(job_id, wait=60) == "succeeded"
            events = alice.events(job_id)
            assert [event["to"] for event in events] == ["submitted", "ready", "running", "succeeded"]
            workers[events[1]["detail"]["worker"]] += 1
        assert workers.keys() == {"left", "right"}
        until(lambda: sum(len(reported(provider)) for provider in both) == len(job_ids))
        done = {provider.words[4]: reported(provider) for provider in both}
        assert {name: len(jobs) for name, jobs in done.items()} == dict(workers)
        assert sorted([*done["left"], *done["right"]]) == sorted(job_ids)


def reported(provider: Program) -> list[str]:
    """The jobs whose end this Provider reported, as its log tells."""
    lines = [line for line in provider.said.splitlines() if " job_reported " in line]
    return [next(word[7:] for word in line.split() if word.startswith("job_id=")) for line in lines]


def test_a_cancelled_jobs_process_is_gone_within_a_second_and_says_why(data: Path) -> None:
    cloud = Cloud(data, "cloud", "--first-start")
    provider = provider_of(cloud, "worker")
    with ended(cloud, provider):
        alice = cloud.ready().alice
        provider.start()
        assert alice.status(alice.submit(), wait=30) == "succeeded"
        idle = [one for one in provider.family() if one not in provider.forked()]
        job_id = alice.submit(ENDLESS)
        until(lambda: alice.status(job_id) == "running")
        child = provider.computing()
        alice.ask("POST", f"/user/jobs/{job_id}/cancel")
        until(lambda: not alive([child]), within_s=1)
        until(lambda: "reason" in alice.job_info(job_id), within_s=2)
        assert alice.path(job_id) == ["submitted", "ready", "running", "cancelled", "cancelled"]
        assert alive(idle) == idle
        assert alice.status(alice.submit(), wait=30) == "succeeded"


def test_a_result_finished_while_the_cloud_stood_still_arrives(data: Path) -> None:
    cloud = Cloud(data, "cloud", "--first-start")
    provider = provider_of(cloud, "patient")
    with ended(cloud, provider):
        alice = cloud.ready().alice
        provider.start()
        job_id = alice.submit(busy(1500))
        until(lambda: alice.status(job_id) == "running")
        child = provider.computing()
        psutil.Process(cloud.pid).suspend()
        until(lambda: not alive([child]))
        psutil.Process(cloud.pid).resume()
        assert_arrived(alice, job_id)


def test_a_result_finished_while_the_cloud_was_dead_arrives(data: Path) -> None:
    cloud = Cloud(data, "cloud", "--first-start")
    provider = provider_of(cloud, "patient")
    with ended(cloud, provider):
        alice = cloud.ready().alice
        provider.start()
        job_id = alice.submit(busy(1500))
        until(lambda: alice.status(job_id) == "running")
        cloud.kill()
        until(lambda: kept_reports(data, "patient") == 1)
        cloud.ready()
        assert_arrived(alice, job_id)
        until(lambda: kept_reports(data, "patient") == 0)


def assert_arrived(alice: Caller, job_id: str) -> None:
    assert alice.status(job_id, wait=60) == "succeeded"
    assert alice.path(job_id) == ["submitted", "ready", "running", "succeeded"]
    assert sum(counts_of(alice.job_info(job_id)).values()) == 100


def kept_reports(data: Path, worker: str) -> int:
    """How many reports lie in a worker's outbox."""
    with closing(sqlite3.connect(f"file:{data}/provider-{worker}.db?mode=ro", uri=True)) as outbox:
        return int(outbox.execute("SELECT count(*) FROM reports").fetchone()[0])


def counts_of(job_info: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = job_info["result"]["sampling"]["counts"]
    return found
