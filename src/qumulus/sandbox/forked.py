"""The forked kind: a zygote with everything imported, and one forked child per task."""

from __future__ import annotations

import array
import asyncio
import itertools
import logging
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from qumulus.sandbox.contract import Execution, Limits, SandboxError
from qumulus.sandbox.execution import Child, ChildExecution, received
from qumulus.sandbox.framing import encode_header
from qumulus.sandbox.oom import OomWatch
from qumulus.sandbox.spawn import Spawned, kill_by_pidfd
from qumulus.sandbox.stream import MessageStream, StderrTail
from qumulus.sandbox.verdict import describe_status
from qumulus.sandbox.zygote import EVENT, FAILED, FORKED, READY, REQUEST

log = logging.getLogger("qumulus.sandbox")

_ENVIRONMENT: Final = {
    # Imports must not start threads; engines bring their own parallelism in the child.
    "OPENBLAS_NUM_THREADS": "1",
    # Each further malloc arena would take 64 MiB from a task's address space.
    "MALLOC_ARENA_MAX": "1",
    # Symbols are looked up once, here, and not by each child.
    "LD_BIND_NOW": "1",
    # Threads that wait sleep: spinning ones take the processor from the other jobs and the Cloud.
    "OMP_WAIT_POLICY": "PASSIVE",
    # Waking a thread takes longer than a gate on a small state does.
    "QULACS_PARALLEL_NQUBIT_THRESHOLD": "14",
}
_FORKS_IN_FLIGHT: Final = 32
"""The zygote forks one by one; more requests would only fill its socket."""
_ATTEMPTS: Final = 3
_REAPING_S: Final = 5.0
START_WITHIN_S: Final = 30.0
"""A zygote that takes longer hangs: it takes a second, several on a loaded machine."""
FORK_WITHIN_S: Final = 30.0
"""The same for a fork, which takes a millisecond, and as long for each that was asked for before."""


