"""What lists of jobs can be asked for, the same for users and Providers."""

from __future__ import annotations

from qumulus.domain.errors import BadRequestError
from qumulus.domain.job import JobType
from qumulus.domain.lifecycle import JobStatus
from qumulus.wire.decode import nearest


def read_statuses(text: str) -> frozenset[JobStatus]:
    """Read a comma list of statuses.

    Raises:
        BadRequestError: a word is no status.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in set(JobStatus):
            hint = nearest(word, list(JobStatus)) or ", ".join(JobStatus)
            raise BadRequestError(f"'{word}' is no status: did you mean {hint}?", field="status")
    return frozenset(JobStatus(word) for word in words)


def read_job_type(word: str) -> JobType | None:
    """Read a job type; blank is None.

    Raises:
        BadRequestError: the word is none.
    """
    if not word:
        return None
    if word not in set(JobType):
        raise BadRequestError(f"'{word}' is no job type: one of {', '.join(JobType)}.", field="job_type")
    return JobType(word)
