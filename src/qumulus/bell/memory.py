"""A bell within one process."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from types import TracebackType
from typing import Final, Self

from qumulus.ports.bell import Waiter

EVERYBODY: Final = "*"
"""A topic that wakes every waiter."""


class MemoryBell:
    """Rings for waiters of this process; not for use by several threads."""

    def __init__(self) -> None:
        self._waiters: dict[str, set[_Waiter]] = {}
        self._is_closed = False

    def listen(self, topics: Collection[str]) -> Waiter:
        """Register at once."""
        waiter = _Waiter(self._waiters, frozenset(topics))
        if self._is_closed:
            waiter.end()
        return waiter

    async def ring(self, topics: Collection[str]) -> None:
        """Wake everybody who listens to one of the topics."""
        self.ring_now(topics)

    def ring_now(self, topics: Collection[str]) -> None:
        """Do the same without a coroutine."""
        if EVERYBODY in topics:
            topics = list(self._waiters)
        for topic in topics:
            for waiter in self._waiters.get(topic, ()):
                waiter.wake()

    async def start(self) -> None:
        """Nothing is heard from elsewhere."""

    async def close(self) -> None:
        """Wake everybody for good."""
        self._is_closed = True
        for waiter in {waiter for waiters in self._waiters.values() for waiter in waiters}:
            waiter.end()


class _Waiter:
    __slots__ = ("_all", "_future", "_is_over", "_is_rung", "_topics")

    def __init__(self, waiters: dict[str, set[_Waiter]], topics: frozenset[str]) -> None:
        self._all = waiters
        self._topics = topics
        self._future: asyncio.Future[None] | None = None
        self._is_rung = False
        self._is_over = False
        for topic in topics:
            waiters.setdefault(topic, set()).add(self)

    async def wait(self, timeout_s: float) -> bool:
        """Wait until a topic is rung, or was since the last wait."""
        if self._is_over:
            return False
        if not self._is_rung and timeout_s > 0:
            loop = asyncio.get_running_loop()
            self._future = loop.create_future()
            timer = loop.call_later(timeout_s, self._release)
            try:
                await self._future
            finally:
                timer.cancel()
                self._future = None
        is_rung, self._is_rung = self._is_rung, False
        return is_rung and not self._is_over

    def wake(self) -> None:
        """A topic was rung."""
        self._is_rung = True
        self._release()

    def end(self) -> None:
        """The bell is closed."""
        self._is_over = True
        self._release()

    def _release(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for topic in self._topics:
            waiters = self._all.get(topic)
            if waiters is not None:
                waiters.discard(self)
                if not waiters:
                    del self._all[topic]
