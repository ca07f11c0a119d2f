"""What can be said of a program without running it, as plain data. Pure; runs in the child."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, NamedTuple

from qumulus.circuits import (
    Circuit,
    DynamicProgram,
    Operation,
    ParametricProgram,
    ProgramError,
    read_any,
    read_parametric,
)
from qumulus.circuits.layout import Item, lay_out
from qumulus.circuits.parameters import input_names, read_symbolic
from qumulus.circuits.statistics import count
from qumulus.domain.texts import within

Json = dict[str, Any]

MAX_NOTES: Final = 20
_DIRECTIVES: Final = frozenset(("measure", "barrier", "reset", "delay"))
_TRANSPILED: Final = (
    "note",
    "needs_transpiling",
    ": the program has to be transpiled for it",
    "that is the default on hardware; transpiler_info {} asks for it anywhere",
)
_LACKING: Final = (
    "error",
    "unsupported_instruction",
    ", and a program that measurements steer cannot be transpiled",
    "a sampling job on a simulator runs it",
)
"""What follows from a gate that a device has not: severity, code, end of the message, hint."""


class Read(NamedTuple):
    """A program as read; ``parameters`` are what its symbolic angles depend on."""

    circuit: Circuit
    parameters: tuple[str, ...]
    symbols: tuple[str, ...]


def read(source: str) -> Read:
    """Read a program that can be drawn, with its parameters left open.

    Raises:
        ProgramError: it cannot be read, or measurements or parameters steer it.
    """
    program = _read(source)
    if isinstance(program, Read):
        return program
    if isinstance(program, ParametricProgram):
        raise ProgramError(
            "unsupported_instruction",
            f"the parameters {', '.join(program.parameters)} decide what happens here, so it is no circuit",
            hint="write their values into the program",
        )
    raise ProgramError(
        "unsupported_instruction",
        "measurements decide what happens here, so the program is no circuit",
        line=program.line,
        column=program.column,
        hint="`qumulus qasm check` checks it all the same",
    )


def _read(source: str) -> Read | DynamicProgram | ParametricProgram:
    if "input" in source and input_names(source):
        try:
            program = read_symbolic(source)
        except ProgramError as error:
            if error.code not in ("unsupported_instruction", "invalid_program"):
                raise
            return read_parametric(source)
        return Read(program.circuit, program.parameters, program.symbols)
    found = read_any(source)
    return found if isinstance(found, DynamicProgram) else Read(found, (), ())


def check(source: str, device: Mapping[str, Any] | None = None) -> Json:
    """Diagnostics, and statistics if the program can be read.

    ``device``: ``device_id``, ``n_qubits``, ``basis_gates`` (empty: it takes every gate), ``couplings``
    (pairs, empty: all).
    """
    try:
        program = _read(source)
        operations = program.circuit.operations if isinstance(program, Read) else program.check()
    except ProgramError as error:
        return {"ok": False, "diagnostics": [error_of(error)], "statistics": None, "parameters": []}
    if isinstance(program, ParametricProgram):
        return _unbound(program)
    circuit = program.circuit if isinstance(program, Read) else program
    found = [*_remarks(circuit), *(() if device is None else _limits(circuit, operations, device))]
    return {
        "ok": all(diagnostic["severity"] != "error" for diagnostic in found),
        "diagnostics": found,
        "statistics": asdict(count(circuit)) if isinstance(circuit, Circuit) else None,
        "parameters": list(program.parameters) if isinstance(program, Read) else [],
    }


def _unbound(program: ParametricProgram) -> Json:
    note = _diagnostic(
        "note",
        "parameters_decide",
        "parameters decide what happens here: a job with bindings reads the program anew for each of them",
    )
    return {
        "ok": True,
        "diagnostics": [note],
        "statistics": None,
        "parameters": list(program.parameters),
    }


def layout(source: str) -> Json:
    """The drawing's wires and columns.

    Raises:
        ProgramError: the program cannot be read.
    """
    program = read(source)
    found = lay_out(program.circuit, symbols=program.symbols)
    return {
        "qubits": list(found.qubits),
        "clbits": list(found.clbits),
        "columns": [[_item(item) for item in column] for column in found.columns],
        "is_complete": found.is_complete,
    }


def drawing(source: str, *, width: int, is_plain: bool) -> Json:
    """The drawing as ``lines`` of text, of plain characters if so wanted.

    Raises:
        ProgramError: the program cannot be read.
    """
    from qumulus.circuits.text_drawing import ASCII, UNICODE, draw

    program = read(source)
    found = lay_out(program.circuit, symbols=program.symbols)
    return {"lines": list(draw(found, width=width, style=ASCII if is_plain else UNICODE))}


def error_of(error: ProgramError) -> Json:
    """Why a program cannot be read."""
    line, column = (error.line, error.column) if error.line else (None, None)
    return _diagnostic("error", error.code, error.message, hint=error.hint, line=line, column=column)


def _item(item: Item) -> Json:
    return {
        "kind": item.kind,
        "name": item.name,
        "label": item.label,
        "qubits": list(item.qubits),
        "controls": [control._asdict() for control in item.controls],
        "clbit": item.clbit,
        "line": item.line or None,
        "column": item.column or None,
    }


def _remarks(circuit: Circuit | DynamicProgram) -> Iterator[Json]:
    if isinstance(circuit, DynamicProgram):
        yield _diagnostic(
            "note",
            "classical_control",
            "measurements decide what happens here: a sampling job on a simulator runs this, others do not",
            line=circuit.line or None,
            column=circuit.column or None,
        )
    if circuit.n_clbits == 0:
        yield _diagnostic(
            "warning",
            "nothing_measured",
            "the program has no classical bits: a sampling job of it fails, an estimation does not",
            hint="declare some and measure into them, for example `bit[2] c; c = measure q;`",
        )


def _limits(
    circuit: Circuit | DynamicProgram, operations: Sequence[Operation], device: Mapping[str, Any]
) -> Iterator[Json]:
    """What the device cannot do, or only after transpiling."""
    name, n_qubits = device["device_id"], device["n_qubits"]
    if n_qubits is not None and circuit.n_qubits > n_qubits:
        yield _diagnostic(
            "error",
            "too_many_qubits",
            f"the program declares {circuit.n_qubits} qubits, {name} has {n_qubits}",
            hint="use fewer qubits or another device",
        )
    severity, code, consequence, hint = _LACKING if isinstance(circuit, DynamicProgram) else _TRANSPILED
    seen: set[object] = set()
    for operation in operations:
        fault = _not_native(operation, circuit.n_qubits, device)
        if fault is None or fault in seen:
            continue
        seen.add(fault)
        yield _diagnostic(
            severity,
            code,
            f"{name} {fault}{consequence}",
            hint=hint,
            line=operation.line or None,
            column=operation.column or None,
        )
        if len(seen) == MAX_NOTES:
            return


def _not_native(operation: Operation, n_qubits: int, device: Mapping[str, Any]) -> str | None:
    """Qubits from ``n_qubits`` on are chosen by a run, so nobody knows which they are."""
    gates, couplings = device["basis_gates"], device["couplings"]
    name, qubits, controls = operation.name, operation.qubits, operation.controls
    if name in _DIRECTIVES or (name == "gphase" and not controls):
        return None
    if gates and (name not in gates or controls):
        return f"has no gate `{'c-' * len(controls)}{name}`"
    if couplings and len(qubits) == 2 and max(qubits) < n_qubits and qubits not in couplings:
        return f"does not couple qubits {qubits[0]} and {qubits[1]}"
    return None


def _diagnostic(
    severity: str,
    code: str,
    message: str,
    *,
    hint: str | None = None,
    line: int | None = None,
    column: int | None = None,
) -> Json:
    return {
        "severity": severity,
        "code": code,
        "message": within(message),
        "hint": hint,
        "line": line,
        "column": column,
    }
