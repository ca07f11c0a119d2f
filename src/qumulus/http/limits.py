"""How often a token may call."""

from __future__ import annotations

import math
import time
from typing import Final

from qumulus.domain.errors import TooManyRequestsError
from qumulus.domain.ids import TokenId

BURST_S: Final = 2.0
MAX_TOKENS: Final = 100_000


class RateLimit:
    """A bucket per token: it fills at the rate and holds what two seconds bring."""

    def __init__(self, requests_per_s: float) -> None:
        self._rate = requests_per_s
        self._size = max(1.0, requests_per_s * BURST_S)
        self._buckets: dict[TokenId, tuple[float, float]] = {}

    def take(self, token_id: TokenId) -> None:
        """Take one request out of the bucket.

        Raises:
            TooManyRequestsError: it is empty.
        """
        now = time.monotonic()
        level, at = self._buckets.get(token_id, (self._size, now))
        level = min(self._size, level + (now - at) * self._rate)
        if level < 1:
            raise TooManyRequestsError(retry_after_s=math.ceil((1 - level) / self._rate))
        if len(self._buckets) >= MAX_TOKENS:
            self._buckets.clear()
        self._buckets[token_id] = (level - 1, now)
