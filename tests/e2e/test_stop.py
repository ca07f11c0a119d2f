"""How a cloud ends: asked to, it lets everybody go home; killed, it leaves nothing behind."""

from __future__ import annotations

import signal
import socket
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from time import monotonic

import psutil
import pytest

from tests.e2e.clouds import ENDLESS, Answer, Cloud, alive, busy, ended, until

LONGEST_END_S = 10


def is_free(port: int) -> bool:
    """Nobody listens.

    A killed process may be a zombie already while its last threads still hold its sockets for some
    milliseconds, so this is waited for.
    """
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def everything(cloud: Cloud) -> list[psutil.Process]:
    return [psutil.Process(cloud.pid), *cloud.family()]


def test_sigterm_ends_polls_streams_and_a_running_job_within_ten_seconds(data: Path) -> None:
    cloud = Cloud(data, "up")
    with ended(cloud), ThreadPoolExecutor(40) as threads:
        alice, provider = cloud.ready().alice, cloud.provider("SC")
        job_id = alice.submit(ENDLESS)
        until(lambda: alice.status(job_id) == "running")
        cloud.child("provider")
        path = f"/user/jobs/{job_id}"
        polls: list[Future[Answer]] = [
            threads.submit(alice.call, "GET", path, wait=60, within_s=70) for _ in range(20)
        ]
        claims = [
            threads.submit(provider.call, "GET", "/provider/jobs", wait=60, within_s=70) for _ in range(5)
        ]
        with alice.stream("/user/events") as events, alice.stream(f"{path}/events") as timeline:
            assert [next(timeline)["to"] for _ in range(3)] == ["submitted", "ready", "running"]
            until(lambda: connections(cloud) >= len(polls) + len(claims) + 2)
            family, began = everything(cloud), monotonic()
            assert cloud.stop() == 0
            assert monotonic() - began < LONGEST_END_S
            assert not alive(family)
            until(lambda: is_free(cloud.port), within_s=3)
            seen = [event["to"] for event in timeline]
            assert len(list(events)) == len(seen)
        for poll in polls:
            answer = poll.result(timeout=5)
            assert answer.status == 200
            assert answer.body["status"] in {"running", "submitted"}
        assert [(claim.result(timeout=5).status, claim.result().body) for claim in claims] == [(200, [])] * 5
    assert "Traceback" not in cloud.said
    assert sorted(path.name for path in data.glob("qumulus.db*")) == ["qumulus.db"], "not closed"


def connections(cloud: Cloud) -> int:
    """Open ones of clients."""
    return sum(
        one.status == psutil.CONN_ESTABLISHED and one.laddr.port == cloud.port
        for process in cloud.family()
        for one in quiet_connections(process)
    )


def quiet_connections(process: psutil.Process) -> list[psutil._ntuples.pconn]:
    try:
        return process.net_connections("tcp")
    except psutil.NoSuchProcess:
        return []


def test_a_stopped_cloud_goes_on_where_it_was(data: Path) -> None:
    cloud = Cloud(data, "up")
    with ended(cloud):
        alice = cloud.ready().alice
        job_ids = [alice.submit(busy(1000)) for _ in range(4)]
        until(lambda: alice.status(job_ids[0]) in {"running", "succeeded"})
        assert cloud.stop() == 0
        cloud.ready()
        for job_id in job_ids:
            assert alice.status(job_id, wait=60) == "succeeded"
            assert alice.path(job_id).count("succeeded") == 1
            assert "failed" not in alice.path(job_id)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_bare_cloud_ends_with_zero_and_closes_its_database(data: Path, number: signal.Signals) -> None:
    cloud = Cloud(data, "cloud", "--first-start")
    with ended(cloud), ThreadPoolExecutor(1) as thread:
        alice = cloud.ready().alice
        job_id = alice.submit()
        poll = thread.submit(alice.status, job_id, wait=60)
        until(lambda: own_connections(cloud))
        psutil.Process(cloud.pid).send_signal(number)
        assert cloud.process is not None
        assert cloud.process.wait(LONGEST_END_S) == 0
        assert poll.result(timeout=5) == "submitted"
    assert "Traceback" not in cloud.said
    assert sorted(path.name for path in data.glob("qumulus.db*")) == ["qumulus.db"]


def own_connections(cloud: Cloud) -> bool:
    found = quiet_connections(psutil.Process(cloud.pid))
    return any(one.status == psutil.CONN_ESTABLISHED for one in found)


def test_nothing_survives_a_killed_up(data: Path) -> None:
    cloud = Cloud(data, "up")
    with ended(cloud):
        alice = cloud.ready().alice
        job_id = alice.submit(ENDLESS)
        until(lambda: alice.status(job_id) == "running")
        family = everything(cloud)
        assert len(family) >= 5
        cloud.kill()
        until(lambda: not alive(family) and is_free(cloud.port), within_s=3)
        cloud.ready()
        until(lambda: alice.path(job_id)[3:] == ["submitted", "ready", "running"])
        alice.ask("POST", f"/user/jobs/{job_id}/cancel")


def test_a_cloud_that_dies_is_replaced_and_no_client_is_refused(data: Path) -> None:
    cloud = Cloud(data, "up", "--no-providers")
    with ended(cloud):
        alice = cloud.ready().alice
        killed = cloud.child("cloud")
        killed.kill()
        until(lambda: not alive([killed]))
        assert alice.ask("GET", "/user/devices", within_s=20)
        assert cloud.child("cloud").pid != killed.pid
        assert "process_ended" in cloud.said


def test_sigterm_before_the_cloud_is_ready_ends_it_too(data: Path) -> None:
    cloud = Cloud(data, "up")
    with ended(cloud):
        cloud.start()
        child = cloud.child("cloud")
        assert cloud.stop() == 0
        assert not alive([child])
