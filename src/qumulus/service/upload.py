"""Archives come in: who may send which, and what counts of them."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from qumulus.domain.account import Caller
from qumulus.domain.decision import Refusal
from qumulus.domain.errors import (
    BadRequestError,
    IllegalMoveError,
    NotFoundError,
    QumulusError,
    StaleAttemptError,
)
from qumulus.domain.ids import JobId
from qumulus.domain.item import ONLY_OF, OUTPUT_ITEMS, Item, StoredObject
from qumulus.domain.job import Job
from qumulus.domain.lifecycle import CLAIMED, JobStatus
from qumulus.ports.operations import Refused
from qumulus.ports.registrations import KeepObject
from qumulus.service.archives import drop_blobs
from qumulus.service.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Leave to upload one archive of a job, at an attempt (0: the input).

    For a device's document ``job_id`` is the id of the upload.
    """

    job_id: JobId
    item: Item
    attempt: int


async def output_slots(
    services: Services, job_id: JobId, names: Sequence[str], *, attempt: int | None, by: Caller
) -> list[Slot]:
    """Give a Provider leave to upload archives of a job that it holds, in the order of their names.

    Raises:
        BadRequestError: a name is no item, or none of such a job.
        NotFoundError: there is no such job.
        WrongDeviceError: it is of another device.
        IllegalMoveError: it is not claimed.
        StaleAttemptError: the attempt is over.
    """
    job = await services.store.job_status(job_id)
    if job is None:
        raise NotFoundError(what="job", id=job_id)
    by.must_reach(job.device_id)
    items = [_item_of(name, job) for name in names]
    if not items:
        raise BadRequestError("Name what you want to upload: items=result,transpile_result.", field="items")
    if attempt is not None and attempt != job.attempt:
        raise StaleAttemptError(attempt=attempt, job_id=job_id, current=job.attempt, status=job.status)
    if job.status not in CLAIMED:
        raise IllegalMoveError(status=job.status, action="upload", attempt=job.attempt)
    return [Slot(job_id=job_id, item=item, attempt=job.attempt) for item in items]


async def keep_upload(services: Services, slot: Slot, body: AsyncIterator[bytes]) -> None:
    """Store an archive, then let it count in place of an earlier one; a crash between leaves an orphan.

    Raises:
        NotFoundError: the job is gone.
        IllegalMoveError: it takes no such archive any more.
        StaleAttemptError: the attempt is over.
    """
    if slot.item is Item.DEVICE_INFO:
        await services.blobs.put(device_blob(slot.job_id), body)
        return
    await _refuse_early(services, slot)
    blob = f"{slot.job_id}.{slot.item}.{secrets.token_hex(8)}"
    size = await services.blobs.put(blob, body)
    outcome = await services.store.apply(
        KeepObject(
            object=StoredObject(
                job_id=slot.job_id,
                item=slot.item,
                blob=blob,
                size=size,
                attempt=slot.attempt,
                at=services.clock.now(),
            )
        )
    )
    if isinstance(outcome, Refused):
        await drop_blobs(services, [blob])
        raise _refusal(slot, outcome)
    if outcome.replaced is not None:
        await drop_blobs(services, [outcome.replaced])


def device_blob(upload_id: str) -> str:
    """Where a device's document waits for its Provider's word; forgotten, it is swept as an orphan."""
    return f"{upload_id}.{Item.DEVICE_INFO}"


async def _refuse_early(services: Services, slot: Slot) -> None:
    """Spare a caller whose form came too late the upload; whether it counts is decided at its end."""
    job = await services.store.job_status(slot.job_id)
    if job is None:
        raise NotFoundError(what="job", id=slot.job_id)
    takes = {JobStatus.REGISTERED} if slot.item is Item.INPUT else CLAIMED
    if job.status not in takes:
        raise _refusal(slot, Refused(why=Refusal.ILLEGAL, status=job.status, attempt=job.attempt))


def _refusal(slot: Slot, refused: Refused) -> QumulusError:
    if refused.why is Refusal.MISSING:
        return NotFoundError(what="job", id=slot.job_id)
    if refused.why is Refusal.STALE:
        return StaleAttemptError(
            attempt=slot.attempt, job_id=slot.job_id, current=refused.attempt, status=refused.status
        )
    return IllegalMoveError(status=refused.status, action="upload", attempt=refused.attempt)


def _item_of(name: str, job: Job) -> Item:
    if name not in OUTPUT_ITEMS:
        known = ", ".join(sorted(OUTPUT_ITEMS))
        raise BadRequestError(f"'{name}' is nothing to upload: known are {known}.", field="items")
    item = Item(name)
    only_of = ONLY_OF.get(item)
    if only_of is not None and job.job_type is not only_of:
        raise BadRequestError(f"A job of type {job.job_type} has no {item}.", field="items")
    return item
