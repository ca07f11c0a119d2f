"""Growing pauses between tries."""

from __future__ import annotations

import asyncio
import random


class Backoff:
    """Pauses that double from ``first_s`` to ``longest_s``, each shortened by up to a half at random."""

    def __init__(self, *, first_s: float = 0.1, longest_s: float = 10.0) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._next_s = first_s

    @property
    def is_fresh(self) -> bool:
        """Nothing failed since the last success."""
        return self._next_s == self._first_s

    def succeed(self) -> None:
        """Start over with the shortest pause."""
        self._next_s = self._first_s

    async def pause(self) -> None:
        """Wait, and longer the next time."""
        pause_s = self._next_s * random.uniform(0.5, 1.0)
        self._next_s = min(self._next_s * 2, self._longest_s)
        await asyncio.sleep(pause_s)
