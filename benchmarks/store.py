"""How fast the store is by itself: full lifecycles, and claims from short and long queues.

``python benchmarks/store.py [sqlite] [postgres] [--callers 16] [--lifecycles 2000] [--rows 1000000]``
prints a table and, at the end, one line of JSON. A lifecycle is what seven requests ask of the store:
submit, status, claim, running, status, result, job.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop

from qumulus.bell import make_bell
from qumulus.domain.account import User
from qumulus.domain.decision import Wish
from qumulus.domain.device import Device, DeviceType
from qumulus.domain.ids import DeviceId, JobId, UserId, new_job_id
from qumulus.domain.job import JobForm, JobType, NewJob
from qumulus.domain.lifecycle import Action, Actor
from qumulus.ports.operations import AddDevice, AddUser, Audit, ClaimJobs, MoveJob, SubmitJobs
from qumulus.ports.store import Store
from qumulus.store import open_store, upgrade
from qumulus.testing.postgres import PostgresServer

DEVICE = DeviceId("SVSim")
SIMULATOR = Device(id=DEVICE, device_type=DeviceType.SIMULATOR)
AUDIT = Audit(who="benchmark", action="device.add", subject=DEVICE, before=None, after=None)
PROGRAM = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'
BELL = json.dumps({"code": PROGRAM})
RESULT = json.dumps({"sampling": {"counts": {"00": 501, "11": 499}}})


def now() -> datetime:
    return datetime.now(UTC)


def new_job(owner: str = "alice") -> NewJob:
    return NewJob(
        id=new_job_id(),
        owner=UserId(owner),
        device_id=DEVICE,
        form=JobForm.TEXT,
        job_type=JobType.SAMPLING,
        shots=1000,
        input=BELL,
    )


async def move(store: Store, job_id: JobId, action: Action, attempt: int, **more: Any) -> None:
    wish = Wish(actions=(action,), actor=Actor.PROVIDER, attempt=attempt, report_hash=action.encode())
    await store.apply(MoveJob(job_id=job_id, wish=wish, at=now(), **more))


async def lifecycle(store: Store) -> None:
    job = new_job()
    await store.apply(SubmitJobs(jobs=(job,), at=now()))
    await store.job_status(job.id)
    claimed: tuple[Any, ...] = ()
    while not claimed:
        claimed = await store.apply(ClaimJobs(devices=(DEVICE,), limit=1, at=now(), worker="w", lease_s=10))
    mine, attempt = claimed[0].job.id, claimed[0].job.attempt
    await move(store, mine, Action.START, attempt)
    await store.job_status(mine)
    await move(store, mine, Action.SUCCEED, attempt, outputs={"result": RESULT}, execution_time_s=0.01)
    await store.job(mine)


async def lifecycles(
    store: Store, *, callers: int, total: int, server: int | None = None
) -> dict[str, float]:
    left = total

    async def caller() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await lifecycle(store)

    started, cpu, server_cpu = time.perf_counter(), _cpu_s(), _server_cpu_s(server)
    await asyncio.gather(*(caller() for _ in range(callers)))
    elapsed = time.perf_counter() - started
    return {
        "lifecycles_per_s": round(total / elapsed, 1),
        "cpu_us_per_request": round((_cpu_s() - cpu) / total / 7 * 1e6, 1),
        "server_cpu_us_per_request": round((_server_cpu_s(server) - server_cpu) / total / 7 * 1e6, 1),
    }


async def fill(url: str, store: Store, rows: int) -> None:
    """Queue many jobs by one statement; each has no more than its row, its place and its input."""
    name = "postgres" if url.startswith("postgres") else "sqlite"
    number = {"postgres": "lpad(to_hex(n), 12, '0')", "sqlite": "printf('%012x', n)"}[name]
    source = {
        "postgres": f"generate_series(1, {rows}) AS n",
        "sqlite": "(WITH RECURSIVE s(n) AS"
        f" (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}) SELECT n FROM s)",
    }[name]
    at = {"postgres": "now()", "sqlite": str(time.time_ns() // 1000)}[name]
    script = f"""
    INSERT INTO jobs (id, owner, device_id, form, job_type, status, shots, name, description, priority,
        simulator_info, mitigation_info, created_at, submitted_at, moved_at, n_events, n_bytes, slot_priority)
    SELECT '00000000-0000-7000-8000-' || {number}, 'alice', '{DEVICE}', 'text', 'sampling', 'submitted',
        1000, '', '', 5, '{{}}', '{{}}', {at}, {at}, {at}, 1, 20, 5 FROM {source};
    INSERT INTO queue (device_id, priority, rank, seq, job_id, owner, own_priority, birth)
    SELECT device_id, slot_priority, slot_rank, seq, id, owner, priority, seq FROM jobs;
    INSERT INTO inputs (job_id, form, body) SELECT id, 'text', '{{"code": "x"}}' FROM jobs;
    """
    if name == "sqlite":
        import sqlite3

        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=60, check_same_thread=False)
        await asyncio.to_thread(connection.executescript, f"BEGIN;{script}COMMIT;")
        connection.close()
    else:
        import asyncpg

        connection = await asyncpg.connect(url)
        await connection.execute(script)
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
        await connection.close()
    await store.ping()


async def claims(store: Store, *, limit: int, times: int) -> float:
    """Median milliseconds of a claim of ``limit`` jobs."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        claimed = await store.apply(
            ClaimJobs(devices=(DEVICE,), limit=limit, at=now(), worker="w", lease_s=10)
        )
        taken.append(time.perf_counter() - started)
        assert len(claimed) == limit
    return round(statistics.median(taken) * 1e3, 3)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    await upgrade(url)
    bell = make_bell(url)
    store = await open_store(url, bell=bell)
    await bell.start()
    try:
        yield store
    finally:
        await store.close()
        await bell.close()


