"""How a result came to be, what it takes to make it again, and in what two jobs differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from qumulus.domain.ids import DeviceId, JobId
from qumulus.sdk.comparison import Comparison, compare_results
from qumulus.sdk.errors import NotReplayableError
from qumulus.sdk.records import JobRecord
from qumulus.sdk.requests import JobRequest
from qumulus.sdk.results import result_of

INPUT_KEYS: Final = ("code", "program", "operator", "parameters")
_OF_ONE_RUN: Final = frozenset(
    {"attempt", "worker", "started_at", "ended_at", "stages", "wall_s", "device_s"}
)
"""What differs between any two runs of the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of how a job's result came to be; ``provenance`` is empty if it has none."""

    job_id: JobId
    device_id: DeviceId
    job_type: str
    shots: int
    inputs: Mapping[str, Any] = field(repr=False)
    settings: Mapping[str, Any]
    provenance: Mapping[str, Any]
    transpile_result: Mapping[str, Any] | None = field(repr=False)
    times: Mapping[str, datetime]
    """When the job came to each of its statuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that is not the same in two jobs; None where one has nothing there."""

    what: str
    one: Any
    other: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDiff:
    """In what two jobs differ; ``comparisons`` is empty if their results cannot be compared."""

    inputs: tuple[Difference, ...]
    settings: tuple[Difference, ...]
    provenance: tuple[Difference, ...]
    comparisons: tuple[Comparison, ...]


class Verdict(StrEnum):
    """What a replay shows."""

    IDENTICAL = "identical"
    """Equal in every number, as it must be on a simulator."""
    CONSISTENT = "consistent"
    """Not equal, but no further apart than chance brings two runs."""
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A job that was run again, as ``job_id``; ``differences`` are those of the circumstances."""

    original_id: JobId
    job_id: JobId
    verdict: Verdict
    is_repeatable: bool
    """The device gives equal numbers for equal seeds: nothing but ``IDENTICAL`` is as it should be."""
    comparisons: tuple[Comparison, ...]
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """The replay shows what it should."""
        return self.verdict is Verdict.IDENTICAL or (
            self.verdict is Verdict.CONSISTENT and not self.is_repeatable
        )


def evidence_of(record: JobRecord) -> Evidence:
    """Gather the evidence of a job."""
    info = record.job_info or {}
    result = info.get("result")
    times = {
        name: getattr(record, f"{name}_at") for name in ("created", "submitted", "ready", "running", "ended")
    }
    return Evidence(
        job_id=record.id,
        device_id=record.device_id,
        job_type=record.job_type,
        shots=record.shots,
        inputs={key: info[key] for key in INPUT_KEYS if info.get(key) is not None},
        settings={
            "transpiler_info": record.transpiler_info,
            "simulator_info": record.simulator_info,
            "mitigation_info": record.mitigation_info,
        },
        provenance=(result.get("provenance") if isinstance(result, Mapping) else None) or {},
        transpile_result=info.get("transpile_result"),
        times={name: at for name, at in times.items() if at is not None},
    )


def replay_request(record: JobRecord) -> JobRequest:
    """The job again: with the seeds, engine, transpiler settings and calibration of its result.

    Raises:
        JobFailedError, JobCancelledError: it has no result.
        NotReplayableError: it has not ended, its result does not tell how it came to be, or its program
            is not at hand.
    """
    if not record.status.is_final:
        raise NotReplayableError(record.id, f"it is still {record.status}")
    result_of(record.id, record.status, record.job_info or {})
    evidence = evidence_of(record)
    proven, inputs = evidence.provenance, evidence.inputs
    program = inputs.get("code", inputs.get("program"))
    if program is None:
        raise NotReplayableError(record.id, "its program does not come with it")
    try:
        return JobRequest(
            program=program,
            device=record.device_id,
            shots=record.shots,
            job_type=record.job_type,
            operator=_operator(inputs.get("operator")),
            parameters=inputs.get("parameters"),
            name=f"replay of {record.id}",
            transpiler=_transpiler(proven),
            simulator=_simulator(record.simulator_info, proven),
            mitigation=dict(record.mitigation_info) or None,
            priority=record.priority,
        )
    except (KeyError, TypeError) as error:
        raise NotReplayableError(record.id, f"its provenance lacks {error}") from error


def judge(original: JobRecord, replayed: JobRecord) -> Replay:
    """Compare a job with its replay; both have succeeded."""
    before, after = evidence_of(original), evidence_of(replayed)
    comparisons = _compare(original, replayed)
    if comparisons and all(each.is_identical for each in comparisons):
        verdict = Verdict.IDENTICAL
    elif comparisons and all(each.agrees for each in comparisons):
        verdict = Verdict.CONSISTENT
    else:
        verdict = Verdict.DIFFERENT
    return Replay(
        original_id=original.id,
        job_id=replayed.id,
        verdict=verdict,
        is_repeatable=bool(before.provenance.get("repeatable", True)),
        comparisons=comparisons,
        differences=tuple(_circumstances(before.provenance, after.provenance)),
    )


def diff_of(one: JobRecord, other: JobRecord) -> JobDiff:
    """Compare two jobs of any kind and status."""
    left, right = evidence_of(one), evidence_of(other)
    return JobDiff(
        inputs=tuple(differences(left.inputs, right.inputs)),
        settings=tuple(
            differences(
                {
                    "device_id": left.device_id,
                    "job_type": left.job_type,
                    "shots": left.shots,
                    **left.settings,
                },
                {
                    "device_id": right.device_id,
                    "job_type": right.job_type,
                    "shots": right.shots,
                    **right.settings,
                },
            )
        ),
        provenance=tuple(differences(left.provenance, right.provenance)),
        comparisons=_compare(one, other),
    )


def differences(one: Any, other: Any, what: str = "") -> Iterator[Difference]:
    """Walk two trees; ``what`` is the path so far, such as ``versions.numpy``."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}):
            yield from differences(one.get(key), other.get(key), f"{what}.{key}" if what else str(key))
    elif one != other:
        yield Difference(what=what, one=one, other=other)