class _ZygoteGoneError(Exception):
    """The zygote ended before it forked; the task was given to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A fork that was asked for; ``run`` None: a child that waits for a task to come."""

    socket: socket.socket
    stderr_fd: int
    run: _Run | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A task that waits for a child."""

    task: bytes
    limits: Limits
    execution: asyncio.Future[ChildExecution]


class _Zygote:
    """The parent's side of one zygote process and of its children."""

    def __init__(self, process: Spawned, oom: OomWatch, *, standby: int) -> None:
        self.process = process
        self._standby = standby
        self._ready: dict[int, Child] = {}
        """Children that wait for a task."""
        self._executions: dict[int, tuple[Child, ChildExecution]] = {}
        self._oom = oom
        self._requests: dict[int, _Request] = {}
        self._ids = itertools.count(1)
        self._control = process.socket
        self._control.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._settled = asyncio.Event()
        self.was_ready = False
        self._closing = False
        self._loop.add_reader(self._control.fileno(), self._read)
        process.on_gone = self._gone

    async def ready(self) -> None:
        """Wait until everything is imported.

        Raises:
            SandboxError: the process ended instead, or hangs; it is killed then.
        """
        try:
            async with asyncio.timeout(START_WITHIN_S):
                await self._settled.wait()
        except TimeoutError:
            self.process.kill()
            raise SandboxError(f"the zygote did not start within {START_WITHIN_S:g} s") from None
        if not self.was_ready:
            raise SandboxError("the zygote did not start")

    def fork(self, task: bytes, limits: Limits) -> asyncio.Future[ChildExecution]:
        """Ask for a child; the task is sent to it once it exists, so to one child at most."""
        if self.process.gone.is_set():
            raise _ZygoteGoneError
        run = _Run(task=task, limits=limits, execution=self._loop.create_future())
        if self._ready:
            run_id, child = self._ready.popitem()
            self._begin(run_id, child, run)
            self._loop.call_soon(self._replenish, 1)
        else:
            self._ask(run)
        return run.execution

    def _replenish(self, number: int) -> None:
        with suppress(SandboxError, _ZygoteGoneError):  # whoever has a task is told of it
            for _ in range(0 if self._closing else number):
                self._ask(None)

    def _ask(self, run: _Run | None) -> None:
        run_id = next(self._ids)
        try:
            ours, theirs = socket.socketpair()
            reading, writing = os.pipe()
        except OSError as error:
            raise SandboxError("too many open files") from error
        fds = array.array("i", [theirs.fileno(), writing])
        try:
            self._control.sendmsg(
                [REQUEST.pack(run_id, run is None)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)]
            )
        except OSError as error:
            ours.close()
            os.close(reading)
            if isinstance(error, BrokenPipeError | ConnectionResetError):
                raise _ZygoteGoneError from error
            raise SandboxError("the zygote takes no requests") from error
        finally:
            theirs.close()
            os.close(writing)
        self._requests[run_id] = _Request(socket=ours, stderr_fd=reading, run=run)

    async def end_children(self) -> None:
        """Kill the children and wait until they are reaped; those still to come are killed too."""
        self._closing = True
        for child in self._ready.values():
            kill_by_pidfd(child.pidfd)
        executions = [execution for _, execution in self._executions.values()]
        for execution in executions:
            execution.kill()
        # A zygote that somebody stopped reaps nothing.
        with suppress(TimeoutError):
            async with asyncio.timeout(_REAPING_S):
                for execution in executions:
                    await execution.ended()

    def _read(self) -> bool:
        """Take one event; whether there may be more at once."""
        try:
            message, fds, _, _ = socket.recv_fds(self._control, EVENT.size, 1, socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            return False
        except ConnectionResetError:  # said once, before the events that are still there
            return True
        if not message:
            self._loop.remove_reader(self._control.fileno())
            return False
        self._heed(message, fds)
        return True

    def _heed(self, message: bytes, fds: list[int]) -> None:
        kind, run_id, number = EVENT.unpack(message)
        if kind == READY:
            self.was_ready = True
            self._settled.set()
            self._replenish(self._standby)
        elif kind == FORKED:
            self._forked(run_id, number, fds)
        elif kind == FAILED:
            self._abandon(run_id, SandboxError(f"cannot fork: {os.strerror(number)}"))
        elif run_id in self._executions:
            self._ended(run_id, number)
        elif run_id in self._ready:
            self._close(self._ready.pop(run_id))

    def _forked(self, run_id: int, pid: int, fds: list[int]) -> None:
        if not fds:
            # No room for its pidfd. The child finds its channel closed and ends by itself.
            self._abandon(run_id, SandboxError("too many open files"))
            return
        request = self._requests.pop(run_id)
        stderr = StderrTail(request.stderr_fd)
        stream = MessageStream(request.socket)
        child = Child(pid=pid, pidfd=fds[0], stream=stream, stderr=stderr)
        if request.run is not None:
            self._begin(run_id, child, request.run)
        elif self._closing:
            kill_by_pidfd(child.pidfd)
            self._close(child)
        else:
            self._ready[run_id] = child

    def _begin(self, run_id: int, child: Child, run: _Run) -> None:
        execution = ChildExecution(child, oom=self._oom, on_end=lambda: None)
        child.stream.on_frame = execution.deliver
        self._executions[run_id] = child, execution
        execution.begin(run.task, run.limits)
        if self._closing or run.execution.cancelled():
            execution.kill()
        if not run.execution.cancelled():
            run.execution.set_result(execution)

    def _ended(self, run_id: int, exit_code: int | None) -> None:
        child, execution = self._executions.pop(run_id)
        child.stream.drain()
        execution.finish(exit_code)
        self._close(child)

    @staticmethod
    def _close(child: Child) -> None:
        child.stream.close()
        child.stderr.close()
        os.close(child.pidfd)

    def _abandon(self, run_id: int, error: Exception) -> None:
        request = self._requests.pop(run_id)
        request.socket.close()
        os.close(request.stderr_fd)
        if request.run is not None and not request.run.execution.cancelled():
            request.run.execution.set_exception(error)

    def _gone(self, exit_code: int) -> None:
        while self._read():
            pass
        self._loop.remove_reader(self._control.fileno())
        self._control.close()
        for run_id in list(self._requests):
            self._abandon(run_id, _ZygoteGoneError())
        for run_id, (child, _) in list(self._executions.items()):
            # The kernel has sent them SIGKILL; this covers a child that had not asked for it yet.
            kill_by_pidfd(child.pidfd)
            self._ended(run_id, None)
        while self._ready:
            _, child = self._ready.popitem()
            kill_by_pidfd(child.pidfd)
            self._close(child)
        stderr = self.process.stderr.take().decode(errors="replace")
        level = logging.DEBUG if self._closing else logging.ERROR
        log.log(level, "zygote %d ended: %s\n%s", self.process.pid, describe_status(exit_code), stderr)
        self._settled.set()


class ForkedSandbox:
    """A :class:`~qumulus.sandbox.contract.Sandbox` that forks a child per task from a zygote.

    ``preload`` names modules that the zygote imports besides the target's; importing them must start
    no threads. ``rehearsals`` are tasks that the zygote performs before it forks, by the function
    ``rehearse`` of the target's module, of the target's shape: children inherit what Python learns.
    ``standby`` children wait for a task beforehand, and rehearse meanwhile.
    Unless ``network``, the children lose it as far as the system allows. A zygote that dies is
    replaced; its children die with it, and their runs end as CRASHED.
    """

    def __init__(
        self,
        target: str,
        preload: Sequence[str],
        *,
        rehearsals: Sequence[bytes] = (),
        standby: int = 0,
        network: bool = False,
    ) -> None:
        tasks = ",".join(task.hex() for task in rehearsals)
        self._arguments = (str(int(network)), target, tasks, *preload)
        self._standby = standby
        self._oom = OomWatch()
        self._zygote: asyncio.Task[_Zygote] | None = None
        self._living: set[_Zygote] = set()
        """Those that start included."""
        self._watchers: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(_FORKS_IN_FLIGHT)
        self._closed = False

    async def start(self) -> None:
        """Start the zygote and wait until it has imported everything."""
        await self._current()

    async def run(self, task: bytes, limits: Limits) -> Execution:
        """Fork a child and give it the task."""
        encode_header(len(task))
        async with self._slots:
            for _ in range(_ATTEMPTS):
                zygote = await self._current()
                with suppress(_ZygoteGoneError):
                    return await self._fork(zygote, task, limits)
                await zygote.process.gone.wait()
        raise SandboxError("the zygote ends before it forks")

    @staticmethod
    async def _fork(zygote: _Zygote, task: bytes, limits: Limits) -> Execution:
        """Have the task begun; a zygote that hangs is killed, with its children: it would reap none."""
        try:
            async with asyncio.timeout(FORK_WITHIN_S):
                return await received(zygote.fork(task, limits))
        except TimeoutError:
            log.error("zygote %d did not fork within %g s", zygote.process.pid, FORK_WITHIN_S)
            zygote.process.kill()
            raise _ZygoteGoneError from None

    async def close(self) -> None:
        """Kill and reap the children, then the zygote."""
        self._closed = True
        for zygote in list(self._living):
            await zygote.end_children()
        if self._zygote is not None:
            self._zygote.cancel()
        for zygote in list(self._living):
            zygote.process.kill()
            await zygote.process.gone.wait()
        await asyncio.gather(*self._watchers)

    async def _current(self) -> _Zygote:
        """The living zygote, started if there is none. Cancelling a caller does not stop the start."""
        if self._closed:
            raise SandboxError("the sandbox is closed")
        if self._zygote is None or self._is_dead(self._zygote):
            self._zygote = asyncio.create_task(self._start_zygote())
        return await asyncio.shield(self._zygote)

    @staticmethod
    def _is_dead(zygote: asyncio.Task[_Zygote]) -> bool:
        if not zygote.done():
            return False
        return zygote.exception() is not None or zygote.result().process.gone.is_set()

    async def _start_zygote(self) -> _Zygote:
        process = Spawned(
            "qumulus.sandbox.zygote",
            self._arguments,
            socket_kind=socket.SOCK_SEQPACKET,
            environment=_ENVIRONMENT,
        )
        zygote = _Zygote(process, self._oom, standby=self._standby)
        self._living.add(zygote)
        watcher = asyncio.create_task(self._replace_when_gone(zygote))
        self._watchers.add(watcher)
        watcher.add_done_callback(self._watchers.discard)
        await zygote.ready()
        return zygote

    async def _replace_when_gone(self, zygote: _Zygote) -> None:
        await zygote.process.gone.wait()
        self._living.discard(zygote)
        # One that never got ready would fail again: the next run() tries, and tells its caller.
        if not self._closed and zygote.was_ready:
            with suppress(SandboxError):
                await self._current()
