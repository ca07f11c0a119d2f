"""Ask the store for a move; a refusal becomes the error that its caller should see."""

from __future__ import annotations

import logging
from typing import assert_never

from qumulus.domain.account import Caller
from qumulus.domain.decision import Refusal
from qumulus.domain.errors import (
    IllegalMoveError,
    NotFoundError,
    QumulusError,
    StaleAttemptError,
    WrongDeviceError,
    WrongStatusError,
)
from qumulus.domain.lifecycle import Actor
from qumulus.ports.operations import Moved, MoveJob, Refused
from qumulus.service.services import Services

log = logging.getLogger("qumulus.service.moves")


async def move_job(services: Services, move: MoveJob, *, by: Caller) -> Moved:
    """Move a job, or raise why not.

    Raises:
        NotFoundError: no such job, or another's.
        WrongDeviceError: a Provider's token is not bound to the job's device.
        IllegalMoveError: the job's status does not allow it; ``WrongStatusError`` for users.
        StaleAttemptError: the attempt is over.
    """
    outcome = await services.store.apply(move)
    if isinstance(outcome, Refused):
        raise await refusal_error(services, move, outcome, by=by)
    note_moved(services, move, outcome)
    return outcome


def note_moved(services: Services, move: MoveJob, moved: Moved) -> None:
    """Count and log a move that was made."""
    if moved.is_repeat:
        return
    if moved.target is not None:
        services.meters.moved[moved.target] += 1
    log.debug(
        "job_moved",
        extra={
            "job_id": move.job_id,
            "source": moved.source,
            "target": moved.target,
            "actor": move.wish.actor,
            "attempt": moved.attempt,
        },
    )


async def refusal_error(services: Services, move: MoveJob, refused: Refused, *, by: Caller) -> QumulusError:
    """Say as an error why a move was refused."""
    match refused.why:
        case Refusal.MISSING:
            return await missing_error(services, move, by=by)
        case Refusal.STALE:
            return StaleAttemptError(
                attempt=move.wish.attempt, job_id=move.job_id, current=refused.attempt, status=refused.status
            )
        case Refusal.ILLEGAL:
            action = move.wish.actions[0] if move.wish.actions else "that status from a provider"
            error = WrongStatusError if move.wish.actor is Actor.USER else IllegalMoveError
            return error(status=refused.status, action=action, attempt=refused.attempt)
        case _:
            assert_never(refused.why)


async def missing_error(services: Services, move: MoveJob, *, by: Caller) -> QumulusError:
    """Tell a Provider whose job of another device it is; all others learn only that there is none."""
    if move.devices is not None:
        job = await services.store.job_status(move.job_id)
        if job is not None and by.devices is not None and job.device_id not in by.devices:
            return WrongDeviceError(device_id=job.device_id)
    return NotFoundError(what="job", id=move.job_id)
