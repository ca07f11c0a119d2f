"""Long polls: register first, then look, then wait, and look again after every wake-up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Final, TypeVar

from qumulus.service.services import Services

T = TypeVar("T")

Gone = Callable[[], bool]
"""Has the caller hung up? Somebody who is gone must not be handed anything."""

LONGEST_WAIT_S: Final = 60.0


def never() -> bool:
    """Stand for a caller who stays."""
    return False


async def wait_for(
    services: Services,
    topics: Collection[str],
    look: Callable[[], Awaitable[T]],
    *,
    is_enough: Callable[[T], bool],
    wait_s: float,
    gone: Gone = never,
) -> T:
    """Look until it is enough, the time is over, the caller is gone, or the cloud drains.

    Gives what was seen last. Every few seconds it looks without being woken: the safety poll.
    """
    if not wait_s > 0:  # false for NaN, too
        return await look()
    clock = services.clock
    deadline = clock.monotonic_s() + min(wait_s, LONGEST_WAIT_S)
    services.meters.open_waits += 1
    try:
        with services.bell.listen(topics) as waiter:
            while True:
                seen = await look()
                left_s = deadline - clock.monotonic_s()
                if is_enough(seen) or left_s <= 0 or services.is_draining or gone():
                    return seen
                await waiter.wait(min(left_s, services.settings.safety_poll_s))
                if gone():
                    return seen
    finally:
        services.meters.open_waits -= 1
