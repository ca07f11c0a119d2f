"""Reports of Providers, in the seed's nesting and in OQTOPUS's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from qumulus.domain.errors import BadRequestError
from qumulus.domain.lifecycle import JobStatus
from qumulus.wire.decode import decode, decoder
from qumulus.wire.job_info import MESSAGE, REASON, Parts, outputs_of
from qumulus.wire.provider import MAX_REPORTS, Attempt, JobReport, WorkerName


class _Controls(msgspec.Struct, frozen=True, kw_only=True):
    """What is said beside the contents; every other key is one of ``job_info``."""

    job_id: str | None = None
    attempt: Attempt | None = None
    worker: WorkerName | None = None
    overwrite_status: str | None = None
    execution_time: float | None = None
    job_info: Parts | None = None


_CONTROLS: Final = frozenset(_Controls.__struct_fields__)
MAX_KEYS: Final = 100
"""Of what a Provider writes into a job in one report; each is a row."""
MAX_KEY_LENGTH: Final = 255
"""In characters: it stands in an index."""
_KINDS: Final = ("sampling", "estimation")


@dataclass(frozen=True, slots=True, kw_only=True)
class InfoReport:
    """A report by contents; ``result_kind`` (sampling, estimation) only where OQTOPUS checks it."""

    job_id: str | None
    attempt: int | None
    worker: str | None
    overwrite_status: str | None
    execution_time: float | None
    outputs: dict[str, str]
    result_kind: str | None


def read_info_report(body: bytes) -> InfoReport:
    """Read the body of ``PATCH /jobs/{id}/job_info``.

    Raises:
        BadRequestError: malformed.
    """
    controls = decode(body, _Controls)
    is_nested = controls.job_info is not None
    parts = controls.job_info if controls.job_info is not None else _contents(body)
    outputs = read_outputs(parts)
    if controls.overwrite_status == JobStatus.SUCCEEDED and REASON not in parts and REASON in outputs:
        outputs[MESSAGE] = outputs.pop(REASON)
    return InfoReport(
        job_id=controls.job_id,
        attempt=controls.attempt,
        worker=controls.worker,
        overwrite_status=controls.overwrite_status,
        execution_time=controls.execution_time,
        outputs=outputs,
        result_kind=_kind_of(outputs) if is_nested else None,
    )


def read_reports(body: bytes) -> list[JobReport]:
    """Read the body of ``POST /jobs/reports``.

    Raises:
        BadRequestError: malformed, or too many.
    """
    reports = decode(body, list[JobReport])
    if len(reports) > MAX_REPORTS:
        raise BadRequestError(f"At most {MAX_REPORTS} reports at once; these are {len(reports)}.")
    return reports


def read_outputs(parts: Parts) -> dict[str, str]:
    """Turn contents into outputs.

    Raises:
        BadRequestError: the result is not an object, or keys are too many or too long.
    """
    if len(parts) > MAX_KEYS:
        raise BadRequestError(f"At most {MAX_KEYS} keys in a job's contents; these are {len(parts)}.")
    if any(len(key) > MAX_KEY_LENGTH for key in parts):
        raise BadRequestError(f"Keys of a job's contents have at most {MAX_KEY_LENGTH} characters.")
    outputs = outputs_of(parts)
    if not outputs.get("result", "{").startswith("{"):
        raise BadRequestError("'result' must be an object.", field="result")
    return outputs


def reason_outputs(message: str | None) -> dict[str, str]:
    """Write a reason given as plain text."""
    return {} if message is None else {REASON: msgspec.json.encode(message).decode()}


def message_outputs(message: str | None, status: str) -> dict[str, str]:
    """Write a text given with a status: a device's remark on a success, else the reason."""
    if message is not None and status == JobStatus.SUCCEEDED:
        return {MESSAGE: msgspec.json.encode(message).decode()}
    return reason_outputs(message)


def _contents(body: bytes) -> Parts:
    parts = decoder(Parts).decode(body)
    return {key: part for key, part in parts.items() if key not in _CONTROLS}


def _kind_of(outputs: dict[str, str]) -> str | None:
    if "result" not in outputs:
        return None
    result = decoder(Parts).decode(outputs["result"])
    kinds = [kind for kind in _KINDS if bytes(result.get(kind, b"null")) != b"null"]
    return kinds[0] if len(kinds) == 1 else None
