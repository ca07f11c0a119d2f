"""A Provider takes jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qumulus.domain.account import Caller
from qumulus.domain.errors import BadRequestError
from qumulus.domain.ids import DeviceId
from qumulus.domain.job import ClaimedJob
from qumulus.domain.lifecycle import JobStatus
from qumulus.ports.operations import ClaimJobs
from qumulus.service.authenticate import must_go_on
from qumulus.service.services import Services
from qumulus.service.waiting import Gone, never, wait_for

MAX_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a Provider asks for; ``device_id`` None: all devices of its token."""

    device_id: DeviceId | None
    limit: int
    wait_s: float = 0.0
    lease_s: float | None = None
    worker: str = ""


async def claim_jobs(
    services: Services, claim: Claim, *, by: Caller, gone: Gone = never
) -> Sequence[ClaimedJob]:
    """Take the jobs that go first, or wait for one; each is ``ready`` at a new attempt.

    Raises:
        WrongDeviceError: the token is not bound to the device.
        NotFoundError: there is no such device.
        NotAuthenticatedError: the token ended during the wait.
    """
    devices = await bound_devices(services, claim.device_id, by=by)
    services.note_seen(devices)

    async def look() -> Sequence[ClaimedJob]:
        await must_go_on(services, by)  # who waited may have lost the token meanwhile
        return await services.store.apply(
            ClaimJobs(
                devices=tuple(sorted(devices)),
                limit=claim.limit,
                at=services.clock.now(),
                worker=claim.worker,
                lease_s=claim.lease_s,
                max_bytes=MAX_BYTES,
            )
        )

    topics = [f"d:{device}" for device in devices]
    jobs = await wait_for(services, topics, look, is_enough=bool, wait_s=claim.wait_s, gone=gone)
    if jobs:
        services.meters.claims += 1
        services.meters.moved[JobStatus.READY] += len(jobs)
    return jobs


async def bound_devices(services: Services, device_id: DeviceId | None, *, by: Caller) -> frozenset[DeviceId]:
    """The devices meant by a call of a Provider.

    Raises:
        WrongDeviceError: the token is not bound to the device.
        NotFoundError: there is no such device.
        BadRequestError: none is named and the token has none.
    """
    if device_id is not None:
        by.must_reach(device_id)
        await services.device(device_id)
        return frozenset({device_id})
    devices = by.devices or frozenset()
    if not devices:
        raise BadRequestError("Name a device: this token is bound to none.")
    return devices
