"""What running jobs share: the slots of a device, and the processors of the machine."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable


class Slots:
    """How many jobs of a device run at once, each in a process of its own."""

    def __init__(self, number: int) -> None:
        self.n_taken = 0
        self.on_taken: Callable[[], None] = lambda: None
        """Called when a job that was under way has got one."""
        self._number = number
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def n_waiting(self) -> int:
        """Jobs under way that need one."""
        return sum(not future.done() for future in self._waiting)

    @property
    def is_full(self) -> bool:
        """All are taken."""
        return self.n_taken >= self._number

    def take_now(self) -> bool:
        """Take a free one, if nobody waits for it; whether there was one."""
        if self.is_full or self.n_waiting:
            return False
        self.n_taken += 1
        return True

    async def take(self) -> None:
        """Wait for one."""
        if not self.take_now():
            await self._turn()
        self.on_taken()

    async def _turn(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.give_back()
            raise

    def give_back(self) -> None:
        """Hand one on to who waits longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.n_taken -= 1


class Cores:
    """Deals out the machine's processors to the jobs that run, of all devices of a worker."""

    def __init__(self, number: int | None = None) -> None:
        self._number = number or len(os.sched_getaffinity(0))
        self._running = 0

    @property
    def is_idle(self) -> bool:
        """No job runs."""
        return not self._running

    def begin(self) -> int:
        """One more job runs; the threads that are its share."""
        self._running += 1
        return max(1, self._number // self._running)

    def end(self) -> None:
        """It has ended."""
        self._running -= 1
