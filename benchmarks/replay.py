"""Replays of seeded jobs of every type on both devices: every one must give the same numbers again."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Iterator
from typing import Any, Final

from benchmarks.cloud import Cloud, running
from benchmarks.table import Figure
from qumulus.sdk import AsyncClient, JobRequest, Verdict

N_JOBS: Final = 50
AT_ONCE: Final = 4
DEVICES: Final = ("SVSim", "SC")
TYPES: Final = ("sampling", "estimation", "multi_manual")
DRIFTING: Final = """
[[provider.devices]]
id = "SVSim"
driver = "statevector"
slots = 2

[[provider.devices]]
id = "SC"
driver = "superconducting"
options = { drift_minutes = 0.1 }
"""
"""Every six seconds a new calibration: most replays have to go back to an earlier one."""


def figures() -> list[Figure]:
    """Run them all, then all again."""
    with running(providers=True, settings=DRIFTING) as cloud:
        return asyncio.run(_measure(cloud))


async def _measure(cloud: Cloud) -> list[Figure]:
    host, port = cloud.address
    async with AsyncClient(f"http://{host}:{port}", cloud.user_token) as client:
        found = []
        jobs = {
            (device, kind): [job.id for job in await client.submit_batch(_requests(device, kind))]
            for device in DEVICES
            for kind in TYPES
        }
        for ids in jobs.values():
            await asyncio.gather(*(client.attach(job_id).result(300) for job_id in ids))
        for (device, kind), ids in jobs.items():
            n_identical = await _replay(client, ids)
            what = f"identical replays, {kind} on {device}, of {len(ids)}"
            found.append(Figure(what, n_identical, "jobs", ">=", len(ids)))
        n_calibrations = len({one.id async for one in client.calibrations("SC", page_size=100)})
    return [*found, Figure("calibrations of SC meanwhile", n_calibrations, "", ">=", 2)]


async def _replay(client: AsyncClient, ids: list[str]) -> int:
    gate = asyncio.Semaphore(AT_ONCE)

    async def replay(job_id: str) -> bool:
        async with gate:
            return (await client.replay(job_id, timeout_s=300)).verdict is Verdict.IDENTICAL

    return sum(await asyncio.gather(*map(replay, ids)))


def _requests(device: str, kind: str) -> Iterator[JobRequest]:
    """Jobs with a seed and without, in turn."""
    for number in range(N_JOBS):
        draw = random.Random(f"{device}/{kind}/{number}")
        simulator = {"seed_simulation": number} if number % 2 else None
        request: dict[str, Any] = {"device": device, "shots": 500, "simulator": simulator, "job_type": kind}
        if kind == "multi_manual":
            yield JobRequest(program=[_program(draw, 2), _program(draw, 2)], **request)
        elif kind == "estimation":
            terms = {f"{draw.choice('XYZ')} 0 {draw.choice('XYZ')} 1": draw.uniform(-1, 1) for _ in range(4)}
            yield JobRequest(program=_program(draw, 4), operator=terms, **request)
        else:
            yield JobRequest(program=_program(draw, draw.randint(2, 5)), **request)


def _program(draw: random.Random, n_qubits: int) -> str:
    lines = [f'OPENQASM 3; include "stdgates.inc"; qubit[{n_qubits}] q; bit[{n_qubits}] c;']
    for _ in range(3 * n_qubits):
        control, target = draw.sample(range(n_qubits), 2)
        lines.append(f"ry({draw.uniform(0, math.tau):.6f}) q[{control}]; cx q[{control}], q[{target}];")
    return "\n".join([*lines, "c = measure q;"])
