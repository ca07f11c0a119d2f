"""A Provider takes jobs, reads them, hands them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from qumulus.domain.errors import BadRequestError
from qumulus.domain.ids import DeviceId, JobId
from qumulus.domain.job import ClaimedJob, StoredJob
from qumulus.domain.lifecycle import JobStatus
from qumulus.http.call import Call
from qumulus.http.endpoint import NO_STORE, get, post, put
from qumulus.http.listing import asks_for_cancelling, read_statuses
from qumulus.http.reply import Reply, encode
from qumulus.http.translate import only, provider_job
from qumulus.service.claim import Claim, claim_jobs
from qumulus.service.heartbeat import Beat, beat_heart
from qumulus.service.read import JobQuery, list_device_jobs, read_device_job
from qumulus.service.release import release_job, set_transpiler_info
from qumulus.service.upload import output_slots
from qumulus.wire.errors import Message
from qumulus.wire.moments import read_moment
from qumulus.wire.provider import HeartbeatBody, ProviderJob, PulseBody, ReleaseJob
from qumulus.wire.queries import (
    ClaimQuery,
    FenceQuery,
    FormQuery,
    UploadQuery,
    WaitQuery,
    form_of,
    read_fields,
)
from qumulus.wire.user import Info, UploadForm

DEFAULT_LIMIT: Final = 10
_FIELDS: Final = ProviderJob.__struct_fields__
_CLAIMING: Final = frozenset({JobStatus.SUBMITTED})
_CANCELLED: Final = frozenset({JobStatus.CANCELLED})


@get("/jobs", query=ClaimQuery, answer=list[ProviderJob], errors=(403, 404))
async def claim(call: Call) -> Reply:
    """Claim jobs, which become `ready` and are yours; with `wait` as soon as there are some.

    With a `status` other than `submitted` jobs are listed and nothing is claimed: `cancelled` lists
    those that still want your reason.
    """
    wanted = call.query(ClaimQuery)
    fields = read_fields(wanted.fields, _FIELDS)
    if call.is_head:
        return Reply(b"[]")
    form, is_engine = form_of(wanted.job_info_form), call.brings_engine_key
    found = await _find(call, wanted)
    signer = await call.signer()
    bodies = [only(provider_job(job, signer, form=form, is_engine=is_engine), fields) for job in found]
    return Reply(encode(bodies), headers=NO_STORE)


@get("/jobs/{job_id}", query=FormQuery, errors=(403, 404))
async def read(job_id: str, call: Call) -> ProviderJob:
    """Read a job of your device."""
    stored = await read_device_job(call.services, JobId(job_id), by=call.caller)
    form = form_of(call.query(FormQuery).job_info_form)
    return provider_job(stored, await call.signer(), form=form, is_engine=call.brings_engine_key)


@get(
    "/jobs/{job_id}/upload",
    query=UploadQuery,
    answer=list[UploadForm],
    errors=(403, 404, 409),
    response_headers=NO_STORE,
)
async def upload(job_id: str, call: Call) -> list[UploadForm]:
    """Get forms to upload archives of a job that you hold, in the order of `items`."""
    wanted = call.query(UploadQuery)
    names = [name.strip() for name in wanted.items.split(",") if name.strip()]
    slots = await output_slots(call.services, JobId(job_id), names, attempt=wanted.attempt, by=call.caller)
    signer = await call.signer()
    return [signer.form(slot) for slot in slots]


@post(
    "/jobs/heartbeat",
    body=HeartbeatBody,
    query=WaitQuery,
    errors=(403, 404),
    response_headers=NO_STORE,
    example={"device_id": "SVSim", "jobs": [{"job_id": "0199...", "attempt": 1}], "lease": 10},
)
async def heartbeat(call: Call) -> PulseBody:
    """Renew your leases; with `wait` (at most half the lease) the answer comes when a job is cancelled."""
    body = await call.read(HeartbeatBody)
    beat = Beat(
        device_id=DeviceId(body.device_id) if body.device_id else None,
        jobs=tuple((JobId(job.job_id), job.attempt) for job in body.jobs),
        lease_s=body.lease,
        worker=body.worker or "",
        wait_s=call.query(WaitQuery).wait,
    )
    with call.departure() as departure:
        pulse = await beat_heart(call.services, beat, by=call.caller, gone=departure.is_gone)
    return PulseBody(renewed=pulse.renewed, lost=pulse.lost, cancelled=pulse.cancelled)


@post(
    "/jobs/{job_id}/release",
    body=ReleaseJob,
    is_body_optional=True,
    query=FenceQuery,
    errors=(403, 404, 409),
)
async def release(job_id: str, call: Call) -> Message:
    """Hand a job back untouched; it goes to the place in the queue that it had."""
    body, fence = await call.read_or(ReleaseJob), call.query(FenceQuery)
    same_job(job_id, body.job_id)
    said = {"worker": body.worker or fence.worker, "reason": body.reason or ""}
    await release_job(
        call.services,
        JobId(job_id),
        attempt=fence.attempt if body.attempt is None else body.attempt,
        detail={key: text for key, text in said.items() if text},
        by=call.caller,
    )
    return Message("job released")


@put("/jobs/{job_id}/transpiler_info", body=Info, query=FenceQuery, errors=(403, 404, 409))
async def transpiler_info(job_id: str, call: Call) -> Message:
    """Write back the transpiler settings that were used by default."""
    info: dict[str, Any] = await call.read(dict[str, Any])
    attempt = call.query(FenceQuery).attempt
    await set_transpiler_info(call.services, JobId(job_id), info, attempt=attempt, by=call.caller)
    return Message("transpiler info updated")


def same_job(path_id: str, body_id: str | None) -> None:
    """Refuse a body that speaks of another job than the path.

    Raises:
        BadRequestError: it does.
    """
    if body_id is not None and body_id != path_id:
        raise BadRequestError(f"The path names job {path_id}, the body job {body_id}.", field="job_id")


async def _find(call: Call, wanted: ClaimQuery) -> Sequence[ClaimedJob | StoredJob]:
    device_id = DeviceId(wanted.device_id) if wanted.device_id else None
    limit = wanted.limit or wanted.max_results or DEFAULT_LIMIT
    statuses = _CANCELLED if asks_for_cancelling(wanted.status) else read_statuses(wanted.status) or _CLAIMING
    if statuses != _CLAIMING:
        query = JobQuery(
            statuses=statuses, submitted_from=read_moment(wanted.timestamp, "timestamp"), limit=limit
        )
        return await list_device_jobs(call.services, query, device_id, by=call.caller)
    asked = Claim(
        device_id=device_id,
        limit=limit,
        wait_s=wanted.wait,
        lease_s=wanted.lease,
        worker=wanted.worker,
    )
    with call.departure() as departure:
        return await claim_jobs(call.services, asked, by=call.caller, gone=departure.is_gone)


ENDPOINTS: Final = (claim, read, upload, heartbeat, release, transpiler_info)
