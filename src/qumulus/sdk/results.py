"""What a job gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from qumulus.domain.lifecycle import JobStatus
from qumulus.sdk.errors import JobCancelledError, JobFailedError, UnexpectedAnswerError


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What every kind of result carries."""

    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Device, calibration, engine, seeds, versions: how it was computed."""
    transpile_result: Mapping[str, Any] | None = None
    """The transpiled program, its statistics and the mapping of qubits, if it was transpiled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingResult(Result):
    """A histogram; keys are as wide as all declared bits, bit 0 rightmost."""

    counts: Mapping[str, int]
    raw_counts: Mapping[str, int] | None = None
    """The histogram as it was measured, where ``counts`` is mitigated."""
    divided_counts: Mapping[str, Mapping[str, int]] | None = None
    """Of several programs run side by side: each one's own counts, by its index."""

    @property
    def shots(self) -> int:
        """How often the program was run: the sum of the counts."""
        return sum(self.counts.values())

    @property
    def probabilities(self) -> dict[str, float]:
        """The share of each outcome; they sum to 1."""
        shots = self.shots
        return {bits: count / shots for bits, count in self.counts.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimationResult(Result):
    """The expectation value of an operator, and its standard error."""

    exp_value: float
    stds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingsResult(Result):
    """Of a program with parameters: one result for each binding, in their order."""

    bindings: tuple[SamplingResult | EstimationResult, ...]


JobResult: TypeAlias = SamplingResult | EstimationResult | BindingsResult
"""What a job gives, by its kind."""


def contents_of(job_info: object) -> Mapping[str, Any]:
    """``job_info`` of an answer as an object, whether it came as JSON text or as itself."""
    if isinstance(job_info, str):
        try:
            job_info = msgspec.json.decode(job_info)
        except msgspec.DecodeError as error:
            raise UnexpectedAnswerError(f"job_info is no JSON text: {error}") from error
    if not isinstance(job_info, Mapping):
        raise UnexpectedAnswerError("job_info is no object")
    return job_info


def result_of(job_id: str, status: JobStatus, job_info: Mapping[str, Any]) -> JobResult:
    """Read the result of a job that has ended.

    Raises:
        JobFailedError: it failed.
        JobCancelledError: it was cancelled.
        UnexpectedAnswerError: there is no result of a kind known here.
    """
    reason = str(job_info.get("reason") or job_info.get("message") or "")
    if status is JobStatus.FAILED:
        raise JobFailedError(job_id, reason, code=job_info.get("reason_code"))
    if status is JobStatus.CANCELLED:
        raise JobCancelledError(job_id, reason)
    try:
        return _read(job_info)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnexpectedAnswerError(f"The result of job {job_id} cannot be read: {error!r}") from error


def _read(job_info: Mapping[str, Any]) -> JobResult:
    result = job_info["result"]
    provenance = result.get("provenance") or {}
    transpile_result = job_info.get("transpile_result")
    bindings = result.get("bindings")
    if bindings is None:
        return _read_one(result, provenance, transpile_result)
    return BindingsResult(
        bindings=tuple(_read_one(each, provenance, transpile_result) for each in bindings),
        provenance=provenance,
        transpile_result=transpile_result,
    )


def _read_one(
    result: Mapping[str, Any], provenance: Mapping[str, Any], transpile_result: Mapping[str, Any] | None
) -> SamplingResult | EstimationResult:
    sampling, estimation = result.get("sampling"), result.get("estimation")
    if sampling is not None:
        return SamplingResult(
            counts=_counts(sampling["counts"]),
            raw_counts=sampling.get("raw_counts"),
            divided_counts=sampling.get("divided_counts"),
            provenance=provenance,
            transpile_result=transpile_result,
        )
    if estimation is None:
        raise ValueError("neither 'sampling' nor 'estimation'")
    return EstimationResult(
        exp_value=float(estimation["exp_value"]),
        stds=float(estimation["stds"]),
        provenance=provenance,
        transpile_result=transpile_result,
    )


def _counts(found: Mapping[str, Any]) -> dict[str, Any]:
    counts = dict(found)
    if not all(isinstance(count, int | float) for count in counts.values()):
        raise TypeError("a count is no number")
    return counts
