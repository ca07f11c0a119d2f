"""Leases that ran out, and things too old to keep."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from qumulus.domain.ids import JobId
from qumulus.ports.clock import Clock
from qumulus.ports.operations import ExpireLease, Moved, Prune
from qumulus.ports.store import Lease, Store
from qumulus.service.meters import Meters

log = logging.getLogger("qumulus.service.sweep")

LONGEST_GAP_S: Final = 2.0
"""After a longer gap between two sweeps the process was stalled: heartbeats may wait unread."""


class Sweeper:
    """Ends a lease only after it has itself seen the same beat for the lease's whole length.

    So an outage, a stalled process or a clock that jumps costs delay, never a job.
    """

    def __init__(self, *, store: Store, clock: Clock, meters: Meters, every_s: float) -> None:
        self._store = store
        self._clock = clock
        self._meters = meters
        self._every_s = every_s
        self._sightings: dict[tuple[JobId, int], tuple[int, float]] = {}
        self._swept_at: float | None = None

    async def run(self) -> None:
        """Sweep for ever, at the latest when the next lease is due."""
        while True:
            pause_s = await self.sweep()
            await asyncio.sleep(pause_s)

    async def sweep(self) -> float:
        """Look at every lease once; give the seconds until the next look."""
        if not await self._store.try_lead():
            self._sightings.clear()
            return self._every_s
        leases = await self._store.leases()
        now = self._clock.monotonic_s()
        if self._swept_at is None or now - self._swept_at > max(LONGEST_GAP_S, 4 * self._every_s):
            self._sightings.clear()
        self._swept_at = now
        sightings: dict[tuple[JobId, int], tuple[int, float]] = {}
        pause_s = self._every_s
        for lease in leases:
            key = (lease.job_id, lease.attempt)
            beat, since = self._sightings.get(key, (lease.beat, now))
            if beat != lease.beat:
                since = now
            sightings[key] = (lease.beat, since)
            left_s = since + lease.ttl_s - now
            if left_s <= 0:
                await self._expire(lease)
            else:
                pause_s = min(pause_s, left_s)
        self._sightings = sightings
        return pause_s

    async def _expire(self, lease: Lease) -> None:
        outcome = await self._store.apply(
            ExpireLease(job_id=lease.job_id, attempt=lease.attempt, beat=lease.beat, at=self._clock.now())
        )
        if not isinstance(outcome, Moved):
            return
        self._meters.expired += 1
        if outcome.target is not None:
            self._meters.moved[outcome.target] += 1
        log.warning(
            "lease_expired",
            extra={
                "job_id": lease.job_id,
                "attempt": lease.attempt,
                "worker": lease.worker,
                "target": outcome.target,
            },
        )


async def prune_forever(
    store: Store,
    clock: Clock,
    *,
    every_s: float,
    keys_kept: timedelta,
    tombstones_kept: timedelta,
    calibrations_kept: timedelta | None = None,
    audit_kept: timedelta | None = None,
) -> None:
    """Forget old idempotency keys, tombstones, calibrations and audit rows, again and again (None: never)."""
    while True:
        now = clock.now()
        pruned = await store.apply(
            Prune(
                keys_before=now - keys_kept,
                events_before=now - tombstones_kept,
                calibrations_before=None if calibrations_kept is None else now - calibrations_kept,
                audit_before=None if audit_kept is None else now - audit_kept,
            )
        )
        log.debug("pruned", extra=asdict(pruned))
        await asyncio.sleep(every_s)
