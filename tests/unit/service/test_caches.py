"""Remembered values: fresh enough, shared, and gone when dropped."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from qumulus.service import caches
from qumulus.service.caches import Cache, Single
from qumulus.testing.clock import FakeClock

START = datetime(2026, 1, 1, tzinfo=UTC)


class Source:
    """Counts its reads; answers when it is allowed to."""

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.values = {"a": 1}
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, key: str) -> int | None:
        self.reads.append(key)
        value = self.values.get(key)
        await self.gate.wait()
        return value


async def test_a_value_is_read_once_while_it_is_fresh() -> None:
    source, clock = Source(), FakeClock(START)
    cache = Cache(source.read, clock=clock, keep_s=5)
    assert [await cache.get("a") for _ in range(3)] == [1, 1, 1]
    clock.advance(4.9)
    assert await cache.get("a") == 1
    assert source.reads == ["a"]
    clock.advance(0.1)
    assert await cache.get("a") == 1
    assert source.reads == ["a", "a"]


async def test_a_miss_is_not_remembered() -> None:
    source = Source()
    cache = Cache(source.read, clock=FakeClock(START), keep_s=5)
    assert await cache.get("b") is None
    source.values["b"] = 2
    assert await cache.get("b") == 2


async def test_a_read_that_was_under_way_at_a_drop_is_not_kept() -> None:
    source = Source()
    cache = Cache(source.read, clock=FakeClock(START), keep_s=5)
    source.gate.clear()
    reading = asyncio.create_task(cache.get("a"))
    await asyncio.sleep(0)  # the task runs to the gate
    assert source.reads == ["a"]
    source.values["a"] = 2
    cache.drop()
    source.gate.set()
    assert await reading == 1
    assert await cache.get("a") == 2


async def test_a_cache_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "MAX_ENTRIES", 3)
    source = Source()
    source.values = {str(key): key for key in range(10)}
    cache = Cache(source.read, clock=FakeClock(START), keep_s=5)
    for key in source.values:
        await cache.get(key)
    assert sum(cache.peek(key) is not None for key in source.values) <= 3


async def test_callers_that_come_together_share_one_read() -> None:
    source = Source()

    async def read() -> int:
        await source.read("a")
        return source.values["a"]

    single = Single(read, clock=FakeClock(START), keep_s=5)
    assert await asyncio.gather(*[single.get() for _ in range(10)]) == [1] * 10
    assert source.reads == ["a"]
    single.drop()
    assert await single.get() == 1
    assert source.reads == ["a", "a"]
