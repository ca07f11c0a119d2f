"""A status of later OQTOPUS generations between a cancel and its effect; here a cancel is at once."""

from __future__ import annotations

from typing import Final

from qumulus.domain.account import Caller
from qumulus.domain.errors import IllegalMoveError, StaleAttemptError
from qumulus.domain.ids import JobId
from qumulus.domain.lifecycle import JobStatus
from qumulus.service.read import read_device_job
from qumulus.service.services import Services

CANCELLING: Final = "cancelling"
_TAKEN: Final = frozenset({JobStatus.READY, JobStatus.RUNNING, JobStatus.CANCELLED})


async def hear_cancelling(services: Services, job_id: JobId, attempt: int | None, *, by: Caller) -> None:
    """Take note that a Provider is cancelling a job; nothing changes, a cancelled job is so already.

    Raises:
        NotFoundError: there is no such job.
        WrongDeviceError: it is of another device.
        IllegalMoveError: nobody has claimed it, or it has ended otherwise.
        StaleAttemptError: the attempt is over.
    """
    job = (await read_device_job(services, job_id, by=by)).job
    if job.status not in _TAKEN:
        raise IllegalMoveError(status=job.status, action=CANCELLING)
    if attempt is not None and attempt != job.attempt:
        raise StaleAttemptError(attempt=attempt, job_id=job_id, current=job.attempt)
