"""A real Provider before a real gateway process, which dies and comes back."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.test_provider import until

BELL = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(*words: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        started = subprocess.Popen([sys.executable, "-m", *words], stdout=output, stderr=output)
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@contextmanager
def gateway(port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with process("qumulus.testing.gateway", "--port", str(port), "--columns", "2", log=log) as started:
        yield started


class Lab:
    """A Cloud with the device ``QPU1``, and what is needed to serve it."""

    def __init__(self, root: Path, client: httpx.Client) -> None:
        self.root = root
        self._client = client

    def submit(self) -> str:
        """Submit a Bell pair as alice."""
        body = {"device_id": "QPU1", "shots": 100, "job_info": json.dumps({"code": BELL})}
        return str(self._client.post("/user/jobs", json=body).raise_for_status().json()["job_id"])

    def path(self, job_id: str) -> list[str]:
        """The job's statuses so far."""
        events = self._client.get(f"/user/jobs/{job_id}/events").raise_for_status().json()
        return [event["to"] for event in events]

    def status(self) -> str:
        """The device's."""
        return str(self._client.get("/user/devices/QPU1").raise_for_status().json()["status"])

    def result(self, job_id: str) -> dict[str, Any]:
        """Of a job that has one."""
        info = json.loads(self._client.get(f"/user/jobs/{job_id}").raise_for_status().json()["job_info"])
        found: dict[str, Any] = info["result"]
        return found


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[tuple[Lab, int]]:
    """A Cloud and a Provider; gives the port on which the Provider expects the gateway."""
    port, gateway_port = free_port(), free_port()
    words = ("qumulus", "up", "--no-providers", "--port", str(port), "--data", str(tmp_path / "data"))
    with process(*words, log=tmp_path / "up.log"):
        known = until(lambda: credentials(tmp_path / "data", port))
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            client.headers["Authorization"] = f"Bearer {known['admin_token']}"
            device = {"device_id": "QPU1", "device_type": "QPU", "n_qubits": 4, "on_lost_lease": "fail"}
            client.post("/admin/devices", json=device).raise_for_status()
            answer = client.post("/admin/tokens", json={"role": "provider", "devices": ["QPU1"]})
            (tmp_path / "provider.toml").write_text(
                f'[provider]\nurl = "http://127.0.0.1:{port}"\n'
                f'[[provider.devices]]\nid = "QPU1"\ndriver = "gateway"\ntoken = "{answer.json()["token"]}"\n'
                f'options = {{ address = "127.0.0.1:{gateway_port}", refresh_s = 0.5, job_timeout_s = 30 }}\n'
            )
            client.headers["Authorization"] = f"Bearer {known['users']['alice']}"
            serve = ("qumulus", "provider", "--config", str(tmp_path / "provider.toml"))
            with process(*serve, "--data", str(tmp_path / "lab"), log=tmp_path / "provider.log"):
                yield Lab(tmp_path, client), gateway_port


def credentials(data: Path, port: int) -> dict[str, Any]:
    """Of the Cloud, once it is ready; else empty."""
    try:
        httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).raise_for_status()
        found: dict[str, Any] = json.loads((data / "credentials.json").read_text())
    except (httpx.HTTPError, FileNotFoundError):
        return {}
    return found


def test_a_gateway_that_starts_late_dies_and_comes_back_costs_no_job(lab: tuple[Lab, int]) -> None:
    at, port = lab
    log = at.root / "gateway.log"
    until(lambda: at.status() == "unavailable")
    with gateway(port, log) as first:
        until(lambda: at.status() == "available")
        job_id = at.submit()
        until(lambda: at.path(job_id)[-1] == "succeeded")
        counts = at.result(job_id)["sampling"]["counts"]
        assert sum(counts.values()) == 100
        assert set(counts) <= {"00", "11"}
        first.send_signal(signal.SIGSTOP)  # so that the next job is under way when it dies
        job_id = at.submit()
        until(lambda: at.path(job_id)[-1] in {"ready", "running"})
        first.kill()
        first.wait()
    until(lambda: at.status() == "unavailable")
    with gateway(port, log):
        until(lambda: at.path(job_id)[-1] == "succeeded")
        until(lambda: at.status() == "available")
    assert "submitted" in at.path(job_id)[1:]
