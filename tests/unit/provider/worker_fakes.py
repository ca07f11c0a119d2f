"""A sandbox and a driver in memory, and a worker running between them and the fake Cloud."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from qumulus.domain.device import DeviceType
from qumulus.domain.lifecycle import JobStatus
from qumulus.provider.backoff import Backoff
from qumulus.provider.drivers.base import DeviceDescription, SandboxKind
from qumulus.provider.messages import (
    GO,
    SESSION,
    Failed,
    Finished,
    JobTask,
    Prepared,
    Redirect,
    decode_task,
    encode,
    join_answer,
)
from qumulus.provider.outbox import Outbox
from qumulus.provider.worker import Worker
from qumulus.sandbox import Exit, ExitKind, Limits, SandboxError
from tests.unit.provider.cloud_fake import RESULT, CloudJob, FakeCloud, until

_PREPARED = Prepared(transpile_result=None, transpiler_info=None)
_FINISHED = Finished(result=RESULT, execution_time_s=0.00042)

SCRIPTS: Mapping[str, tuple[Any, ...]] = {
    "bell": (_PREPARED, _FINISHED),
    "transpiled": (
        Prepared(transpile_result={"transpiled_program": "T"}, transpiler_info={"transpiler_lib": "qiskit"}),
        _FINISHED,
    ),
    "hang": (_PREPARED,),
    "hang in prepare": ("prepare",),
    "bad program": (Failed(code="invalid_program", message="line 1: no", stage="prepare"),),
    "too large": (_PREPARED, Failed(code="too_many_qubits", message="40 qubits", stage="run")),
    "too large, said late": (Failed(code="too_many_qubits", message="40 qubits", stage="run"),),
    "crash": (Exit(kind=ExitKind.CRASHED, detail="signal 11 (SIGSEGV)"),),
    "crash while running": (_PREPARED, Exit(kind=ExitKind.CRASHED, detail="signal 11 (SIGSEGV)")),
    "time": (_PREPARED, Exit(kind=ExitKind.TIMEOUT, detail="time limit of 600 s")),
    "memory": (_PREPARED, Exit(kind=ExitKind.OUT_OF_MEMORY, detail="")),
    "nonsense": (b"\xc1",),
    "silent end": (Exit(kind=ExitKind.DONE, detail=""),),
}
"""What the child of a program does; one that is left without an end hangs until it is killed."""


class FakeExecution:
    """A child that follows a script."""

    pid = 0

    def __init__(self, task: JobTask, script: Sequence[Any]) -> None:
        self.task = task
        self.was_killed = False
        self.received: list[bytes] = []
        self._messages: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._exit: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        self._rest = list(script)
        self._go_on()

    @property
    def is_over(self) -> bool:
        """Its script is at an end."""
        return self._exit.done()

    def send(self, message: bytes) -> None:
        """The worker says something."""
        self.received.append(message)
        self._go_on()

    def say(self, *messages: Any) -> None:
        """Go on with the script."""
        self._rest += messages
        self._go_on()

    def kill(self) -> None:
        """As the sandbox does."""
        self.was_killed = self.was_killed or not self._exit.done()
        self._end(Exit(kind=ExitKind.KILLED, detail=""))

    async def receive(self) -> bytes | None:
        """The next message."""
        return await self._messages.get()

    async def ended(self) -> Exit:
        """How it ended."""
        return await asyncio.shield(self._exit)

    def _go_on(self) -> None:
        while self._rest:
            step = self._rest.pop(0)
            if isinstance(step, Exit):
                self._end(step)
                return
            if step == "prepare":
                continue
            self._messages.put_nowait(step if isinstance(step, bytes) else encode(step))
            if isinstance(step, Finished | Failed | Redirect):
                self._end(Exit(kind=ExitKind.DONE, detail=""))
                return
            if isinstance(step, Prepared) and self.task.wait_for_go and GO not in self.received:
                return

    def _end(self, exit_: Exit) -> None:
        if not self._exit.done():
            self._exit.set_result(exit_)
            self._messages.put_nowait(None)


class FakeSession:
    """A child of small jobs; one that would ``hang`` is sent away, one that ``stalls`` is never answered."""

    pid = 0

    def __init__(self, sandbox: FakeSandbox) -> None:
        self.jobs: list[str] = []
        self._sandbox = sandbox
        self._messages: asyncio.Queue[bytes | None] = asyncio.Queue()

    def send(self, message: bytes) -> None:
        """The next job."""
        job = decode_task(message)
        self.jobs.append(job.job_id)
        if job.job_info["code"] == "stalls":
            return
        script = (Redirect(to="alone"),) if job.job_info["code"] == "hang" else self._sandbox.script(job)
        if any(isinstance(step, Exit) for step in script):
            self.kill()
        else:
            self._messages.put_nowait(join_answer([encode(step) for step in script]))

    def kill(self) -> None:
        """The end."""
        self._messages.put_nowait(None)

    async def receive(self) -> bytes | None:
        """The next answer."""
        return await self._messages.get()

    async def ended(self) -> Exit:
        """Nobody asks."""
        return Exit(kind=ExitKind.KILLED, detail="")


class FakeSandbox:
    """Runs every task by the script of its program."""

    def __init__(self, kind: SandboxKind) -> None:
        self.kind = kind
        self.is_broken = False
        self.hangs = False
        """No process comes, and nobody says why."""
        self.is_mute = False
        """Processes come and say nothing."""
        self.crashes_always = False
        self.crashes_next = 0
        self.executions: list[FakeExecution] = []
        self.sessions: list[FakeSession] = []

    async def start(self) -> None:
        """Nothing to start."""

    async def close(self) -> None:
        """Nothing to close."""

    async def run(self, task: bytes, limits: Limits) -> FakeExecution:
        """Follow the script."""
        if self.is_broken:
            raise SandboxError("the zygote did not start")
        if self.hangs:
            await asyncio.Event().wait()
        if task == SESSION:
            self.sessions.append(FakeSession(self))
            return self.sessions[-1]  # type: ignore[return-value] # a child of another kind
        job = decode_task(task)
        execution = FakeExecution(job, self.script(job))
        if job.job_id != "probe":
            self.executions.append(execution)
        return execution

    def of(self, job: CloudJob) -> list[FakeExecution]:
        """The children of a job."""
        return [execution for execution in self.executions if execution.task.job_id == job.job_id]

    def script(self, job: JobTask) -> Sequence[Any]:
        program = "bell" if job.job_id == "probe" else job.job_info["code"]
        if self.crashes_next and job.job_id != "probe":
            self.crashes_next -= 1
            return SCRIPTS["crash while running"]
        if self.crashes_always:
            return SCRIPTS["crash"]
        if self.is_mute:
            return ()
        if program == "redirect":
            return SCRIPTS["bell"] if self.kind is SandboxKind.RESIDENT else (Redirect(to="resident"),)
        return SCRIPTS[program]


@dataclass(frozen=True, kw_only=True)
class FakeDriver:
    """The worker's side of a driver."""

    touches_hardware: bool = False
    kind: str = "fake"

    def describe(self) -> DeviceDescription:
        """A small device."""
        return DeviceDescription(
            device_type=DeviceType.SIMULATOR,
            n_qubits=2,
            basis_gates=("h", "cx"),
            supported_instructions=("measure",),
            device_info={"qubits": []},
            calibrated_at="2026-01-01T00:00:00Z",
            description="",
            max_shots=1000,
        )

    def sandbox_for(self, job: JobTask) -> SandboxKind:
        """Everything is forked first."""
        return SandboxKind.FORKED

    def limits_for(self, job: JobTask) -> Limits:
        """None."""
        return Limits(memory_bytes=None, wall_s=None)


