"""A Provider hands a job back, or writes back the transpiler settings that it used."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from qumulus.domain.account import Caller
from qumulus.domain.decision import Wish
from qumulus.domain.ids import JobId
from qumulus.domain.lifecycle import Action, Actor
from qumulus.ports.operations import Moved, MoveJob, SetOutputs
from qumulus.service.moves import move_job, refusal_error
from qumulus.service.services import Services

_SAID: Final = hashlib.sha256(Action.RELEASE.encode()).digest()


async def release_job(
    services: Services, job_id: JobId, *, attempt: int | None, detail: Mapping[str, str], by: Caller
) -> None:
    """Queue a claimed job again at its old place; this counts as no loss.

    Raises:
        NotFoundError: there is no such job.
        WrongDeviceError: it is of another device.
        IllegalMoveError: it is not claimed.
        StaleAttemptError: the attempt is over.
    """
    wish = Wish(
        actions=(Action.RELEASE,),
        actor=Actor.PROVIDER,
        attempt=attempt,
        report_hash=None if attempt is None else _SAID,
    )
    move = MoveJob(job_id=job_id, wish=wish, at=services.clock.now(), devices=by.devices, detail=detail)
    await move_job(services, move, by=by)


async def set_transpiler_info(
    services: Services, job_id: JobId, info: Mapping[str, Any], *, attempt: int | None, by: Caller
) -> None:
    """Replace the transpiler settings of a claimed job.

    Raises:
        NotFoundError: there is no such job.
        WrongDeviceError: it is of another device.
        IllegalMoveError: it is not claimed.
        StaleAttemptError: the attempt is over.
    """
    at = services.clock.now()
    write = SetOutputs(
        job_id=job_id, at=at, devices=by.devices, attempt=attempt, outputs={}, transpiler_info=info
    )
    outcome = await services.store.apply(write)
    if not isinstance(outcome, Moved):
        wish = Wish(actions=(), actor=Actor.PROVIDER, attempt=attempt)
        move = MoveJob(job_id=job_id, wish=wish, at=at, devices=by.devices)
        raise await refusal_error(services, move, outcome, by=by)
