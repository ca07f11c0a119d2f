"""Moves of stored jobs: decided on locked rows, with all that goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from qumulus.domain.decision import JobState, Refusal, Repeat, decide, expire, is_loss
from qumulus.domain.device import OnLostLease
from qumulus.domain.ids import DeviceId, JobId, UserId
from qumulus.domain.job import INPUT_KEYS
from qumulus.domain.lifecycle import CLAIMED, Action, Actor, JobStatus, Move, find_move
from qumulus.ports.operations import Audit, ExpireLease, Moved, MoveJob, Refused, SetOutputs
from qumulus.store.rows import JobRow, info_to_json, to_json, to_micros
from qumulus.store.script import Writes

LOST_REASON: Final = "The device's provider stopped answering while it had this job."
UNHEARD_REASON: Final = "The job was given out again and again, and no provider was heard of after it."


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A lease with its device's policy."""

    attempt: int
    beat: int
    policy: OnLostLease
    earlier_expiries: int
    """Leases of the same job that ran out before this one."""


@dataclass(slots=True)
class Loaded:
    """The locked rows that a batch decides on."""

    jobs: dict[JobId, JobRow] = field(default_factory=dict)
    leases: dict[JobId, LeaseRow] = field(default_factory=dict)


def move_job(operation: MoveJob, loaded: Loaded, writes: Writes) -> Moved | Refused:
    """Grant or refuse a wish."""
    job = loaded.jobs.get(operation.job_id)
    if job is None or not _is_theirs(job, operation.owner, operation.devices):
        return Refused(why=Refusal.MISSING)
    wish = operation.wish
    verdict = decide(
        JobState(
            status=job.status, attempt=job.attempt, lease_lost=job.lease_lost, report_hash=job.report_hash
        ),
        wish,
    )
    if isinstance(verdict, Refusal):
        return Refused(why=verdict, status=job.status, attempt=job.attempt)
    if isinstance(verdict, Repeat):
        return _moved(job, job.status, job.status, is_repeat=True)
    if wish.actor is Actor.PROVIDER:
        job.report_hash = wish.report_hash
    if operation.execution_time_s is not None:
        job.execution_time_s = operation.execution_time_s
    if verdict.target is not None:
        add_outputs(job, operation.outputs, writes)
    if operation.audit is not None:
        _add_audit(operation.audit, writes, at=to_micros(operation.at))
    return carry_out(job, verdict, writes, at=to_micros(operation.at), detail=operation.detail)


def expire_lease(operation: ExpireLease, loaded: Loaded, writes: Writes) -> Moved | Refused:
    """Take a job from a Provider that is gone."""
    job = loaded.jobs.get(operation.job_id)
    if job is None:
        return Refused(why=Refusal.MISSING)
    lease = loaded.leases.get(operation.job_id)
    if lease is None or (lease.attempt, lease.beat) != (operation.attempt, operation.beat):
        return Refused(why=Refusal.STALE, status=job.status, attempt=job.attempt)
    was_heard = is_loss(job.status, beat=lease.beat)
    job.losses += was_heard
    expiries = lease.earlier_expiries + 1
    target = expire(job.status, losses=job.losses, expiries=expiries, policy=lease.policy)
    action = Action.ABANDON if target.is_final else Action.EXPIRE
    move = find_move(job.status, action, by=Actor.CLOUD)
    assert move is not None  # expire() found it
    if target.is_final:
        reason = LOST_REASON if was_heard else UNHEARD_REASON
        add_outputs(job, {"reason": to_json(reason), "reason_code": to_json("provider_lost")}, writes)
    else:
        job.lease_lost = True
    detail = {"losses": job.losses} if was_heard else {"losses": job.losses, "unheard": True}
    return carry_out(job, move, writes, at=to_micros(operation.at), detail=detail)


def set_outputs(operation: SetOutputs, loaded: Loaded, writes: Writes) -> Moved | Refused:
    """Write beside a claimed job."""
    job = loaded.jobs.get(operation.job_id)
    if job is None or not _is_theirs(job, None, operation.devices):
        return Refused(why=Refusal.MISSING)
    if operation.attempt is not None and operation.attempt != job.attempt:
        return Refused(why=Refusal.STALE, status=job.status, attempt=job.attempt)
    if job.status not in CLAIMED:
        return Refused(why=Refusal.ILLEGAL, status=job.status, attempt=job.attempt)
    add_outputs(job, operation.outputs, writes)
    if operation.transpiler_info is not None:
        writes.add("set_transpiler_info", (info_to_json(operation.transpiler_info), job.id))
    return _moved(job, job.status, job.status)


