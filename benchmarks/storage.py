"""The files form: what it costs the Cloud beside the text form, and the memory that large archives take."""

from __future__ import annotations

import asyncio
import json
import os
import struct
import time
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from benchmarks.client import Connection
from benchmarks.cloud import BELL, Cloud, cpu_s, job, running
from benchmarks.table import Figure

JOBS = 300
WARM_UP = 30
LARGE_BYTES = 50 * 1024 * 1024
BOUNDARY = "limit-of-the-form"
SUBMISSION = json.dumps(job()).encode()
UPLOADED = json.dumps({"device_id": "SVSim", "job_type": "sampling", "shots": 1000}).encode()
RESULT = json.dumps({"result": {"sampling": {"counts": {"00": 508, "11": 492}}}}).encode()


def archive_of(name: str, content: bytes) -> bytes:
    """A stored zip archive of one entry."""
    title = name.encode()
    sizes = (zlib.crc32(content), len(content), len(content), len(title))
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, *sizes, 0) + title
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, *sizes, 0, 0, 0, 0, 0, 0) + title
    at = len(local) + len(content)
    return local + content + entry + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), at, 0)


INPUT = archive_of("input.json", json.dumps({"program": [BELL], "operator": None}).encode())


async def _send(connection: Connection, form: dict[str, Any], archive: bytes) -> None:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in form["fields"].items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'.encode()
    body = b"".join((*parts, head, archive, f"\r\n--{BOUNDARY}--\r\n".encode()))
    kind = f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
    await connection.send("POST", urlsplit(form["url"]).path, body, kind)
    answer = await connection.receive()
    assert answer.status == 204, answer


async def _fetch(connection: Connection, url: str) -> int:
    parts = urlsplit(url)
    answer = await connection.call("GET", f"{parts.path}?{parts.query}")
    assert answer.status == 200, answer.body[:200]
    return len(answer.body)


async def _register(user: Connection, archive: bytes) -> str:
    made = (await user.call("POST", "/user/jobs")).json()
    await _send(user, made["presigned_url"], archive)
    (await user.call("POST", f"/user/jobs/{made['job_id']}/submit", UPLOADED)).json()
    job_id: str = made["job_id"]
    return job_id


async def _run(provider: Connection, job_id: str) -> None:
    (claimed,) = (await provider.call("GET", "/provider/jobs?device_id=SVSim&limit=1&lease=30")).json()
    assert claimed["job_id"] == job_id
    (await provider.call("PATCH", f"/provider/jobs/{job_id}", b'{"status": "running"}')).json()
    (await provider.call("PATCH", f"/provider/jobs/{job_id}/job_info", RESULT)).json()


async def _text_life(user: Connection, provider: Connection) -> None:
    job_id = (await user.call("POST", "/user/jobs", SUBMISSION)).json()["job_id"]
    await _run(provider, job_id)
    assert (await user.call("GET", f"/user/jobs/{job_id}")).json()["status"] == "succeeded"


async def _files_life(user: Connection, provider: Connection) -> None:
    job_id = await _register(user, INPUT)
    await _run(provider, job_id)
    seen = (await user.call("GET", f"/user/jobs/{job_id}")).json()
    for item in ("input", "result"):
        await _fetch(user, seen["job_info"][item])


async def _lives(cloud: Cloud, live: Any, count: int) -> None:
    async with cloud.user() as user, cloud.provider() as provider:
        for _ in range(count):
            await live(user, provider)


def _cpu_us(cloud: Cloud, live: Any) -> float:
    asyncio.run(_lives(cloud, live, WARM_UP))
    process = cloud.process()
    before = cpu_s(process)
    asyncio.run(_lives(cloud, live, JOBS))
    return (cpu_s(process) - before) / JOBS * 1e6


async def _stream(cloud: Cloud, size: int) -> None:
    """A job whose Provider uploads a result of this size, which its user reads."""
    async with cloud.user() as user, cloud.provider() as provider:
        job_id = await _register(user, INPUT)
        (await provider.call("GET", "/provider/jobs?device_id=SVSim&limit=1&lease=30")).json()
        (form,) = (await provider.call("GET", f"/provider/jobs/{job_id}/upload?items=result")).json()
        await _send(provider, form, archive_of("result.json", os.urandom(size)))
        said = json.dumps({"status": "succeeded", "output_files": [form["fields"]["key"]]}).encode()
        (await provider.call("PATCH", f"/provider/jobs/{job_id}/status", said)).json()
        seen = (await user.call("GET", f"/user/jobs/{job_id}")).json()
        assert await _fetch(user, seen["job_info"]["result"]) > size


def _peak_bytes(process: psutil.Process) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _growth_mib(cloud: Cloud) -> tuple[float, float]:
    """How far the Cloud's memory rose above what it was, and how long the way out and back took."""
    asyncio.run(_stream(cloud, 1024 * 1024))
    process = cloud.process()
    before = process.memory_info().rss
    Path(f"/proc/{process.pid}/clear_refs").write_text("5")  # the peak is counted from here
    started = time.perf_counter()
    asyncio.run(_stream(cloud, LARGE_BYTES))
    took_s = time.perf_counter() - started
    return (_peak_bytes(process) - before) / 2**20, took_s


def figures() -> list[Figure]:
    """Measure one Cloud with its files in a local directory."""
    with running() as cloud:
        text_us, files_us = _cpu_us(cloud, _text_life), _cpu_us(cloud, _files_life)
        growth_mib, took_s = _growth_mib(cloud)
    return [
        Figure("text form: server CPU per job", text_us, "µs"),
        Figure("files form: server CPU per job, downloads included", files_us, "µs"),
        Figure("files form over text form", files_us / text_us, "times", "<=", 3),
        Figure("a 50 MiB result up and down: memory growth", growth_mib, "MiB", "<=", 16),
        Figure("a 50 MiB result up and down", took_s, "s"),
    ]
