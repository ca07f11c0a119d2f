"""Submits beside 1,000 open long polls and 100 event streams."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AsyncExitStack

from benchmarks.client import Connection
from benchmarks.cloud import Cloud, job, running
from benchmarks.table import Figure, quantile

POLLS, STREAMS, SUBMITS = 1_000, 100, 500


async def _submit_ms(cloud: Cloud) -> list[float]:
    body = json.dumps(job("SC")).encode()
    took = []
    async with cloud.user() as user:
        for _ in range(SUBMITS):
            start = time.perf_counter()
            (await user.call("POST", "/user/jobs", body)).json()
            took.append((time.perf_counter() - start) * 1000)
            await asyncio.sleep(0.005)
    return took


async def _beside_waiters(cloud: Cloud) -> tuple[list[float], int, int]:
    async with AsyncExitStack() as stack:
        user = await stack.enter_async_context(cloud.user())
        waited = [
            (await user.call("POST", "/user/jobs", json.dumps(job()).encode())).json() for _ in range(POLLS)
        ]
        polls: list[Connection] = []
        for one in waited:
            poll = await stack.enter_async_context(cloud.user())
            await poll.send("GET", f"/user/jobs/{one['job_id']}/status?wait=60")
            polls.append(poll)
        streams: list[Connection] = []
        for _ in range(STREAMS):
            stream = await stack.enter_async_context(cloud.user())
            await stream.send("GET", "/user/events", extra="Accept: text/event-stream\r\n")
            assert b" 200 " in await stream.head()
            streams.append(stream)
        took = await _submit_ms(cloud)
        for one in waited:
            (await user.call("POST", f"/user/jobs/{one['job_id']}/cancel")).json()
        answers = [(await asyncio.wait_for(poll.receive(), 30)).json() for poll in polls]
        woken = sum(answer["status"] == "cancelled" for answer in answers)
        fed = 0
        for stream in streams:
            fed += bool(await asyncio.wait_for(stream.line(), 30))
    return took, woken, fed


def figures() -> list[Figure]:
    """Measure on SQLite."""
    with running() as cloud:
        took, woken, fed = asyncio.run(_beside_waiters(cloud))
    return [
        Figure("open long polls, answered when their jobs were cancelled", woken, "", ">=", POLLS),
        Figure("open event streams that received events", fed, "", ">=", STREAMS),
        Figure("submit beside them, p50", quantile(took, 0.5), "ms"),
        Figure("submit beside them, p99", quantile(took, 0.99), "ms", "<=", 50),
    ]
