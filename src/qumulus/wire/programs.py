"""Looking at programs: what comes and what goes."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

ProgramText = Annotated[str, Meta(min_length=1, max_length=4 * 1024 * 1024)]

CHECK_EXAMPLE: Final[dict[str, Any]] = {
    "code": 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;',
    "device_id": "SC",
}


class CheckProgram(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An OpenQASM text; with ``device_id`` also what that device cannot do."""

    code: ProgramText
    device_id: str | None = None


class LayOutProgram(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An OpenQASM text."""

    code: ProgramText


class DiagnosticBody(msgspec.Struct, frozen=True, kw_only=True):
    """``severity`` "error", "warning" or "note"; ``line`` and ``column`` from 1, null: no place."""

    severity: str
    code: str
    message: str
    hint: str | None
    line: int | None
    column: int | None


class StatisticsBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a program consists of; ``operations`` by name."""

    n_qubits: int
    n_clbits: int
    n_gates: int
    n_gates_1q: int
    n_gates_2q: int
    n_gates_multi: int
    n_measurements: int
    depth: int
    is_clifford: bool
    operations: dict[str, int]


class CheckBody(msgspec.Struct, frozen=True, kw_only=True):
    """``ok``: there is no error. ``statistics`` null: it cannot be read, or is no circuit."""

    ok: bool
    diagnostics: tuple[DiagnosticBody, ...]
    statistics: StatisticsBody | None
    parameters: tuple[str, ...]


class ControlBody(msgspec.Struct, frozen=True, kw_only=True):
    """A control; ``state`` 0 or 1 lets the gate act."""

    qubit: int
    state: int


class LayoutItem(msgspec.Struct, frozen=True, kw_only=True):
    """One operation; no other stands between its first and last wire in its column.

    ``kind`` "gate", "measure", "reset", "barrier" or "delay"; ``qubits`` without the ``controls``;
    ``clbit`` is the bit that a measurement writes.
    """

    kind: str
    name: str
    label: str
    qubits: tuple[int, ...]
    controls: tuple[ControlBody, ...]
    clbit: int | None
    line: int | None
    column: int | None


class LayoutBody(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing: names of the wires, and ``columns`` from left to right.

    ``is_complete`` false: operations after the first 10,000 are left out.
    """

    qubits: tuple[str, ...]
    clbits: tuple[str, ...]
    columns: tuple[tuple[LayoutItem, ...], ...]
    is_complete: bool
