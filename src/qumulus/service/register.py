"""Jobs whose input comes as a file: register, and submit once it was uploaded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from qumulus.domain.account import Caller
from qumulus.domain.decision import Refusal
from qumulus.domain.errors import (
    ConflictError,
    InputMissingError,
    KeyReusedError,
    NotAuthenticatedError,
    NotFoundError,
    QumulusError,
    UnavailableError,
    WrongStatusError,
)
from qumulus.domain.ids import JobId, new_job_id
from qumulus.domain.item import MAX_INPUT_BYTES, Item, StoredObject
from qumulus.domain.job import NewJob
from qumulus.domain.lifecycle import Action, JobStatus
from qumulus.ports.operations import KeyReused, Refused, Replayed, Submitted
from qumulus.ports.registrations import RegisterJob, RegistrationsFull, SubmitRegistered
from qumulus.service.services import Services
from qumulus.service.submit import Draft, Key, checked, said_before, stored_key

ReadInput = Callable[[bytes | None], str]
"""Makes the text to be stored of an input archive; None stands for one that is too large to be read."""

ASIDE_BYTES: Final = 2 * 1024
"""Larger archives are read in a thread, so that other calls need not wait: each may hold a thousand times as
much."""

_TRIES: Final = 5
_DONE: Final = b"submitted"


async def register_job(services: Services, *, by: Caller, key: Key | None) -> JobId:
    """Make a job that waits for its input; give its id, or the one given before for this key.

    Raises:
        KeyReusedError: the key came with another body before.
        ConflictError: too many of the caller's jobs wait for their submit.
    """
    job_id, owner = new_job_id(), by.owner()
    outcome = await services.store.apply(
        RegisterJob(
            job_id=job_id,
            owner=owner,
            at=services.clock.now(),
            at_most=services.settings.registrations_per_user,
            key=None if key is None else stored_key(key, owner, job_id.encode()),
        )
    )
    if isinstance(outcome, Replayed):
        return JobId(outcome.answer.decode())
    if isinstance(outcome, KeyReused):
        raise KeyReusedError
    if isinstance(outcome, Refused):
        raise NotAuthenticatedError("The account was removed a moment ago.")
    if isinstance(outcome, RegistrationsFull):
        raise ConflictError(
            f"{outcome.n_registered} of your jobs are registered and not submitted, which is as many as "
            "there may be: submit them or cancel them, by their ids in GET /user/jobs?status=registered. "
            "What nobody submits is removed a day after its registration.",
            n_registered=outcome.n_registered,
        )
    services.meters.moved[JobStatus.REGISTERED] += 1
    return job_id


async def submit_registered(
    services: Services, job_id: JobId, draft: Draft, *, by: Caller, read: ReadInput, key: Key | None
) -> None:
    """Queue a registered job with the input that was uploaded last.

    Raises:
        NotFoundError: no such job of the caller's.
        WrongStatusError: it is not registered.
        WrongDeviceError: the user may not use the device.
        DeviceUnusableError: it is unknown or takes no jobs now.
        UnsupportedJobTypeError: no Provider computes such jobs.
        InputMissingError: nothing was uploaded.
        KeyReusedError: the key came with another body before.
    """
    try:
        await _check_status(services, job_id, by=by)
        job = checked(draft, job_id, await services.devices(), by=by)
        for _ in range(_TRIES):
            outcome = await _try(services, job, by=by, read=read, key=key)
            if outcome is not None:
                break
        else:
            raise UnavailableError("Inputs are uploaded faster than they can be read: submit again.")
    except QumulusError as refusal:
        await said_before(services, refusal, by=by, key=key)
        return
    if isinstance(outcome, Submitted):
        services.meters.moved[JobStatus.SUBMITTED] += 1


async def _check_status(services: Services, job_id: JobId, *, by: Caller) -> None:
    job = await services.store.job_status(job_id)
    if job is None or job.owner != by.owner():
        raise NotFoundError(what="job", id=job_id)
    if job.status is not JobStatus.REGISTERED:
        raise WrongStatusError(status=job.status, action=Action.SUBMIT)


async def _try(
    services: Services, job: NewJob, *, by: Caller, read: ReadInput, key: Key | None
) -> Submitted | Replayed | None:
    """Submit with the present input; None if another came meanwhile."""
    found = (await services.store.objects(job.id)).get(Item.INPUT)
    if found is None:
        await _check_status(services, job.id, by=by)  # a cancel takes it away
        raise InputMissingError(job_id=job.id)
    try:
        archive = await read_blob(services, found.blob)
    except NotFoundError as error:
        await _must_be_replaced(services, found, error)
        return None
    text = await read_archive(services, archive, read=read)
    outcome = await services.store.apply(
        SubmitRegistered(
            job=replace(job, input=text),
            blob=found.blob,
            at=services.clock.now(),
            may_prioritise=by.may_prioritise,
            key=None if key is None else stored_key(key, by.owner(), _DONE),
        )
    )
    match outcome:
        case Submitted() | Replayed():
            return outcome
        case KeyReused():
            raise KeyReusedError
        case Refused(why=Refusal.MISSING):
            raise NotFoundError(what="job", id=job.id)
        case Refused():
            raise WrongStatusError(status=outcome.status, action=Action.SUBMIT)
        case _:
            return None


async def _must_be_replaced(services: Services, lost: StoredObject, error: NotFoundError) -> None:
    """An archive goes when another has taken its place: one that counts and is not there lies elsewhere.

    Raises:
        UnavailableError: it counts.
    """
    if (await services.store.objects(lost.job_id)).get(lost.item) == lost:
        raise UnavailableError(
            "What was uploaded is not in the storage of this Cloud: all Clouds must share one."
        ) from error


async def read_archive(services: Services, archive: bytes | None, *, read: ReadInput) -> str:
    """Read contents; of large archives one at a time, since much memory may be needed for a short while."""
    if archive is None or len(archive) <= ASIDE_BYTES:
        return read(archive)
    async with services.reading:
        return await asyncio.to_thread(read, archive)


async def read_blob(services: Services, name: str) -> bytes | None:
    """Read an archive whole; None if it is too large for that.

    Raises:
        NotFoundError: it is not there.
    """
    async with services.blobs.open(name) as blob:
        if blob.size > MAX_INPUT_BYTES:
            return None
        return b"".join([chunk async for chunk in blob.chunks])
