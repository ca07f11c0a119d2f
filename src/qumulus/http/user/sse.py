"""Logs of jobs of type ``sse``: no Provider of this cloud runs such jobs, so no job has one."""

from __future__ import annotations

from typing import Final

from qumulus.domain.errors import UnsupportedJobTypeError
from qumulus.domain.ids import JobId
from qumulus.http.call import Call
from qumulus.http.endpoint import get
from qumulus.service.read import read_job_status
from qumulus.wire.user import SseLog


@get("/jobs/{job_id}/sselog", errors=(404,))
async def sse_log(job_id: str, call: Call) -> SseLog:
    """Read the log of an `sse` job; a job of another type is 400."""
    await read_job_status(call.services, JobId(job_id), by=call.caller)
    raise UnsupportedJobTypeError("Only jobs of type 'sse' have such a log, and this cloud runs none.")


ENDPOINTS: Final = (sse_log,)
