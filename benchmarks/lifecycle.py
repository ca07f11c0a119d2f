"""Full lives of jobs over HTTP: seven requests each, by 16 drivers at once and one at a time."""

from __future__ import annotations

import asyncio
import json
import time

from benchmarks.client import Connection
from benchmarks.cloud import Cloud, cpu_s, job, running
from benchmarks.table import Figure, quantile

REQUESTS = 7
DRIVERS = 16
SUBMISSION = json.dumps(job()).encode()
RESULT = json.dumps({"result": {"sampling": {"counts": {"00": 508, "11": 492}}}}).encode()


async def _life(user: Connection, provider: Connection) -> None:
    job_id = (await user.call("POST", "/user/jobs", SUBMISSION)).json()["job_id"]
    (await user.call("GET", f"/user/jobs/{job_id}/status")).json()
    claimed = (await provider.call("GET", "/provider/jobs?device_id=SVSim&limit=1&lease=30")).json()
    claimed_id = claimed[0]["job_id"]  # another driver's job as likely as this one's
    (await provider.call("PATCH", f"/provider/jobs/{claimed_id}", b'{"status": "running"}')).json()
    (await user.call("GET", f"/user/jobs/{claimed_id}/status")).json()
    (await provider.call("PATCH", f"/provider/jobs/{claimed_id}/job_info", RESULT)).json()
    seen = (await user.call("GET", f"/user/jobs/{claimed_id}")).json()
    assert seen["status"] == "succeeded", seen


async def _drive(cloud: Cloud, until: float) -> int:
    lives = 0
    async with cloud.user() as user, cloud.provider() as provider:
        while time.perf_counter() < until:
            await _life(user, provider)
            lives += 1
    return lives


async def _throughput(cloud: Cloud, seconds: float) -> int:
    until = time.perf_counter() + seconds
    return sum(await asyncio.gather(*(_drive(cloud, until) for _ in range(DRIVERS))))


async def _wait_for_job(provider: Connection, queue: asyncio.Queue[str]) -> None:
    while True:
        for claimed in (
            await provider.call("GET", "/provider/jobs?device_id=SVSim&limit=1&lease=30&wait=10")
        ).json():
            await provider.call("PATCH", f"/provider/jobs/{claimed['job_id']}", b'{"status": "running"}')
            await provider.call("PATCH", f"/provider/jobs/{claimed['job_id']}/job_info", RESULT)
            queue.put_nowait(claimed["job_id"])


async def _latency(cloud: Cloud, jobs: int) -> list[float]:
    """Submit; a waiting Provider claims and reports; the waiting user has the result."""
    took_ms = []
    reported: asyncio.Queue[str] = asyncio.Queue()
    async with cloud.user() as user, cloud.provider() as provider:
        worker = asyncio.create_task(_wait_for_job(provider, reported))
        for _ in range(jobs):
            start = time.perf_counter()
            job_id = (await user.call("POST", "/user/jobs", SUBMISSION)).json()["job_id"]
            seen = (await user.call("GET", f"/user/jobs/{job_id}?wait=10")).json()
            took_ms.append((time.perf_counter() - start) * 1000)
            assert seen["status"] == "succeeded", seen
            await reported.get()
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    return took_ms


def figures(*, database: str = "", name: str = "SQLite", seconds: float = 8.0) -> list[Figure]:
    """Measure one Cloud on one database."""
    on_sqlite = not database
    with running(database=database) as cloud:
        asyncio.run(_throughput(cloud, 1.0))
        process = cloud.process()
        before, started = cpu_s(process), time.perf_counter()
        lives = asyncio.run(_throughput(cloud, seconds))
        rate = lives / (time.perf_counter() - started)
        cpu_us = (cpu_s(process) - before) / (lives * REQUESTS) * 1e6
        took_ms = asyncio.run(_latency(cloud, 300))
    return [
        Figure(f"{name}: full lifecycles, {DRIVERS} drivers", rate, "1/s", ">=", 500 if on_sqlite else 450),
        Figure(f"{name}: server CPU per request", cpu_us, "µs", "<=", 220 if on_sqlite else None),
        Figure(
            f"{name}: submit to result, no execution, p50",
            quantile(took_ms, 0.5),
            "ms",
            "<=",
            5 if on_sqlite else None,
        ),
        Figure(
            f"{name}: submit to result, no execution, p99",
            quantile(took_ms, 0.99),
            "ms",
            "<=",
            20 if on_sqlite else None,
        ),
    ]
