"""A batch: operations that share one transaction, and the script that carries them out."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final

from qumulus.domain.device import OnLostLease
from qumulus.domain.ids import DeviceId, JobId
from qumulus.domain.lifecycle import CLAIMED, Action, Actor
from qumulus.ports.operations import (
    ClaimJobs,
    ExpireLease,
    Heartbeat,
    MoveJob,
    MoveJobs,
    Operation,
    SetOutputs,
    SubmitJobs,
)
from qumulus.ports.registrations import KeepObject, RegisterJob, SubmitRegistered
from qumulus.store import administration, registrations
from qumulus.store.beats import beat
from qumulus.store.claims import claim_jobs
from qumulus.store.moves import LeaseRow, Loaded, expire_lease, move_job, set_outputs
from qumulus.store.rows import JobRow, to_micros
from qumulus.store.script import Ask, OvertakenError, Script, Writes
from qumulus.store.submits import KeyId, key_id, submit_jobs

MAX_OPERATIONS: Final = 256
MAX_JOBS: Final = 2000
"""A batch ends with the operation that brings it to so many jobs: others must not wait for long."""

MAX_LIGHT_OPERATIONS: Final = 32
MAX_LIGHT_JOBS: Final = 64
MAX_LIGHT_CHARACTERS: Final = 128 * 1024

_KEYED: Final = (SubmitJobs, RegisterJob, SubmitRegistered)
"""Operations that may carry an idempotency key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSeen(Operation[None]):
    """Providers of these devices called."""

    devices: tuple[DeviceId, ...]
    at: datetime


@dataclass(slots=True)
class _Known(Loaded):
    keys: dict[KeyId, tuple[bytes, bytes]] = field(default_factory=dict)
    uploads: registrations.Uploads = field(default_factory=registrations.Uploads)


def job_ids(operation: Operation[Any]) -> Sequence[JobId]:
    """Give the jobs whose rows an operation needs."""
    match operation:
        case MoveJob() | SetOutputs() | ExpireLease():
            return (operation.job_id,)
        case SubmitRegistered():
            return (operation.job.id,)
        case KeepObject():
            return (operation.object.job_id,)
        case MoveJobs():
            return [move.job_id for move in operation.moves]
        case Heartbeat():
            return list(dict(operation.jobs))
        case _:
            return ()


def is_alone(operation: Operation[Any]) -> bool:
    """Tell what shares its transaction with no other: administrative writes."""
    return type(operation) in administration.SCRIPTS


def cut(waiting: deque[Any], operation_of: Callable[[Any], Operation[Any]]) -> list[Any]:
    """Take the next batch from the front: no job and no idempotency key occurs twice in it."""
    batch: list[Any] = []
    taken: set[object] = set()
    n_jobs = 0
    while waiting and len(batch) < MAX_OPERATIONS and n_jobs < MAX_JOBS:
        operation = operation_of(waiting[0])
        if is_alone(operation):
            return batch or [waiting.popleft()]
        marks = _marks(operation)
        if not taken.isdisjoint(marks):
            break
        taken.update(marks)
        n_jobs += len(operation.jobs) if isinstance(operation, SubmitJobs) else len(marks)
        batch.append(waiting.popleft())
    return batch


def _marks(operation: Operation[Any]) -> Sequence[object]:
    if isinstance(operation, _KEYED):
        keyed = () if operation.key is None else (key_id(operation.key),)
        return (*keyed, *job_ids(operation))
    return job_ids(operation)


def is_light(operations: Sequence[Operation[Any]]) -> bool:
    """Tell whether a batch is done in a millisecond or two, without the commit."""
    if len(operations) > MAX_LIGHT_OPERATIONS:
        return False
    weights = [_weight(operation) for operation in operations]
    return (
        sum(n_jobs for n_jobs, _ in weights) <= MAX_LIGHT_JOBS
        and sum(n_characters for _, n_characters in weights) <= MAX_LIGHT_CHARACTERS
    )


def _weight(operation: Operation[Any]) -> tuple[float, int]:
    """How many jobs an operation may touch, and how many characters it writes."""
    match operation:
        case MoveJob():
            # Nobody knows yet how large is what a deletion deletes.
            is_deletion = Action.DELETE in operation.wish.actions
            return math.inf if is_deletion else 1, sum(map(len, operation.outputs.values()))
        case SubmitJobs(jobs=(job,)):
            return 1, len(job.input)
        case ClaimJobs():
            return operation.limit * len(operation.devices), 0
        case Heartbeat():
            return len(operation.jobs), 0
        case _:
            return math.inf, 0


def needs_no_lock(operation: Operation[Any]) -> bool:
    """Tell what may be decided on rows that nobody locked and written by one statement.

    A Provider's word about a job that it holds ends in an event, numbered in the job's order: if somebody
    was faster, that number is taken and the statement fails as a whole. So it is with no move of a
    waiting job, which may change places without an event.
    """
    match operation:
        case SubmitJobs():
            return True
        case MoveJob(wish=wish):
            return wish.actor is Actor.PROVIDER and Action.RELEASE not in wish.actions
        case MoveJobs():
            return all(map(needs_no_lock, operation.moves))
        case _:
            return False


