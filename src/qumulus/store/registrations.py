"""Jobs whose input comes as a file: registered, then submitted; and the archives kept for jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from qumulus.domain.decision import Refusal
from qumulus.domain.ids import DeviceId, JobId, UserId
from qumulus.domain.item import Item
from qumulus.domain.job import DEFAULT_PRIORITY, JobForm, JobType
from qumulus.domain.lifecycle import CLAIMED, Action, Actor, JobStatus, advance, find_move
from qumulus.ports.operations import KeyReused, Operation, Refused, Replayed, Submitted
from qumulus.ports.registrations import (
    InputReplaced,
    KeepObject,
    KeepSecret,
    ObjectKept,
    Registered,
    RegisterJob,
    RegistrationsFull,
    SubmitRegistered,
)
from qumulus.store.moves import Loaded, add_event
from qumulus.store.rows import JobRow, info_to_json, to_micros
from qumulus.store.script import Ask, AskOnce, Script, Writes
from qumulus.store.submits import KeyId, n_bytes_of, note_key, said_before

REGISTERED: Final = advance(None, Action.REGISTER, by=Actor.USER)
NO_DEVICE: Final = DeviceId("")
"""Stands where a registered job's device will stand."""


@dataclass(slots=True)
class Uploads:
    """What a batch needs to know: blobs by job and item, and fresh places at the end of the queues.

    And of those who register, how many jobs of theirs wait for their submit.
    """

    blobs: dict[tuple[JobId, str], str] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)
    registered: dict[UserId, int] = field(default_factory=dict)


def load(operations: Sequence[Operation[Any]]) -> Script[Uploads]:
    """Read what these operations need; most batches need nothing."""
    known = Uploads()
    submits = [operation.job.id for operation in operations if isinstance(operation, SubmitRegistered)]
    keeps = [operation.object.job_id for operation in operations if isinstance(operation, KeepObject)]
    if submits or keeps:
        rows = yield Ask("read_objects", [(job_id,) for job_id in (*submits, *keeps)])
        known.blobs = {(job_id, item): blob for job_id, item, blob in rows}
    if submits:
        known.places = [row[0] for row in (yield Ask("next_places", [(job_id,) for job_id in submits]))]
    owners = sorted({(operation.owner,) for operation in operations if isinstance(operation, RegisterJob)})
    if owners:
        known.registered = {row[0]: 0 for row in (yield Ask("lock_registrants", owners))}
        known.registered |= {row[0]: row[1] for row in (yield Ask("count_registrations", owners))}
    return known


def register_job(
    operation: RegisterJob, keys: Mapping[KeyId, tuple[bytes, bytes]], uploads: Uploads, writes: Writes
) -> Registered | Replayed | KeyReused | Refused | RegistrationsFull:
    """Store a job that is nothing but an id and an owner."""
    before = said_before(operation.key, keys)
    if before is not None:
        return before
    at, job_id, owner = to_micros(operation.at), operation.job_id, operation.owner
    n_registered = uploads.registered.get(owner)
    if n_registered is None:
        return Refused(why=Refusal.MISSING)
    if operation.at_most is not None and n_registered >= operation.at_most:
        return RegistrationsFull(n_registered=n_registered)
    uploads.registered[owner] += 1
    note_key(operation.key, writes, at=at)
    writes.add(
        "insert_jobs",
        (
            job_id, owner, NO_DEVICE, JobForm.FILES, JobType.SAMPLING, REGISTERED, 1, "", "",
            DEFAULT_PRIORITY, None, "{}", "{}", at, None, at, 1, 0, DEFAULT_PRIORITY,
        ),
    )  # fmt: skip
    writes.add("insert_registrations", (job_id, at, owner))
    writes.add("insert_events", (job_id, 1, owner, at, Actor.USER, None, REGISTERED, "{}"))
    writes.topics.add(f"o:{owner}")
    return Registered()


def submit_registered(
    operation: SubmitRegistered,
    loaded: Loaded,
    keys: Mapping[KeyId, tuple[bytes, bytes]],
    uploads: Uploads,
    writes: Writes,
) -> Submitted | Replayed | KeyReused | InputReplaced | Refused:
    """Fill a registered job in and queue it."""
    before = said_before(operation.key, keys)
    if before is not None:
        return before
    row = loaded.jobs.get(operation.job.id)
    if row is None or row.owner != operation.job.owner:
        return Refused(why=Refusal.MISSING)
    move = find_move(row.status, Action.SUBMIT, by=Actor.USER)
    if move is None:
        return Refused(why=Refusal.ILLEGAL, status=row.status, attempt=row.attempt)
    if uploads.blobs.get((row.id, Item.INPUT)) != operation.blob:
        return InputReplaced()
    at = max(to_micros(operation.at), row.moved_at)
    note_key(operation.key, writes, at=at)
    row.n_events += 1
    row.moved_at = row.submitted_at = at
    row.status = JobStatus.SUBMITTED
    row.seq = row.slot_seq = uploads.places.pop(0)
    row.device_id = operation.job.device_id
    row.priority = operation.job.priority
    row.slot_priority = operation.job.priority if operation.may_prioritise else DEFAULT_PRIORITY
    _fill(operation, row, writes)
    add_event(row, writes, move=move, detail={})
    return Submitted()


def _fill(operation: SubmitRegistered, row: JobRow, writes: Writes) -> None:
    job = operation.job
    writes.add(
        "fill_jobs",
        (
            row.seq, job.device_id, job.form, job.job_type, row.status, job.shots, job.name, job.description,
            job.priority, None if job.transpiler_info is None else info_to_json(job.transpiler_info),
            info_to_json(job.simulator_info), info_to_json(job.mitigation_info), row.submitted_at,
            row.moved_at, row.n_events, n_bytes_of(job.input), row.slot_priority, job.id,
        ),
    )  # fmt: skip
    writes.add("delete_registrations", (job.id,))
    writes.add("insert_inputs", (job.id, job.form, job.input))
    writes.add("insert_queue", (*row.slot, job.id, job.owner, job.priority, row.seq))
    writes.topics.add(f"d:{job.device_id}")


def keep_object(
    operation: KeepObject, loaded: Loaded, uploads: Uploads, writes: Writes
) -> ObjectKept | Refused:
    """Let an archive take its place, if the job is where it may."""
    found = operation.object
    job = loaded.jobs.get(found.job_id)
    if job is None:
        return Refused(why=Refusal.MISSING)
    is_input = found.item is Item.INPUT
    if not is_input and found.attempt != job.attempt:
        return Refused(why=Refusal.STALE, status=job.status, attempt=job.attempt)
    if job.status not in ({JobStatus.REGISTERED} if is_input else CLAIMED):
        return Refused(why=Refusal.ILLEGAL, status=job.status, attempt=job.attempt)
    row = (found.job_id, found.item, found.blob, found.size, found.attempt, to_micros(found.at))
    writes.add("upsert_objects", row)
    return ObjectKept(replaced=uploads.blobs.get((found.job_id, found.item)))


def _keep_secret(operation: KeepSecret, writes: Writes) -> Script[str]:  # noqa: ARG001 - rings for nobody
    yield AskOnce("keep_secret", {"key": operation.name, "value": operation.value})
    rows = yield AskOnce("read_meta", {"key": operation.name})
    kept: str = rows[0][0]
    return kept


SCRIPTS: Final[Mapping[type[Operation[Any]], Callable[[Any, Writes], Script[Any]]]] = MappingProxyType(
    {KeepSecret: _keep_secret}
)
"""What runs alone in its transaction."""
