"""Submits, read by the rules of their form: the seed's refuses unknown fields, OQTOPUS ignores them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from qumulus.domain.errors import BadRequestError, QumulusError, UnknownFieldError
from qumulus.wire.decode import decode, decoder
from qumulus.wire.job_info import Input, read_input
from qumulus.wire.user import MAX_BATCH, SubmitJob

FIRST_FIELDS: Final = frozenset(SubmitJob.__struct_fields__)

SUBMIT_EXAMPLE: Final[dict[str, Any]] = {
    "device_id": "SVSim",
    "job_info": '{"code": "OPENQASM 3; include \\"stdgates.inc\\"; qubit[2] q; bit[2] c; h q[0]; '
    'cx q[0], q[1]; c = measure q;"}',
    "shots": 1000,
}

_LONGEST_EMPTY: Final = 64
_NO_JOB: Final = (
    "There is no job in the body: send 'device_id' with 'job_info', as a JSON text "
    '("{\\"code\\": \\"OPENQASM 3; ...\\"}") or as an object ({"program": ["OPENQASM 3; ..."]}).'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A checked submit."""

    job: SubmitJob
    input: Input


def is_registration(body: bytes) -> bool:
    """Tell a job that is still to be uploaded: nothing, or an object without anything in it."""
    return len(body) < _LONGEST_EMPTY and b"".join(body.split()) in {b"", b"{}"}


def read_submission(body: bytes) -> Submission:
    """Read one job.

    Raises:
        BadRequestError: malformed, empty, or without ``job_info``.
        UnknownFieldError: in the seed's form, a field that is not known.
        InvalidJobInfoError: ``job_info`` is not an object with a program.
    """
    if not body.strip():
        raise BadRequestError(_NO_JOB)
    try:
        job = decode(body, SubmitJob)
    except UnknownFieldError:
        job = _without_unknown(body)
    except BadRequestError:
        _refuse_jobless(body)
        raise
    return Submission(job=job, input=read_input(job.job_info))


def read_batch(body: bytes) -> list[Submission]:
    """Read many; an error names the index of its job."""
    if not body.strip():
        raise BadRequestError("The body is empty: send a JSON array of jobs.")
    parts = decode(body, list[msgspec.Raw])
    if len(parts) > MAX_BATCH:
        raise BadRequestError(f"A batch holds at most {MAX_BATCH} jobs; this one has {len(parts)}.")
    found = []
    for index, part in enumerate(parts):
        try:
            found.append(read_submission(bytes(part)))
        except QumulusError as error:
            facts = {**error.facts, "index": index}
            raise type(error)(f"Job {index}: {error}", **facts) from error
    return found


def _without_unknown(body: bytes) -> SubmitJob:
    """Read an object-form submit again without what is not known; refuse the seed's form.

    The first reading stopped at the unknown field: what stands behind it may be no JSON at all.
    """
    parts = decode(body, dict[str, msgspec.Raw])
    if not bytes(parts.get("job_info", b"")).startswith(b"{"):
        if "job_info" not in parts:
            raise BadRequestError(_NO_JOB)
        return decode(body, SubmitJob)
    kept = {key: part for key, part in parts.items() if key in FIRST_FIELDS}
    return decode(msgspec.json.encode(kept), SubmitJob)


def _refuse_jobless(body: bytes) -> None:
    try:
        parts = decoder(dict[str, msgspec.Raw]).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    if "job_info" not in parts:
        raise BadRequestError(_NO_JOB)
