"""The sweeper ends a lease only after it has seen it stand still for its whole length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from qumulus.domain.decision import Refusal
from qumulus.domain.ids import DeviceId, JobId, UserId
from qumulus.domain.lifecycle import JobStatus
from qumulus.ports.operations import ExpireLease, Moved, Refused
from qumulus.ports.store import Lease
from qumulus.service.meters import Meters
from qumulus.service.sweep import LONGEST_GAP_S, Sweeper
from qumulus.testing.clock import FakeClock

EVERY_S = 0.5


def lease(beat: int = 0, *, job: str = "a", attempt: int = 1, ttl_s: float = 10.0) -> Lease:
    return Lease(
        job_id=JobId(job), attempt=attempt, device_id=DeviceId("SC"), worker="w", ttl_s=ttl_s, beat=beat
    )


class Leases:
    """A store that knows leases only, and takes every expiry unless told otherwise."""

    def __init__(self) -> None:
        self.held: list[Lease] = []
        self.expired: list[tuple[str, int, int]] = []
        self.leads = True
        self.refuses = False

    async def try_lead(self) -> bool:
        return self.leads

    async def leases(self) -> Sequence[Lease]:
        return list(self.held)

    async def apply(self, operation: ExpireLease) -> Moved | Refused:
        self.expired.append((operation.job_id, operation.attempt, operation.beat))
        if self.refuses:
            return Refused(why=Refusal.STALE)
        self.held = [lease for lease in self.held if lease.job_id != operation.job_id]
        return Moved(
            owner=UserId("alice"),
            device_id=DeviceId("SC"),
            source=JobStatus.RUNNING,
            target=JobStatus.SUBMITTED,
            attempt=operation.attempt,
        )


class Room:
    """A sweeper with its hands held."""

    def __init__(self) -> None:
        self.store = Leases()
        self.clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
        self.meters = Meters()
        store: Any = self.store
        self.sweeper = Sweeper(store=store, clock=self.clock, meters=self.meters, every_s=EVERY_S)

    async def sweep_for(self, seconds: float) -> None:
        for _ in range(round(seconds / EVERY_S)):
            self.clock.advance(EVERY_S)
            await self.sweeper.sweep()


@pytest.fixture
async def room() -> Room:
    made = Room()
    await made.sweeper.sweep()
    return made


async def test_a_lease_that_stands_still_for_its_length_ends_once(room: Room) -> None:
    room.store.held = [lease(3)]
    await room.sweep_for(10)
    assert room.store.expired == []
    await room.sweep_for(0.5)
    assert room.store.expired == [("a", 1, 3)]
    await room.sweep_for(20)
    assert room.store.expired == [("a", 1, 3)]
    assert room.meters.expired == 1
    assert room.meters.moved == {JobStatus.SUBMITTED: 1}


async def test_each_beat_begins_the_length_anew(room: Room) -> None:
    for beat in range(5):
        room.store.held = [lease(beat)]
        await room.sweep_for(9)
    assert room.store.expired == []


async def test_another_attempt_begins_anew(room: Room) -> None:
    room.store.held = [lease(0)]
    await room.sweep_for(9)
    room.store.held = [lease(0, attempt=2)]
    await room.sweep_for(9)
    assert room.store.expired == []


async def test_the_next_look_comes_no_later_than_the_next_end(room: Room) -> None:
    room.store.held = [lease(ttl_s=5.2)]
    await room.sweep_for(0.5)
    await room.sweep_for(5)
    assert await room.sweeper.sweep() == pytest.approx(0.2)


async def test_a_process_that_was_stalled_starts_over(room: Room) -> None:
    room.store.held = [lease()]
    await room.sweep_for(9)
    room.clock.advance(LONGEST_GAP_S + 0.1)
    await room.sweeper.sweep()
    assert room.store.expired == []
    await room.sweep_for(9.5)
    assert room.store.expired == []
    await room.sweep_for(0.5)
    assert len(room.store.expired) == 1


async def test_who_does_not_lead_ends_nothing_and_starts_over_when_it_leads(room: Room) -> None:
    room.store.held = [lease()]
    await room.sweep_for(9)
    room.store.leads = False
    await room.sweep_for(9)
    room.store.leads = True
    await room.sweep_for(9)
    assert room.store.expired == []


async def test_a_lease_renewed_in_the_last_moment_counts_as_nothing(room: Room) -> None:
    room.store.held, room.store.refuses = [lease()], True
    await room.sweep_for(11)
    assert room.store.expired
    assert (room.meters.expired, room.meters.moved) == (0, {})
