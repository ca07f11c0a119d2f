"""Start a Python module as a process of the sandbox, watch it, reap it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from qumulus.sandbox.contract import SandboxError
from qumulus.sandbox.stream import StderrTail


def kill_by_pidfd(pidfd: int) -> None:
    """SIGKILL; a process that has ended already is left alone."""
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)


def _without_settings(variables: Mapping[str, str]) -> dict[str, str]:
    """Whoever runs programs of strangers holds no token."""
    return {name: value for name, value in variables.items() if not name.startswith("QUMULUS_")}


class Spawned:
    """A process in its own session, with a socket of ours as its stdin and a pipe as its stderr.

    The kernel kills it when the thread that made it ends, so make it in the event loop's own.

    Raises:
        SandboxError: the system starts no process.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], *, socket_kind: int, environment: Mapping[str, str]
    ) -> None:
        self.on_gone: Callable[[int], None] = lambda _: None
        """Called once with the exit code, after reaping; the socket is left to its user."""
        self.gone = asyncio.Event()
        try:
            self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket_kind)
            reading, writing = os.pipe()
        except OSError as error:
            raise SandboxError("too many open files") from error
        try:
            # -P: the working directory is no place to import from.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, str(os.getpid()), *arguments],
                stdin=theirs.fileno(),
                stdout=writing,
                stderr=writing,
                start_new_session=True,
                env={**_without_settings(os.environ), **environment},
            )
        except OSError as error:
            os.close(reading)
            self.socket.close()
            raise SandboxError("cannot start a process") from error
        finally:
            theirs.close()
            os.close(writing)
        self.pid = self._process.pid
        self.stderr = StderrTail(reading)
        self.pidfd = os.pidfd_open(self.pid)
        asyncio.get_running_loop().add_reader(self.pidfd, self._reap)

    def kill(self) -> None:
        """SIGKILL; :attr:`gone` is set when it is reaped."""
        if not self.gone.is_set():
            kill_by_pidfd(self.pidfd)

    def _reap(self) -> None:
        # What it started goes with it; its session's group still exists until it is reaped.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        exit_code = self._process.wait()
        asyncio.get_running_loop().remove_reader(self.pidfd)
        self.on_gone(exit_code)
        os.close(self.pidfd)
        self.stderr.close()
        self.gone.set()
