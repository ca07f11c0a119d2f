"""One's own jobs: submit, read, list, cancel, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode

from qumulus.domain.ids import DeviceId, JobId
from qumulus.domain.item import Item
from qumulus.domain.job import JobForm
from qumulus.http.call import Call
from qumulus.http.endpoint import delete, get, post
from qumulus.http.listing import asks_for_cancelling, read_job_type, read_order, read_statuses
from qumulus.http.reply import Reply, encode
from qumulus.http.translate import job_body, only, status_body
from qumulus.service.cancel import cancel_job, delete_job
from qumulus.service.read import JobPage, JobQuery, list_own_jobs, read_job, read_job_status, read_place
from qumulus.service.register import register_job, submit_registered
from qumulus.service.report_files import with_contents
from qumulus.service.submit import Draft, Key, submit_batch, submit_job
from qumulus.service.upload import Slot
from qumulus.wire.decode import decode
from qumulus.wire.errors import Message
from qumulus.wire.files import read_input_archive, read_output_archive
from qumulus.wire.moments import read_moment
from qumulus.wire.queries import JobsQuery, ReadQuery, WaitQuery, form_of, read_fields
from qumulus.wire.submission import (
    SUBMIT_EXAMPLE,
    Submission,
    is_registration,
    read_batch,
    read_submission,
)
from qumulus.wire.user import JobBody, JobCreated, JobStatusBody, SubmitJob, SubmitUploaded

_FIELDS: Final = JobBody.__struct_fields__


@post(
    "/jobs",
    body=SubmitJob,
    is_body_optional=True,
    answer=JobCreated,
    errors=(403, 409, 413, 422),
    headers={"Idempotency-Key": "Repeating the call with the same key and body stores nothing again."},
    example=SUBMIT_EXAMPLE,
)
async def submit(call: Call) -> Reply:
    """Submit a job; it is stored durably before the answer.

    Without a job in the body one is registered: send its program by the form in `presigned_url`, then
    submit it.
    """
    body = await call.body()
    key = _key(call, "POST /jobs", body)
    if is_registration(body):
        job_id = await register_job(call.services, by=call.caller, key=key)
        slot = Slot(job_id=job_id, item=Item.INPUT, attempt=0)
        return Reply(encode(JobCreated(job_id=job_id, presigned_url=(await call.signer()).form(slot))))
    draft = _draft(read_submission(body))
    return Reply(await submit_job(call.services, draft, by=call.caller, answer=_created_one, key=key))


@post(
    "/jobs/batch",
    body=list[SubmitJob],
    answer=list[JobCreated],
    errors=(403, 413, 422),
    headers={"Idempotency-Key": "Repeating the call with the same key and body stores nothing again."},
    example=[SUBMIT_EXAMPLE],
)
async def batch(call: Call) -> Reply:
    """Submit up to 1000 jobs, all or none; an error names the index of its job."""
    body = await call.body(limit=call.settings.max_batch_bytes)
    drafts = [_draft(submission) for submission in read_batch(body)]
    key = _key(call, "POST /jobs/batch", body)
    return Reply(await submit_batch(call.services, drafts, by=call.caller, answer=_created_many, key=key))


@post(
    "/jobs/{job_id}/submit",
    body=SubmitUploaded,
    errors=(403, 404, 422),
    headers={"Idempotency-Key": "Repeating the call with the same key and body submits nothing again."},
    example={"device_id": "SVSim", "job_type": "sampling", "shots": 1000},
)
async def submit_uploaded(job_id: str, call: Call) -> Message:
    """Submit a registered job whose program was uploaded."""
    body = await call.body()
    await submit_registered(
        call.services,
        JobId(job_id),
        _uploaded_draft(decode(body, SubmitUploaded)),
        by=call.caller,
        read=read_input_archive,
        key=_key(call, f"POST /jobs/{job_id}/submit", body),
    )
    return Message("job submitted")


@get("/jobs", query=JobsQuery, answer=list[JobBody])
async def list_jobs(call: Call) -> Reply:
    """List your jobs by creation; `Link: rel="next"` leads to the next page."""
    wanted = call.query(JobsQuery)
    fields = read_fields(wanted.fields, _FIELDS)
    page = await list_own_jobs(call.services, _job_query(wanted, fields), by=call.caller)
    signer = await call.signer()
    body = encode([only(job_body(stored, signer), fields) for stored in page.jobs])
    return Reply(body, headers=_next_link(call, page))


@get("/jobs/{job_id}", query=ReadQuery, answer=JobBody, errors=(404,))
async def read(job_id: str, call: Call) -> Reply:
    """Read a job; with `wait` as soon as it has ended. A registered one has `job_id` and `status` only.

    `job_info_form` gives the contents of a job whose own `job_info` would be links, or changes the form.
    """
    wanted = call.query(ReadQuery)
    with call.departure() as departure:
        stored = await read_job(
            call.services, JobId(job_id), by=call.caller, wait_s=wanted.wait, gone=departure.is_gone
        )
    place = await read_place(call.services, stored.job)
    form = form_of(wanted.job_info_form)
    if form is not None:
        stored = await with_contents(call.services, stored, read=read_output_archive)
    return Reply(encode(job_body(stored, await call.signer(), place, form=form)))


@get("/jobs/{job_id}/status", query=WaitQuery, errors=(404,))
async def read_status(job_id: str, call: Call) -> JobStatusBody:
    """Read a job's status; with `wait` as soon as it has ended."""
    wait_s = call.query(WaitQuery).wait
    with call.departure() as departure:
        found = await read_job_status(
            call.services, JobId(job_id), by=call.caller, wait_s=wait_s, gone=departure.is_gone
        )
    return status_body(found, await call.signer())


