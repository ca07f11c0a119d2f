"""Keeps a device's leases alive, and hears at once of cancelled and lost jobs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final

from qumulus.provider.api import ProviderApi
from qumulus.provider.backoff import Backoff
from qumulus.provider.outbox import JobKey
from qumulus.provider.refused import is_for_the_operator
from qumulus.transport import ClientError
from qumulus.wire.provider import PulseBody

log = logging.getLogger("qumulus.provider.heartbeat")

COVER_S: Final = 0.2
"""A job that lives longer is brought into the open heartbeat, so that a cancel of it is heard."""

Held = Callable[[], set[JobKey]]
OnKeys = Callable[[Iterable[JobKey]], None]


class Heartbeat:
    """One open call for all jobs that the worker is responsible for, the reports on their way included."""

    def __init__(
        self,
        *,
        device_id: str,
        api: ProviderApi,
        lease_s: float,
        held: Held,
        on_lost: OnKeys,
        on_cancelled: OnKeys,
    ) -> None:
        self._device_id = device_id
        self._api = api
        self._wait_s = lease_s / 3  # one lost call must not cost the lease
        self._held = held
        self._on_lost = on_lost
        self._on_cancelled = on_cancelled
        self._backoff = Backoff(longest_s=max(0.5, lease_s / 5))
        self._told: set[JobKey] = set()
        """Known to be lost or cancelled: the Cloud would answer at once for them, again and again."""
        self.is_answered = True
        """The Cloud was there for the last call."""

    async def run(self) -> None:
        """Beat for ever."""
        while True:
            self._told &= self._held()
            keys = self._held() - self._told
            began = monotonic()
            try:
                pulse = await self._beat(keys)
            except ClientError as error:
                self.is_answered = False
                if self._backoff.is_fresh and not is_for_the_operator(error):  # claims tell it
                    log.warning("heartbeat_failed", extra={"device_id": self._device_id, "error": str(error)})
                await self._backoff.pause()
            else:
                self.is_answered = True
                self._backoff.succeed()
                if pulse is not None and not self._tell(keys, pulse):
                    await asyncio.sleep(max(0.0, began + COVER_S - monotonic()))

    async def _beat(self, keys: set[JobKey]) -> PulseBody | None:
        """One call; None when it was broken off for jobs that it did not know."""
        call = asyncio.create_task(self._api.heartbeat(keys, wait_s=self._wait_s))
        fresh: set[JobKey] = set()
        try:
            while not call.done():
                await asyncio.wait({call}, timeout=COVER_S)
                before, fresh = fresh, self._held() - keys - self._told
                if before & fresh and not call.done():
                    return None
            return call.result()
        finally:
            call.cancel()

    def _tell(self, keys: set[JobKey], pulse: PulseBody) -> bool:
        """Pass on what is lost or cancelled; whether any of it is news for jobs still held."""
        by_id = {key.job_id: key for key in keys}
        cancelled = {by_id[job_id] for job_id in pulse.cancelled if job_id in by_id}
        lost = {by_id[job_id] for job_id in pulse.lost if job_id in by_id} - cancelled
        is_news = not self._held().isdisjoint(cancelled | lost)
        self._told |= cancelled | lost
        self._on_cancelled(cancelled)
        self._on_lost(lost)
        return is_news