def run(
    operations: Sequence[Operation[Any]], writes: Writes, *, is_locking: bool = True
) -> Script[list[Any]]:
    """Carry out a batch; gives the outcomes in the operations' order and leaves the topics in ``writes``.

    Not ``is_locking``: all :func:`needs_no_lock`, and the only write is the last thing asked for.
    """
    first = operations[0]
    script = administration.SCRIPTS.get(type(first))
    if script is not None:
        outcome = yield from script(first, writes)
        return [outcome]
    known = yield from _load(operations, is_locking=is_locking)
    outcomes: list[Any] = [None] * len(operations)
    claims: list[tuple[int, ClaimJobs]] = []
    for i, operation in enumerate(operations):
        if isinstance(operation, ClaimJobs):
            claims.append((i, operation))
        else:
            outcomes[i] = _CARRY_OUT[type(operation)](operation, known, writes)
    if claims:
        yield from _write(writes)
        claimed = yield from claim_jobs([operation for _, operation in claims], writes)
        for (i, _), jobs in zip(claims, claimed, strict=True):
            outcomes[i] = jobs
    yield from _write(writes)
    return outcomes


def _write(writes: Writes) -> Script[None]:
    """Write what has come together; jobs are locked in the order of their ids, if they are not yet."""
    if writes.rows:
        writes.rows.get("update_jobs", []).sort(key=itemgetter(-1))
        yield writes
        writes.rows = {}


def _load(operations: Sequence[Operation[Any]], *, is_locking: bool) -> Script[_Known]:
    known = _Known()
    ids = [job_id for operation in operations for job_id in job_ids(operation)]
    if ids:
        known.jobs = yield from (_lock(ids) if is_locking else _look_at(ids))
    expiring = [(operation.job_id,) for operation in operations if isinstance(operation, ExpireLease)]
    if expiring:
        for job_id, attempt, beat_seen, word, n_expired in (yield Ask("lease_policies", expiring)):
            policy = OnLostLease(word or OnLostLease.REQUEUE)
            known.leases[job_id] = LeaseRow(attempt, beat_seen, policy, n_expired)
    known.uploads = yield from registrations.load(operations)
    keys = [key_id(key) for key in _keys(operations)]
    if keys:
        for owner, route, key, body_hash, answer in (yield Ask("known_keys", keys)):
            known.keys[owner, route, key] = (body_hash, answer)
    return known


def _lock(ids: Sequence[JobId]) -> Script[dict[JobId, JobRow]]:
    if len(set(ids)) < len(ids):
        raise ValueError("a job may occur once in an operation")
    rows = yield Ask("lock_jobs", [(job_id,) for job_id in ids])
    if any(row[-1] for row in rows):
        raise OvertakenError
    return {row[0]: JobRow.read(row) for row in rows}


def _look_at(ids: Sequence[JobId]) -> Script[dict[JobId, JobRow]]:
    rows = yield Ask("look_at_jobs", [(job_id,) for job_id in sorted(ids)])
    jobs = {row[0]: JobRow.read(row) for row in rows}
    if any(job.status not in CLAIMED for job in jobs.values()):
        raise OvertakenError
    return jobs


def _keys(operations: Sequence[Operation[Any]]) -> Iterator[Any]:
    for operation in operations:
        if isinstance(operation, _KEYED) and operation.key is not None:
            yield operation.key


def _submit(operation: SubmitJobs, known: _Known, writes: Writes) -> object:
    return submit_jobs(operation, known.keys, writes)


def _register(operation: RegisterJob, known: _Known, writes: Writes) -> object:
    return registrations.register_job(operation, known.keys, known.uploads, writes)


def _submit_registered(operation: SubmitRegistered, known: _Known, writes: Writes) -> object:
    return registrations.submit_registered(operation, known, known.keys, known.uploads, writes)


def _keep_object(operation: KeepObject, known: _Known, writes: Writes) -> object:
    return registrations.keep_object(operation, known, known.uploads, writes)


def _move_many(operation: MoveJobs, known: _Known, writes: Writes) -> object:
    return tuple(move_job(move, known, writes) for move in operation.moves)


def _note_seen(operation: NoteSeen, known: _Known, writes: Writes) -> None:  # noqa: ARG001 - reads nothing
    at = to_micros(operation.at)
    for device_id in sorted(operation.devices):
        writes.add("note_seen", (at, device_id))


_CARRY_OUT: Final = MappingProxyType[type[Operation[Any]], Callable[[Any, _Known, Writes], Any]](
    {
        SubmitJobs: _submit,
        RegisterJob: _register,
        SubmitRegistered: _submit_registered,
        KeepObject: _keep_object,
        MoveJob: move_job,
        MoveJobs: _move_many,
        Heartbeat: beat,
        ExpireLease: expire_lease,
        SetOutputs: set_outputs,
        NoteSeen: _note_seen,
    }
)
