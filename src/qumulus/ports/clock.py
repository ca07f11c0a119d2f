"""Time, which tests hold in their hands."""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic
from typing import Protocol


class Clock(Protocol):
    """Tells time."""

    def now(self) -> datetime:
        """Wall time: aware, UTC; it may jump."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that never jump, since some moment of this process."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Wall time in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """The kernel's monotonic seconds."""
        return monotonic()
