"""Keep a long-running loop alive: log what killed it, wait, start it again."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

log = logging.getLogger("qumulus.supervise")

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 10.0


async def supervise(
    name: str, loop: Callable[[], Awaitable[None]], *, expected: tuple[type[Exception], ...] = ()
) -> None:
    """Run ``loop`` until it returns or its task is cancelled; after an exception start it again.

    A cancellation that nobody asked this task for, but that came out of something the loop waited for,
    is an exception like any other. An ``expected`` exception, such as a database that is away, is logged
    without its stack. Pauses grow from 0.1 s to 10 s, with jitter, and start over once the loop held out
    for longer than the longest pause.
    """
    pause_s = FIRST_PAUSE_S
    clock = asyncio.get_running_loop().time
    while True:
        started = clock()
        try:
            await loop()
        except asyncio.CancelledError:
            if _is_asked_to_end():
                raise
            log.exception("loop_failed", extra={"loop": name})
        except expected as error:
            log.error("loop_failed", extra={"loop": name, "error": str(error)})
        except Exception:
            log.exception("loop_failed", extra={"loop": name})
        else:
            return
        if clock() - started > LONGEST_PAUSE_S:
            pause_s = FIRST_PAUSE_S
        await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


def _is_asked_to_end() -> bool:
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
