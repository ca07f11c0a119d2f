"""The process that forks one child per task: it imports, then waits; it never computes.

Started as ``python -m qumulus.sandbox.zygote PARENT_PID NETWORK TARGET REHEARSALS [PRELOAD ...]`` with
the control socket (SOCK_SEQPACKET) as stdin; REHEARSALS are tasks in hex, separated by commas. A fork
is only safe while there is a single thread, so that is checked before each; a library that starts
threads when imported does not belong here.
"""

from __future__ import annotations

import array
import faulthandler
import gc
import importlib
import os
import select
import signal
import socket
import struct
import sys
from contextlib import suppress
from typing import Final, NoReturn

from qumulus.sandbox.channel import SocketChannel
from qumulus.sandbox.child import EndOnError, Target, load_target, run_task
from qumulus.sandbox.confine import confine
from qumulus.sandbox.contract import Limits
from qumulus.sandbox.framing import FINISHED, encode_header, encode_limits
from qumulus.sandbox.linux import close_all_but, die_with_parent, thread_count, volunteer_for_oom_killer
from qumulus.sandbox.verdict import EXIT_EXCEPTION

REQUEST: Final = struct.Struct("!Q?")
"""Parent to zygote, with two descriptors (the child's socket and stderr): the run's id, and whether the
child rehearses while it waits for its task."""
EVENT: Final = struct.Struct("!cQi")
"""Zygote to parent: what happened, the run's id, and a number."""
READY: Final = b"R"
FORKED: Final = b"F"
"""The number is the pid; the child's pidfd comes along."""
FAILED: Final = b"X"
"""The fork failed; the number is the errno."""
ENDED: Final = b"E"
"""The child is reaped; the number is its exit code (negative: signal)."""


_REHEARSALS: Final = 16
"""CPython specialises bytecode within that many calls."""
_REHEARSAL_BYTES: Final = 1 << 32
_GARBAGE_THRESHOLD: Final = 50_000
"""Objects that a child makes before its collector looks at them: most children never get there."""


class Rehearsal:
    """Tasks that are performed as a child does, with a parent that does not listen.

    Afterwards code is specialised and caches are full; what that writes into memory need not be copied
    again by a child that did it before its own task came.
    """

    def __init__(self, target: str, tasks: list[bytes]) -> None:
        self._function = load_target(f"{target.partition(':')[0]}:rehearse") if tasks else None
        self._tasks = tasks

    def perform(self, *, times: int) -> None:
        """All tasks, so often."""
        if self._function is None:
            return
        limits = encode_limits(Limits(memory_bytes=_REHEARSAL_BYTES, wall_s=None))
        for task in self._tasks * times:
            parent, child = socket.socketpair()
            channel = SocketChannel(child.detach())
            for body, control in ((limits, True), (task, False)):
                parent.sendall(encode_header(len(body), control=control) + body)
            run_task(self._function, channel)
            channel.report(FINISHED)
            channel.close()
            parent.close()


class Zygote:
    """Serves fork requests and reports the ends of the children."""

    def __init__(self, control: socket.socket, function: Target, rehearsal: Rehearsal) -> None:
        self._control = control
        self._function = function
        self._rehearsal = rehearsal
        self._null = os.open(os.devnull, os.O_RDWR)
        self._children: dict[int, tuple[int, int]] = {}
        """pidfd → (pid, run id)"""
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)

    def serve(self) -> NoReturn:
        """Wait for requests and for children that end, until the parent is gone."""
        self._control.send(EVENT.pack(READY, 0, 0))
        while True:
            for fd, _ in self._poll.poll():
                if fd == self._control.fileno():
                    self._serve_request()
                else:
                    self._reap(fd)

    def _serve_request(self) -> None:
        message, fds, _, _ = socket.recv_fds(self._control, REQUEST.size, 2, socket.MSG_CMSG_CLOEXEC)
        if not message:
            os._exit(0)
        run_id, rehearses = REQUEST.unpack(message)
        channel_fd, stderr_fd = fds
        if (threads := thread_count()) != 1:
            sys.exit(f"the zygote has {threads} threads and must not fork")
        self._fork(run_id, channel_fd, stderr_fd, rehearses=rehearses)
        os.close(channel_fd)
        os.close(stderr_fd)

    def _fork(self, run_id: int, channel_fd: int, stderr_fd: int, *, rehearses: bool) -> None:
        zygote_pid = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            self._control.send(EVENT.pack(FAILED, run_id, error.errno or 0))
            return
        if pid == 0:
            self._be_child(zygote_pid, channel_fd, stderr_fd, rehearses=rehearses)
        pidfd = os.pidfd_open(pid)
        self._children[pidfd] = pid, run_id
        self._poll.register(pidfd, select.POLLIN)
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [pidfd]))
        self._control.sendmsg([EVENT.pack(FORKED, run_id, pid)], [rights])

    def _reap(self, pidfd: int) -> None:
        pid, run_id = self._children.pop(pidfd)
        # What the child started goes with it; its own group still exists until it is reaped.
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        self._poll.unregister(pidfd)
        os.close(pidfd)
        self._control.send(EVENT.pack(ENDED, run_id, os.waitstatus_to_exitcode(status)))

    def _be_child(self, zygote_pid: int, channel_fd: int, stderr_fd: int, *, rehearses: bool) -> NoReturn:
        try:
            die_with_parent(zygote_pid)
            os.setpgid(0, 0)
            for source, standard in ((self._null, 0), (stderr_fd, 1), (stderr_fd, 2)):
                os.dup2(source, standard)
            close_all_but({0, 1, 2, channel_fd})
            volunteer_for_oom_killer()
            channel = SocketChannel(channel_fd)
            with EndOnError(channel):
                if rehearses:
                    self._rehearsal.perform(times=1)
                run_task(self._function, channel)
                sys.stdout.flush()
                channel.report(FINISHED)
                os._exit(0)
        finally:
            os._exit(EXIT_EXCEPTION)


def main(arguments: list[str]) -> NoReturn:
    """Import everything, then serve."""
    parent_pid, network, target, rehearsals, *preload = arguments
    die_with_parent(int(parent_pid))
    # The parent decides when this ends, also when a terminal or a service manager signals the group.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    faulthandler.enable()
    for name in preload:
        importlib.import_module(name)
    function = load_target(target)
    rehearsal = Rehearsal(target, [bytes.fromhex(task) for task in rehearsals.split(",") if task])
    rehearsal.perform(times=_REHEARSALS)
    if (threads := thread_count()) != 1:
        sys.exit(f"the preloaded modules started threads: {threads} are running")
    confine(network=network == "1")
    control = socket.socket(fileno=os.dup(0))
    # Frozen objects are not visited by the children's collector, so their pages stay shared.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_THRESHOLD)
    Zygote(control, function, rehearsal).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
