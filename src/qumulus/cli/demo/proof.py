"""Proof that a job is really running, and that it is really stopped: its process, as Linux shows it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

POLL_S: Final = 0.02
ZYGOTE: Final = b"qumulus.sandbox.zygote"


@dataclass(frozen=True, slots=True)
class Computing:
    """A process and the CPU seconds it has used."""

    pid: int
    cpu_s: float


async def computing(*, least_cpu_s: float, within_s: float = 30.0) -> Computing:
    """Wait until a simulation has computed for so long.

    A simulation is a child of a zygote below this process: others there compute too, while they import.

    Raises:
        TimeoutError: none does.
    """
    async with asyncio.timeout(within_s):
        while True:
            for found in _simulations():
                if found.cpu_s >= least_cpu_s:
                    return found
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


def _simulations() -> Iterator[Computing]:
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
    for pid, parent in parents.items():
        if _is_below(os.getpid(), parent, parents) and _is_zygote(parent):
            yield Computing(pid, cpu_s[pid])


def _is_below(ancestor: int, pid: int | None, parents: Mapping[int, int]) -> bool:
    while pid is not None and pid != ancestor:
        pid = parents.get(pid)
    return pid == ancestor


def _is_zygote(pid: int) -> bool:
    try:
        return ZYGOTE in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:  # it ended meanwhile
        return False
