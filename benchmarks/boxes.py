"""The sandboxes as a Provider has them, and jobs to run in them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import msgspec

from qumulus.provider.child import FORKED_PRELOAD
from qumulus.provider.engines.resources import Resources
from qumulus.provider.lane import Lane, is_small
from qumulus.provider.messages import Finished, JobTask, Redirect, decode_child_message, encode
from qumulus.provider.rehearsal import rehearsal_task
from qumulus.provider.serve import TARGET
from qumulus.sandbox import ForkedSandbox, Limits, ResidentSandbox, Sandbox

FREE: Final = Limits(memory_bytes=None, wall_s=120.0)
SHOTS: Final = 1000
SPARE_S: Final = 6.0
"""The next spare has loaded Qiskit by then, and no longer takes a processor."""


@dataclass(frozen=True)
class Boxes:
    """Both kinds, and the child for small jobs."""

    forked: Sandbox
    resident: Sandbox
    lane: Lane


@asynccontextmanager
async def boxes() -> Any:
    """Started and warm, the spare too."""
    rehearsals = [encode(rehearsal_task("SVSim", "statevector", {}))]
    forked = ForkedSandbox(TARGET, FORKED_PRELOAD, rehearsals=rehearsals, standby=1)
    resident = ResidentSandbox(TARGET, workers=1, spares=1)
    try:
        await asyncio.gather(forked.start(), resident.start())
        await asyncio.sleep(SPARE_S)
        lane = Lane(forked)
        yield Boxes(forked, resident, lane)
        await lane.close()
    finally:
        await asyncio.gather(forked.close(), resident.close())


def job_task(code: str, device: str = "SVSim", *, threads: int = 0, engine: str | None = None) -> JobTask:
    """A sampling job with a seed; ``threads`` 0: all that there are."""
    driver = {"SVSim": "statevector", "SC": "superconducting"}[device]
    return JobTask(
        job_id="bench",
        attempt=1,
        device_id=device,
        job_type="sampling",
        shots=SHOTS,
        form="text",
        job_info={"code": code},
        transpiler_info=None,
        simulator_info={"seed_simulation": 7, "engine": engine},
        mitigation_info={},
        driver=driver,
        options={},
        wait_for_go=False,
        resources=Resources(threads=threads),
    )


async def run(box: Sandbox, task: JobTask) -> Redirect | Finished:
    """To its end in one kind of sandbox."""
    execution = await box.run(encode(task), FREE)
    while (raw := await execution.receive()) is not None:
        message = decode_child_message(raw)
        if isinstance(message, Redirect | Finished):
            return message
    raise AssertionError(await execution.ended())


async def whole(among: Boxes, task: JobTask) -> tuple[float, str]:
    """Seconds of a job on SVSim, by the way that the worker sends it, and its engine."""
    start = time.perf_counter()
    end: Any = Redirect(to="alone")
    if is_small(task):
        alone = msgspec.structs.replace(task, resources=Resources(threads=1))
        answer = await among.lane.run(encode(alone))
        end = end if answer is None else answer.messages[-1]
    if end == Redirect(to="alone"):
        end = await run(among.forked, task)
    if isinstance(end, Redirect):
        end = await run(among.resident, task)
    assert isinstance(end, Finished), end
    return time.perf_counter() - start, end.result["provenance"]["engine"]


async def settled() -> None:
    """The next child that stands by has been forked, as between two jobs of a person."""
    await asyncio.sleep(0.05)


def timed(call: Callable[[], object], times: int) -> float:
    """Median seconds of a call, after one that is not counted."""
    call()
    took = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        took.append(time.perf_counter() - start)
    return median(took)
