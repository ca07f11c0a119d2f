"""What the SDK raises beside the errors of the transport.

ClientError
├── CredentialsError
├── UnexpectedAnswerError
├── JobNotSucceededError ── JobFailedError · JobCancelledError
└── WaitTimeoutError (also a TimeoutError)
"""

from __future__ import annotations

from qumulus.domain.lifecycle import JobStatus
from qumulus.transport.errors import ClientError


class CredentialsError(ClientError):
    """No URL or no token can be found, or the credentials file cannot be read."""


class UnexpectedAnswerError(ClientError):
    """The answer is not of the expected shape: this is no Qumulus, or a much newer one."""


class JobNotSucceededError(ClientError):
    """The job ended without a result. ``reason`` is the Provider's text, "" if there is none."""

    def __init__(self, job_id: str, reason: str) -> None:
        super().__init__(job_id, reason)
        self.job_id = job_id
        self.reason = reason


class JobFailedError(JobNotSucceededError):
    """The job failed; ``code`` is the machine's word, such as ``invalid_program``, if there is one."""

    def __init__(self, job_id: str, reason: str, *, code: str | None = None) -> None:
        super().__init__(job_id, reason)
        self.code = code

    def __str__(self) -> str:
        code = f" ({self.code})" if self.code else ""
        return f"Job {self.job_id} failed{code}: {self.reason or 'no reason was given'}"


class JobCancelledError(JobNotSucceededError):
    """The job was cancelled."""

    def __str__(self) -> str:
        return f"Job {self.job_id} was cancelled" + (f": {self.reason}" if self.reason else "")


class NotReplayableError(ClientError):
    """What is known of a job is not enough to run it again."""

    def __init__(self, job_id: str, why: str) -> None:
        super().__init__(job_id, why)
        self.job_id = job_id
        self.why = why

    def __str__(self) -> str:
        return f"Job {self.job_id} cannot be run again: {self.why}"


class WaitTimeoutError(ClientError, TimeoutError):
    """The job had not ended when the waiting time was over; it goes on."""

    def __init__(self, job_id: str, status: JobStatus, timeout_s: float) -> None:
        super().__init__(job_id, status, timeout_s)
        self.job_id = job_id
        self.status = status
        self.timeout_s = timeout_s

    def __str__(self) -> str:
        return f"Job {self.job_id} is still {self.status} after {self.timeout_s:g} s; wait again to go on"
