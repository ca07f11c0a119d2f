"""What callers and targets of a sandbox see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class SandboxError(Exception):
    """The sandbox cannot run the task: its process does not start, or it is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one task may use; ``None`` is no limit."""

    memory_bytes: int | None
    """Address space beyond what the child has when the task begins; stacks of engine threads are free."""
    wall_s: float | None
    """Seconds from the child's start, measured by the parent."""
    cpu_s: float | None = None
    """Seconds of processor time over all threads, rounded up to whole seconds."""


class ExitKind(StrEnum):
    """How a task's run ended."""

    DONE = "done"
    KILLED = "killed"
    """By :meth:`Execution.kill` or by closing the sandbox."""
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    """A signal, an exception that left the target, or an exit before the target returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """The end of a run; ``detail`` is short and free of program text, e.g. ``signal 11 (SIGSEGV)``."""

    kind: ExitKind
    detail: str


class Channel(Protocol):
    """The child's side of a run; blocking."""

    def send(self, message: bytes) -> None:
        """Send one message of at most 256 MiB.

        Raises:
            ValueError: the message is longer.
        """

    def receive(self) -> bytes:
        """Wait for the parent's next message.

        Raises:
            EOFError: the parent is gone.
        """


class Execution(Protocol):
    """The parent's side of a run."""

    @property
    def pid(self) -> int:
        """Process id of the child."""

    async def receive(self) -> bytes | None:
        """Wait for the child's next message; ``None`` once the run has ended and all are read."""

    def send(self, message: bytes) -> None:
        """Queue a message for the child; dropped when the run has ended.

        Raises:
            ValueError: the message is longer than 256 MiB.
        """

    def kill(self) -> None:
        """Send SIGKILL and return at once; nothing happens when the run has ended."""

    async def ended(self) -> Exit:
        """Wait for the end; may be awaited by several.

        A child that has sent 64 MiB waits until :meth:`receive` has taken some of it.
        """


class Sandbox(Protocol):
    """Runs each task in a process that can be killed alone."""

    async def start(self) -> None:
        """Start the processes that wait for tasks.

        Raises:
            SandboxError: they do not start; the reason is in the log.
        """

    async def run(self, task: bytes, limits: Limits) -> Execution:
        """Give a task to exactly one child.

        Raises:
            SandboxError: no child can be started, or the sandbox is closed.
            ValueError: the task is longer than 256 MiB.
        """

    async def close(self) -> None:
        """Kill and reap every process; running tasks end as KILLED."""
