"""Bell jobs through the real Provider: one at a time, and as a batch."""

from __future__ import annotations

import asyncio
import json
import time

from benchmarks.client import Connection
from benchmarks.cloud import Cloud, job, running
from benchmarks.table import Figure, quantile

BATCH = 250
JOBS = 2000
PAGE = 100


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


async def _batches(cloud: Cloud, jobs: int) -> float:
    """Jobs per second from the first byte submitted until all have succeeded."""
    body = json.dumps([job() for _ in range(BATCH)]).encode()
    async with cloud.user() as user:
        start = time.perf_counter()
        ids: list[str] = []
        for _ in range(jobs // BATCH):
            ids += [one["job_id"] for one in (await user.call("POST", "/user/jobs/batch", body)).json()]
        await user.call("GET", f"/user/jobs/{ids[-1]}/status?wait=60")
        succeeded: set[str] = set()
        while not succeeded.issuperset(ids):
            succeeded |= await _succeeded(user, jobs)
        return jobs / (time.perf_counter() - start)


async def _succeeded(user: Connection, jobs: int) -> set[str]:
    """The newest jobs that have succeeded."""
    found: set[str] = set()
    for page in range(1, -(-jobs // PAGE) + 1):
        path = f"/user/jobs?fields=job_id,status&status=succeeded&order=DESC&size={PAGE}&page={page}"
        found |= {one["job_id"] for one in (await user.call("GET", path)).json()}
    return found


def figures() -> list[Figure]:
    """Measure ``qumulus up`` as a user finds it."""
    with running(providers=True) as cloud:
        asyncio.run(_one_at_a_time(cloud, 20))
        took_ms = asyncio.run(_one_at_a_time(cloud, 200))
        asyncio.run(_batches(cloud, BATCH))
        rates = [asyncio.run(_batches(cloud, JOBS)) for _ in range(3)]
        asyncio.run(_one_at_a_time(cloud, 3, "SC"))
        sc_ms = asyncio.run(_one_at_a_time(cloud, 20, "SC"))
    return [
        Figure("Bell job of 1000 shots on SVSim, one at a time, p50", quantile(took_ms, 0.5), "ms", "<=", 15),
        Figure("Bell job of 1000 shots on SVSim, one at a time, p99", quantile(took_ms, 0.99), "ms"),
        Figure(
            f"Bell jobs on SVSim, {JOBS} as batches of {BATCH}, median of 3",
            sorted(rates)[1],
            "1/s",
            ">=",
            600,
        ),
        Figure("Bell job of 1000 shots on SC, transpiled, noisy, p50", quantile(sc_ms, 0.5), "ms"),
    ]
