"""Sources and logs of jobs of type ``sse``: no Provider of this cloud gets such jobs."""

from __future__ import annotations

from typing import Final

from qumulus.domain.errors import UnsupportedJobTypeError
from qumulus.domain.ids import JobId
from qumulus.http.call import Call
from qumulus.http.endpoint import get, patch
from qumulus.service.read import read_device_job
from qumulus.wire.errors import Message


@get("/jobs/{job_id}/ssesrc", errors=(403, 404))
async def sse_source(job_id: str, call: Call) -> Message:
    """Read the source of an `sse` job; a job of another type is 400."""
    return await _refuse(job_id, call)


@patch("/jobs/{job_id}/sselog", errors=(403, 404))
async def sse_log(job_id: str, call: Call) -> Message:
    """Write the log of an `sse` job; a job of another type is 400."""
    return await _refuse(job_id, call)


async def _refuse(job_id: str, call: Call) -> Message:
    await read_device_job(call.services, JobId(job_id), by=call.caller)
    raise UnsupportedJobTypeError("Only jobs of type 'sse' have this, and this cloud runs none.")


ENDPOINTS: Final = (sse_source, sse_log)