def _circumstances(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Difference]:
    return differences(_without_run(one), _without_run(other))


def _without_run(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the transpiler count with the seed, however that came to be."""
    kept = {key: value for key, value in provenance.items() if key not in _OF_ONE_RUN}
    transpiler = kept.get("transpiler")
    if transpiler:
        seed = kept.get("seeds", {}).get("transpiler")
        options = {**transpiler.get("options", {}), "seed_transpiler": seed}
        kept["transpiler"] = {**transpiler, "options": options}
    return kept


def _compare(one: JobRecord, other: JobRecord) -> tuple[Comparison, ...]:
    if not (one.status == other.status == "succeeded"):
        return ()
    return compare_results(
        result_of(one.id, one.status, one.job_info or {}),
        result_of(other.id, other.status, other.job_info or {}),
    )


def _operator(terms: Sequence[Mapping[str, Any]] | None) -> list[tuple[str, float]] | None:
    return None if terms is None else [(term["pauli"], float(term.get("coeff", 1.0))) for term in terms]


def _transpiler(provenance: Mapping[str, Any]) -> dict[str, Any]:
    used = provenance["transpiler"]
    if used is None:
        return {"transpiler_lib": None}
    seed = provenance["seeds"]["transpiler"]
    return {
        "transpiler_lib": used["lib"],
        "transpiler_options": {**used["options"], "seed_transpiler": seed},
    }


def _simulator(asked: Mapping[str, Any], provenance: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for and what came of it; how fresh the calibration was counts no more.

    Hardware has its present calibration only.
    """
    found = {key: value for key, value in asked.items() if key != "max_calibration_age_s"}
    found["seed_simulation"] = provenance["seeds"]["simulation"]
    if provenance["engine"] is not None:
        found["engine"] = provenance["engine"]
    if provenance["calibration"] is not None and provenance["repeatable"]:
        found["calibration_id"] = provenance["calibration"]["id"]
    return found
