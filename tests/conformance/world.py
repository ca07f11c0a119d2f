"""A world for the stores' suite: two stores on one database, and short words for what tests do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from qumulus.domain.account import User
from qumulus.domain.decision import Wish
from qumulus.domain.device import Device, DeviceType, OnLostLease
from qumulus.domain.ids import DeviceId, JobId, UserId, new_job_id
from qumulus.domain.job import ClaimedJob, JobForm, JobType, NewJob
from qumulus.domain.lifecycle import Action, Actor
from qumulus.ports.bell import Bell
from qumulus.ports.operations import (
    AddDevice,
    AddUser,
    Audit,
    ClaimJobs,
    IdempotencyKey,
    Moved,
    MoveJob,
    Refused,
    SubmitJobs,
)
from qumulus.ports.store import Store
from qumulus.testing.clock import FakeClock

ALICE = UserId("alice")
BOB = UserId("bob")
SIM = DeviceId("SVSim")
QPU = DeviceId("SC")
AUDIT = Audit(who="root", action="test", subject="it", before=None, after=None)


@dataclass
class World:
    """Two stores on one database (the same one on SQLite), and short words for what tests do."""

    url: str
    store: Store
    other: Store
    bell: Bell
    other_bell: Bell
    clock: FakeClock = field(default_factory=FakeClock)
    devices: set[DeviceId] = field(default_factory=set)
    """That were added so far."""
    users: set[UserId] = field(default_factory=set)
    """The same of users."""

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def new(self, **changes: Any) -> NewJob:
        settings: dict[str, Any] = {
            "id": new_job_id(),
            "owner": ALICE,
            "device_id": SIM,
            "form": JobForm.TEXT,
            "job_type": JobType.SAMPLING,
            "shots": 100,
            "input": '{"code": "OPENQASM 3;"}',
        }
        return NewJob(**settings | changes)

    async def submit(
        self, *, may_prioritise: bool = False, key: IdempotencyKey | None = None, **changes: Any
    ) -> JobId:
        job = self.new(**changes)
        await self.have_device(job.device_id)
        await self.have_user(job.owner)
        self.clock.advance(0.001)
        await self.store.apply(SubmitJobs(jobs=(job,), at=self.now, may_prioritise=may_prioritise, key=key))
        return job.id

    async def submit_many(self, n_jobs: int, **changes: Any) -> list[JobId]:
        jobs = tuple(self.new(**changes) for _ in range(n_jobs))
        await self.have_device(jobs[0].device_id)
        await self.have_user(jobs[0].owner)
        await self.store.apply(SubmitJobs(jobs=jobs, at=self.now))
        return [job.id for job in jobs]

    async def claim(
        self,
        limit: int = 1,
        *,
        devices: tuple[DeviceId, ...] = (SIM,),
        by: Store | None = None,
        **changes: Any,
    ) -> tuple[ClaimedJob, ...]:
        self.clock.advance(0.001)
        settings: dict[str, Any] = {"worker": "w1", "lease_s": 10.0}
        claim = ClaimJobs(devices=devices, limit=limit, at=self.now, **settings | changes)
        return await (by or self.store).apply(claim)

    async def claimed(self, **changes: Any) -> JobId:
        """Submit a job and claim it."""
        job_id = await self.submit(**changes)
        (job,) = await self.claim(devices=(changes.get("device_id", SIM),))
        assert job.job.id == job_id
        return job_id

    async def running(self, **changes: Any) -> JobId:
        """Submit a job, claim and start it."""
        job_id = await self.claimed(**changes)
        assert isinstance(await self.report(job_id, Action.START), Moved)
        return job_id

    async def report(
        self,
        job_id: JobId,
        *actions: Action,
        attempt: int | None = 1,
        content: bytes | None = None,
        **more: Any,
    ) -> Moved | Refused:
        wish = Wish(
            actions=actions,
            actor=Actor.PROVIDER,
            attempt=attempt,
            report_hash=content if content is not None else b"/".join(action.encode() for action in actions),
        )
        return await self.move(job_id, wish, **more)

    async def cancel(self, job_id: JobId, **more: Any) -> Moved | Refused:
        return await self.move(job_id, Wish(actions=(Action.CANCEL,), actor=Actor.USER), **more)

    async def delete(self, job_id: JobId, **more: Any) -> Moved | Refused:
        return await self.move(job_id, Wish(actions=(Action.DELETE,), actor=Actor.USER), **more)

    async def move(
        self, job_id: JobId, wish: Wish, *, by: Store | None = None, **more: Any
    ) -> Moved | Refused:
        self.clock.advance(0.001)
        return await (by or self.store).apply(MoveJob(job_id=job_id, wish=wish, at=self.now, **more))

    async def add_device(self, device_id: DeviceId = SIM, **changes: Any) -> None:
        device = Device(id=device_id, device_type=DeviceType.SIMULATOR, **changes)
        await self.store.apply(AddDevice(device=device, at=self.now, audit=AUDIT))
        self.devices.add(device_id)

    async def have_device(self, device_id: DeviceId = SIM) -> None:
        """Add a device unless the test did, or a submit before."""
        if device_id not in self.devices:
            await self.add_device(device_id)

    async def add_user(self, user_id: UserId = ALICE, **changes: Any) -> None:
        user = User(id=user_id, created_at=self.now, **changes)
        await self.store.apply(AddUser(user=user, at=self.now, audit=AUDIT))
        self.users.add(user_id)

    async def have_user(self, user_id: UserId = ALICE) -> None:
        """Add a user unless the test did, or a submit before."""
        if user_id not in self.users:
            await self.add_user(user_id)

    async def add_hardware(self) -> None:
        await self.add_device(QPU, on_lost_lease=OnLostLease.FAIL)

    def key(self, key: str = "k", *, body: bytes = b"body", answer: bytes = b"answer") -> IdempotencyKey:
        return IdempotencyKey(owner=ALICE, route="POST /jobs", key=key, body_hash=body, answer=answer)

    async def statuses(self, job_id: JobId) -> list[str]:
        page = await self.store.job_events(job_id)
        return ["gone" if event.target is None else event.target.value for event in page.events]

    async def output(self, job_id: JobId, key: str) -> Any:
        stored = await self.store.job(job_id)
        assert stored is not None
        return json.loads(stored.payload.outputs[key])

    def later(self, seconds: float) -> datetime:
        return self.now + timedelta(seconds=seconds)
