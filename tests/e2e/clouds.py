"""Real processes of Qumulus, and plain HTTP to them."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import psutil

T = TypeVar("T")

READY_WITHIN_S = 30.0
STOP_WITHIN_S = 20.0

FIXED = {
    "NO_PROXY": "127.0.0.1",
    "COLUMNS": "80",
    "PYTHONUTF8": "1",
}

BELL = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'


def busy(layers: int, n_qubits: int = 12) -> str:
    """A circuit that keeps one processor busy: at 12 qubits a thousand layers take about half a second."""
    layer = "".join(f"rx(0.1) q[{index}]; cx q[{index}], q[{index + 1}];" for index in range(n_qubits - 1))
    head = f'OPENQASM 3; include "stdgates.inc"; qubit[{n_qubits}] q; bit[2] c;'
    return head + layer * layers + "c[0] = measure q[0]; c[1] = measure q[1];"


ENDLESS = busy(1500, n_qubits=20)
"""Minutes of work."""


def until(found: Callable[[], T], *, within_s: float = 30.0) -> T:
    """Wait until something is found; fails when it is not."""
    deadline = time.monotonic() + within_s
    while True:
        value = found()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(0.02)


def free_port() -> int:
    """A port that no client's own connection takes: below those that the kernel hands out."""
    while True:
        port = random.SystemRandom().randrange(20000, 32000)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def environment(**variables: str) -> dict[str, str]:
    """This process's, without settings of Qumulus but the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUMULUS_")}
    return {**kept, **FIXED, **variables}


def qumulus(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Type a command and let it end."""
    command = [sys.executable, "-m", "qumulus", *words]
    return subprocess.run(command, env=environment(**variables), capture_output=True, text=True, timeout=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; ``body`` is decoded JSON, or text if it is none."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody with a token; each call has a connection of its own."""

    port: int
    token: str = ""

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        within_s: float = 15.0,
        **params: object,
    ) -> Answer:
        """One request.

        Raises:
            OSError, HTTPException: no whole answer came.
        """
        query = f"?{urlencode(params)}" if params else ""
        text = None if body is None else json.dumps(body)
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=within_s)) as connection:
            connection.request(method, path + query, text, {**self._authority(), **(headers or {})})
            response = connection.getresponse()
            raw = response.read().decode()
            is_json = response.headers.get_content_type() == "application/json"
            return Answer(
                status=response.status,
                headers=dict(response.headers),
                body=json.loads(raw) if is_json and raw else raw,
            )

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> Any:
        """The body of an answer that must be 200."""
        answer = self.call(method, path, body, **more)
        assert answer.status == 200, f"{method} {path}: {answer}"
        return answer.body

    def submit(self, code: str = BELL, *, device: str = "SVSim", **fields: Any) -> str:
        """Submit a job in the text form; gives its id."""
        body = {"device_id": device, "shots": 100, "job_info": json.dumps({"code": code}), **fields}
        return str(self.ask("POST", "/user/jobs", body)["job_id"])

    def status(self, job_id: str, **params: object) -> str:
        """Of one's own job."""
        return str(self.ask("GET", f"/user/jobs/{job_id}/status", within_s=70, **params)["status"])

    def job_info(self, job_id: str) -> dict[str, Any]:
        """Of one's own job, decoded from its text."""
        found: dict[str, Any] = json.loads(self.ask("GET", f"/user/jobs/{job_id}")["job_info"])
        return found

    def events(self, job_id: str) -> list[dict[str, Any]]:
        """The timeline of one's own job."""
        found: list[dict[str, Any]] = self.ask("GET", f"/user/jobs/{job_id}/events")
        return found

    def path(self, job_id: str) -> list[str]:
        """The statuses of one's own job so far."""
        return [event["to"] for event in self.events(job_id)]

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[dict[str, Any]]]:
        """The events of an event stream; the iterator ends when the Cloud closes it."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path, headers={**self._authority(), "Accept": "text/event-stream"})
            response = connection.getresponse()
            assert response.status == 200, response.read()
            lines = iter(response.readline, b"")
            yield (json.loads(line[5:]) for line in lines if line.startswith(b"data:"))

    def _authority(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def is_ready(port: int) -> bool:
    """``/readyz`` says yes."""
    try:
        return Caller(port=port).call("GET", "/readyz", within_s=5).status == 200
    except (OSError, HTTPException):
        return False


@dataclass(slots=True)
class Program:
    """One ``qumulus …`` process with its log; started again, it appends to it."""

    words: Sequence[str]
    log: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> Program:
        """Start the process; it is not awaited."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "qumulus", *self.words],
                env=environment(**self.variables),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    @property
    def pid(self) -> int:
        """Of the present process."""
        assert self.process is not None
        return self.process.pid

    @property
    def said(self) -> str:
        """All of its output."""
        return self.log.read_text()

    def kill(self) -> None:
        """With SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """With SIGTERM; gives the exit code."""
        return self._end(signal.SIGTERM)

    def family(self) -> list[psutil.Process]:
        """All its descendants."""
        return psutil.Process(self.pid).children(recursive=True)

    def forked(self) -> list[psutil.Process]:
        """Of a Provider: the processes in which programs run or will run, each a child of the zygote."""
        found = []
        for one in self.family():
            with suppress(psutil.NoSuchProcess):
                if one.ppid() != self.pid:
                    found.append(one)
        return found

    def computing(self) -> psutil.Process:
        """That of them in which a program runs; waits until it has computed for a while."""

        def found() -> psutil.Process | None:
            return next((one for one in self.forked() if _cpu_s(one) > COMPUTES_S), None)

        return until(found)  # type: ignore[return-value]  # what is found is a process

    def child(self, command: str) -> psutil.Process:
        """Its child that runs ``qumulus COMMAND``; waits for it."""
        return until(lambda: next(iter(self._children(command)), None))

    def _children(self, command: str) -> Iterator[psutil.Process]:
        for child in psutil.Process(self.pid).children():
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if child.cmdline()[1:4] == ["-m", "qumulus", command]:
                    yield child

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        try:
            return self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


class Cloud(Program):
    """``qumulus up`` or ``qumulus cloud`` on a port and data directory of its own."""

    def __init__(self, data: Path, command: str, *options: str, **variables: str) -> None:
        self.port = free_port()
        self.data = data
        words = [command, "--port", str(self.port), "--data", str(data), *options]
        super().__init__(words, data.parent / f"{data.name}-{self.port}.log", variables)

    def ready(self) -> Cloud:
        """Start it, and wait until it is ready.

        ``up`` gives up when its Cloud ends before ``up`` itself has seen it ready, so tests that kill the
        Cloud must wait for its greeting, too.
        """
        greetings = self._greetings()
        self.start()
        until(self._is_ready_or_over, within_s=READY_WITHIN_S)
        if self.words[0] == "up":
            until(lambda: self._greetings() > greetings, within_s=READY_WITHIN_S)
        return self

    @property
    def credentials(self) -> dict[str, Any]:
        """As in the file."""
        found: dict[str, Any] = json.loads((self.data / "credentials.json").read_text())
        return found

    @property
    def alice(self) -> Caller:
        """The first user."""
        return Caller(port=self.port, token=self.credentials["users"]["alice"])

    def provider(self, device: str) -> Caller:
        """A Provider by hand."""
        return Caller(port=self.port, token=self.credentials["providers"][device])

    def _greetings(self) -> int:
        return self.said.count("Qumulus is ready") if self.log.exists() else 0

    def _is_ready_or_over(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said
        return is_ready(self.port)


def provider_of(cloud: Cloud, worker: str, *options: str) -> Program:
    """``qumulus provider`` for SVSim, not started yet."""
    words = [
        "provider",
        "--data",
        str(cloud.data),
        "--worker",
        worker,
        "--device",
        "SVSim=statevector",
        *options,
    ]
    return Program(words, cloud.data.parent / f"{cloud.data.name}-{worker}.log")


@contextmanager
def ended(*programs: Program) -> Iterator[None]:
    """End what still runs, the last first."""
    try:
        yield
    finally:
        for program in reversed(programs):
            if program.process is not None and program.process.poll() is None:
                family = program.family()
                program.process.send_signal(signal.SIGCONT)
                program.kill()
                psutil.wait_procs(family, timeout=5)


COMPUTES_S = 0.3
"""More processor time than a child needs to get ready."""


def _cpu_s(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def alive(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; a zombie does not."""
    return [one for one in processes if _runs(one)]


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
