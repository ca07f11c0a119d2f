"""The resident kind: warm worker processes that serve one task after the other."""

from __future__ import annotations

import asyncio
import functools
import logging
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from qumulus.sandbox.contract import Execution, Limits, SandboxError
from qumulus.sandbox.execution import Child, ChildExecution, received
from qumulus.sandbox.framing import FINISHED, Frame, encode_header
from qumulus.sandbox.oom import OomWatch
from qumulus.sandbox.spawn import Spawned
from qumulus.sandbox.stream import MessageStream
from qumulus.sandbox.verdict import describe_status

log = logging.getLogger("qumulus.sandbox")

_ENVIRONMENT: Final = {
    # Each further malloc arena would take 64 MiB from a task's address space.
    "MALLOC_ARENA_MAX": "2",
    # Threads that wait sleep: spinning ones take the processor from the other jobs and the Cloud.
    "OMP_WAIT_POLICY": "PASSIVE",
    # What Qiskit and NumPy hand to threads of their own for a small job takes longer to hand over than to do,
    # and beside other jobs those threads have to wait for a processor.
    "QISKIT_IN_PARALLEL": "TRUE",
    "OPENBLAS_NUM_THREADS": "1",
    # Waking a thread takes longer than a gate on a small state does.
    "QULACS_PARALLEL_NQUBIT_THRESHOLD": "14",
}
_RETRY_S: Final = 5.0
"""Wait before another worker is started after one that did not start."""
START_WITHIN_S: Final = 120.0
"""A worker that takes longer hangs: it takes four seconds, and far more beside many others."""


