"""How operations meet in the writer's batches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from qumulus.bell import MemoryBell
from qumulus.domain.ids import DeviceId
from qumulus.ports.operations import ClaimJobs, Operation
from qumulus.store.writer import Committed, Writer

CLAIM = ClaimJobs(devices=(DeviceId("d"),), limit=1, at=datetime(2026, 1, 1, tzinfo=UTC))


class Recorder:
    """An engine that only remembers how large its batches were."""

    mixes_claims = True

    def __init__(self) -> None:
        self.batches: list[int] = []

    async def run(self, operations: Sequence[Operation[Any]], *, writer: int) -> Committed:
        self.batches.append(len(operations))
        return Committed([()] * len(operations), set())


async def test_who_comes_in_the_turn_in_which_a_writer_wakes_joins_the_batch() -> None:
    engine = Recorder()
    writer = Writer(engine, MemoryBell(), n_writers=2)
    for _ in range(5):
        await asyncio.sleep(0)  # the writers fall asleep
    first = asyncio.create_task(writer.apply(CLAIM))
    await asyncio.sleep(0)
    second = asyncio.create_task(writer.apply(CLAIM))
    assert await asyncio.gather(first, second) == [(), ()]
    assert engine.batches == [2]
    await writer.close()
