"""Hands jobs back to the Cloud, behind the scenes and however long it takes."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Final

from qumulus.provider.api import ProviderApi
from qumulus.provider.outbox import JobKey, Outbox
from qumulus.provider.refused import until_answered
from qumulus.provider.watch import MENDABLE
from qumulus.transport.errors import RefusedError

log: Final = logging.getLogger("qumulus.provider.device")


class Returns:
    """The jobs of one device that are on their way back."""

    def __init__(self, *, device_id: str, api: ProviderApi, outbox: Outbox) -> None:
        self._device_id = device_id
        self._api = api
        self._outbox = outbox
        self._errands: set[asyncio.Task[None]] = set()

    def give_back(self, key: JobKey, reason: str) -> None:
        """Begin to; one lost call must not cost a lease: the third loss would end a job that did no wrong."""
        errand = asyncio.create_task(self.bring(key, reason, waits="release_waits"))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def bring(self, key: JobKey, reason: str, *, waits: str) -> None:
        """Until the Cloud has it, or says that it is not ours; the first failure is told as ``waits``."""
        await until_answered(partial(self._release, key, reason), log, waits, device_id=self._device_id)

    async def arrived(self) -> None:
        """Wait for all that were begun."""
        if self._errands:
            await asyncio.wait(self._errands)

    def cancel(self) -> None:
        """Give up those on their way."""
        for errand in self._errands:
            errand.cancel()

    async def _release(self, key: JobKey, reason: str) -> None:
        names = {"job_id": key.job_id, "attempt": key.attempt}
        try:
            await self._api.release(key, reason=reason)
        except RefusedError as error:
            if error.status in MENDABLE:
                raise
            log.info("job_gone", extra={**names, "code": error.code})
        else:
            log.info("job_released", extra={**names, "reason": reason})
        self._outbox.forget([key])