class _Worker:
    """The parent's side of one worker process."""

    def __init__(self, process: Spawned, *, oom: OomWatch, on_free: Callable[[_Worker], None]) -> None:
        self.process = process
        self.is_warm = False
        self._oom = oom
        self._on_free = on_free
        self._execution: ChildExecution | None = None
        self._stream = MessageStream(process.socket)
        self._stream.on_frame = self._deliver

    @property
    def is_busy(self) -> bool:
        """A task has it."""
        return self._execution is not None

    def begin(self, task: bytes, limits: Limits) -> ChildExecution:
        """Give a free worker its task."""
        child = Child(
            pid=self.process.pid,
            pidfd=self.process.pidfd,
            stream=self._stream,
            stderr=self.process.stderr,
        )
        self._execution = ChildExecution(child, oom=self._oom, on_end=self._forget)
        self._execution.begin(task, limits)
        return self._execution

    def kill(self) -> None:
        """End the process, and its task as KILLED."""
        if self._execution is not None:
            self._execution.kill()
        self.process.kill()

    def bury(self, exit_code: int) -> None:
        """The process is dead."""
        self._stream.drain()
        if self._execution is not None:
            self._execution.finish(exit_code)
        self._stream.close()

    def _forget(self) -> None:
        self._execution = None

    def _deliver(self, frame: Frame) -> None:
        if self._execution is None:
            if frame == Frame(True, FINISHED):
                self.is_warm = True
                self._on_free(self)
            return
        self._execution.deliver(frame)
        if frame == Frame(True, FINISHED) and not self._execution.kill_sent:
            self._execution.finish(None)
            self._on_free(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A task that waits for a free worker."""

    task: bytes
    limits: Limits
    execution: asyncio.Future[ChildExecution]


class ResidentSandbox:
    """A :class:`~qumulus.sandbox.contract.Sandbox` of warm workers; ``run`` waits until one is free.

    ``workers`` is how many tasks run at once, ``spares`` how many more processes are kept warm to
    take the place of one that was killed or crashed. The target's module may define ``warm_up()``,
    called once in each worker. Unless ``network``, the workers lose it as far as the system allows.
    """

    def __init__(self, target: str, workers: int, spares: int, *, network: bool = False) -> None:
        self._arguments = (str(int(network)), target)
        self._size = workers
        self._spares = spares
        self._wants_spares = False
        self._oom = OomWatch()
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._waiting: deque[_Request] = deque()
        self._changed = asyncio.Event()
        self._failure: SandboxError | None = None
        self._retry: asyncio.TimerHandle | None = None
        self._closed = False

    async def start(self) -> None:
        """Warm the workers up; the spares follow behind the scenes, however this ends."""
        self._wants_spares = True
        self._fill()
        while self._n_warm() < self._size:
            if self._failure is not None:
                raise self._failure
            self._changed.clear()
            await self._changed.wait()

    async def run(self, task: bytes, limits: Limits) -> Execution:
        """Give the task to a free worker, as soon as there is one."""
        encode_header(len(task))
        if self._closed:
            raise SandboxError("the sandbox is closed")
        execution: asyncio.Future[ChildExecution] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Request(task=task, limits=limits, execution=execution))
        if not self._workers:
            self._fill()
        self._dispatch()
        return await received(execution)

    async def close(self) -> None:
        """Kill and reap the workers; callers that wait for one get a SandboxError."""
        self._closed = True
        if self._retry is not None:
            self._retry.cancel()
        self._refuse_waiting(SandboxError("the sandbox is closed"))
        workers = list(self._workers)
        for worker in workers:
            worker.kill()
        for worker in workers:
            await worker.process.gone.wait()

    def _n_warm(self) -> int:
        return sum(worker.is_warm for worker in self._workers)

    def _wanted(self) -> int:
        """Spares come last: they must not keep those that are waited for from getting warm."""
        return self._size + self._spares * (self._wants_spares and self._n_warm() >= self._size)

    def _fill(self) -> None:
        """Start what is missing."""
        while not self._closed and len(self._workers) < self._wanted():
            try:
                self._start_worker()
            except SandboxError as error:
                self._start_failed(error)
                return

    def _start_worker(self) -> None:
        process = Spawned(
            "qumulus.sandbox.worker",
            self._arguments,
            socket_kind=socket.SOCK_STREAM,
            environment=_ENVIRONMENT,
        )
        worker = _Worker(process, oom=self._oom, on_free=self._free)
        process.on_gone = functools.partial(self._gone, worker)
        self._workers.add(worker)
        asyncio.get_running_loop().call_later(START_WITHIN_S, self._give_up, worker)

    def _give_up(self, worker: _Worker) -> None:
        """Have a worker that is still not warm replaced like one that died."""
        if worker in self._workers and not worker.is_warm:
            log.error("worker %d did not start within %g s", worker.process.pid, START_WITHIN_S)
            worker.kill()

    def _free(self, worker: _Worker) -> None:
        if worker in self._workers:
            self._failure = None
            self._idle.append(worker)
            self._changed.set()
            self._dispatch()
            if self._retry is None:
                self._fill()

    def _dispatch(self) -> None:
        """Begin waiting tasks; the worker used last comes first, its caches are the warmest."""
        while self._waiting and self._idle and sum(worker.is_busy for worker in self._workers) < self._size:
            request = self._waiting.popleft()
            if not request.execution.cancelled():
                request.execution.set_result(self._idle.pop().begin(request.task, request.limits))

    def _gone(self, worker: _Worker, exit_code: int) -> None:
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if not worker.is_busy:
            self._log_end(worker, exit_code)
        worker.bury(exit_code)
        if self._closed:
            return
        if worker.is_warm:
            self._fill()
        else:
            self._start_failed(SandboxError("a resident worker did not start"))
        self._dispatch()

    def _log_end(self, worker: _Worker, exit_code: int) -> None:
        level = logging.DEBUG if self._closed else logging.ERROR
        stderr = worker.process.stderr.take().decode(errors="replace")
        status = describe_status(exit_code)
        log.log(level, "worker %d ended without a task: %s\n%s", worker.process.pid, status, stderr)

    def _start_failed(self, error: SandboxError) -> None:
        """Try again later; callers are refused at once if nothing else can serve them."""
        self._failure = error
        self._changed.set()
        if not self._workers:
            self._refuse_waiting(error)
        if self._retry is None:
            self._retry = asyncio.get_running_loop().call_later(_RETRY_S, self._try_again)

    def _try_again(self) -> None:
        self._retry = None
        self._fill()

    def _refuse_waiting(self, error: SandboxError) -> None:
        while self._waiting:
            execution = self._waiting.popleft().execution
            if not execution.done():
                execution.set_exception(error)
