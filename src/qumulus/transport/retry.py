"""When a call is tried again, and how long after: exponential backoff with full jitter."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from qumulus.transport.answer import Answer, NoAnswerError
from qumulus.transport.errors import error_code, retry_after_s

_REFUSED_BEFORE_DOING: Final = frozenset({"unavailable"})
"""Codes of a 503 that promise that nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How patient a client is.

    ``total_s`` is counted from the first failure of a call, so that a long poll does not eat it up.
    ``first_contact_s`` counts instead until a server has answered at all: a wrong URL is said soon.
    """

    total_s: float = 30.0
    first_contact_s: float = 2.0
    first_pause_s: float = 0.1
    longest_pause_s: float = 5.0


HELD_S: Final = 1.0
"""A poll that was held so long and then cut has met a server: patience begins anew."""

PATIENT: Final = RetryPolicy()
NO_RETRIES: Final = RetryPolicy(total_s=0.0, first_contact_s=0.0)


class Tries:
    """The tries of one call.

    A call that is not ``idempotent`` is tried again only when the last try surely did nothing.
    ``is_poll``: the server holds the request on purpose, so that restarts may cut it again and again.
    """

    __slots__ = (
        *("_began", "_budget_s", "_deadline", "_idempotent", "_is_poll", "_now", "_policy", "_roll"),
        *("count", "may_be_done"),
    )

    def __init__(
        self,
        policy: RetryPolicy,
        *,
        idempotent: bool,
        is_poll: bool = False,
        first_contact: bool = False,
        now: Callable[[], float] = time.monotonic,
        roll: Callable[[], float] = random.random,
    ) -> None:
        self._policy = policy
        self._budget_s = policy.first_contact_s if first_contact else policy.total_s
        self._idempotent = idempotent
        self._is_poll = is_poll
        self._deadline: float | None = None
        self._now = now
        self._began = now()
        self._roll = roll
        self.count = 0
        self.may_be_done = False
        """An earlier try may have been done by the server."""

    def after_no_answer(self, error: NoAnswerError) -> float | None:
        """Seconds to pause before the next try; None: give up."""
        if self._is_poll and not error.is_silence and self._now() - self._began >= HELD_S:
            self._deadline = None
            self.count = 0
        return self._next(has_risk=error.may_have_arrived, floor_s=0.0)

    def after_answer(self, answer: Answer) -> float | None:
        """The same, after an answer that is no success."""
        if answer.status == 429:
            return self._next(has_risk=False, floor_s=retry_after_s(answer) or 0.0)
        if answer.status not in {502, 503, 504}:
            return None
        is_safe = answer.status == 503 and error_code(answer) in _REFUSED_BEFORE_DOING
        return self._next(has_risk=not is_safe, floor_s=retry_after_s(answer) or 0.0)

    def _next(self, *, has_risk: bool, floor_s: float) -> float | None:
        self.may_be_done = self.may_be_done or has_risk
        if has_risk and not self._idempotent:
            return None
        now = self._now()
        if self._deadline is None:
            self._deadline = now + self._budget_s
        ceiling_s = min(self._policy.longest_pause_s, self._policy.first_pause_s * 2.0 ** min(self.count, 30))
        pause_s = floor_s + ceiling_s * self._roll()
        self.count += 1
        if now + pause_s >= self._deadline:
            return None
        self._began = now + pause_s
        return pause_s
