"""What lists of jobs can be asked for, the same for users and Providers."""

from __future__ import annotations

from collections.abc import Container

from qumulus.domain.errors import BadRequestError
from qumulus.domain.job import JobType
from qumulus.domain.lifecycle import JobStatus
from qumulus.service.cancelling import CANCELLING
from qumulus.wire.decode import nearest


def read_statuses(text: str) -> frozenset[JobStatus]:
    """Read a comma list of statuses; ``cancelling`` is passed over, no job has it.

    Raises:
        BadRequestError: a word is no status.
    """
    words = [word for word in _words(text) if word != CANCELLING]
    for word in words:
        if word not in set(JobStatus):
            hint = nearest(word, list(JobStatus)) or ", ".join(JobStatus)
            raise BadRequestError(f"'{word}' is no status: did you mean {hint}?", field="status")
    return frozenset(JobStatus(word) for word in words)


def asks_for_cancelling(text: str) -> bool:
    """Tell whether a list of jobs is wanted that are ``cancelling`` and nothing else."""
    return set(_words(text)) == {CANCELLING}


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


def read_order(word: str) -> bool:
    """Read the order of a list; true when it descends.

    Raises:
        BadRequestError: the word is none.
    """
    descends = {"ASC": False, "DESC": True}.get(word.upper())
    if descends is None:
        raise BadRequestError("'order' is ASC or DESC.", field="order")
    return descends


def read_sort(text: str, columns: Container[str]) -> tuple[str, bool]:
    """Read ``<column>,asc`` or ``<column>,desc``; gives the column ("" if blank) and whether it descends.

    Raises:
        BadRequestError: the text is none, or not with one of these columns.
    """
    column, _, direction = text.partition(",")
    if text and (column not in columns or direction not in {"", "asc", "desc"}):
        raise BadRequestError(f"'sort' is '<column>,asc' or '<column>,desc', not '{text}'.", field="sort")
    return column, direction == "desc"


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
