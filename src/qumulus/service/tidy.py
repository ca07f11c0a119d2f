"""Registrations that nobody submitted, and archives that belong to no job."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from qumulus.domain.decision import Wish
from qumulus.domain.item import job_of
from qumulus.domain.lifecycle import Action, Actor
from qumulus.ports.blobs import BlobEntry, Blobs
from qumulus.ports.clock import Clock
from qumulus.ports.operations import Moved, MoveJob
from qumulus.ports.store import Store

log = logging.getLogger("qumulus.service.tidy")

KEPT: Final = timedelta(hours=24)
"""For registrations; and longer than any upload takes, so that none is taken for an orphan."""

_AT_ONCE: Final = 500
_MOST: Final = 10_000
"""So many registrations are forgotten in one go, the others in the next."""


async def tidy_forever(store: Store, blobs: Blobs, clock: Clock, *, every_s: float) -> None:
    """Tidy up again and again, in one process of a cluster."""
    while True:
        if await store.try_lead():
            now = clock.now()
            n_forgotten = await forget_abandoned(store, blobs, now)
            n_orphans = await sweep_orphans(store, blobs, now)
            log.debug("tidied", extra={"registrations": n_forgotten, "orphans": n_orphans})
        await asyncio.sleep(every_s)


async def forget_abandoned(store: Store, blobs: Blobs, now: datetime) -> int:
    """Remove jobs that were registered a day ago and not submitted since; gives how many."""
    n_forgotten = 0
    for job_id in await store.registrations(before=now - KEPT, limit=_MOST):
        kept = await store.objects(job_id)
        wish = Wish(actions=(Action.FORGET,), actor=Actor.CLOUD)
        outcome = await store.apply(MoveJob(job_id=job_id, wish=wish, at=now))
        if isinstance(outcome, Moved):
            await blobs.delete([stored.blob for stored in kept.values()])
            n_forgotten += 1
    return n_forgotten


async def sweep_orphans(store: Store, blobs: Blobs, now: datetime) -> int:
    """Delete blobs of yesterday that no job knows; gives how many."""
    n_orphans = 0
    batch: list[BlobEntry] = []
    async for entry in blobs.entries():
        if entry.stored_at < now - KEPT:
            batch.append(entry)
        if len(batch) == _AT_ONCE:
            n_orphans += await _sweep(store, blobs, batch)
            batch = []
    return n_orphans + await _sweep(store, blobs, batch)


async def _sweep(store: Store, blobs: Blobs, batch: Sequence[BlobEntry]) -> int:
    if not batch:
        return 0
    job_ids = sorted({job_of(entry.name) for entry in batch})
    known = await store.known_blobs(job_ids)
    orphans = [entry.name for entry in batch if entry.name not in known]
    await blobs.delete(orphans)
    return len(orphans)
