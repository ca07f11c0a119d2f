"""Claims: which of the queues' heads go to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from qumulus.domain.ids import DeviceId, JobId, UserId
from qumulus.domain.job import ClaimedJob, Job, Payload
from qumulus.domain.lifecycle import Action, Actor, advance
from qumulus.ports.operations import ClaimJobs
from qumulus.store.rows import (
    N_JOB_COLUMNS,
    from_micros,
    info_to_json,
    micros_or_none,
    read_job,
    read_outputs,
    to_micros,
)
from qumulus.store.script import Ask, OvertakenError, Script, Writes
from qumulus.store.statements import Row


@dataclass(slots=True)
class Head:
    """A waiting job with its place in the queue; columns of ``take_heads`` behind ``job_columns``."""

    job: Job
    body: str | None
    outputs: str | None
    n_bytes: int
    n_events: int
    moved_at: int
    slot_priority: int
    slot_rank: float
    slot_seq: int
    birth: int
    claim_timeout_s: float | None
    is_outranked: bool
    has_changed_places: bool = False

    @classmethod
    def read(cls, row: Row) -> Head:
        """Read a row of ``take_heads`` or ``take_preferred``."""
        if row[-1]:
            raise OvertakenError
        return cls(read_job(row), *row[N_JOB_COLUMNS:-1])

    @property
    def place(self) -> tuple[int, float, int]:
        """Where it stands in its device's queue."""
        return (self.slot_priority, self.slot_rank, self.slot_seq)

    @property
    def wish(self) -> tuple[int, int]:
        """Where its owner wants it among the owner's own jobs."""
        return (self.job.priority, self.birth)


def claim_jobs(operations: Sequence[ClaimJobs], writes: Writes) -> Script[list[tuple[ClaimedJob, ...]]]:
    """Serve claims in the order in which they came."""
    wanted: dict[DeviceId, int] = defaultdict(int)
    for operation in operations:
        for device_id in operation.devices:
            wanted[device_id] += operation.limit
    rows = yield Ask("take_heads", sorted(wanted.items()))
    heads = [Head.read(row) for row in rows]
    if any(head.is_outranked for head in heads):
        heads = yield from _honour_wishes(heads, writes)
    heads.sort(key=lambda head: head.place)
    handed = [_share(operation, heads) for operation in operations]
    for head in heads:  # locked for nothing: somebody else may have passed over it
        writes.topics.add(f"d:{head.job.device_id}")
        _keep_place(head, writes)
    bodies = yield from _large_bodies(handed)
    return [
        tuple(_hand_out(head, operation, bodies, writes) for head in mine)
        for operation, mine in zip(operations, handed, strict=True)
    ]


def _share(operation: ClaimJobs, heads: list[Head]) -> list[Head]:
    """Take one claim's jobs out of the heads, up to its limits."""
    mine: list[Head] = []
    n_bytes = 0
    for head in heads:
        if len(mine) == operation.limit:
            break
        if head.job.device_id not in operation.devices:
            continue
        n_bytes += head.n_bytes
        if mine and n_bytes > operation.max_bytes:
            break
        mine.append(head)
    taken = {head.job.id for head in mine}
    heads[:] = [head for head in heads if head.job.id not in taken]
    return mine


def _honour_wishes(heads: list[Head], writes: Writes) -> Script[list[Head]]:
    """Where an owner has jobs of different priorities, hand out the preferred ones at the same places."""
    groups: dict[tuple[DeviceId, UserId], list[Head]] = defaultdict(list)
    for head in heads:
        groups[head.job.device_id, head.job.owner].append(head)
    mixed = {key for key, group in groups.items() if any(head.is_outranked for head in group)}
    rows = yield Ask("take_preferred", [(*key, len(groups[key])) for key in sorted(mixed)])
    preferred: dict[tuple[DeviceId, UserId], list[Head]] = defaultdict(list)
    for row in rows:
        head = Head.read(row)
        preferred[head.job.device_id, head.job.owner].append(head)
    result = []
    for key, group in groups.items():
        result += _exchange(group, preferred[key], writes) if key in mixed else group
    return result


def _exchange(group: list[Head], preferred: list[Head], writes: Writes) -> list[Head]:
    """Give the places of a group of heads to the jobs that their owner prefers, and theirs to the rest."""
    known = {head.job.id: head for head in [*group, *preferred]}
    best = sorted(known.values(), key=lambda head: head.wish)
    for head, place in zip(best, sorted(head.place for head in best), strict=True):
        head.has_changed_places = head.place != place
        head.slot_priority, head.slot_rank, head.slot_seq = place
    for head in best[len(group) :]:
        _keep_place(head, writes)
    return best[: len(group)]


def _keep_place(head: Head, writes: Writes) -> None:
    """Write the place of a job that goes on waiting."""
    if head.has_changed_places:
        job = head.job
        writes.add("refill_queue", (job.id, job.priority, head.birth, job.device_id, *head.place))
        writes.add("set_slots", (*head.place, job.id))


def _large_bodies(handed: Sequence[Sequence[Head]]) -> Script[dict[JobId, str]]:
    missing = [(head.job.id,) for heads in handed for head in heads if head.body is None]
    if not missing:
        return {}
    rows = yield Ask("read_inputs", missing)
    return {row[0]: row[1] for row in rows}


def _hand_out(head: Head, operation: ClaimJobs, bodies: dict[JobId, str], writes: Writes) -> ClaimedJob:
    at = max(to_micros(operation.at), head.moved_at)
    target = advance(head.job.status, Action.FETCH, by=Actor.PROVIDER)
    assert target is not None  # no claim removes a job
    ready_at = head.job.ready_at or from_micros(at)
    job = replace(head.job, status=target, attempt=head.job.attempt + 1, ready_at=ready_at)
    lease_s = operation.lease_s if operation.lease_s is not None else head.claim_timeout_s
    writes.add("delete_queue", (job.device_id, *head.place))
    writes.add(
        "update_jobs",
        (
            job.status, job.attempt, job.losses, False, None, head.n_events + 1,
            job.execution_time_s, micros_or_none(job.submitted_at), micros_or_none(job.ready_at),
            micros_or_none(job.running_at), None, at, *head.place, job.id,
        ),
    )  # fmt: skip
    writes.add("insert_leases", (job.id, job.attempt, job.device_id, operation.worker, lease_s))
    detail: dict[str, Any] = {"attempt": job.attempt}
    if operation.worker:
        detail["worker"] = operation.worker
    writes.add(
        "insert_events",
        (
            job.id, head.n_events + 1, job.owner, at, Actor.PROVIDER, head.job.status, job.status,
            info_to_json(detail),
        ),
    )  # fmt: skip
    writes.topics.update((f"j:{job.id}", f"o:{job.owner}"))
    body = bodies[job.id] if head.body is None else head.body
    return ClaimedJob(
        job=job, payload=Payload(input=body, outputs=read_outputs(head.outputs)), lease_s=lease_s
    )
