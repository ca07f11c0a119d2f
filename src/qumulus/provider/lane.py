"""Small jobs one after the other in one child, which spares each a process of its own.

What ends badly here is decided elsewhere: a job under which the child dies, hangs or grows too large is
given back to be run alone, and the others are run again by a fresh child, each once to its end.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

import msgspec

from qumulus.provider.messages import SESSION, ChildMessage, JobTask, decode_answer
from qumulus.sandbox import Execution, Limits, Sandbox, SandboxError
from qumulus.wire.provider import ProviderJob

DEPTH: Final = 16
"""Jobs in the child's hands: it must not wait for the worker between two of them."""
PATIENCE_S: Final = 1.0
"""A job that was taken for a small one and is not done by then goes on alone."""
IDLE_S: Final = 60.0
MOST_JOBS: Final = 5000
"""Of one child: what libraries lose does not add up for ever."""
MOST_BYTES: Final = 8192
MOST_SHOTS: Final = 100_000
_VAIN_STARTS: Final = 3
_LIMITS: Final = Limits(memory_bytes=1 << 30, wall_s=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the child said of one job, and for how long it was busy with it."""

    messages: Sequence[ChildMessage]
    service_s: float


@dataclass(slots=True, kw_only=True, eq=False)
class _Ticket:
    task: bytes
    answer: asyncio.Future[Answer | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


def may_be_small(job: ProviderJob) -> bool:
    """The same at a glance, before anything is read."""
    return isinstance(job.job_info, str) and len(job.job_info) <= 2 * MOST_BYTES and not job.transpiler_info


def is_small(task: JobTask) -> bool:
    """Whether a job may go first to where small jobs go; only its child can tell how long it runs."""
    parts = task.job_info.values()
    if task.wait_for_go or task.calibration is not None or task.shots > MOST_SHOTS:
        return False
    return "parameters" not in task.job_info and sum(map(_size, parts)) <= MOST_BYTES


def _size(part: object) -> int:
    return len(part) if isinstance(part, str) else len(msgspec.json.encode(part))


class Lane:
    """The child of one device, and the jobs that wait for it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._queue: deque[_Ticket] = deque()
        self._sent: deque[_Ticket] = deque()
        """In the child's hands, in its order."""
        self._child: Execution | None = None
        self._served = 0
        self._since = 0.0
        """When the child began with the first of them, or with nothing."""
        self._serving: asyncio.Task[None] | None = None

    async def run(self, task: bytes) -> Answer | None:
        """Have a job run; None: it has to run alone. When cancelled, the job is stopped.

        Raises:
            SandboxError: no child can be started.
        """
        ticket = _Ticket(task=task)
        self._queue.append(ticket)
        self._hand_over()
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())
        try:
            return await ticket.answer
        except asyncio.CancelledError:
            if self._sent and self._sent[0] is ticket:
                self._end_child()
            raise

    async def close(self) -> None:
        """End the child; jobs that are still in its hands have to run alone."""
        self._end_child()
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.wait([self._serving])

    def _end_child(self) -> None:
        """It gets no more jobs; what it has answered until then counts."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _hand_over(self) -> None:
        if self._child is None or self._served >= MOST_JOBS:
            return
        while self._queue and len(self._sent) < DEPTH:
            ticket = self._queue.popleft()
            if not ticket.answer.cancelled():
                if not self._sent:
                    self._since = monotonic()
                self._child.send(ticket.task)
                self._sent.append(ticket)

    async def _serve(self) -> None:
        """One child after the other, as long as there is work."""
        vain = 0
        try:
            while self._queue and vain < _VAIN_STARTS:
                vain = 0 if await self._one_child() else vain + 1
        except SandboxError as error:
            self._answer_all(error)
        finally:
            self._answer_all(None)

    async def _one_child(self) -> bool:
        """Whether it did anything."""
        self._served = 0
        self._since = monotonic()
        child = self._child = await self._sandbox.run(SESSION, _LIMITS)
        watch = asyncio.create_task(self._watch())
        try:
            self._hand_over()
            while (raw := await child.receive()) is not None:
                self._take(raw)
        finally:
            watch.cancel()
            child.kill()
            self._child = None
        return self._clear() or self._served > 0

    def _take(self, raw: bytes) -> None:
        now = monotonic()
        if not self._sent:
            return
        ticket = self._sent.popleft()
        try:
            answer = Answer(messages=decode_answer(raw), service_s=now - self._since)
        except msgspec.DecodeError:
            answer = None
        self._since = now
        self._served += 1
        if not ticket.answer.done():
            ticket.answer.set_result(answer)
        self._hand_over()
        if self._served >= MOST_JOBS and not self._sent:
            self._end_child()

    def _clear(self) -> bool:
        """After a child's end: whoever was first is suspect, the others go back; whether there was one."""
        if not self._sent:
            return False
        first = self._sent.popleft()
        if not first.answer.done():
            first.answer.set_result(None)
        self._queue.extendleft(reversed(self._sent))
        self._sent.clear()
        return True

    async def _watch(self) -> None:
        """End a child that hangs, or that nobody needs."""
        while self._child is not None:
            patience_s = PATIENCE_S if self._sent else IDLE_S
            left_s = self._since + patience_s - monotonic()
            if left_s <= 0:
                self._end_child()
                return
            await asyncio.sleep(min(left_s, PATIENCE_S / 4))

    def _answer_all(self, error: SandboxError | None) -> None:
        for ticket in (*self._sent, *self._queue):
            if ticket.answer.done():
                continue
            if error is None:
                ticket.answer.set_result(None)
            else:
                ticket.answer.set_exception(error)
        self._sent.clear()
        self._queue.clear()
