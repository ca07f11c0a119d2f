"""Archives go out: as they were uploaded, or made of what the store holds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from qumulus.domain.errors import NotFoundError, QumulusError
from qumulus.domain.ids import JobId
from qumulus.domain.item import UPLOADED, Item, StoredObject
from qumulus.domain.job import Payload, StoredJob
from qumulus.ports.blobs import Blob
from qumulus.service.services import Services

log = logging.getLogger("qumulus.service.archives")

MakeArchive = Callable[[Payload, Item], bytes]
"""Makes an archive of contents that the store holds."""

ASIDE_BYTES: Final = 128 * 1024
"""Larger archives are made in a thread."""


@asynccontextmanager
async def open_archive(
    services: Services, job_id: JobId, item: Item, *, make: MakeArchive
) -> AsyncIterator[Blob]:
    """Open one archive of a job.

    Raises:
        NotFoundError: there is no such job, or it has no such archive.
    """
    stored = await services.store.job(job_id)
    if stored is None or not stored.payload.input:
        raise NotFoundError(what="object", id=f"{job_id}/{item}.zip")
    kept = await _kept(services, stored, item)
    if kept is not None:
        async with services.blobs.open(kept.blob) as blob:
            yield blob
        return
    archive = await _made(stored.payload, item, job_id, make=make)
    yield Blob(size=len(archive), chunks=_whole(archive))


async def drop_blobs(services: Services, names: Sequence[str]) -> None:
    """Delete blobs that nothing speaks of any more; what fails here is swept later."""
    try:
        await services.blobs.delete(names)
    except QumulusError as error:
        log.warning("blobs_left", extra={"blobs": list(names), "reason": str(error)})


async def _kept(services: Services, stored: StoredJob, item: Item) -> StoredObject | None:
    """Find the upload that stands for an item; outputs of other Providers stand in the store."""
    if item is not Item.INPUT and stored.payload.outputs.get(item) != UPLOADED:
        return None
    return (await services.store.objects(stored.job.id)).get(item)


async def _made(payload: Payload, item: Item, job_id: JobId, *, make: MakeArchive) -> bytes:
    source = payload.input if item is Item.INPUT else payload.outputs.get(item)
    if source is None or source == UPLOADED:
        raise NotFoundError(what="object", id=f"{job_id}/{item}.zip")
    if len(source) > ASIDE_BYTES:
        return await asyncio.to_thread(make, payload, item)
    return make(payload, item)


async def _whole(archive: bytes) -> AsyncIterator[bytes]:
    yield archive
