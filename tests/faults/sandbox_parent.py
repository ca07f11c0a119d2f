"""A parent to be killed: starts both kinds, prints the pids of all descendants, and waits."""

from __future__ import annotations

import asyncio

from qumulus.sandbox import ForkedSandbox, Limits, ResidentSandbox

LIMITS = Limits(memory_bytes=None, wall_s=None)


async def main() -> None:
    forked = ForkedSandbox("tests.faults.sandbox_targets:run", [])
    resident = ResidentSandbox("tests.faults.sandbox_targets:run", 1, 1)
    await asyncio.gather(forked.start(), resident.start())
    pids = []
    for sandbox, task in ((forked, b"hold_the_gil"), (forked, b"wait"), (resident, b"hold_the_gil")):
        execution = await sandbox.run(task, LIMITS)
        await execution.receive()
        pids.append(execution.pid)
    print(*pids, flush=True)  # noqa: T201
    await asyncio.Event().wait()


asyncio.run(main())
