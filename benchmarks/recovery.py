"""How soon all is well again: Provider killed, Cloud away, jobs cancelled, Clouds restarted under load."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
from campaign.device import program
from campaign.processes import Cloud, Program, Provider
from campaign.rolling import ride

from benchmarks.table import Figure, quantile
from qumulus.domain.lifecycle import JobStatus
from qumulus.sdk import AsyncClient
from qumulus.sdk.job import AsyncJob

LEASE_S: Final = 10.0
SLOTS: Final = 4
KILLS: Final = 3
AWAY_S: Final = 60.0
CANCELS: Final = {"SVSim": 100, "SC": 40}
WITHIN_S: Final = 120.0
_LONG_S: Final = 300.0
_WARM_S: Final = 0.3
"""So long a job computes before it is cancelled."""
_DRIVERS: Final = {"SVSim": "statevector", "SC": "superconducting"}


def figures(*, database: str = "", name: str = "SQLite") -> list[Figure]:
    """Measure on one database; what does not depend on it is measured on SQLite only."""
    found = [] if database else [*asyncio.run(_killed()), *asyncio.run(_away())]
    if not database:
        for device, n_cancels in CANCELS.items():
            found += asyncio.run(_cancelled(device, n_cancels))
    return [*found, *_rolled(database, name)]


@dataclass(frozen=True, slots=True)
class _Stage:
    folder: Path
    cloud: Cloud
    alice: AsyncClient
    url: str

    def provider(self, name: str) -> Provider:
        """A Provider of SVSim whose programs sleep."""
        token = str(self.cloud.credentials()["providers"]["SVSim"])  # type: ignore[index]  # a table
        return Provider(
            name,
            folder=self.folder,
            url=self.url,
            token=token,
            runs=self.folder / "runs.jsonl",
            lease_s=LEASE_S,
        )


@asynccontextmanager
async def _stage() -> AsyncIterator[_Stage]:
    with tempfile.TemporaryDirectory(prefix="qumulus-bench-", ignore_cleanup_errors=True) as folder:
        cloud = Cloud("cloud", folder=Path(folder), database=None, is_first=True)
        cloud.start()
        await cloud.ready()
        url = "http://{}:{}".format(*cloud.address)
        token = str(cloud.credentials()["users"]["alice"])  # type: ignore[index]  # a table
        try:
            async with AsyncClient(url, token) as alice:
                yield _Stage(Path(folder), cloud, alice, url)
        finally:
            await cloud.end()


async def _until_running(jobs: Sequence[AsyncJob]) -> None:
    async with asyncio.timeout(WITHIN_S):
        for job in jobs:
            while await job.ask_status() is not JobStatus.RUNNING:  # noqa: ASYNC110 - asked over HTTP
                await asyncio.sleep(0.02)


# --- a Provider is killed ---------------------------------------------------------------------


async def _killed() -> list[Figure]:
    took_s: list[float] = []
    async with _stage() as stage:
        here, there = stage.provider("here"), stage.provider("there")
        here.start()
        for _ in range(KILLS):
            took_s += await _killed_once(stage, here, there)
            here, there = there, here
        await here.end(signal.SIGKILL)
    what = f"Provider killed, leases of {LEASE_S:g} s: its jobs run elsewhere, slowest of {len(took_s)}"
    return [Figure(what, max(took_s), "s", "<=", 15)]


async def _killed_once(stage: _Stage, here: Provider, there: Provider) -> list[float]:
    """Seconds from the kill to each job's next ``running``; at the end ``there`` serves, alone and idle."""
    jobs = [
        await stage.alice.submit(program(index, _LONG_S), device="SVSim", shots=1) for index in range(SLOTS)
    ]
    await _until_running(jobs)
    there.start()
    await _serves(there)
    killed_at = time.time()
    await here.end(signal.SIGKILL)
    took_s = [await _runs_again(job) - killed_at for job in jobs]
    for job in jobs:
        await job.cancel()
    return took_s


async def _serves(provider: Provider) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not provider.zygotes():  # noqa: ASYNC110 - processes tell nobody
            await asyncio.sleep(0.05)


async def _runs_again(job: AsyncJob) -> float:
    async with asyncio.timeout(WITHIN_S):
        while True:
            events = await job.timeline()
            runs = [event.at.timestamp() for event in events if event.target is JobStatus.RUNNING]
            if len(runs) > 1:
                return runs[1]
            await asyncio.sleep(0.05)


# --- the Cloud is away ------------------------------------------------------------------------


