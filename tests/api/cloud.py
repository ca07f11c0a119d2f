"""The cloud that API tests talk to, and the few calls that most of them begin with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from qumulus.bell import make_bell
from qumulus.domain.account import Role, Token, User, hash_secret
from qumulus.domain.device import Device, DeviceType
from qumulus.domain.ids import DeviceId, TokenId, UserId
from qumulus.http.app import HttpSettings, build_app
from qumulus.ports.clock import SystemClock
from qumulus.ports.operations import AddDevice, AddToken, AddUser, Audit
from qumulus.programs.sandboxed import SandboxedPrograms
from qumulus.service import Services, ServiceSettings
from qumulus.store import open_store
from qumulus.store.blobs import open_blobs

BELL = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'
TEXT = json.dumps({"code": BELL})
RESULT = {"sampling": {"counts": {"00": 2, "11": 2}}}
DEVICES = ("SC", "SVSim")


@dataclass
class Cloud:
    """``alice``, ``bob`` (user tokens), ``sc``, ``svsim``, ``both`` (provider tokens), ``admin``."""

    services: Services
    app: Any
    http: httpx.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)

    async def call(self, who: str, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[who]}", **options.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **options)

    async def submit(self, who: str = "alice", **fields: Any) -> str:
        body = {"device_id": "SVSim", "job_info": TEXT, "shots": 4, **fields}
        answer = await self.call(who, "POST", "/user/jobs", json=body)
        assert answer.status_code == 200, answer.text
        job_id: str = answer.json()["job_id"]
        return job_id

    async def claim(self, who: str = "svsim", **params: Any) -> list[dict[str, Any]]:
        answer = await self.call(who, "GET", "/provider/jobs", params=params)
        assert answer.status_code == 200, answer.text
        jobs: list[dict[str, Any]] = answer.json()
        return jobs

    async def start(self, job_id: str, who: str = "svsim") -> None:
        answer = await self.call(who, "PATCH", f"/provider/jobs/{job_id}", json={"status": "running"})
        assert answer.status_code == 200, answer.text

    async def report(self, job_id: str, who: str = "svsim", **contents: Any) -> httpx.Response:
        return await self.call(who, "PATCH", f"/provider/jobs/{job_id}/job_info", json=contents)

    async def job(self, job_id: str, who: str = "alice") -> dict[str, Any]:
        answer = await self.call(who, "GET", f"/user/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def status(self, job_id: str, who: str = "alice") -> str:
        status: str = (await self.job(job_id, who))["status"]
        return status

    async def job_in(self, status: str) -> str:
        """A job of alice's on SVSim that stands in a status."""
        job_id = await self.submit()
        if status == "submitted":
            return job_id
        if status == "cancelled":
            await self.call("alice", "POST", f"/user/jobs/{job_id}/cancel")
            return job_id
        await self.claim()
        if status == "ready":
            return job_id
        await self.start(job_id)
        if status == "succeeded":
            await self.report(job_id, result=RESULT)
        if status == "failed":
            await self.report(job_id, reason="broken")
        assert await self.status(job_id) == status
        return job_id


async def add_token(services: Services, name: str, role: Role, **fields: Any) -> str:
    secret = f"secret-of-{name}"
    token = Token(
        id=TokenId(f"id-of-{name}"),
        secret_hash=hash_secret(secret),
        role=role,
        created_at=services.clock.now(),
        **{"owner": None, **fields},
    )
    await services.store.apply(AddToken(token=token, at=token.created_at, audit=audit()))
    services.drop_accounts()
    return f"{token.id}.{secret}"


def audit() -> Audit:
    return Audit(who="test", action="set-up", subject="test", before=None, after=None)


@asynccontextmanager
async def open_cloud(
    folder: Path,
    *,
    settings: HttpSettings | None = None,
    services: ServiceSettings | None = None,
    is_new: bool = True,
) -> AsyncIterator[Cloud]:
    url = f"sqlite:///{folder / 'cloud.db'}"
    bell = make_bell(url)
    store = await open_store(url, bell=bell)
    await bell.start()
    programs = SandboxedPrograms()
    room = Services(
        store=store,
        bell=bell,
        clock=SystemClock(),
        settings=services,
        programs=programs,
        blobs=open_blobs("local", data=folder),
    )
    app = build_app(room, settings=settings or HttpSettings())
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://cloud", timeout=30) as http:
        cloud = Cloud(services=room, app=app, http=http)
        if is_new:
            await _furnish(cloud)
        await room.start()
        try:
            yield cloud
        finally:
            await room.stop()
            await programs.close()
            await bell.close()
            await store.close()


async def _furnish(cloud: Cloud) -> None:
    room = cloud.services
    at = room.clock.now()
    for device_id in DEVICES:
        device = Device(id=DeviceId(device_id), device_type=DeviceType.SIMULATOR)
        await room.store.apply(AddDevice(device=device, at=at, audit=audit()))
    for name in ("alice", "bob"):
        user = User(id=UserId(name), created_at=at)
        await room.store.apply(AddUser(user=user, at=at, audit=audit()))
        cloud.tokens[name] = await add_token(room, name, Role.USER, owner=UserId(name))
    for name, devices in (("sc", {"SC"}), ("svsim", {"SVSim"}), ("both", {"SC", "SVSim"})):
        bound = frozenset(DeviceId(device) for device in devices)
        cloud.tokens[name] = await add_token(room, name, Role.PROVIDER, devices=bound)
    cloud.tokens["admin"] = await add_token(room, "admin", Role.ADMIN)


async def until(condition: Any, *, within_s: float = 10.0) -> None:
    """Wait until an async condition holds."""
    async with asyncio.timeout(within_s):
        while not await condition():  # noqa: ASYNC110 - nothing tells when it comes to hold
            await asyncio.sleep(0.005)
