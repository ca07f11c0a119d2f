"""What a worker says of a job, as lines of ``POST /jobs/reports``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from qumulus.domain.texts import within
from qumulus.provider.outbox import JobKey
from qumulus.wire.provider import JobReport

RUNNING: Final = "running"
SUCCEEDED: Final = "succeeded"
FAILED: Final = "failed"

_encode: Final = msgspec.json.Encoder().encode
_decoder: Final = msgspec.json.Decoder(JobReport)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One encoded line. After a ``is_final`` one the worker is done with the job."""

    key: JobKey
    body: bytes
    is_final: bool


def running(
    key: JobKey,
    *,
    transpile_result: Mapping[str, Any] | None = None,
    combined_program: str | None = None,
) -> Report:
    """The job is prepared and runs now."""
    parts = {"combined_program": combined_program, "transpile_result": transpile_result}
    return _report(
        key, RUNNING, {name: part for name, part in parts.items() if part is not None}, is_final=False
    )


def succeeded(key: JobKey, result: Mapping[str, Any], *, execution_time_s: float) -> Report:
    """The job has a result."""
    return _report(key, SUCCEEDED, {"result": result}, execution_time_s=execution_time_s)


def failed(key: JobKey, code: str, reason: str, *, execution_time_s: float | None) -> Report:
    """The job has none; ``execution_time_s`` None: it failed before it ran."""
    parts = {"reason": within(reason), "code": code}
    return _report(key, FAILED, parts, execution_time_s=execution_time_s)


def remark(key: JobKey, reason: str) -> Report:
    """The last word on a job that the user cancelled."""
    return _report(key, None, {"reason": within(reason)})


def restore(key: JobKey, body: bytes) -> list[Report]:
    """The reports to send for one found in the outbox.

    Nobody knows whether the ``running`` of a job that ran has arrived, and a result needs it before:
    it is said once more, which does no harm.

    Raises:
        msgspec.DecodeError: the body is no report.
    """
    final = Report(key=key, body=body, is_final=True)
    has_run = _decoder.decode(body).execution_time is not None
    return [running(key), final] if has_run else [final]


def is_result(report: Report) -> bool:
    """The report carries a result."""
    return _decoder.decode(report.body).status == SUCCEEDED


def is_remark(report: Report) -> bool:
    """The report is about a job already known to be cancelled."""
    return _decoder.decode(report.body).status is None


def instead_of(report: Report, code: str, message: str) -> Report:
    """Fail the job whose result the Cloud will not take, for a reason it gave."""
    time_s = _decoder.decode(report.body).execution_time
    if code == "too_large":
        reason = "The result is larger than the cloud takes: measure fewer bits or ask for fewer shots."
        return failed(report.key, "limit_exceeded", reason, execution_time_s=time_s)
    reason = f"The cloud refused the result: {message}"
    return failed(report.key, "internal_error", reason, execution_time_s=time_s)


def _report(
    key: JobKey,
    status: str | None,
    parts: Mapping[str, Any],
    *,
    execution_time_s: float | None = None,
    is_final: bool = True,
) -> Report:
    line = JobReport(
        job_id=key.job_id,
        attempt=key.attempt,
        status=status,
        job_info={name: msgspec.Raw(_encode(value)) for name, value in parts.items()},
        execution_time=None if execution_time_s is None else _whole_ms(execution_time_s),
    )
    return Report(key=key, body=_encode(line), is_final=is_final)


def _whole_ms(seconds: float) -> float:
    """Round up to a whole, positive number of milliseconds."""
    return max(1, math.ceil(seconds * 1000)) / 1000
