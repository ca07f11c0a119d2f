"""A claim of 1 and of 50 jobs with a thousand and a million waiting."""

from __future__ import annotations

import asyncio
import json
import time

from benchmarks.cloud import Cloud, job, running
from benchmarks.table import Figure, quantile

FEW, MANY = 1_000, 1_000_000
SAMPLES = 60


async def _fill(cloud: Cloud, upto: int, have: int) -> None:
    """Submit through the API, in batches of 1000, on a few connections."""
    batch = json.dumps([job()] * 1000).encode()
    left = (upto - have) // 1000
    counter = iter(range(left))

    async def submit() -> None:
        async with cloud.user() as user:
            for _ in counter:
                (await user.call("POST", "/user/jobs/batch", batch)).json()

    await asyncio.gather(*(submit() for _ in range(4)))


async def _claim_ms(cloud: Cloud, limit: int) -> float:
    took = []
    async with cloud.provider() as provider:
        for _ in range(SAMPLES):
            start = time.perf_counter()
            claimed = (
                await provider.call("GET", f"/provider/jobs?device_id=SVSim&limit={limit}&lease=3600")
            ).json()
            took.append((time.perf_counter() - start) * 1000)
            assert len(claimed) == limit
            for one in claimed:  # so that the queue stays as long as it is
                given_back = json.dumps({"attempt": one["attempt"]}).encode()
                (await provider.call("POST", f"/provider/jobs/{one['job_id']}/release", given_back)).json()
    return quantile(took, 0.5)


def figures(*, database: str = "", name: str = "SQLite", many: int = MANY) -> list[Figure]:
    """Measure flatness: the ratio of the medians."""
    goal = 2.0 if database else 1.5
    with running(database=database) as cloud:
        asyncio.run(_fill(cloud, FEW, 0))
        few = {limit: asyncio.run(_claim_ms(cloud, limit)) for limit in (1, 50)}
        started = time.perf_counter()
        asyncio.run(_fill(cloud, many, FEW))
        filled_s = time.perf_counter() - started
        found = {limit: asyncio.run(_claim_ms(cloud, limit)) for limit in (1, 50)}
    return [
        Figure(f"{name}: jobs submitted in batches of 1000", (many - FEW) / filled_s, "1/s"),
        *(Figure(f"{name}: claim of {limit} with {FEW} waiting, p50", few[limit], "ms") for limit in few),
        *(
            Figure(f"{name}: claim of {limit} with {many} waiting, p50", found[limit], "ms")
            for limit in found
        ),
        *(
            Figure(
                f"{name}: claim of {limit}, {many} against {FEW} waiting",
                found[limit] / few[limit],
                "×",
                "<=",
                goal,
            )
            for limit in found
        ),
    ]