@post("/jobs/{job_id}/cancel", errors=(404,))
async def cancel(job_id: str, call: Call) -> Message:
    """Cancel one of your jobs, at once; a cancelled one stays cancelled."""
    await cancel_job(call.services, JobId(job_id), by=call.caller)
    return Message("job cancelled")


@delete("/jobs/{job_id}", errors=(404,))
async def remove(job_id: str, call: Call) -> Message:
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


def _uploaded_draft(job: SubmitUploaded) -> Draft:
    return Draft(
        device_id=DeviceId(job.device_id),
        form=JobForm.FILES,
        job_type=job.job_type,
        shots=job.shots,
        input="",
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
    return JobQuery(
        devices=frozenset({DeviceId(wanted.device_id)}) if wanted.device_id else None,
        statuses=read_statuses(wanted.status),
        job_type=read_job_type(wanted.job_type),
        text=wanted.q,
        submitted_from=read_moment(wanted.start_time, "start_time"),
        submitted_to=read_moment(wanted.end_time, "end_time"),
        descending=read_order(wanted.order),
        after=JobId(wanted.cursor) if wanted.cursor else None,
        offset=(wanted.page - 1) * wanted.size,
        limit=0 if asks_for_cancelling(wanted.status) else wanted.size,
        with_payload=fields is None or "job_info" in fields,
    )


def _next_link(call: Call, page: JobPage) -> list[tuple[bytes, bytes]]:
    """A full page may have a next one: it begins after the last job of this one."""
    if not page.is_full or not page.jobs:
        return []
    kept = [pair for pair in parse_qsl(call.request.query.decode("latin-1")) if pair[0] != "page"]
    query = urlencode([pair for pair in kept if pair[0] != "cursor"] + [("cursor", page.jobs[-1].job.id)])
    return [(b"link", f'<{call.at("/user/jobs")}?{query}>; rel="next"'.encode("latin-1"))]


ENDPOINTS: Final = (submit, batch, submit_uploaded, list_jobs, read, read_status, cancel, remove)
