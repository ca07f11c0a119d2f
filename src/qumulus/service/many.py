"""Many of one's own jobs at once: count, cancel, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qumulus.domain.account import Caller
from qumulus.domain.decision import Wish
from qumulus.domain.errors import QumulusError
from qumulus.domain.ids import JobId
from qumulus.domain.item import job_of
from qumulus.domain.lifecycle import Action, Actor, JobStatus
from qumulus.ports.operations import MoveJob, MoveJobs, Refused
from qumulus.ports.store import JobQuery
from qumulus.service.archives import drop_blobs
from qumulus.service.moves import note_moved, refusal_error
from qumulus.service.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of one job; ``refusal`` None: it was done."""

    job_id: JobId
    refusal: QumulusError | None = None


async def count_own_jobs(services: Services, query: JobQuery, *, by: Caller) -> Mapping[JobStatus, int]:
    """Count the caller's jobs by status, as far as the query would list them."""
    return await services.store.count_jobs(replace(query, owner=by.owner()))


async def cancel_jobs(services: Services, job_ids: Sequence[JobId], *, by: Caller) -> Sequence[Fate]:
    """Cancel many in one transaction, each with its own outcome, in the order of first mention."""
    return await _move_all(services, job_ids, Action.CANCEL, by=by)


async def delete_jobs(services: Services, job_ids: Sequence[JobId], *, by: Caller) -> Sequence[Fate]:
    """Delete many that have ended, each with its own outcome, with events and archives."""
    return await _move_all(services, job_ids, Action.DELETE, by=by)


async def _move_all(
    services: Services, job_ids: Sequence[JobId], action: Action, *, by: Caller
) -> Sequence[Fate]:
    wish, at, owner = Wish(actions=(action,), actor=Actor.USER), services.clock.now(), by.owner()
    moves = tuple(MoveJob(job_id=job_id, wish=wish, at=at, owner=owner) for job_id in dict.fromkeys(job_ids))
    kept = await services.store.known_blobs([move.job_id for move in moves])
    outcomes = await services.store.apply(MoveJobs(moves=moves))
    fates, ended = [], set()
    for move, outcome in zip(moves, outcomes, strict=True):
        if isinstance(outcome, Refused):
            refusal = await refusal_error(services, move, outcome, by=by)
            fates.append(Fate(job_id=move.job_id, refusal=refusal))
            continue
        note_moved(services, move, outcome)
        fates.append(Fate(job_id=move.job_id))
        if outcome.ends_uploads:
            ended.add(move.job_id)
    gone = [blob for blob in kept if job_of(blob) in ended]
    if gone:
        await drop_blobs(services, gone)
    return fates
