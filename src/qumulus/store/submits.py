"""New jobs, and the keys under which their answers are remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from qumulus.domain.errors import DeviceUnusableError, NotAuthenticatedError, QumulusError
from qumulus.domain.job import DEFAULT_PRIORITY, NewJob
from qumulus.domain.lifecycle import Action, Actor, advance
from qumulus.ports.operations import IdempotencyKey, KeyReused, Replayed, SubmitJobs, Submitted
from qumulus.store.rows import info_to_json, to_micros
from qumulus.store.script import Writes

KeyId = tuple[str, str, str]
"""Owner, route and key."""

SUBMITTED: Final = advance(None, Action.SUBMIT, by=Actor.USER)


def as_gone(column: str | None) -> QumulusError | None:
    """Say what a job lacks that came without a value in this column; None where nothing can be gone."""
    if column == "device_id":
        return DeviceUnusableError("The device was removed a moment ago.")
    if column == "owner":
        return NotAuthenticatedError("The account was removed a moment ago.")
    return None


def key_id(key: IdempotencyKey) -> KeyId:
    """Give what must be unique."""
    return (key.owner, key.route, key.key)


def submit_jobs(
    operation: SubmitJobs, known: Mapping[KeyId, tuple[bytes, bytes]], writes: Writes
) -> Submitted | Replayed | KeyReused:
    """Store jobs, unless their key was seen before; ``known`` has body hash and answer by key."""
    before = said_before(operation.key, known)
    if before is not None:
        return before
    at = to_micros(operation.at)
    note_key(operation.key, writes, at=at)
    for job in operation.jobs:
        priority = job.priority if operation.may_prioritise else DEFAULT_PRIORITY
        _add_job(job, writes, at=at, slot_priority=priority)
    return Submitted()


def said_before(
    key: IdempotencyKey | None, known: Mapping[KeyId, tuple[bytes, bytes]]
) -> Replayed | KeyReused | None:
    """Find what was answered under a key; None if it is new, or there is none."""
    before = None if key is None else known.get(key_id(key))
    if key is None or before is None:
        return None
    body_hash, answer = before
    return Replayed(answer=answer) if body_hash == key.body_hash else KeyReused.YES


def note_key(key: IdempotencyKey | None, writes: Writes, *, at: int) -> None:
    """Remember the answer given under a key."""
    if key is not None:
        writes.add("insert_key", (key.owner, key.route, key.key, key.body_hash, key.answer, at))


def n_bytes_of(text: str) -> int:
    """Give the length in UTF-8, quickly for the usual text."""
    return len(text) if text.isascii() else len(text.encode())


def _add_job(job: NewJob, writes: Writes, *, at: int, slot_priority: int) -> None:
    writes.add(
        "insert_jobs",
        (
            job.id, job.owner, job.device_id, job.form, job.job_type, SUBMITTED, job.shots, job.name,
            job.description, job.priority,
            None if job.transpiler_info is None else info_to_json(job.transpiler_info),
            info_to_json(job.simulator_info), info_to_json(job.mitigation_info),
            at, at, at, 1, n_bytes_of(job.input), slot_priority,
        ),
    )  # fmt: skip
    writes.add("queue_new_jobs", (job.id,))
    writes.add("insert_inputs", (job.id, job.form, job.input))
    writes.add("insert_events", (job.id, 1, job.owner, at, Actor.USER, None, SUBMITTED, "{}"))
    # Nobody can watch a job before its submit was answered: its own topic needs no ring.
    writes.topics.update((f"d:{job.device_id}", f"o:{job.owner}"))
