"""What the tests ask of processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from qumulus.sandbox import Execution, Exit, Limits

FREE = Limits(memory_bytes=None, wall_s=60.0)


async def eventually(holds: Callable[[], bool], *, within_s: float = 10.0) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - processes set no events
            await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Zombies are dead, only not buried."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


OTHERS: set[int] = set()
"""Processes that were here before the test, such as a database server of other tests."""


def processes() -> dict[int, int]:
    """pid → parent's pid of every process that is neither a zombie nor one of ``OTHERS``."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) not in OTHERS and is_alive(int(entry.name)):
            try:
                stat = (entry / "stat").read_text(encoding="ascii", errors="replace")
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    return parents


def descendants(root: int) -> set[int]:
    """Every living process below ``root``, but for those of other tests and what is below them."""
    parents = processes()
    found: set[int] = set()
    while more := {pid for pid, parent in parents.items() if parent in {root, *found}} - found:
        found |= more
    return found


def count_entries(folder: str) -> int:
    """Threads or descriptors, listed under ``/proc/self``."""
    return len(list(Path(folder).iterdir()))


async def messages_and_exit(execution: Execution) -> tuple[list[bytes], Exit]:
    """Everything a run has to say."""
    messages = []
    while (message := await execution.receive()) is not None:
        messages.append(message)
    return messages, await execution.ended()