@dataclass(frozen=True, kw_only=True)
class Device:
    """Settings of the one device."""

    slots: int
    id: str = "SVSim"
    driver: str = "fake"
    options: Mapping[str, Any] = field(default_factory=dict)
    token: str = "id.secret"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of the worker."""

    data: Path
    devices: Sequence[Device]
    claim_ahead: int
    url: str = "http://fake"
    worker: str = "tester"
    lease_s: float = 5.0


@dataclass
class Bench:
    """A running worker and everything around it."""

    cloud: FakeCloud
    forked: FakeSandbox
    resident: FakeSandbox
    outbox: Outbox
    drain: Callable[[], Awaitable[None]]

    async def ended(self, job: CloudJob) -> CloudJob:
        """Wait until a job is final."""
        await until(lambda: job.status.is_final)
        return job

    async def running(self, job: CloudJob) -> FakeExecution:
        """Wait until a job runs and the Cloud knows."""
        await until(lambda: job.status is JobStatus.RUNNING and self.forked.of(job))
        return self.forked.of(job)[-1]


@asynccontextmanager
async def bench(
    data: Path,
    cloud: FakeCloud | None = None,
    *,
    hardware: bool = False,
    slots: int = 2,
    claim_ahead: int = 4,
    is_broken: bool = False,
    dies: bool = False,
    together: bool = False,
    driver: FakeDriver | None = None,
    beside: FakeCloud | None = None,
) -> AsyncIterator[Bench]:
    """Run a worker; at the end it is drained, or ``dies`` without another word.

    ``beside`` is the Cloud of a second device, if the worker serves one.
    """
    clouds = {"SVSim": cloud or FakeCloud()} | ({} if beside is None else {"beside": beside})
    cloud = clouds["SVSim"]
    driver = driver or FakeDriver(touches_hardware=hardware)
    boxes = {kind: FakeSandbox(kind) for kind in SandboxKind}
    boxes[SandboxKind.FORKED].is_broken = is_broken
    outbox = Outbox(data / "provider-tester.db")
    worker = Worker(
        Settings(
            data=data, devices=[Device(slots=slots, id=name) for name in clouds], claim_ahead=claim_ahead
        ),
        drivers=dict.fromkeys(clouds, driver),  # type: ignore[arg-type]
        sandboxes=boxes,
        apis=clouds,  # type: ignore[arg-type]
        outbox=outbox,
        small_jobs_together=together,
    )
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop, grace_s=0.4))

    async def drain() -> None:
        stop.set()
        await task

    try:
        yield Bench(cloud, boxes[SandboxKind.FORKED], boxes[SandboxKind.RESIDENT], outbox, drain)
    finally:
        if dies:
            task.cancel()
            await asyncio.wait([task])
        elif not task.done():
            await drain()
        outbox.close()


def shorten_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """No try waits longer than some milliseconds for the next."""

    class Short(Backoff):
        def __init__(self, *, first_s: float = 0.1, longest_s: float = 10.0) -> None:
            super().__init__(first_s=0.01, longest_s=0.02)

    for module in ("reporter", "heartbeat", "claiming", "health", "refused"):
        monkeypatch.setattr(f"qumulus.provider.{module}.Backoff", Short)
