"""What a user asks for, as the Cloud wants to read it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, TypeAlias, TypedDict

import msgspec

from qumulus.domain.job import DEFAULT_PRIORITY, DEFAULT_SHOTS, JobType
from qumulus.wire.job_info import text_form
from qumulus.wire.programs import CheckProgram
from qumulus.wire.user import SubmitJob

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
    return msgspec.json.encode([_wire(_asked(request)) for request in requests])


def check_body(program: Source, device: str | None) -> bytes:
    """Write the body of ``POST /qasm/check``."""
    return msgspec.json.encode(CheckProgram(code=_text(program), device_id=device))


def operator_terms(operator: Operator) -> list[dict[str, Any]]:
    """Write an operator as the Cloud reads it."""
    if isinstance(operator, str):
        return [{"pauli": operator, "coeff": 1.0}]
    pairs = operator.items() if isinstance(operator, Mapping) else operator
    return [{"pauli": pauli, "coeff": _plain(float(coeff))} for pauli, coeff in pairs]


def _wire(request: JobRequest) -> SubmitJob:
    contents = _contents(request)
    return SubmitJob(
        device_id=request.device,
        job_info=text_form(contents),
        job_type=request.job_type or _default_type(contents),
        shots=_plain(request.shots),
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
    if isinstance(request.program, Iterable) and not isinstance(request.program, str | bytes):
        contents["program"] = [_text(source) for source in request.program]
    else:
        contents["code"] = _text(request.program)
    if request.operator is not None and len(contents.get("program", ())) > 1:
        raise ValueError("an operator is for one program: several programs side by side give counts")
    if request.operator is not None:
        contents["operator"] = operator_terms(request.operator)
    if request.parameters is not None:
        if isinstance(request.parameters, Mapping):
            raise TypeError("parameters are a list with one mapping for each binding")
        contents["parameters"] = [_plain(binding) for binding in request.parameters]
    return contents


def _asked(request: Any) -> JobRequest:
    if not isinstance(request, JobRequest):
        raise TypeError(f"a batch holds JobRequest(program=…, device=…), not {type(request).__name__}")
    return request


def _text(source: Any) -> str:
    if isinstance(source, os.PathLike):
        return Path(source).read_text(encoding="utf-8")
    if not isinstance(source, str):
        hint = "; of a Qiskit circuit qiskit.qasm3.dumps(circuit) is one" if hasattr(source, "qregs") else ""
        raise TypeError(f"a program is OpenQASM text or a pathlib.Path, not {type(source).__name__}{hint}")
    if source.endswith(".qasm") and ";" not in source:
        raise ValueError(f"a text is taken for a program: for the file give pathlib.Path({source!r})")
    return source


def _plain(value: Any) -> Any:
    """The value as JSON has it; numbers and arrays of numpy become Python's.

    Raises:
        ValueError: a number in it is not finite, of which JSON would make nothing.
    """
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{value} is not finite")
    return value
