"""One's own jobs: submit, read, list, cancel, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode

from qumulus.domain.errors import BadRequestError
from qumulus.domain.ids import DeviceId, JobId
from qumulus.http.call import Call, InPath, TheCall
from qumulus.http.endpoint import delete, get, post
from qumulus.http.listing import read_job_type, read_statuses
from qumulus.http.reply import Reply, encode
from qumulus.http.translate import job_body, only, status_body
from qumulus.service.cancel import cancel_job, delete_job
from qumulus.service.read import JobPage, JobQuery, list_own_jobs, read_job, read_job_status, read_position
from qumulus.service.submit import Draft, Key, submit_batch, submit_job
from qumulus.wire.errors import Message
from qumulus.wire.moments import read_moment
from qumulus.wire.queries import JobsQuery, WaitQuery, read_fields
from qumulus.wire.submission import SUBMIT_EXAMPLE, Submission, read_batch, read_submission
from qumulus.wire.user import JobBody, JobCreated, JobStatusBody, SubmitJob

_FIELDS: Final = JobBody.__struct_fields__
_ORDERS: Final = {"ASC": False, "DESC": True}


@post(
    "/jobs",
    body=SubmitJob,
    answer=JobCreated,
    errors=(403, 413, 422),
    headers={"Idempotency-Key": "Repeating the call with the same key and body stores nothing again."},
    example=SUBMIT_EXAMPLE,
)
async def submit(call: TheCall) -> Reply:
    """Submit a job; it is stored durably before the answer."""
    body = await call.body()
    draft = _draft(read_submission(body))
    key = _key(call, "POST /jobs", body)
    return Reply(await submit_job(call.services, draft, by=call.caller, answer=_created_one, key=key))


@post(
    "/jobs/batch",
    body=list[SubmitJob],
    answer=list[JobCreated],
    errors=(403, 413, 422),
    headers={"Idempotency-Key": "Repeating the call with the same key and body stores nothing again."},
    example=[SUBMIT_EXAMPLE],
)
async def batch(call: TheCall) -> Reply:
    """Submit up to 1000 jobs, all or none; an error names the index of its job."""
    body = await call.body(limit=call.settings.max_batch_bytes)
    drafts = [_draft(submission) for submission in read_batch(body)]
    key = _key(call, "POST /jobs/batch", body)
    return Reply(await submit_batch(call.services, drafts, by=call.caller, answer=_created_many, key=key))


@get("/jobs", query=JobsQuery, answer=list[JobBody])
async def list_jobs(call: TheCall) -> Reply:
    """List your jobs by creation; `Link: rel="next"` leads to the next page."""
    wanted = call.query(JobsQuery)
    fields = read_fields(wanted.fields, _FIELDS)
    page = await list_own_jobs(call.services, _job_query(wanted, fields), by=call.caller)
    body = encode([only(job_body(stored), fields) for stored in page.jobs])
    return Reply(body, headers=_next_link(call, page))


@get("/jobs/{job_id:str}", query=WaitQuery, errors=(404,))
async def read(job_id: InPath, call: TheCall) -> JobBody:
    """Read a job; with `wait` as soon as it has ended."""
    wait_s = call.query(WaitQuery).wait
    with call.departure() as departure:
        stored = await read_job(
            call.services, JobId(job_id), by=call.caller, wait_s=wait_s, gone=departure.is_gone
        )
    return job_body(stored, await read_position(call.services, stored.job))


@get("/jobs/{job_id:str}/status", query=WaitQuery, errors=(404,))
async def read_status(job_id: InPath, call: TheCall) -> JobStatusBody:
    """Read a job's status; with `wait` as soon as it has ended."""
    wait_s = call.query(WaitQuery).wait
    with call.departure() as departure:
        found = await read_job_status(
            call.services, JobId(job_id), by=call.caller, wait_s=wait_s, gone=departure.is_gone
        )
    return status_body(found)


@post("/jobs/{job_id:str}/cancel", errors=(404,))
async def cancel(job_id: InPath, call: TheCall) -> Message:
    """Cancel one of your jobs, at once; a cancelled one stays cancelled."""
    await cancel_job(call.services, JobId(job_id), by=call.caller)
    return Message("job cancelled")


@delete("/jobs/{job_id:str}", errors=(404,))
async def remove(job_id: InPath, call: TheCall) -> Message:
    """Delete an ended job of yours with its events."""
    await delete_job(call.services, JobId(job_id), by=call.caller)
    return Message("job deleted")


def _draft(submission: Submission) -> Draft:
    job = submission.job
    return Draft(
        device_id=DeviceId(job.device_id),
        form=submission.input.form,
        job_type=job.job_type,
        shots=job.shots,
        input=submission.input.text,
        name=job.name or "",
        description=job.description or "",
        priority=job.priority,
        transpiler_info=job.transpiler_info,
        simulator_info=job.simulator_info or {},
        mitigation_info=job.mitigation_info or {},
    )


def _key(call: Call, route: str, body: bytes) -> Key | None:
    key = call.header(b"idempotency-key")
    return None if key is None else Key(key=key, route=route, body=body)


def _created_one(ids: Sequence[JobId]) -> bytes:
    return encode(JobCreated(job_id=ids[0]))


def _created_many(ids: Sequence[JobId]) -> bytes:
    return encode([JobCreated(job_id=job_id) for job_id in ids])


def _job_query(wanted: JobsQuery, fields: frozenset[str] | None) -> JobQuery:
    order = wanted.order.upper()
    if order not in _ORDERS:
        raise BadRequestError("'order' is ASC or DESC.", field="order")
    return JobQuery(
        devices=frozenset({DeviceId(wanted.device_id)}) if wanted.device_id else None,
        statuses=read_statuses(wanted.status),
        job_type=read_job_type(wanted.job_type),
        text=wanted.q,
        submitted_from=read_moment(wanted.start_time, "start_time"),
        submitted_to=read_moment(wanted.end_time, "end_time"),
        descending=_ORDERS[order],
        after=JobId(wanted.cursor) if wanted.cursor else None,
        offset=(wanted.page - 1) * wanted.size,
        limit=wanted.size,
        with_payload=fields is None or "job_info" in fields,
    )


def _next_link(call: Call, page: JobPage) -> list[tuple[bytes, bytes]]:
    """A full page may have a next one: it begins after the last job of this one."""
    if not page.is_full or not page.jobs:
        return []
    kept = [pair for pair in parse_qsl(call.scope["query_string"].decode("latin-1")) if pair[0] != "page"]
    query = urlencode([pair for pair in kept if pair[0] != "cursor"] + [("cursor", page.jobs[-1].job.id)])
    return [(b"link", f'<{call.at("/user/jobs")}?{query}>; rel="next"'.encode("latin-1"))]


ENDPOINTS: Final = (submit, batch, list_jobs, read, read_status, cancel, remove)
