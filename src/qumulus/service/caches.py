"""What every call needs and seldom changes, remembered for seconds and dropped when it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from qumulus.ports.clock import Clock

K = TypeVar("K")
V = TypeVar("V")

MAX_ENTRIES = 10_000


class Cache(Generic[K, V]):
    """Values by key, each read at most once per ``keep_s``; a miss is not remembered.

    A value read before ``drop`` and arriving after it is handed out but not kept.
    """

    def __init__(self, read: Callable[[K], Awaitable[V | None]], *, clock: Clock, keep_s: float) -> None:
        self._read = read
        self._clock = clock
        self._keep_s = keep_s
        self._entries: dict[K, tuple[float, V]] = {}
        self._generation = 0

    def peek(self, key: K) -> V | None:
        """Give a fresh remembered value, without reading."""
        entry = self._entries.get(key)
        if entry is None or entry[0] <= self._clock.monotonic_s():
            return None
        return entry[1]

    async def get(self, key: K) -> V | None:
        """Give the remembered value, or read it."""
        found = self.peek(key)
        if found is not None:
            return found
        generation = self._generation
        value = await self._read(key)
        if value is not None and generation == self._generation:
            if len(self._entries) >= MAX_ENTRIES:
                self._entries.clear()
            self._entries[key] = (self._clock.monotonic_s() + self._keep_s, value)
        return value

    def drop(self) -> None:
        """Forget everything."""
        self._generation += 1
        self._entries.clear()


class Single(Generic[V]):
    """One value that is costly to read: callers that come together share one read."""

    def __init__(self, read: Callable[[], Awaitable[V]], *, clock: Clock, keep_s: float) -> None:
        self._cache: Cache[None, V] = Cache(self._read_one, clock=clock, keep_s=keep_s)
        self._source = read
        self._lock = asyncio.Lock()

    async def get(self) -> V:
        """Give the remembered value, or read it."""
        found = self._cache.peek(None)
        if found is not None:
            return found
        async with self._lock:
            value = await self._cache.get(None)
        assert value is not None  # the source always has a value
        return value

    def drop(self) -> None:
        """Forget it."""
        self._cache.drop()

    async def _read_one(self, _: None) -> V:
        return await self._source()
