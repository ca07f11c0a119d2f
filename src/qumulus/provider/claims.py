"""How many jobs a worker may hold: what its slots take, and a quarter of a second of work ahead."""

from __future__ import annotations

from typing import Final

AHEAD_S: Final = 0.25
"""Work claimed ahead: enough to bridge a claim, too little for anybody to wait for it."""
_WEIGHT: Final = 0.3
"""Of the latest job in the running mean."""


class Allowance:
    """Decides how many jobs to claim; ``most_ahead`` bounds the jobs held beyond the slots."""

    def __init__(self, *, slots: int, most_ahead: int) -> None:
        self._slots = slots
        self._most_ahead = most_ahead
        self._mean_s: float | None = None

    def note(self, duration_s: float) -> None:
        """A job has kept a slot busy for so long."""
        self._mean_s = (
            duration_s if self._mean_s is None else self._mean_s + _WEIGHT * (duration_s - self._mean_s)
        )

    def claimable(
        self, *, n_running: int, n_waiting: int, n_unreported: int, youngest_s: float, n_lanes: int = 0
    ) -> int:
        """Jobs to claim now; ``youngest_s`` is the age of the youngest running job.

        ``n_lanes`` is what serves small jobs beside the slots, and is counted like a slot.
        Ended jobs that the Cloud has not heard of yet count as held.

        Claims are delayed until most of what lies ahead is used up, so that they come in lots.
        """
        slots = self._slots + n_lanes
        free = slots - n_running - n_waiting
        is_full = n_running >= slots
        ahead = 0 if is_full and youngest_s > AHEAD_S else self._ahead()
        if free <= 0 and n_waiting > ahead // 4:
            return 0
        return max(0, min(free + ahead, free + self._most_ahead - n_unreported))

    def _ahead(self) -> int:
        if self._mean_s is None:
            return 0
        return min(self._most_ahead, int(self._slots * AHEAD_S / max(self._mean_s, 1e-3)))
