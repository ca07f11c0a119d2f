"""The job types: what each makes of a job (``parse``), runs (``plan``) and answers (``combine``)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from qumulus.execution.estimation import Estimation
from qumulus.execution.failures import InvalidProgramError, nearest
from qumulus.execution.multi_manual import MultiManual
from qumulus.execution.plan import JobType
from qumulus.execution.sampling import Sampling

JOB_TYPES: Final[Mapping[str, JobType[Any]]] = MappingProxyType(
    {"sampling": Sampling(), "estimation": Estimation(), "multi_manual": MultiManual()}
)


def find_job_type(name: str) -> JobType[Any]:
    """Look a job type up.

    Raises:
        InvalidProgramError: this Provider does not compute such jobs.
    """
    try:
        return JOB_TYPES[name]
    except KeyError:
        raise InvalidProgramError(
            f"This Provider does not compute jobs of type '{name}': {nearest(name, JOB_TYPES)}"
        ) from None
