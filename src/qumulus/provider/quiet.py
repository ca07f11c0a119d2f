"""Says in the log why no jobs are claimed for a device, when that has lasted for a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final

log = logging.getLogger("qumulus.provider.quiet")

QUIET_S: Final = 60.0
"""Twice the wait of a claim: one that gets nothing is answered, too."""
LONGEST_PAUSE_S: Final = 600.0

Why = Callable[[], Mapping[str, object] | None]
"""What is in the way; None what nobody need be told, such as full slots."""


class Quiet:
    """Watches the claims of one device."""

    def __init__(self, device_id: str, *, why: Why) -> None:
        self._device_id = device_id
        self._why = why
        self._answered = monotonic()

    def note_answer(self) -> None:
        """The Cloud has answered a claim."""
        self._answered = monotonic()

    async def run(self) -> None:
        """Look for ever; told less and less often while it lasts."""
        pause_s = QUIET_S
        while True:
            await asyncio.sleep(pause_s)
            quiet_s = monotonic() - self._answered
            why = self._why() if quiet_s >= QUIET_S else None
            if why is None:
                pause_s = QUIET_S
            else:
                log.warning(
                    "nothing_claimed", extra={"device_id": self._device_id, "for_s": round(quiet_s), **why}
                )
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