async def _away() -> list[Figure]:
    async with _stage() as stage:
        provider = stage.provider("here")
        provider.start()
        sleeps_s = [AWAY_S / 4, AWAY_S / 2, AWAY_S * 1.2, AWAY_S * 1.3]
        jobs = [
            await stage.alice.submit(program(index, sleep_s), device="SVSim", shots=1)
            for index, sleep_s in enumerate(sleeps_s)
        ]
        await _until_running(jobs)
        jobs += [
            await stage.alice.submit(program(SLOTS + index), device="SVSim", shots=1) for index in range(20)
        ]
        await stage.cloud.end(signal.SIGKILL)
        await asyncio.sleep(AWAY_S)
        back = time.monotonic()
        stage.cloud.start()
        await stage.cloud.ready()
        await jobs[0].wait(WITHIN_S)
        stored_s = time.monotonic() - back
        n_lost = [await job.wait(WITHIN_S) for job in jobs].count(JobStatus.FAILED)
        n_requeued = sum([await _n_claims(job) > 1 for job in jobs])
        await provider.end()
    what = f"Cloud away {AWAY_S:g} s, leases of {LEASE_S:g} s"
    return [
        Figure(f"{what}: jobs requeued, of {len(jobs)}", n_requeued, "", "<=", 0),
        Figure(f"{what}: results lost", n_lost, "", "<=", 0),
        Figure(f"{what}: from its start to the first kept result stored", stored_s, "s"),
    ]


async def _n_claims(job: AsyncJob) -> int:
    return [event.target for event in await job.timeline()].count(JobStatus.READY)


# --- a job is cancelled -----------------------------------------------------------------------


async def _cancelled(device: str, n_cancels: int) -> list[Figure]:
    """From the call until the process that computes is gone; the simulation holds the GIL."""
    async with _stage() as stage:
        words = ["provider", "--data", str(stage.cloud.data), "--url", stage.url, "--worker", "here"]
        words += ["--device", f"{device}={_DRIVERS[device]}"]
        provider = Program("here", words, folder=stage.folder, environment={})
        provider.start()
        took_s = [await _cancelled_once(stage, provider, device) for _ in range(n_cancels)]
        await provider.end()
    what = f"cancel call to process gone on {device}, {n_cancels} cancels"
    return [
        Figure(f"{what}, p50", quantile(took_s, 0.5), "s"),
        Figure(f"{what}, p99", quantile(took_s, 0.99), "s", "<=", 1),
    ]


async def _cancelled_once(stage: _Stage, provider: Program, device: str) -> float:
    job = await stage.alice.submit(_ENDLESS[device], device=device, shots=10)
    await _until_running([job])
    await asyncio.sleep(_WARM_S)
    with _deaths(provider.family()) as deaths, ThreadPoolExecutor(1) as thread:
        death = asyncio.get_running_loop().run_in_executor(thread, _first_death, deaths)
        called = time.monotonic()
        await job.cancel()
        return await death - called


@contextmanager
def _deaths(processes: Sequence[psutil.Process]) -> Iterator[list[int]]:
    """File descriptors that become readable when a process ends."""
    opened = []
    for process in processes:
        with suppress(ProcessLookupError):
            opened.append(os.pidfd_open(process.pid))
    try:
        yield opened
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _first_death(descriptors: Sequence[int]) -> float:
    ended, _, _ = select.select(descriptors, [], [], WITHIN_S)
    assert ended, "no process ended"
    return time.monotonic()


def _layers(n_qubits: int, n_layers: int) -> str:
    layer = "".join(f"rx(0.1) q[{index}]; cx q[{index}], q[{index + 1}];" for index in range(n_qubits - 1))
    head = f'OPENQASM 3; include "stdgates.inc"; qubit[{n_qubits}] q; bit[2] c; '
    return head + layer * n_layers + " c[0] = measure q[0]; c[1] = measure q[1];"


_ENDLESS: Final = {"SVSim": _layers(21, 400), "SC": _layers(10, 60)}
"""Half a minute or more in one call: qulacs on 21 qubits, Aer on a density matrix of 10."""


# --- Clouds are restarted under load ----------------------------------------------------------


def _rolled(database: str, name: str) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="qumulus-bench-", ignore_cleanup_errors=True) as folder:
        told = asyncio.run(ride(Path(folder), database=database or None, n_rounds=3))
    how = "2 Clouds restarted in turn" if database else "Cloud killed"
    what = f"{name}: {how}, {told.n_restarts} times"
    return [
        Figure(f"{what}: errors that users of the SDK saw", len(told.errors), "", "<=", 0),
        Figure(f"{what}: gaps in streams of {told.n_streamed} events", len(told.gaps), "", "<=", 0),
        Figure(f"{what}: longest run(), its program taken off", max(told.took_s), "s"),
    ]
