"""New jobs, and the keys under which their answers are remembered."""

from __future__ import annotations

from typing import Final

from qumulus.domain.job import DEFAULT_PRIORITY, NewJob
from qumulus.domain.lifecycle import Action, Actor, advance
from qumulus.ports.operations import IdempotencyKey, KeyReused, Replayed, SubmitJobs, Submitted
from qumulus.store.rows import info_to_json, to_micros
from qumulus.store.script import Writes

KeyId = tuple[str, str, str]
"""Owner, route and key."""

SUBMITTED: Final = advance(None, Action.SUBMIT, by=Actor.USER)


def key_id(key: IdempotencyKey) -> KeyId:
    """Give what must be unique."""
    return (key.owner, key.route, key.key)


def submit_jobs(
    operation: SubmitJobs, known: dict[KeyId, tuple[bytes, bytes]], writes: Writes
) -> Submitted | Replayed | KeyReused:
    """Store jobs, unless their key was seen before; ``known`` has body hash and answer by key."""
    at = to_micros(operation.at)
    key = operation.key
    if key is not None:
        before = known.get(key_id(key))
        if before is not None:
            body_hash, answer = before
            return Replayed(answer=answer) if body_hash == key.body_hash else KeyReused.YES
        writes.add("insert_key", (key.owner, key.route, key.key, key.body_hash, key.answer, at))
    for job in operation.jobs:
        priority = job.priority if operation.may_prioritise else DEFAULT_PRIORITY
        _add_job(job, writes, at=at, slot_priority=priority)
    return Submitted()


def _add_job(job: NewJob, writes: Writes, *, at: int, slot_priority: int) -> None:
    n_bytes = len(job.input) if job.input.isascii() else len(job.input.encode())
    writes.add(
        "insert_jobs",
        (
            job.id, job.owner, job.device_id, job.form, job.job_type, SUBMITTED, job.shots, job.name,
            job.description, job.priority,
            None if job.transpiler_info is None else info_to_json(job.transpiler_info),
            info_to_json(job.simulator_info), info_to_json(job.mitigation_info),
            at, at, at, 1, n_bytes, slot_priority,
        ),
    )  # fmt: skip
    writes.add("queue_new_jobs", (job.id,))
    writes.add("insert_inputs", (job.id, job.form, job.input))
    writes.add("insert_events", (job.id, 1, job.owner, at, Actor.USER, None, SUBMITTED, "{}"))
    # Nobody can watch a job before its submit was answered: its own topic needs no ring.
    writes.topics.update((f"d:{job.device_id}", f"o:{job.owner}"))
