"""The worker as a process, beside a Cloud as a process: killed, stopped, left alone."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

T = TypeVar("T")

_HEADER = 'OPENQASM 3; include "stdgates.inc"; qubit[20] q; bit[2] c;'
_LAYER = "".join(f"rx(0.1) q[{index}]; cx q[{index}], q[{index + 1}];" for index in range(19))


def program(layers: int) -> str:
    """A circuit of 20 qubits; a layer takes some tens of milliseconds, so a thousand run for ever."""
    return _HEADER + _LAYER * layers + "c[0] = measure q[0]; c[1] = measure q[1];"


def until(found: Callable[[], T], *, within_s: float = 30.0) -> T:
    """Wait until something is found; fails when it is not."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        value = found()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"not within {within_s} s: {found}")


class Processes:
    """A Cloud and its Providers on one data directory."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.lease(5.0)
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._started: list[subprocess.Popen[bytes]] = []
        self._cloud: subprocess.Popen[bytes] | None = None
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=10, trust_env=False)

    def lease(self, seconds: float) -> None:
        """For how long Providers that start from now on hold their jobs."""
        (self.data / "config.toml").write_text(f"[provider]\nlease_s = {seconds}\n")

    def start_cloud(self) -> None:
        """Start it, again or for the first time, and wait until it is ready."""
        self._cloud = self._start("cloud", "--first-start", "--port", str(self._port))
        until(self._is_ready)
        token = json.loads((self.data / "credentials.json").read_text())["users"]["alice"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def kill_cloud(self) -> None:
        """With SIGKILL."""
        assert self._cloud is not None
        self._cloud.kill()
        self._cloud.wait()

    def start_provider(self, worker: str) -> subprocess.Popen[bytes]:
        """Start one for SVSim."""
        return self._start("provider", "--worker", worker, "--device", "SVSim=statevector")

    def submit(self, layers: int) -> str:
        """Submit a job as alice."""
        body = {"device_id": "SVSim", "shots": 10, "job_info": json.dumps({"code": program(layers)})}
        answer = self._http.post("/user/jobs", json=body).raise_for_status()
        return str(answer.json()["job_id"])

    def job(self, job_id: str) -> dict[str, Any]:
        """The job as alice sees it."""
        found: dict[str, Any] = self._http.get(f"/user/jobs/{job_id}").raise_for_status().json()
        return found

    def path(self, job_id: str) -> list[str]:
        """Its statuses so far."""
        events = self._http.get(f"/user/jobs/{job_id}/events").raise_for_status().json()
        return [event["to"] for event in events]

    def cancel(self, job_id: str) -> None:
        """Cancel the job as alice."""
        self._http.post(f"/user/jobs/{job_id}/cancel").raise_for_status()

    def runs(self, job_id: str) -> bool:
        """It is running."""
        return bool(self.job(job_id)["status"] == "running")

    def kept_reports(self, worker: str) -> int:
        """How many reports lie in a worker's outbox."""
        uri = f"file:{self.data}/provider-{worker}.db?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as outbox:
            return int(outbox.execute("SELECT count(*) FROM reports").fetchone()[0])

    def close(self) -> None:
        """End everything."""
        self._http.close()
        for process in reversed(self._started):
            process.kill()
            process.wait()

    def _start(self, command: str, *arguments: str) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "qumulus", command, "--data", str(self.data), *arguments]
        with (self.data / f"{command}.log").open("ab") as log:
            process = subprocess.Popen(words, stdout=log, stderr=log)
        self._started.append(process)
        return process

    def _is_ready(self) -> bool:
        try:
            return self._http.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Processes]:
    processes = Processes(tmp_path)
    try:
        processes.start_cloud()
        yield processes
    finally:
        processes.close()


def _family(pid: int) -> set[int]:
    """All descendants of a process."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with _gone_is_fine():
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, ProcessLookupError):
        return


def _is_alive(pid: int) -> bool:
    with _gone_is_fine():
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_a_job_of_a_killed_provider_runs_elsewhere_and_can_be_cancelled_there(cloud: Processes) -> None:
    first = cloud.start_provider("first")
    job_id = cloud.submit(1500)
    until(lambda: cloud.runs(job_id))
    family = _family(first.pid)
    first.kill()
    first.wait()
    until(lambda: not any(map(_is_alive, family)), within_s=5)

    second = cloud.start_provider("second")
    until(lambda: cloud.path(job_id) == ["submitted", "ready", "running", "submitted", "ready", "running"])

    before = _family(second.pid)
    cloud.cancel(job_id)
    until(lambda: "reason" in json.loads(cloud.job(job_id)["job_info"]), within_s=5)
    until(lambda: not before <= _family(second.pid), within_s=1)  # the child is gone
    assert cloud.job(job_id)["status"] == "cancelled"


def test_a_successor_hands_back_at_once_and_sigterm_hands_back_too(cloud: Processes) -> None:
    cloud.lease(60.0)  # a busy machine may take long to start the successor
    first = cloud.start_provider("same")
    job_id = cloud.submit(1500)
    until(lambda: cloud.runs(job_id))
    first.kill()
    first.wait()

    second = cloud.start_provider("same")
    expected = ["submitted", "ready", "running", "submitted", "ready", "running"]
    until(lambda: cloud.path(job_id) == expected)
    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=10) == 0
    assert cloud.path(job_id) == [*expected, "submitted"]
    details = (cloud.data / "provider.log").read_text()
    assert details.count("job_released") == 2


def test_a_result_waits_in_the_outbox_for_a_cloud_that_was_killed(cloud: Processes) -> None:
    cloud.start_provider("patient")
    job_id = cloud.submit(25)
    until(lambda: cloud.runs(job_id))
    cloud.kill_cloud()
    until(lambda: cloud.kept_reports("patient") == 1)
    cloud.start_cloud()
    until(lambda: cloud.job(job_id)["status"] == "succeeded")
    until(lambda: cloud.kept_reports("patient") == 0)
    assert cloud.path(job_id) == ["submitted", "ready", "running", "succeeded"]
