"""One attempt at one job: from its task, through a child process, to its last report."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import msgspec

from qumulus.provider import reports
from qumulus.provider.api import ProviderApi
from qumulus.provider.calibrations import Calibrations
from qumulus.provider.crew import Crew
from qumulus.provider.drivers.base import DeviceUnavailableError, Driver, LiveDriver, SandboxKind
from qumulus.provider.lane import Lane, is_small
from qumulus.provider.messages import (
    GO,
    Announced,
    Failed,
    Finished,
    JobTask,
    Prepared,
    Redirect,
    Unavailable,
    decode_child_message,
    encode,
)
from qumulus.provider.outbox import JobKey, Outbox
from qumulus.provider.reporter import Reporter
from qumulus.provider.reports import Report
from qumulus.provider.slots import Cores, Slots
from qumulus.provider.tuning import Tuning
from qumulus.provider.watch import cancel_at_device
from qumulus.sandbox import Execution, Exit, ExitKind, Limits, Sandbox
from qumulus.transport import ClientError
from qumulus.wire.provider import ProviderJob, ReportOutcome

log = logging.getLogger("qumulus.provider.run")

_TOO_MUCH: Final = "limit_exceeded"
_INPUTS: Final = ("code", "program", "operator", "parameters", "input_error")

_End = Redirect | Finished | Failed | Unavailable | Exit
Refused = Callable[[JobKey, ReportOutcome], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """What all runs of a device share."""

    device_id: str
    driver_name: str
    options: Mapping[str, Any]
    driver: Driver
    sandboxes: Mapping[SandboxKind, Sandbox]
    api: ProviderApi
    reporter: Reporter
    outbox: Outbox
    worker: str
    calibrations: Calibrations
    slots: Slots
    cores: Cores
    crew: Crew
    lane: Lane | None
    """Where small jobs go first; None: each has a process of its own."""
    factory: str
    """Where the driver's class is, as ``module:class``."""
    tuning: Tuning


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The last report of a run.

    ``is_mute``: its last child ended without a single message. ``is_crash``: the child died of
    something else than a limit, which need not be the job's fault.
    """

    report: Report
    is_mute: bool
    is_crash: bool


def task_of(job: ProviderJob, station: Station, calibration: bytes | None) -> JobTask:
    """Say to the child what the Cloud said to us; what earlier attempts wrote is left out."""
    contents = _contents(job.job_info)
    return JobTask(
        job_id=job.job_id,
        attempt=job.attempt,
        device_id=job.device_id,
        job_type=job.job_type,
        shots=job.shots,
        form="text" if job.form == "text" else "object",
        job_info={key: contents[key] for key in _INPUTS if contents.get(key) is not None},
        transpiler_info=job.transpiler_info,
        simulator_info=job.simulator_info,
        mitigation_info=job.mitigation_info,
        driver=station.driver_name,
        options=dict(station.options),
        wait_for_go=station.driver.touches_hardware,
        worker=station.worker,
        calibration=calibration,
        factory=station.factory,
        resources=station.tuning.resources,
    )


def _contents(job_info: Any) -> dict[str, Any]:
    """The text form is read; what is no object has no program, as the child will say."""
    if isinstance(job_info, str):
        try:
            job_info = msgspec.json.decode(job_info)
        except msgspec.DecodeError:
            return {}
    return job_info if isinstance(job_info, dict) else {}


class Run:
    """A job being executed; ``refused`` is called when the Cloud does not let it start.

    ``has_slot``: it has one already; whoever made the run gives it back in the end.
    """

    def __init__(self, job: ProviderJob, station: Station, *, refused: Refused, has_slot: bool) -> None:
        self.key = JobKey(job.job_id, job.attempt)
        self.began = monotonic()
        self.has_slot = has_slot
        self.waits = not has_slot
        """For a slot, or among other small jobs."""
        self.service_s: float | None = None
        """For how long it kept the child of the small jobs busy; None: it ran alone."""
        self.kind = SandboxKind.FORKED
        """Where it runs, or ran last."""
        self._job = job
        self._station = station
        self._refused = refused
        self._started: float | None = None
        self._is_mute = True
        self._writing: asyncio.Task[None] | None = None
        self._at_device: str | None = None

    @property
    def is_started(self) -> bool:
        """``running`` was said: the device may have been touched."""
        return self._started is not None

    async def execute(self) -> Ending:
        """Run to the end; when cancelled, the child is killed.

        Raises:
            SandboxError: the sandbox does not work; the job is not at fault.
            DeviceUnavailableError: the device takes no jobs now.
        """
        calibration = await self._station.calibrations.document_for(self._job.simulator_info)
        task = task_of(self._job, self._station, calibration)
        self.kind = self._station.driver.sandbox_for(task)
        end: _End | None = None
        try:
            if not self.has_slot:
                end = await self._go_along(task)
            if end is None:
                end = await self._run_alone(task)
        except OverflowError:
            return Ending(report=self._too_large_a_number(), is_mute=False, is_crash=False)
        if self._writing is not None:
            await self._writing
        if isinstance(end, Failed | Unavailable):
            for note in end.notes:
                log.error(note.event, extra={**note.fields, **self._names()})
        if isinstance(end, Unavailable):
            raise DeviceUnavailableError(end.reason, may_be_the_job=end.may_be_the_job)
        report = self._last_report(end)
        is_crash = isinstance(end, Exit) and end.kind not in {ExitKind.TIMEOUT, ExitKind.OUT_OF_MEMORY}
        return Ending(report=report, is_mute=self._is_mute, is_crash=is_crash)

    async def _go_along(self, task: JobTask) -> Finished | Failed | None:
        """Run among the small jobs; None: it has to run alone, by its kind of sandbox."""
        lane = self._station.lane
        if lane is None or self.kind is not SandboxKind.FORKED or not is_small(task):
            return None
        task.resources = msgspec.structs.replace(task.resources, threads=1)
        answer = await lane.run(encode(task))
        if answer is None:
            return None
        *_, end = answer.messages
        if isinstance(end, Redirect) and end.to == "resident":
            self.kind = SandboxKind.RESIDENT
        # What is too much there may be little for a process of its own.
        if not isinstance(end, Finished | Failed) or (isinstance(end, Failed) and end.code == _TOO_MUCH):
            return None
        self._is_mute = False
        self.service_s = answer.service_s
        for message in answer.messages:
            if isinstance(message, Prepared):
                self._started = monotonic()
                self._say_running(self._running(message))
        return end

    async def _run_alone(self, task: JobTask) -> _End:
        if not self.has_slot:
            self.waits = True
            await self._station.slots.take()
            self.has_slot = True
        self.waits = False
        self.began = monotonic()
        limits = self._station.driver.limits_for(task)
        threads = self._station.cores.begin()
        try:
            task.resources = msgspec.structs.replace(task.resources, threads=threads)
            encoded = encode(task)
            end = await self._converse(encoded, limits)
            if isinstance(end, Redirect):
                self.kind = SandboxKind.RESIDENT
                end = await self._converse(encoded, limits)
            return end
        finally:
            self._station.cores.end()

    async def _converse(self, task: bytes, limits: Limits) -> _End:
        self._is_mute = True
        execution = await self._station.sandboxes[self.kind].run(task, limits)
        try:
            while (raw := await execution.receive()) is not None:
                message = decode_child_message(raw)
                self._is_mute = False
                if isinstance(message, Announced):
                    self._at_device = message.reference
                elif isinstance(message, Prepared):
                    await self._start(message, execution)
                else:
                    return message
            self._cancel_at_device()
            return await execution.ended()
        except msgspec.DecodeError as error:
            execution.kill()
            return Exit(kind=ExitKind.CRASHED, detail=f"message not understood: {error}")
        except asyncio.CancelledError:
            execution.kill()
            self._cancel_at_device()
            raise

    def _cancel_at_device(self) -> None:
        """The child is gone, but what it began goes on elsewhere."""
        driver = self._station.driver
        if self._at_device is not None and isinstance(driver, LiveDriver):
            cancel_at_device(driver, self._at_device)

    async def _start(self, prepared: Prepared, execution: Execution) -> None:
        report = self._running(prepared)
        if prepared.transpiler_info is not None:
            self._writing = asyncio.create_task(self._write_back(prepared.transpiler_info))
        if self._station.driver.touches_hardware:
            await self._take_leave(report)
            execution.send(GO)
            self._started = monotonic()
        else:
            self._started = monotonic()
            self._say_running(report)

    def _running(self, prepared: Prepared) -> Report:
        return reports.running(
            self.key,
            transpile_result=prepared.transpile_result,
            combined_program=prepared.combined_program,
        )

    def _say_running(self, report: Report) -> None:
        self._station.reporter.add(
            report, linger=True, on_refused=lambda outcome: self._refused(self.key, outcome)
        )

    async def _take_leave(self, report: Report) -> None:
        """Wait until the Cloud took ``running``: hardware must not repeat what another Provider does."""
        taken = asyncio.get_running_loop().create_future()
        self._station.reporter.add(
            report,
            on_taken=lambda: None if taken.done() else taken.set_result(None),
            on_refused=lambda outcome: self._refused(self.key, outcome),
        )
        await taken
        self._station.outbox.mark_started(self.key)

    async def _write_back(self, info: Mapping[str, Any]) -> None:
        try:
            await self._station.api.write_transpiler_info(self.key, info)
        except ClientError as error:
            log.warning("transpiler_info_not_written", extra={**self._names(), "error": str(error)})

    def _last_report(self, end: Redirect | Finished | Failed | Exit) -> Report:
        if isinstance(end, Finished):
            return reports.succeeded(self.key, end.result, execution_time_s=end.execution_time_s)
        if isinstance(end, Failed):
            if end.stage == "run" and not self.is_started:
                self._started = monotonic()
                self._say_running(reports.running(self.key))
            return self._failed(end.code, end.message)
        if isinstance(end, Redirect):
            return self.incident("the resident worker sent the job elsewhere")
        return self._from_exit(end)

    def _from_exit(self, end: Exit) -> Report:
        if end.kind is ExitKind.TIMEOUT:
            return self._failed(
                "limit_exceeded", f"The job was stopped at the {end.detail}: make it smaller or split it."
            )
        if end.kind is ExitKind.OUT_OF_MEMORY:
            return self._failed(
                "limit_exceeded", "The job needs more memory than a job may use here: use fewer qubits."
            )
        return self.incident(end.detail or end.kind.value)

    def incident(self, detail: str) -> Report:
        """Fail the job for something that is not its fault; the log knows more."""
        incident = uuid.uuid4().hex[:12]
        log.error("job_broken", extra={**self._names(), "incident": incident, "detail": detail})
        return self._failed(
            "internal_error",
            f"The process that ran the job ended unexpectedly ({detail}). "
            f"Try again; if it stays so, give the operator incident {incident}.",
        )

    def too_often_lost(self, detail: str) -> Report:
        """Fail the job under which the device was lost again and again; the log knows more."""
        log.error("job_loses_device", extra={**self._names(), "detail": detail})
        return self._failed(
            "device_error",
            "The device stopped answering each time it ran this job: ask for less at once, or tell the "
            "operator.",
        )

    def _too_large_a_number(self) -> Report:
        return self._failed(
            "invalid_program", "The job's settings hold an integer of more than 64 bits: use a smaller one."
        )

    def _failed(self, code: str, reason: str) -> Report:
        spent_s = None if self._started is None else monotonic() - self._started
        return reports.failed(self.key, code, reason, execution_time_s=spent_s)

    def _names(self) -> dict[str, object]:
        return {"job_id": self.key.job_id, "attempt": self.key.attempt, "device_id": self._station.device_id}
