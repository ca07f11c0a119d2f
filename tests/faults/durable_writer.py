"""A process that writes, and says what was acknowledged: killed by the tests of power cuts.

``python -m tests.faults.durable_writer store|outbox FILE SYNCHRONOUS``
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

from qumulus.bell import MemoryBell
from qumulus.domain.lifecycle import Action
from qumulus.provider import outbox
from qumulus.store import open_store
from qumulus.store.sqlite import connection
from tests.conformance.world import SIM, World

WRITERS = 3
PAGES_BETWEEN_CHECKPOINTS = 60


def say(*words: object) -> None:
    """What the parent reads was acknowledged before."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def write_jobs(file: Path) -> None:
    """Take jobs through their lives, for ever: a line tells how many events a job has by now."""
    bell = MemoryBell()
    store = await open_store(f"sqlite:///{file}", bell=bell)
    world = World(url="", store=store, other=store, bell=bell, other_bell=bell)
    await asyncio.gather(*(_write_jobs(world) for _ in range(WRITERS)))


async def _write_jobs(world: World) -> None:
    while True:
        say(await world.submit(), 1)
        for claimed in await world.claim(1, devices=(SIM,)):
            say(claimed.job.id, 2)
            for n_events, action in ((3, Action.START), (4, Action.SUCCEED)):
                await world.report(claimed.job.id, action, outputs={"result": '"r"'} if n_events == 4 else {})
                say(claimed.job.id, n_events)


def write_reports(file: Path) -> None:
    """Keep reports and forget every second one, for ever."""
    box = outbox.Outbox(file)
    for number in count():
        key = outbox.JobKey(f"job-{number}", 1)
        box.hold("SC", [key])
        box.mark_started(key)
        box.keep("SC", [(key, b"report %d" % number)])
        say(key.job_id, "kept")
        if number % 2:
            say(key.job_id, "forgotten")
            box.forget([key])


if __name__ == "__main__":
    kind, file, synchronous = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    settings = [setting for setting in connection._SETTINGS if "autocheckpoint" not in setting]
    connection._SETTINGS = (  # type: ignore[misc]  # to checkpoint often, and to break the promise
        *settings,
        f"PRAGMA wal_autocheckpoint = {PAGES_BETWEEN_CHECKPOINTS}",
        f"PRAGMA synchronous = {synchronous}",
    )
    if kind == "store":
        asyncio.run(write_jobs(file))
    else:
        connect = outbox._connect
        outbox._connect = lambda path, *, synchronous: connect(path, synchronous=sys.argv[3])
        write_reports(file)
