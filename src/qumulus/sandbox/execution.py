"""One task's run, seen from the parent; the same for both kinds of child."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from qumulus.sandbox.contract import Exit, ExitKind, Limits
from qumulus.sandbox.framing import Frame, encode_limits
from qumulus.sandbox.oom import OomWatch
from qumulus.sandbox.spawn import kill_by_pidfd
from qumulus.sandbox.stream import MessageStream, StderrTail
from qumulus.sandbox.verdict import Ending, judge

log = logging.getLogger("qumulus.sandbox")

_UNREAD_HIGH_BYTES: Final = 64 * 2**20
"""Unread messages beyond this leave the child waiting in its ``send``."""
CLOSED_S: Final = 1.0
"""So long after a child has closed its end it has usually ended; one that lives on can say nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A running child's handles."""

    pid: int
    pidfd: int
    stream: MessageStream
    stderr: StderrTail


class ChildExecution:
    """An :class:`~qumulus.sandbox.contract.Execution`; its sandbox tells it of frames and of the end."""

    def __init__(self, child: Child, *, oom: OomWatch, on_end: Callable[[], None]) -> None:
        self._child = child
        self._oom = oom
        self._on_end = on_end
        self._messages: deque[bytes] = deque()
        self._unread_bytes = 0
        self._paused = False
        self._changed = asyncio.Event()
        self._over = asyncio.Event()
        self._exit: Exit | None = None
        self._asked: Exit | None = None
        self._report: bytes | None = None
        self._timers: list[asyncio.TimerHandle] = []
        child.stream.on_broken = self._break_off
        child.stream.on_closed = self._closed

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._child.pid

    @property
    def kill_sent(self) -> bool:
        """The child is being killed, so it will not serve again."""
        return self._asked is not None

    def begin(self, task: bytes, limits: Limits) -> None:
        """Hand over the task; the wall time runs from now."""
        self._child.stream.send(encode_limits(limits), control=True)
        self._child.stream.send(task)
        if limits.wall_s is not None:
            timeout = Exit(kind=ExitKind.TIMEOUT, detail=f"time limit of {limits.wall_s:g} s")
            self._stop_in(limits.wall_s, timeout)

    async def receive(self) -> bytes | None:
        """Wait for the child's next message; ``None`` once the run has ended and all are read."""
        while not self._messages:
            if self._over.is_set():
                return None
            self._changed.clear()
            await self._changed.wait()
        message = self._messages.popleft()
        self._unread_bytes -= len(message)
        if self._paused and not self._over.is_set() and self._unread_bytes < _UNREAD_HIGH_BYTES // 2:
            self._paused = False
            self._child.stream.resume()
        return message

    def send(self, message: bytes) -> None:
        """Queue a message for the child; dropped when the run has ended."""
        if self._exit is None:
            self._child.stream.send(message)

    def kill(self) -> None:
        """Send SIGKILL and return at once; nothing happens when the run has ended."""
        self._stop(Exit(kind=ExitKind.KILLED, detail=""))

    async def ended(self) -> Exit:
        """Wait for the end."""
        await self._over.wait()
        assert self._exit is not None
        return self._exit

    def deliver(self, frame: Frame) -> None:
        """The child's next frame."""
        if frame.control:
            self._report = frame.body
            return
        self._messages.append(frame.body)
        self._changed.set()
        self._unread_bytes += len(frame.body)
        if self._unread_bytes > _UNREAD_HIGH_BYTES and not self._paused:
            self._paused = True
            self._child.stream.pause()

    def finish(self, exit_code: int | None) -> None:
        """The child is dead, with this exit code if known, or has reported the end of the task."""
        stderr = self._child.stderr.take()
        unexplained = exit_code == -signal.SIGKILL and self._asked is None
        self._exit = judge(
            Ending(
                exit_code=exit_code,
                report=self._report,
                asked=self._asked,
                stderr_tail=stderr,
                oom_killed=unexplained and self._oom.was_at_work(),
            )
        )
        for timer in self._timers:
            timer.cancel()
        if self._paused:
            self._child.stream.resume()
        self._log_stderr(self._exit, stderr)
        self._over.set()
        self._changed.set()
        self._on_end()

    def _log_stderr(self, end: Exit, stderr: bytes) -> None:
        if stderr:
            level = logging.DEBUG if end.kind is ExitKind.DONE else logging.WARNING
            text = stderr.decode(errors="replace")
            log.log(level, "child %d ended: %s %s\n%s", self.pid, end.kind.value, end.detail, text)

    def _stop(self, reason: Exit) -> None:
        if self._exit is None:
            self._asked = self._asked or reason
            kill_by_pidfd(self._child.pidfd)

    def _stop_in(self, seconds: float, reason: Exit) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(seconds, self._stop, reason))

    def _closed(self) -> None:
        if self._exit is None:
            self._stop_in(CLOSED_S, Exit(kind=ExitKind.CRASHED, detail="closed its channel"))

    def _break_off(self, reason: str) -> None:
        self._stop(Exit(kind=ExitKind.CRASHED, detail=reason))


async def received(execution: asyncio.Future[ChildExecution]) -> ChildExecution:
    """Wait for an execution; if the caller is cancelled just as it begins, nobody would end it."""
    try:
        return await execution
    except asyncio.CancelledError:
        if not execution.cancelled() and execution.exception() is None:
            execution.result().kill()
        raise
