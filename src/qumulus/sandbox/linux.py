"""The few facts and switches of Linux that the standard library does not offer by name.

What a forked child calls stays with plain system calls: each page that Python code touches there is
copied first, and opening a file by ``pathlib`` touches 250 of them (1.5 ms).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from contextlib import suppress
from typing import Final

LIBC: Final = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG: Final = 1
_DEFAULT_STACK_BYTES: Final = 8 * 2**20


def die_with_parent(parent_pid: int) -> None:
    """Have the kernel kill this process when its parent ends, also when that has happened already."""
    LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        os._exit(1)


def thread_count() -> int:
    """Threads of this process, those of native libraries included."""
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - on the path of every fork


def address_space_bytes() -> int:
    """Size of this process's address space (VmSize)."""
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    pages = os.read(statm, 100).split(maxsplit=1)[0]
    os.close(statm)
    return int(pages) * resource.getpagesize()


def thread_stacks_bytes() -> int:
    """Address space for the stacks of one engine thread per processor."""
    soft, _ = resource.getrlimit(resource.RLIMIT_STACK)
    stack = _DEFAULT_STACK_BYTES if soft == resource.RLIM_INFINITY else soft
    return stack * (os.cpu_count() or 1)


def close_all_but(kept: set[int]) -> None:
    """Close every other descriptor of this process (``os.closerange`` may loop over a million)."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - on the path of every fork
        fd = int(name)
        if fd not in kept:
            try:
                os.close(fd)
            except OSError:  # the listing's own descriptor
                continue


def volunteer_for_oom_killer() -> None:
    """Let the kernel take this process before those that keep the jobs."""
    with suppress(OSError):  # a read-only /proc: the kernel chooses for itself
        score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(score, b"900")
        os.close(score)
