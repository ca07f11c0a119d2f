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
from qumulus.provider.drivers.base import Driver, SandboxKind
from qumulus.provider.messages import (
    GO,
    Failed,
    Finished,
    JobTask,
    Prepared,
    Redirect,
    decode_child_message,
    encode,
)
from qumulus.provider.outbox import JobKey, Outbox
from qumulus.provider.reporter import Reporter
from qumulus.provider.reports import Report
from qumulus.sandbox import Execution, Exit, ExitKind, Limits, Sandbox
from qumulus.transport import ClientError
from qumulus.wire.provider import ProviderJob, ReportOutcome

log = logging.getLogger("qumulus.provider.run")

_INPUTS: Final = ("code", "program", "operator", "parameters")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The last report of a run.

    ``is_mute``: its last child ended without a single message. ``is_crash``: the child died of
    something else than a limit, which need not be the job's fault.
    """

    report: Report
    is_mute: bool
    is_crash: bool


def task_of(job: ProviderJob, station: Station) -> JobTask:
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
    """A job being executed; ``refused`` is called when the Cloud does not let it start."""

    def __init__(self, job: ProviderJob, station: Station, *, refused: Refused) -> None:
        self.key = JobKey(job.job_id, job.attempt)
        self.began = monotonic()
        self.kind = SandboxKind.FORKED
        """Where it runs, or ran last."""
        self._job = job
        self._station = station
        self._refused = refused
        self._started: float | None = None
        self._is_mute = True
        self._writing: asyncio.Task[None] | None = None

    @property
    def is_started(self) -> bool:
        """``running`` was said: the device may have been touched."""
        return self._started is not None

    async def execute(self) -> Ending:
        """Run to the end; when cancelled, the child is killed.

        Raises:
            SandboxError: the sandbox does not work; the job is not at fault.
        """
        task = task_of(self._job, self._station)
        limits = self._station.driver.limits_for(task)
        self.kind = self._station.driver.sandbox_for(task)
        try:
            encoded = encode(task)
        except OverflowError:
            return Ending(report=self._too_large_a_number(), is_mute=False, is_crash=False)
        end = await self._converse(encoded, limits)
        if isinstance(end, Redirect):
            self.kind = SandboxKind.RESIDENT
            end = await self._converse(encoded, limits)
        report = self._last_report(end)
        if self._writing is not None:
            await self._writing
        is_crash = isinstance(end, Exit) and end.kind not in {ExitKind.TIMEOUT, ExitKind.OUT_OF_MEMORY}
        return Ending(report=report, is_mute=self._is_mute, is_crash=is_crash)

    async def _converse(self, task: bytes, limits: Limits) -> Redirect | Finished | Failed | Exit:
        self._is_mute = True
        execution = await self._station.sandboxes[self.kind].run(task, limits)
        try:
            while (raw := await execution.receive()) is not None:
                message = decode_child_message(raw)
                self._is_mute = False
                if not isinstance(message, Prepared):
                    return message
                await self._start(message, execution)
            return await execution.ended()
        except msgspec.DecodeError as error:
            execution.kill()
            return Exit(kind=ExitKind.CRASHED, detail=f"message not understood: {error}")
        except asyncio.CancelledError:
            execution.kill()
            raise

    async def _start(self, prepared: Prepared, execution: Execution) -> None:
        report = reports.running(
            self.key,
            transpile_result=prepared.transpile_result,
            combined_program=prepared.combined_program,
        )
        if prepared.transpiler_info is not None:
            self._writing = asyncio.create_task(self._write_back(prepared.transpiler_info))
        if self._station.driver.touches_hardware:
            await self._take_leave(report)
            execution.send(GO)
            self._started = monotonic()
        else:
            self._started = monotonic()
            self._say_running(report)

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

    def _too_large_a_number(self) -> Report:
        return self._failed(
            "invalid_program", "The job's settings hold an integer of more than 64 bits: use a smaller one."
        )

    def _failed(self, code: str, reason: str) -> Report:
        spent_s = None if self._started is None else monotonic() - self._started
        return reports.failed(self.key, code, reason, execution_time_s=spent_s)

    def _names(self) -> dict[str, object]:
        return {"job_id": self.key.job_id, "attempt": self.key.attempt, "device_id": self._station.device_id}
