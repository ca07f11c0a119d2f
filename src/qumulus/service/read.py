"""Read jobs: one, many, or one as soon as it has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from qumulus.domain.account import Caller
from qumulus.domain.errors import NotFoundError
from qumulus.domain.ids import DeviceId, JobId
from qumulus.domain.job import Job, StoredJob
from qumulus.domain.lifecycle import JobStatus
from qumulus.ports.store import JobQuery
from qumulus.service.claim import bound_devices
from qumulus.service.services import Services
from qumulus.service.waiting import Gone, never, wait_for

__all__ = [
    "JobPage",
    "JobQuery",
    "Place",
    "list_device_jobs",
    "list_own_jobs",
    "read_device_job",
    "read_job",
    "read_job_status",
    "read_place",
]

MAX_PAGE_BYTES: Final = 16 * 1024 * 1024


async def read_job_status(
    services: Services, job_id: JobId, *, by: Caller, wait_s: float = 0.0, gone: Gone = never
) -> StoredJob | Job:
    """Read a job of the caller's, after at most ``wait_s`` as soon as it has ended.

    The payload comes with it only on a cancelled job.

    Raises:
        NotFoundError: no such job of the caller's.
    """
    job = await _wait_for_end(services, job_id, by=by, wait_s=wait_s, gone=gone)
    if job.status is JobStatus.CANCELLED:
        return await _read_whole(services, job_id)
    return job


async def read_job(
    services: Services, job_id: JobId, *, by: Caller, wait_s: float = 0.0, gone: Gone = never
) -> StoredJob:
    """Read a job of the caller's whole, after at most ``wait_s`` as soon as it has ended.

    Raises:
        NotFoundError: no such job of the caller's.
    """
    if wait_s > 0:
        await _wait_for_end(services, job_id, by=by, wait_s=wait_s, gone=gone)
    stored = await services.store.job(job_id)
    if stored is None or stored.job.owner != by.owner():
        raise NotFoundError(what="job", id=job_id)
    return stored


@dataclass(frozen=True, slots=True)
class Place:
    """How many jobs go before a waiting one, to 1000; ``wait_s`` None: the device's pace is not known."""

    n_before: int
    wait_s: float | None


async def read_place(services: Services, job: Job) -> Place | None:
    """Tell where a job stands in its queue; None if it does not wait."""
    if job.status is not JobStatus.SUBMITTED:
        return None
    n_before = await services.store.queue_position(job.id)
    if n_before is None:
        return None
    load = (await services.loads()).get(job.device_id)
    return Place(n_before, None if load is None else load.wait_behind(n_before))


@dataclass(frozen=True, slots=True)
class JobPage:
    """Jobs of a list; ``is_full``: there may be more behind them."""

    jobs: Sequence[StoredJob]
    is_full: bool


async def list_own_jobs(services: Services, query: JobQuery, *, by: Caller) -> JobPage:
    """Read the caller's jobs; a page ends before its payloads exceed 16 MiB."""
    return await _page(services, replace(query, owner=by.owner()))


async def _page(services: Services, query: JobQuery) -> JobPage:
    limit = query.limit
    if query.with_payload:
        limit = await services.store.count_fitting(query, max_bytes=MAX_PAGE_BYTES)
    jobs = await services.store.list_jobs(replace(query, limit=limit))
    return JobPage(jobs, is_full=len(jobs) >= limit)


async def list_device_jobs(
    services: Services, query: JobQuery, device_id: DeviceId | None, *, by: Caller
) -> Sequence[StoredJob]:
    """Read the jobs of a Provider's devices, without claiming any.

    Of the cancelled ones only those whose Provider has not written a reason yet.

    Raises:
        WrongDeviceError: the token is not bound to the device.
    """
    devices = await bound_devices(services, device_id, by=by)
    needs_reason = query.statuses == {JobStatus.CANCELLED}
    return (await _page(services, replace(query, devices=devices, needs_reason=needs_reason))).jobs


async def read_device_job(services: Services, job_id: JobId, *, by: Caller) -> StoredJob:
    """Read a job of one of a Provider's devices.

    Raises:
        NotFoundError: there is no such job.
        WrongDeviceError: it is of another device.
    """
    stored = await _read_whole(services, job_id)
    by.must_reach(stored.job.device_id)
    return stored


async def _wait_for_end(services: Services, job_id: JobId, *, by: Caller, wait_s: float, gone: Gone) -> Job:
    owner = by.owner()

    async def look() -> Job:
        job = await services.store.job_status(job_id)
        if job is None or job.owner != owner:
            raise NotFoundError(what="job", id=job_id)
        return job

    return await wait_for(services, (f"j:{job_id}",), look, is_enough=_has_ended, wait_s=wait_s, gone=gone)


def _has_ended(job: Job) -> bool:
    return job.status.is_final


async def _read_whole(services: Services, job_id: JobId) -> StoredJob:
    stored = await services.store.job(job_id)
    if stored is None:
        raise NotFoundError(what="job", id=job_id)
    return stored
