"""Bell jobs through the real Provider: one at a time, and as a batch."""

from __future__ import annotations

import asyncio
import json
import time

from benchmarks.cloud import Cloud, job, running
from benchmarks.table import Figure, quantile

BATCH = 200


async def _one_at_a_time(cloud: Cloud, jobs: int, device: str = "SVSim") -> list[float]:
    body = json.dumps(job(device)).encode()
    took_ms = []
    async with cloud.user() as user:
        for _ in range(jobs):
            start = time.perf_counter()
            job_id = (await user.call("POST", "/user/jobs", body)).json()["job_id"]
            seen = (await user.call("GET", f"/user/jobs/{job_id}?wait=60")).json()
            took_ms.append((time.perf_counter() - start) * 1000)
            assert seen["status"] == "succeeded", seen
    return took_ms


async def _batch(cloud: Cloud, jobs: int) -> float:
    body = json.dumps([job() for _ in range(jobs)]).encode()
    async with cloud.user() as user:
        start = time.perf_counter()
        ids = [one["job_id"] for one in (await user.call("POST", "/user/jobs/batch", body)).json()]
        for job_id in reversed(ids):
            seen = (await user.call("GET", f"/user/jobs/{job_id}/status?wait=60")).json()
            assert seen["status"] == "succeeded", seen
        return jobs / (time.perf_counter() - start)


def figures() -> list[Figure]:
    """Measure ``qumulus up`` as a user finds it."""
    with running(providers=True) as cloud:
        asyncio.run(_one_at_a_time(cloud, 20))
        took_ms = asyncio.run(_one_at_a_time(cloud, 200))
        rates = [asyncio.run(_batch(cloud, BATCH)) for _ in range(3)]
        asyncio.run(_one_at_a_time(cloud, 3, "SC"))
        sc_ms = asyncio.run(_one_at_a_time(cloud, 20, "SC"))
    return [
        Figure("Bell job of 1000 shots on SVSim, one at a time, p50", quantile(took_ms, 0.5), "ms", "<=", 15),
        Figure("Bell job of 1000 shots on SVSim, one at a time, p99", quantile(took_ms, 0.99), "ms"),
        Figure(f"Bell jobs on SVSim, {BATCH} as a batch, median of 3", sorted(rates)[1], "1/s", ">=", 150),
        Figure("Bell job of 1000 shots on SC, transpiled, noisy, p50", quantile(sc_ms, 0.5), "ms"),
    ]