async def measure(
    urls: list[str], arguments: argparse.Namespace, server: int | None = None
) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    async with opened(urls[0]) as store:
        await store.apply(AddDevice(device=SIMULATOR, at=now(), audit=AUDIT))
        await store.apply(AddUser(user=User(id=UserId("alice"), created_at=now()), at=now(), audit=AUDIT))
        await lifecycles(store, callers=arguments.callers, total=200)
        figures |= await lifecycles(
            store, callers=arguments.callers, total=arguments.lifecycles, server=server
        )
        figures["one_by_one_per_s"] = (await lifecycles(store, callers=1, total=arguments.lifecycles // 8))[
            "lifecycles_per_s"
        ]
    for url, rows in zip(urls[1:], (1000 + 2 * 750, arguments.rows), strict=True):
        async with opened(url) as store:
            await fill(url, store, rows)
            for limit, times in ((1, 20), (1, 100), (50, 4), (50, 20)):
                figures[f"claim_{limit}_of_{rows}_ms"] = await claims(store, limit=limit, times=times)
    return figures


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _server_cpu_s(pid: int | None) -> float:
    """CPU of a PostgreSQL server: its main process with the children that ended, and those that live."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if stat.parent.name == str(pid):
                ticks += sum(map(int, fields[11:15]))
            elif fields[1] == str(pid):
                ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", default=["sqlite", "postgres"])
    parser.add_argument("--callers", type=int, default=16)
    parser.add_argument("--lifecycles", type=int, default=2000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    arguments = parser.parse_args()
    results: dict[str, Any] = {}
    if "sqlite" in arguments.engines:
        with tempfile.TemporaryDirectory() as folder:
            urls = [f"sqlite:///{Path(folder) / name / 'q.db'}" for name in "abc"]
            results["sqlite"] = uvloop.run(measure(urls, arguments))
    if "postgres" in arguments.engines:
        server = PostgresServer()
        server.start()
        try:
            urls = [asyncio.run(server.new_database()) for _ in range(3)]
            results["postgres"] = uvloop.run(measure(urls, arguments, server.pid))
        finally:
            server.stop()
    for engine, figures in results.items():
        for name, value in figures.items():
            print(f"{engine:10} {name:28} {value}")
    print(json.dumps(results))


if __name__ == "__main__":
    main()
