"""A Cloud in memory, for the worker's laws."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from qumulus.domain.decision import JobState, Refusal, Repeat, Wish, decide, expire
from qumulus.domain.device import OnLostLease
from qumulus.domain.lifecycle import Action, Actor, JobStatus
from qumulus.provider.outbox import JobKey
from qumulus.transport import CloudUnreachableError
from qumulus.transport.answer import Answer
from qumulus.transport.errors import api_error
from qumulus.wire.provider import JobReport, ProviderJob, PulseBody, ReportOutcome

RESULT = {"sampling": {"counts": {"00": 1000}}}


async def until(condition: Callable[[], object], *, within_s: float = 5.0) -> None:
    """Wait for a condition; fails when it does not come true."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - the condition is anything
            await asyncio.sleep(0.002)


def refusal(status: int, code: str) -> Exception:
    """An answer that is no success."""
    body = msgspec.json.encode({"code": code, "message": code})
    return api_error(Answer(status, {"content-type": "application/json"}, body))


@dataclass
class CloudJob:
    """A job in the fake Cloud."""

    job_id: str
    program: str
    form: str = "text"
    status: JobStatus = JobStatus.SUBMITTED
    attempt: int = 0
    losses: int = 0
    lease_lost: bool = False
    report_hash: bytes | None = None
    job_info: dict[str, Any] = field(default_factory=dict)
    execution_time: float | None = None
    transpiler_info: Mapping[str, Any] | None = None
    simulator_info: dict[str, Any] = field(default_factory=dict)
    history: list[JobStatus] = field(default_factory=lambda: [JobStatus.SUBMITTED])

    def move(self, status: JobStatus) -> None:
        """Go to another status."""
        self.status = status
        self.history.append(status)


