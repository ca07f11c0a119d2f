"""How operations meet in the writer's batches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from qumulus.bell import MemoryBell
from qumulus.domain.ids import DeviceId
from qumulus.ports.operations import ClaimJobs, Operation
from qumulus.store.batch import NoteSeen
from qumulus.store.writer import Committed, Writer

CLAIM = ClaimJobs(devices=(DeviceId("d"),), limit=1, at=datetime(2026, 1, 1, tzinfo=UTC))


class Recorder:
    """An engine that only remembers how large its batches were."""

    n_lanes = 2

    def __init__(self) -> None:
        self.batches: list[int] = []

    def lane(self, operation: Operation[Any]) -> int:
        return int(isinstance(operation, ClaimJobs))

    async def run(self, operations: Sequence[Operation[Any]], *, lane: int) -> Committed:
        assert {self.lane(operation) for operation in operations} == {lane}
        self.batches.append(len(operations))
        return Committed([()] * len(operations), set())


async def test_who_comes_in_the_turn_in_which_a_writer_wakes_joins_the_batch() -> None:
    engine = Recorder()
    writer = Writer(engine, MemoryBell())
    for _ in range(5):
        await asyncio.sleep(0)  # the writers fall asleep
    first = asyncio.create_task(writer.apply(CLAIM))
    await asyncio.sleep(0)
    second = asyncio.create_task(writer.apply(CLAIM))
    assert await asyncio.gather(first, second) == [(), ()]
    assert engine.batches == [2]
    await writer.close()


async def test_operations_of_a_lane_share_a_batch_whatever_came_in_between() -> None:
    engine = Recorder()
    writer = Writer(engine, MemoryBell())
    seen = NoteSeen(devices=(DeviceId("d"),), at=CLAIM.at)
    await asyncio.gather(*(writer.apply(operation) for operation in (CLAIM, seen) * 3))
    assert engine.batches == [3, 3]
    await writer.close()


async def test_no_lane_waits_for_another() -> None:
    is_held = asyncio.Event()

    class Holding(Recorder):
        async def run(self, operations: Sequence[Operation[Any]], *, lane: int) -> Committed:
            if lane == 1:
                await is_held.wait()
            return await super().run(operations, lane=lane)

    writer = Writer(Holding(), MemoryBell())
    claim = asyncio.create_task(writer.apply(CLAIM))
    async with asyncio.timeout(30):
        await writer.apply(NoteSeen(devices=(DeviceId("d"),), at=CLAIM.at))
    assert not claim.done()
    is_held.set()
    assert await claim == ()
    await writer.close()
