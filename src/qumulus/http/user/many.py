"""Many of one's own jobs at once: count, cancel, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qumulus.domain.ids import DeviceId, JobId
from qumulus.http.call import Call
from qumulus.http.endpoint import get, post
from qumulus.http.listing import read_job_type
from qumulus.service.many import Fate, cancel_jobs, count_own_jobs, delete_jobs
from qumulus.service.read import JobQuery
from qumulus.wire.many import JobCounts, JobOutcome, ManyJobs
from qumulus.wire.moments import read_moment
from qumulus.wire.queries import CountsQuery

_EXAMPLE: Final = {"job_ids": ["0199..."]}


@get("/jobs/counts", query=CountsQuery)
async def counts(call: Call) -> JobCounts:
    """Count your jobs by status; the parameters narrow as those of the list do."""
    wanted = call.query(CountsQuery)
    query = JobQuery(
        devices=frozenset({DeviceId(wanted.device_id)}) if wanted.device_id else None,
        job_type=read_job_type(wanted.job_type),
        text=wanted.q,
        submitted_from=read_moment(wanted.start_time, "start_time"),
        submitted_to=read_moment(wanted.end_time, "end_time"),
    )
    found = await count_own_jobs(call.services, query, by=call.caller)
    return JobCounts(**{status.value: count for status, count in found.items()})


@post("/jobs/cancel", body=ManyJobs, example=_EXAMPLE)
async def cancel_many(call: Call) -> list[JobOutcome]:
    """Cancel up to 1000 jobs at once, each with its own outcome."""
    return _outcomes(await cancel_jobs(call.services, await _ids(call), by=call.caller))


@post("/jobs/delete", body=ManyJobs, example=_EXAMPLE)
async def delete_many(call: Call) -> list[JobOutcome]:
    """Delete up to 1000 ended jobs with their events, each with its own outcome."""
    return _outcomes(await delete_jobs(call.services, await _ids(call), by=call.caller))


async def _ids(call: Call) -> list[JobId]:
    return [JobId(job_id) for job_id in (await call.read(ManyJobs)).job_ids]


def _outcomes(fates: Sequence[Fate]) -> list[JobOutcome]:
    return [
        JobOutcome(job_id=fate.job_id, outcome="done")
        if fate.refusal is None
        else JobOutcome(job_id=fate.job_id, outcome=fate.refusal.code, message=str(fate.refusal))
        for fate in fates
    ]


ENDPOINTS: Final = (counts, cancel_many, delete_many)
