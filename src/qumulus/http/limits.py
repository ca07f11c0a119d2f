"""How often a token may call."""

from __future__ import annotations

import math
import time
from typing import Final

from qumulus.domain.errors import TooManyRequestsError

BURST_S: Final = 2.0
MAX_TOKENS: Final = 100_000


class RateLimit:
    """A bucket per token or address: it fills at the rate and holds what two seconds bring."""

    def __init__(self, requests_per_s: float) -> None:
        self._rate = requests_per_s
        self._size = max(1.0, requests_per_s * BURST_S)
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> None:
        """Take one request out of the bucket.

        Raises:
            TooManyRequestsError: it is empty.
        """
        now = time.monotonic()
        level, at = self._buckets.get(key, (self._size, now))
        level = min(self._size, level + (now - at) * self._rate)
        if level < 1:
            raise TooManyRequestsError(retry_after_s=math.ceil((1 - level) / self._rate))
        if len(self._buckets) >= MAX_TOKENS:
            self._buckets.clear()
        self._buckets[key] = (level - 1, now)
