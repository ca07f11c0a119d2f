"""Wake-ups: whoever waits for something registers first, then looks, then waits.

Topics: ``d:<device>`` a job waits for the device, ``c:<device>`` one of its claimed jobs was
cancelled, ``j:<job>`` the job moved, ``o:<owner>`` one of the owner's jobs moved, ``devices`` and
``accounts`` a device, a user or a token changed. A ring may be spurious, never lost for longer than
the safety poll: look again after every wake-up.
"""

from __future__ import annotations

from collections.abc import Collection
from types import TracebackType
from typing import Protocol, Self


class Waiter(Protocol):
    """One registration with the bell; a context manager that unregisters."""

    async def wait(self, timeout_s: float) -> bool:
        """Wait until a topic is rung, or was since the last wait; False when the time is over."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Bell(Protocol):
    """Rings for waiters in this and, where there are several, in all processes of the cloud."""

    def listen(self, topics: Collection[str]) -> Waiter:
        """Register at once, before the caller looks."""
        ...

    async def ring(self, topics: Collection[str]) -> None:
        """Wake everybody who listens to one of the topics. Called after the commit, never raises."""
        ...

    async def start(self) -> None:
        """Begin to hear other processes."""
        ...

    async def close(self) -> None:
        """Wake everybody for good; waits return False from now on."""
        ...