class FakeCloud:
    """The Cloud of one device, behind the methods of ``ProviderApi``; it moves jobs by the real table."""

    def __init__(self, prefix: str = "job") -> None:
        self._prefix = prefix
        self.jobs: dict[str, CloudJob] = {}
        self.calls: list[tuple[str, Any]] = []
        self.is_down = False
        self.refuses: Exception | None = None
        self.is_lost: dict[str, int] = {}
        """How many of the next calls of a name never arrive."""
        self.may_report = asyncio.Event()
        self.may_report.set()
        self.wrong_reports: set[str] = set()
        self.not_now: set[str] = set()
        self.takes_transpile_results = True
        self.most_held = 0
        self.availability: list[bool] = []
        self.calibrations: dict[str, bytes] = {}
        self._ids = itertools.count(1)
        self._changed = asyncio.Event()

    # --- the users' side ---

    def submit(self, program: str, *, form: str = "text", losses: int = 0) -> CloudJob:
        """Queue a job."""
        job = CloudJob(job_id=f"{self._prefix}-{next(self._ids)}", program=program, form=form, losses=losses)
        self.jobs[job.job_id] = job
        self.ring()
        return job

    def cancel(self, job: CloudJob) -> None:
        """As the user does."""
        job.move(JobStatus.CANCELLED)
        self.ring()

    def expire(self, job: CloudJob) -> None:
        """As the sweeper does, of a job whose Provider was heard of."""
        job.losses += 1
        job.move(expire(job.status, losses=job.losses, expiries=job.losses, policy=OnLostLease.REQUEUE))
        job.lease_lost = True
        self.ring()

    def ring(self) -> None:
        """Wake the long polls."""
        self._changed.set()
        self._changed = asyncio.Event()

    def names(self) -> list[str]:
        """The calls so far."""
        return [name for name, _ in self.calls]

    # --- the Provider's side ---

    async def claim(self, limit: int, *, wait_s: float) -> list[ProviderJob]:
        """Hand out jobs."""
        await self._reached("claim", limit)
        jobs: list[CloudJob] = []
        try:
            async with asyncio.timeout(wait_s):
                while not (jobs := [job for job in self.jobs.values() if self._is_waiting(job)]):
                    await self._changed.wait()
        except TimeoutError:
            return []
        if self.is_down:
            raise CloudUnreachableError("fake", "down", may_have_been_done=True)
        for job in jobs[:limit]:
            job.attempt += 1
            job.lease_lost = False
            job.report_hash = None
            job.move(JobStatus.READY)
        held = [job for job in self.jobs.values() if job.status in {JobStatus.READY, JobStatus.RUNNING}]
        self.most_held = max(self.most_held, len(held))
        return [_shown(job) for job in jobs[:limit]]

    async def report(self, reports: Sequence[bytes]) -> list[ReportOutcome]:
        """Take reports."""
        lines = [msgspec.json.decode(report, type=JobReport) for report in reports]
        await self._reached("report", [(line.job_id, line.status) for line in lines])
        await self.may_report.wait()
        if self.is_down:
            raise CloudUnreachableError("fake", "down", may_have_been_done=True)
        if any(map(self._is_wrong, lines)):
            raise refusal(413, "too_large")
        outcomes = [self._take(line) for line in lines]
        self.ring()
        return outcomes

    async def heartbeat(self, keys: Iterable[JobKey], *, wait_s: float) -> PulseBody:
        """Say which are lost or cancelled, at once if there is one."""
        keys = list(keys)
        await self._reached("heartbeat", keys)
        pulse = self._pulse(keys)
        try:
            async with asyncio.timeout(wait_s):
                while not (pulse.cancelled or pulse.lost):
                    await self._changed.wait()
                    pulse = self._pulse(keys)
        except TimeoutError:
            pass
        return pulse

    async def release(self, key: JobKey, *, reason: str) -> None:
        """Take a job back."""
        await self._reached("release", key)
        job = self.jobs.get(key.job_id)
        if job is None:
            raise refusal(404, "not_found")
        if job.attempt != key.attempt or job.status not in {JobStatus.READY, JobStatus.RUNNING}:
            raise refusal(409, "illegal_move")
        job.move(JobStatus.SUBMITTED)
        self.ring()

    async def write_transpiler_info(self, key: JobKey, info: Mapping[str, Any]) -> None:
        """Keep it."""
        await self._reached("write_transpiler_info", key)
        self.jobs[key.job_id].transpiler_info = info

    async def publish(self, **description: Any) -> None:
        """Take the device's description."""
        await self._reached("publish", description)

    async def calibration(self, name: str) -> bytes:
        """Give the document of one that was published."""
        await self._reached("calibration", name)
        if name not in self.calibrations:
            raise refusal(404, "not_found")
        return self.calibrations[name]

    async def set_available(self, is_available: bool) -> None:
        """Take the device's status."""
        await self._reached("set_available", is_available)
        self.availability.append(is_available)

    async def _reached(self, name: str, what: Any) -> None:
        self.calls.append((name, what))
        await asyncio.sleep(0)
        if self.refuses is not None:
            raise self.refuses
        is_lost = self.is_lost.get(name, 0) > 0
        if is_lost:
            self.is_lost[name] -= 1
        if self.is_down or is_lost:
            raise CloudUnreachableError("fake", "down", may_have_been_done=False)

    def _is_wrong(self, line: JobReport) -> bool:
        if "transpile_result" in line.job_info and not self.takes_transpile_results:
            return True
        return line.job_id in self.wrong_reports and "result" in line.job_info

    def _is_waiting(self, job: CloudJob) -> bool:
        return job.status is JobStatus.SUBMITTED

    def _pulse(self, keys: Sequence[JobKey]) -> PulseBody:
        found: dict[str, list[str]] = {"renewed": [], "lost": [], "cancelled": []}
        for key in keys:
            job = self.jobs.get(key.job_id)
            is_mine = job is not None and job.attempt == key.attempt
            if is_mine and job.status is JobStatus.CANCELLED:
                found["cancelled"].append(key.job_id)
            elif is_mine and job.status in {JobStatus.READY, JobStatus.RUNNING}:
                found["renewed"].append(key.job_id)
            else:
                found["lost"].append(key.job_id)
        return PulseBody(**{name: tuple(ids) for name, ids in found.items()})

    def _take(self, line: JobReport) -> ReportOutcome:
        job = self.jobs.get(line.job_id)
        if job is None:
            return ReportOutcome(job_id=line.job_id, outcome="not_found")
        if line.job_id in self.not_now:
            self.not_now.remove(line.job_id)
            return ReportOutcome(job_id=line.job_id, outcome="unavailable")
        state = JobState(
            status=job.status, attempt=job.attempt, lease_lost=job.lease_lost, report_hash=job.report_hash
        )
        digest = msgspec.json.encode(line)
        wish = Wish(actions=_actions(line), actor=Actor.PROVIDER, attempt=line.attempt, report_hash=digest)
        decision = decide(state, wish)
        if isinstance(decision, Refusal):
            outcome = {Refusal.STALE: "stale_attempt", Refusal.ILLEGAL: "illegal_move"}[decision]
        elif isinstance(decision, Repeat):
            outcome = "repeated"
        else:
            outcome = "moved"
            assert decision.target is not None
            job.move(decision.target)
            job.report_hash = digest
            job.job_info |= {key: msgspec.json.decode(raw) for key, raw in line.job_info.items()}
            job.execution_time = line.execution_time or job.execution_time
        return ReportOutcome(job_id=job.job_id, outcome=outcome, status=job.status, attempt=job.attempt)


def _actions(line: JobReport) -> tuple[Action, ...]:
    if line.status == "running":
        return (Action.START,)
    if line.status == "succeeded":
        return (Action.SUCCEED, Action.SUCCEED_LATE)
    if line.status == "failed":
        return (Action.FAIL, Action.FAIL_LATE)
    return (Action.ANNOTATE,)


def _shown(job: CloudJob) -> ProviderJob:
    contents = {"code": job.program, "transpile_result": {"of": "an earlier attempt"}}
    now = datetime.now(UTC)
    return ProviderJob(
        job_id=job.job_id,
        device_id="SVSim",
        status="ready",
        form=job.form,
        job_type="sampling",
        shots=1000,
        attempt=job.attempt,
        losses=job.losses,
        job_info=msgspec.json.encode(contents).decode() if job.form == "text" else contents,
        transpiler_info=None,
        simulator_info=job.simulator_info,
        mitigation_info={},
        created_at=now,
        submitted_at=now,
        ready_at=now,
        running_at=None,
        ended_at=None,
    )
