"""Cancel and delete one's own jobs."""

from __future__ import annotations

from qumulus.domain.account import Caller
from qumulus.domain.decision import Wish
from qumulus.domain.ids import JobId
from qumulus.domain.lifecycle import Action, Actor
from qumulus.ports.operations import MoveJob
from qumulus.service.archives import drop_blobs
from qumulus.service.moves import move_job
from qumulus.service.services import Services


async def cancel_job(services: Services, job_id: JobId, *, by: Caller) -> None:
    """Cancel at once; a job that is cancelled already stays so.

    What was uploaded for a job that was not submitted yet goes.

    Raises:
        NotFoundError: no such job of the caller's.
        WrongStatusError: it has succeeded or failed.
    """
    await _move(services, job_id, Action.CANCEL, by=by)


async def delete_job(services: Services, job_id: JobId, *, by: Caller) -> None:
    """Delete an ended job with its events and archives.

    Raises:
        NotFoundError: no such job of the caller's.
        WrongStatusError: it has not ended.
    """
    await _move(services, job_id, Action.DELETE, by=by)


async def _move(services: Services, job_id: JobId, action: Action, *, by: Caller) -> None:
    wish = Wish(actions=(action,), actor=Actor.USER)
    move = MoveJob(job_id=job_id, wish=wish, at=services.clock.now(), owner=by.owner())
    kept = await services.store.objects(job_id)
    moved = await move_job(services, move, by=by)
    if kept and moved.ends_uploads:
        await drop_blobs(services, [stored.blob for stored in kept.values()])
