"""Proof that a job is really running, and that it is really stopped: its process, as Linux shows it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

POLL_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class Computing:
    """A process and the CPU seconds it has used."""

    pid: int
    cpu_s: float


async def computing(*, least_cpu_s: float, within_s: float = 30.0) -> Computing:
    """Wait until a descendant of this process has computed for so long.

    Only a simulation does: a Provider that waits uses next to nothing.

    Raises:
        TimeoutError: none does.
    """
    async with asyncio.timeout(within_s):
        known = {found.pid: found.cpu_s for found in _descendants()}
        while True:
            for found in _descendants():
                used_s = found.cpu_s - known.setdefault(found.pid, 0.0)
                if used_s >= least_cpu_s and found.pid != os.getpid():
                    return Computing(found.pid, used_s)
            await asyncio.sleep(POLL_S)


async def gone(process: Computing, *, within_s: float = 10.0) -> None:
    """Wait until the process is no more.

    Raises:
        TimeoutError: it lives on.
    """
    try:
        fd = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(fd, ended.set)
    try:
        async with asyncio.timeout(within_s):
            await ended.wait()
    finally:
        asyncio.get_running_loop().remove_reader(fd)
        os.close(fd)


def _descendants() -> Iterator[Computing]:
    parents: dict[int, int] = {}
    cpu_s: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(") ")[2].split()
            except OSError:  # it ended meanwhile
                continue
            pid = int(folder.name)
            if fields[0] != "Z":
                parents[pid] = int(fields[1])
                cpu_s[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    for pid in parents:
        ancestor = parents.get(pid)
        while ancestor is not None and ancestor != os.getpid():
            ancestor = parents.get(ancestor)
        if ancestor is not None:
            yield Computing(pid, cpu_s[pid])
