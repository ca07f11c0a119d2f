"""A Provider says what became of a job."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from qumulus.domain.account import Caller
from qumulus.domain.decision import Refusal, Wish
from qumulus.domain.errors import BadRequestError, QumulusError
from qumulus.domain.ids import JobId
from qumulus.domain.job import JobType
from qumulus.domain.lifecycle import Action, Actor, JobStatus
from qumulus.ports.operations import Moved, MoveJob, MoveJobs, Refused, SetOutputs
from qumulus.service.moves import move_job, note_moved, refusal_error
from qumulus.service.services import Services

RESULT: Final = "result"
REASON: Final = "reason"

_STATUSES: Final[frozenset[str]] = frozenset(JobStatus)
_ACTIONS: Final[Mapping[str, tuple[Action, ...]]] = {
    JobStatus.RUNNING: (Action.START,),
    JobStatus.SUCCEEDED: (Action.SUCCEED, Action.SUCCEED_LATE),
    JobStatus.FAILED: (Action.FAIL, Action.FAIL_LATE),
}
"""What a Provider may say; every other status is an illegal move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a Provider says of one job.

    ``status`` None: as the outputs say; a result means succeeded, a reason failed, and on a cancelled
    job either is kept without moving it. ``outputs`` are JSON texts by key.
    """

    job_id: JobId
    status: str | None = None
    outputs: Mapping[str, str]
    attempt: int | None = None
    worker: str = ""
    execution_time_s: float | None = None
    result_kind: JobType | None = None
    """Of which type the result is, where that is to be checked against the job."""
    has_files: bool = False
    """The outputs were uploaded; such a Provider's ``running`` may have been lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one report of many: the move, or the error that it alone would have met."""

    report: Report
    result: Moved | QumulusError

    @property
    def status(self) -> JobStatus | None:
        """The job's status now, None where it is not known."""
        if isinstance(self.result, Moved):
            return self.result.target
        met = self.result.facts.get("status")
        return met if isinstance(met, JobStatus) else None

    @property
    def attempt(self) -> int | None:
        """The job's attempt now, None where it is not known."""
        if isinstance(self.result, Moved):
            return self.result.attempt
        met = self.result.facts.get("current", self.result.facts.get("attempt"))
        return met if isinstance(met, int) else None


async def report_job(services: Services, report: Report, *, by: Caller) -> None:
    """Move a job as its Provider says, or write outputs that move nothing.

    Raises:
        BadRequestError: the report contradicts itself.
        NotFoundError: there is no such job.
        WrongDeviceError: it is of another device.
        IllegalMoveError: its status does not allow it.
        StaleAttemptError: the attempt is over.
    """
    actions = _actions_of(report)
    await _check_kind(services, report, by=by)
    if not actions and report.status is None:
        await _set_outputs(services, report, by=by)
        return
    outcome = await services.store.apply(move := _move_of(services, report, actions, by=by))
    if isinstance(outcome, Moved):
        note_moved(services, move, outcome)
        return
    raise await _refusal(services, move, outcome, by=by)


async def report_jobs(services: Services, reports: Sequence[Report], *, by: Caller) -> Sequence[Outcome]:
    """Do the same for many in one transaction, each with its own outcome, in their order.

    Reports on the same job are taken in their order, in transactions of their own.
    """
    outcomes: list[Outcome | None] = [None] * len(reports)
    for wave in _waves(reports):
        await _report_wave(services, reports, wave, outcomes, by=by)
    return [outcome for outcome in outcomes if outcome is not None]


def _waves(reports: Sequence[Report]) -> Iterator[list[int]]:
    """Cut the reports so that no job stands twice in a wave."""
    left = list(range(len(reports)))
    while left:
        wave: dict[JobId, int] = {}
        later = []
        for index in left:
            if reports[index].job_id in wave:
                later.append(index)
            else:
                wave[reports[index].job_id] = index
        yield list(wave.values())
        left = later


async def _report_wave(
    services: Services,
    reports: Sequence[Report],
    wave: Sequence[int],
    outcomes: list[Outcome | None],
    *,
    by: Caller,
) -> None:
    moves: list[tuple[int, MoveJob]] = []
    for index in wave:
        report = reports[index]
        try:
            actions = _actions_of(report)
            if actions or report.status is not None:
                moves.append((index, _move_of(services, report, actions, by=by)))
            else:
                outcomes[index] = Outcome(report=report, result=await _set_outputs(services, report, by=by))
        except QumulusError as error:
            outcomes[index] = Outcome(report=report, result=error)
    if not moves:
        return
    answers = await services.store.apply(MoveJobs(moves=tuple(move for _, move in moves)))
    for (index, move), answer in zip(moves, answers, strict=True):
        report = reports[index]
        if isinstance(answer, Refused):
            refusal = await _refusal(services, move, answer, by=by)
            outcomes[index] = Outcome(report=report, result=refusal)
        else:
            note_moved(services, move, answer)
            outcomes[index] = Outcome(report=report, result=answer)


