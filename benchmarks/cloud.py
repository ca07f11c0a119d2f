"""Start a Cloud (and a Provider) as users do, on a free port and fresh data."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil

from benchmarks.client import Connection

BELL = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'


def job(device: str = "SVSim", shots: int = 1000) -> dict[str, object]:
    """A Bell job in the text form."""
    return {"device_id": device, "shots": shots, "job_info": json.dumps({"code": BELL})}


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Cloud:
    """A running ``qumulus up``."""

    address: tuple[str, int]
    user_token: str
    provider_tokens: dict[str, str]
    supervisor: psutil.Process
    started_in_s: float
    data: Path

    def user(self) -> Connection:
        """A connection of alice."""
        return Connection(self.address, self.user_token)

    def provider(self, device: str = "SVSim") -> Connection:
        """A connection of a device's Provider."""
        return Connection(self.address, self.provider_tokens[device])

    def process(self, name: str = "cloud") -> psutil.Process:
        """The child ``cloud`` or ``provider``."""
        return next(child for child in self.supervisor.children() if name in child.cmdline()[3:4])


def is_ready(port: int) -> bool:
    """Ask ``/readyz``."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def running(*, database: str = "", providers: bool = False, settings: str = "") -> Iterator[Cloud]:
    """Run ``qumulus up`` until the block ends, with a settings file if there is one."""
    data, port = Path(tempfile.mkdtemp(prefix="qumulus-bench-")), free_port()
    if settings:
        (data / "config.toml").write_text(settings)
    command = [sys.executable, "-m", "qumulus", "up", "--port", str(port), "--data", str(data)]
    command += [] if providers else ["--no-providers"]
    command += ["--database", database] if database else []
    started = time.perf_counter()
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, "QUMULUS_DATA": str(data)}
        )
    try:
        while not is_ready(port):
            assert process.poll() is None, (data / "log").read_text()
            assert time.perf_counter() - started < 30, (data / "log").read_text()
            time.sleep(0.01)
        started_in_s = time.perf_counter() - started
        credentials = json.loads((data / "credentials.json").read_text())
        yield Cloud(
            ("127.0.0.1", port),
            credentials["users"]["alice"],
            credentials["providers"],
            psutil.Process(process.pid),
            started_in_s,
            data,
        )
    finally:
        process.terminate()
        process.wait(15)
        shutil.rmtree(data, ignore_errors=True)


def cpu_s(process: psutil.Process) -> float:
    """CPU seconds a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)
