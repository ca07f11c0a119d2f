"""Users with SDK clients while the Clouds are restarted under them, one after the other or by SIGKILL."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Final

from campaign.device import program
from campaign.processes import Cloud, Provider
from campaign.proxy import Proxy
from campaign.record import Recorder
from qumulus.domain.lifecycle import JobStatus
from qumulus.sdk import AsyncClient, Client, JobEvent, JobFailedError
from qumulus.transport import ClientError

LEASE_S: Final = 10.0
BREATH_S: Final = 1.0
"""Between one Cloud being ready again and the next restart."""
SETTLED_WITHIN_S: Final = 60.0
STREAMED_WITHIN_S: Final = 20.0
_SLEEPS_S: Final = (0.0, 0.0, 2.5)
"""Of the jobs, in turn: short ones come and go, long ones are waited for across a restart."""


@dataclass(slots=True, kw_only=True)
class Ride:
    """What the users met."""

    errors: list[str] = field(default_factory=list)
    took_s: list[float] = field(default_factory=list)
    """Of every ``run()``, what the program itself sleeps taken off."""
    ended: dict[str, JobStatus] = field(default_factory=dict)
    """The last status of each job that was run."""
    gaps: list[str] = field(default_factory=list)
    """What a stream of events left out, repeated or told in a wrong order."""
    n_restarts: int = 0
    n_streamed: int = 0


async def ride(folder: Path, *, database: str | None, n_rounds: int) -> Ride:
    """Restart in ``n_rounds``: two Clouds on one PostgreSQL in turn, or one on SQLite that is killed."""
    told = Ride()
    async with AsyncExitStack() as stack:
        clouds = [
            Cloud(f"cloud-{index}", folder=folder, database=database, is_first=index == 0)
            for index in range(1 if database is None else 2)
        ]
        for cloud in clouds:
            cloud.start()
            stack.push_async_callback(cloud.end)
            await cloud.ready()
        recorder = stack.enter_context(Recorder(folder / "history.jsonl"))
        address = await _address(stack, clouds, recorder)
        tokens = clouds[0].credentials()
        url = "http://{}:{}".format(*address)
        provider = Provider(
            "provider",
            folder=folder,
            url=url,
            token=tokens["providers"]["SVSim"],  # type: ignore[index]  # both are tables
            runs=folder / "runs.jsonl",
            lease_s=LEASE_S,
        )
        provider.start()
        stack.push_async_callback(provider.end)
        token = tokens["users"]["alice"]  # type: ignore[index]
        await _Users(url, token, told).ride(lambda: _restart(clouds, told, n_rounds, database is None))
    return told


async def _address(stack: AsyncExitStack, clouds: Sequence[Cloud], recorder: Recorder) -> tuple[str, int]:
    """Where users call: one Cloud itself, or a balancer before several."""
    if len(clouds) == 1:
        return clouds[0].address
    balancer = Proxy(lambda: [cloud.address for cloud in clouds], recorder, seed=0)
    stack.callback(balancer.close)
    return await balancer.start()


async def _restart(clouds: Sequence[Cloud], told: Ride, n_rounds: int, is_crash: bool) -> None:
    for _ in range(n_rounds):
        for cloud in clouds:
            await asyncio.sleep(BREATH_S)
            await cloud.end(signal.SIGKILL if is_crash else signal.SIGTERM)
            cloud.start()
            await cloud.ready()
            told.n_restarts += 1
    await asyncio.sleep(BREATH_S)


class _Users:
    """Two who wait for results, with asyncio and without, one who watches each job, one who watches all."""

    def __init__(self, url: str, token: str, told: Ride) -> None:
        self._url = url
        self._token = token
        self._told = told
        self._is_over = False
        self._numbers = count(1)
        self._streamed: dict[str, list[JobEvent]] = defaultdict(list)

    async def ride(self, restart: Callable[[], Awaitable[None]]) -> None:
        """Work until the restarts are over and everything has been seen to its end."""
        async with AsyncClient(self._url, self._token) as client:
            watching = asyncio.create_task(self._noting("events", self._watch_all(client)))
            while not self._streamed:  # only then the stream surely stands
                await client.run(program(next(self._numbers)), device="SVSim", shots=10)
            early = {job.id async for job in client.jobs()}
            users = [
                asyncio.create_task(self._noting("run", self._run(client))),
                asyncio.create_task(self._noting("job.events", self._follow_each(client))),
                asyncio.create_task(self._noting("blocking run", asyncio.to_thread(self._run_blocking))),
            ]
            try:
                await restart()
            finally:
                self._is_over = True
            await asyncio.wait_for(asyncio.gather(*users), SETTLED_WITHIN_S)
            self._told.ended = {job.id: job.status async for job in client.jobs() if job.id not in early}
            await self._until_streamed()
            watching.cancel()
            await asyncio.wait({watching})

    async def _noting(self, who: str, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except (ClientError, JobFailedError) as error:
            self._told.errors.append(f"{who}: {type(error).__name__}: {error}")

    async def _run(self, client: AsyncClient) -> None:
        for code, sleep_s in self._programs():
            began = time.monotonic()
            await client.run(code, device="SVSim", shots=10)
            self._told.took_s.append(time.monotonic() - began - sleep_s)

    def _run_blocking(self) -> None:
        with Client(self._url, self._token) as client:
            for code, sleep_s in self._programs():
                began = time.monotonic()
                client.run(code, device="SVSim", shots=10)
                self._told.took_s.append(time.monotonic() - began - sleep_s)

    async def _follow_each(self, client: AsyncClient) -> None:
        for code, _ in self._programs():
            job = await client.submit(code, device="SVSim", shots=10)
            self._check(job.id, [event async for event in job.events()])

    async def _watch_all(self, client: AsyncClient) -> None:
        async for event in client.events():
            self._told.n_streamed += 1
            self._streamed[event.job_id].append(event)

    def _programs(self) -> Iterator[tuple[str, float]]:
        for sleep_s in cycle(_SLEEPS_S):
            if self._is_over:
                return
            yield program(next(self._numbers), sleep_s), sleep_s

    async def _until_streamed(self) -> None:
        """What has happened must be told soon; what is missing then is a gap."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STREAMED_WITHIN_S):
                while not all(self._is_told(job_id) for job_id in self._told.ended):  # noqa: ASYNC110 - nobody says
                    await asyncio.sleep(0.05)
        for job_id in self._told.ended:
            self._check(job_id, self._streamed[job_id])

    def _is_told(self, job_id: str) -> bool:
        return any(event.target is JobStatus.SUCCEEDED for event in self._streamed[job_id])

    def _check(self, job_id: str, events: Sequence[JobEvent]) -> None:
        """Every event once, in order, to the end."""
        told = [event.seq for event in events]
        if (
            told != list(range(1, len(told) + 1))
            or not events
            or events[-1].target is not JobStatus.SUCCEEDED
        ):
            self._told.gaps.append(f"{job_id}: {[(event.seq, event.target) for event in events]}")
