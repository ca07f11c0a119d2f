"""Asks the Cloud for jobs of one device: many at once, or one alone where it must not share what happens."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, Protocol

from qumulus.provider.api import ProviderApi
from qumulus.provider.backoff import Backoff
from qumulus.provider.crew import Crew
from qumulus.provider.refused import tell
from qumulus.provider.returns import Returns
from qumulus.transport import ClientError
from qumulus.wire.provider import ProviderJob

log: Final = logging.getLogger("qumulus.provider.device")

CLAIM_WAIT_S: Final = 30.0


class Taker(Protocol):
    """Who runs the jobs."""

    @property
    def is_sound(self) -> bool:
        """Jobs can be run."""
        ...

    def claimable(self) -> int:
        """How many more it takes."""
        ...

    def take(self, jobs: list[ProviderJob], *, alone: bool = False) -> bool:
        """Here they are; whether one of them has to have the whole Provider, which it has if ``alone``.

        If it has not, it was handed back, to come again.
        """
        ...


@dataclass(slots=True, kw_only=True)
class Claiming:
    """The claims for one device; ``answered`` is called when the Cloud has answered one."""

    device_id: str
    api: ProviderApi
    crew: Crew
    returns: Returns
    taker: Taker
    answered: Callable[[], None]
    must_be_alone: bool = False
    """The next job may be one that was handed back because it came in company."""

    async def run(self) -> None:
        """Claim for ever."""
        backoff = Backoff()
        while True:
            limit = await self._room()
            began = monotonic()
            try:
                if self.must_be_alone:
                    await self._claim_alone()
                    continue
                jobs = await self.api.claim(limit, wait_s=CLAIM_WAIT_S)
            except ClientError as error:
                if backoff.is_fresh:
                    tell(log, "claim_failed", error, device_id=self.device_id)
                await backoff.pause()
                continue
            self.answered()
            if jobs or monotonic() - began > CLAIM_WAIT_S / 2:
                backoff.succeed()
                self.must_be_alone = self.taker.take(jobs)
            else:
                await backoff.pause()  # a Cloud that stops answers at once, with nothing

    async def _room(self) -> int:
        """Wait until there is room for jobs."""
        while self.crew.is_reserved or (limit := self.taker.claimable()) == 0:
            await self.crew.change()
        return limit

    async def _claim_alone(self) -> None:
        """Take one job while the whole Provider has no other, and the next, until nothing speaks for it."""
        await self.returns.arrived()
        async with self.crew.reserve():
            while self.must_be_alone and await self._is_alone():
                jobs = await self.api.claim(1, wait_s=0.0)
                self.must_be_alone = self.taker.take(jobs, alone=True)

    async def _is_alone(self) -> bool:
        """Wait until no job is in hand; False: meanwhile the device takes none."""
        while self.taker.is_sound and not self.crew.is_idle:
            await self.crew.change()
        return self.taker.is_sound