def add_outputs(job: JobRow, outputs: Mapping[str, str], writes: Writes) -> None:
    """Write outputs beside the input, whose keys are the user's own."""
    for key, body in outputs.items():
        if key not in INPUT_KEYS:
            writes.add("upsert_outputs", (job.id, key, body))
    if job.status is JobStatus.CANCELLED and "reason" in outputs:
        writes.add("delete_unexplained", (job.device_id, job.id))


def carry_out(job: JobRow, move: Move, writes: Writes, *, at: int, detail: Mapping[str, Any]) -> Moved:
    """Write a granted move: the job's row, its place in the queue, its lease, its event."""
    source, target = job.status, move.target
    stamp = max(at, job.moved_at)
    outcome = _moved(job, source, target)
    job.n_events += 1
    job.moved_at = stamp
    if source is JobStatus.SUBMITTED:
        writes.add("delete_queue", job.slot)
    if source is JobStatus.REGISTERED:  # nobody can read any more what was uploaded for it
        writes.add("delete_registrations", (job.id,))
        writes.add("delete_objects", (job.id,))
    if source in CLAIMED and target not in CLAIMED:
        _unclaim(job, move, writes)
    if target is None:
        _erase(job, writes)
    else:
        job.status = target
        _stamp(job, target, stamp)
        if target is JobStatus.SUBMITTED:
            writes.add("insert_queue", (*job.slot, job.id, job.owner, job.priority, job.seq))
            writes.topics.add(f"d:{job.device_id}")
        writes.add("update_jobs", job.updated())
    add_event(job, writes, move=move, detail=detail)
    return outcome


def add_event(job: JobRow, writes: Writes, *, move: Move, detail: Mapping[str, Any]) -> None:
    """Append to the timeline, and wake those who watch it."""
    if move.actor in {Actor.PROVIDER, Actor.CLOUD}:
        detail = {"attempt": job.attempt, **detail}
    writes.add(
        "insert_events",
        (
            job.id,
            job.n_events,
            job.owner,
            job.moved_at,
            move.actor,
            move.source,
            move.target,
            info_to_json(detail),
        ),
    )
    writes.topics.update((f"j:{job.id}", f"o:{job.owner}"))


def _add_audit(audit: Audit, writes: Writes, *, at: int) -> None:
    before, after = (None if told is None else to_json(told) for told in (audit.before, audit.after))
    writes.add("insert_audits", (at, audit.who, audit.action, audit.subject, before, after))


def _unclaim(job: JobRow, move: Move, writes: Writes) -> None:
    writes.add("delete_leases", (job.id,))
    if move.actor is not Actor.PROVIDER:
        writes.topics.add(f"c:{job.device_id}")
    if move.target is JobStatus.CANCELLED:
        writes.add("insert_unexplained", (job.device_id, job.id))


def _erase(job: JobRow, writes: Writes) -> None:
    for name in ("delete_events", "delete_outputs", "delete_inputs", "delete_objects", "delete_jobs"):
        writes.add(name, (job.id,))
    if job.status is JobStatus.CANCELLED:
        writes.add("delete_unexplained", (job.device_id, job.id))


def _stamp(job: JobRow, target: JobStatus, at: int) -> None:
    """Set the time stamp of a status; each is set once."""
    if target is JobStatus.SUBMITTED:
        job.submitted_at = job.submitted_at or at
    elif target is JobStatus.READY:
        job.ready_at = job.ready_at or at
    elif target is JobStatus.RUNNING:
        job.running_at = job.running_at or at
    elif target.is_final:
        job.ended_at = job.ended_at or at


def _is_theirs(job: JobRow, owner: UserId | None, devices: frozenset[DeviceId] | None) -> bool:
    return (owner is None or job.owner == owner) and (devices is None or job.device_id in devices)


def _moved(job: JobRow, source: JobStatus, target: JobStatus | None, *, is_repeat: bool = False) -> Moved:
    return Moved(
        owner=job.owner,
        device_id=job.device_id,
        source=source,
        target=target,
        attempt=job.attempt,
        is_repeat=is_repeat,
    )
