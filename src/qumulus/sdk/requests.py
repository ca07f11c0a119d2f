"""What a user asks for, as the Cloud wants to read it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, TypeAlias, TypedDict, TypeVar

import msgspec

from qumulus.domain.job import DEFAULT_PRIORITY, DEFAULT_SHOTS, JobType
from qumulus.wire.job_info import text_form
from qumulus.wire.programs import CheckProgram
from qumulus.wire.user import SubmitJob

V = TypeVar("V")

Source: TypeAlias = str | os.PathLike[str]
"""OpenQASM text, or the path of a file of it."""

Operator: TypeAlias = str | Mapping[str, float] | Iterable[tuple[str, float]]
"""Weighted Pauli strings such as ``{"X 0 X 1": 1.5, "Z 0": -1}``; one text alone has weight 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """A job to submit.

    ``program``: several in a list run side by side on one device. ``job_type`` None: ``multi_manual`` if
    there are several, ``estimation`` if there is an ``operator``, else ``sampling``. ``transpiler``
    None: none on simulators, the device's own on hardware; ``{}``: the device's own;
    ``{"transpiler_lib": None}``: none. ``parameters``: values for the program's ``input`` parameters, once
    for each binding. ``priority`` 0 to 9, smaller first.
    """

    program: Source | Iterable[Source]
    device: str
    shots: int = DEFAULT_SHOTS
    job_type: str | None = None
    operator: Operator | None = None
    parameters: Iterable[Mapping[str, float | str]] | None = None
    name: str = ""
    description: str = ""
    transpiler: Mapping[str, Any] | None = None
    simulator: Mapping[str, Any] | None = None
    mitigation: Mapping[str, Any] | None = None
    priority: int = DEFAULT_PRIORITY


class SubmitOptions(TypedDict, total=False):
    """What ``submit`` takes beside program and device."""

    shots: int
    job_type: str | None
    operator: Operator | None
    parameters: Iterable[Mapping[str, float | str]] | None
    name: str
    description: str
    transpiler: Mapping[str, Any] | None
    simulator: Mapping[str, Any] | None
    mitigation: Mapping[str, Any] | None
    priority: int
    idempotency_key: str | None


def submit_body(request: JobRequest) -> bytes:
    """Write the body of ``POST /jobs``."""
    return msgspec.json.encode(_wire(request))


def batch_body(requests: Iterable[JobRequest]) -> bytes:
    """Write the body of ``POST /jobs/batch``."""
    return msgspec.json.encode([_wire(request) for request in requests])


def check_body(program: Source, device: str | None) -> bytes:
    """Write the body of ``POST /qasm/check``."""
    return msgspec.json.encode(CheckProgram(code=_text(program), device_id=device))


def operator_terms(operator: Operator) -> list[dict[str, Any]]:
    """Write an operator as the Cloud reads it."""
    if isinstance(operator, str):
        return [{"pauli": operator, "coeff": 1.0}]
    pairs = operator.items() if isinstance(operator, Mapping) else operator
    return [{"pauli": pauli, "coeff": _finite(float(coeff))} for pauli, coeff in pairs]


def _wire(request: JobRequest) -> SubmitJob:
    contents = _contents(request)
    return SubmitJob(
        device_id=request.device,
        job_info=text_form(contents),
        job_type=request.job_type or _default_type(contents),
        shots=request.shots,
        name=request.name or None,
        description=request.description or None,
        priority=request.priority,
        transpiler_info=_plain(request.transpiler),
        simulator_info=_plain(request.simulator),
        mitigation_info=_plain(request.mitigation),
    )


def _default_type(contents: Mapping[str, Any]) -> JobType:
    if len(contents.get("program", ())) > 1:
        return JobType.MULTI_MANUAL
    return JobType.ESTIMATION if "operator" in contents else JobType.SAMPLING


def _contents(request: JobRequest) -> dict[str, Any]:
    contents: dict[str, Any] = {}
    if isinstance(request.program, str | os.PathLike):
        contents["code"] = _text(request.program)
    else:
        contents["program"] = [_text(source) for source in request.program]
    if request.operator is not None and len(contents.get("program", ())) > 1:
        raise ValueError("an operator is for one program: several programs side by side give counts")
    if request.operator is not None:
        contents["operator"] = operator_terms(request.operator)
    if request.parameters is not None:
        contents["parameters"] = [
            {name: _finite(value) for name, value in binding.items()} for binding in request.parameters
        ]
    return contents


def _finite(value: V) -> V:
    """The value; JSON would make nothing of one that is not finite."""
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{value} is not finite")
    return value


def _text(source: Source) -> str:
    return source if isinstance(source, str) else Path(source).read_text(encoding="utf-8")


def _plain(info: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if info is None else dict(info)