def _actions_of(report: Report) -> tuple[Action, ...]:
    has_result, has_reason = RESULT in report.outputs, REASON in report.outputs
    if report.status is not None:
        _check_status(report, has_result=has_result)
        if report.has_files and report.status == JobStatus.SUCCEEDED:
            return (Action.SUCCEED, Action.SUCCEED_UNSTARTED, Action.SUCCEED_LATE)
        return _ACTIONS.get(report.status, ())
    if has_result and has_reason:
        return (Action.ANNOTATE,)
    if has_result:
        return (*_ACTIONS[JobStatus.SUCCEEDED], Action.ANNOTATE)
    if has_reason:
        return (*_ACTIONS[JobStatus.FAILED], Action.ANNOTATE)
    if not report.outputs:
        raise BadRequestError("Nothing to write: give 'result', 'reason' or other keys of 'job_info'.")
    return ()


def _check_status(report: Report, *, has_result: bool) -> None:
    if report.status not in _STATUSES:
        known = ", ".join(_ACTIONS)
        raise BadRequestError(f"'{report.status}' is no status that a Provider sets: use one of {known}.")
    if has_result and report.status != JobStatus.SUCCEEDED:
        raise BadRequestError(f"A result cannot come with status '{report.status}'.")
    if REASON in report.outputs and has_result:
        raise BadRequestError("A job has a 'result' or a 'reason', not both.")


async def _check_kind(services: Services, report: Report, *, by: Caller) -> None:
    """Of a job of another's device nothing is told here: the move is refused."""
    if report.result_kind is None:
        return
    job = await services.store.job_status(report.job_id)
    if job is None or (by.devices is not None and job.device_id not in by.devices):
        return
    if (job.job_type is JobType.ESTIMATION) != (report.result_kind is JobType.ESTIMATION):
        raise BadRequestError(f"The result is of kind {report.result_kind}, the job of type {job.job_type}.")


def _move_of(services: Services, report: Report, actions: tuple[Action, ...], *, by: Caller) -> MoveJob:
    said_hash = None if report.attempt is None else _hash_of(report, actions)
    return MoveJob(
        job_id=report.job_id,
        wish=Wish(actions=actions, actor=Actor.PROVIDER, attempt=report.attempt, report_hash=said_hash),
        at=services.clock.now(),
        devices=by.devices,
        outputs=report.outputs,
        execution_time_s=_execution_time_s(report),
        detail={"worker": report.worker} if report.worker else {},
    )


def _hash_of(report: Report, actions: tuple[Action, ...]) -> bytes:
    """Hash what is said, not who says it: a repeat on another route or by another worker agrees."""
    digest = hashlib.sha256(actions[0].encode() if actions else b"")
    for key in sorted(report.outputs):
        for part in (key, report.outputs[key]):
            body = part.encode()
            digest.update(b"%d:" % len(body))
            digest.update(body)
    return digest.digest()


def _execution_time_s(report: Report) -> float | None:
    time_s = report.execution_time_s
    if time_s is not None and time_s < 0:
        raise BadRequestError("'execution_time' is negative.")
    return time_s or None


async def _set_outputs(services: Services, report: Report, *, by: Caller) -> Moved:
    """Write outputs of a claimed job; on a cancelled one they are kept as well."""
    _execution_time_s(report)
    write = SetOutputs(
        job_id=report.job_id,
        at=services.clock.now(),
        devices=by.devices,
        attempt=report.attempt,
        outputs=report.outputs,
    )
    outcome = await services.store.apply(write)
    if isinstance(outcome, Moved):
        return outcome
    move = _move_of(services, report, (Action.ANNOTATE,), by=by)
    if outcome.why is Refusal.ILLEGAL and outcome.status is JobStatus.CANCELLED:
        return await move_job(services, move, by=by)
    raise await refusal_error(services, move, outcome, by=by)


async def _refusal(services: Services, move: MoveJob, refused: Refused, *, by: Caller) -> QumulusError:
    """Say why; a result together with a reason is nonsense unless the job is cancelled."""
    if move.wish.actions == (Action.ANNOTATE,) and refused.why is Refusal.ILLEGAL:
        return BadRequestError("A job has a 'result' or a 'reason', not both.", status=refused.status)
    return await refusal_error(services, move, refused, by=by)
