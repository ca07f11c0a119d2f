"""What the devices of one Provider know of each other: whether a job can run with no other in hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from qumulus.domain.job import MAX_EXPIRIES, MAX_LOSSES
from qumulus.wire.provider import ProviderJob


class Member(Protocol):
    """The worker of one device."""

    @property
    def is_idle(self) -> bool:
        """It has no job in hand that would be lost with this process."""
        ...


class Crew:
    """The workers of one process."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._members: list[Member] = []
        self._reserved = asyncio.Lock()

    def join(self, member: Member) -> None:
        """One more."""
        self._members.append(member)

    @property
    def is_reserved(self) -> bool:
        """For one member, which is to have the only job: the others take none."""
        return self._reserved.locked()

    @property
    def is_idle(self) -> bool:
        """None has a job."""
        return all(member.is_idle for member in self._members)

    def note(self) -> None:
        """Something changed that decides what to claim."""
        self._changed.set()

    async def change(self) -> None:
        """Wait for that."""
        self._changed.clear()
        await self._changed.wait()

    @asynccontextmanager
    async def reserve(self) -> AsyncIterator[None]:
        """Keep all others from taking jobs, one member after the other."""
        try:
            async with self._reserved:
                yield
        finally:
            self.note()


def is_last_chance(job: ProviderJob) -> bool:
    """One more lost lease may end the job, and what is lost with a Provider is all that it has in hand.

    No more leases of it can have run out than it had attempts.
    """
    return job.losses >= MAX_LOSSES - 1 or job.attempt >= MAX_EXPIRIES
