"""Statements that measure, reset, wait and separate; and those that are refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from qumulus.circuits import declarations, gate_statements
from qumulus.circuits.expressions import read_number
from qumulus.circuits.ir import Operation
from qumulus.circuits.lexer import Cursor
from qumulus.circuits.operands import Bits, Operand
from qumulus.circuits.program import Program

_SECONDS: Final[dict[str, float]] = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}

# What has a meaning in OpenQASM that a straight-line program has no place for.
_CONSTRUCTS: Final[dict[str, str]] = {
    "classical control": "if else for while switch case break continue",
    "a subroutine": "def return extern",
    "a parameter of the program": "input output",
    "a classical variable": "int uint float angle bool complex array mutable readonly",
    "calculated timing": "duration stretch box nop",
    "pulse-level control": "cal defcal defcalgrammar",
    "a pragma": "pragma",
    "ending the program early": "end",
}
UNSUPPORTED: Final = {word: what for what, words in _CONSTRUCTS.items() for word in words.split()}
_POSSIBLE: Final = "possible are declarations, constants, gates, modifiers, measure, reset, barrier and delay"
_ONLY_IN_3: Final = frozenset(UNSUPPORTED) - {"if"}


def refuse(program: Program, cursor: Cursor) -> None:
    """Name a construct of the language that cannot be read here."""
    word = cursor.text
    if word in _ONLY_IN_3:
        program.require_version_3(cursor.start, f"`{word}`")
    raise program.source.unsupported(
        cursor.start, f"`{word}` ({UNSUPPORTED[word]}) is not supported here", _POSSIBLE
    )


def read_bits(program: Program, cursor: Cursor) -> None:
    """``bit c;``, ``bit[2] c;`` and ``bit[2] c = measure q;``."""
    start = cursor.start
    bits, offset = declarations.read_bit_register(program, cursor)
    if cursor.accept("="):
        if cursor.text != "measure":
            raise program.source.unsupported(
                cursor.start, "a bit can only be given the result of a measurement", "bits start as 0"
            )
        _measure_into(program, cursor, Operand(bits, offset), start=start)
    cursor.expect(";")


def read_assignment(program: Program, cursor: Cursor) -> None:
    """``c = measure q;`` and ``c[0] = measure q[1];``."""
    start = cursor.start
    program.require_version_3(start, "the notation `c = measure q;`")
    target = program.read_operand(cursor, "bit")
    cursor.expect("=")
    if cursor.text != "measure":
        raise program.source.unsupported(
            cursor.start, "only the result of a measurement can be assigned", _POSSIBLE
        )
    _measure_into(program, cursor, target, start=start)
    cursor.expect(";")


def _measure_into(program: Program, cursor: Cursor, target: Operand, *, start: int) -> None:
    cursor.expect("measure")
    source = program.read_operand(cursor, "qubit")
    _append_measurements(program, source, target, start=start)


def read_measure(program: Program, cursor: Cursor) -> None:
    """``measure q -> c;``, and ``measure q;``, whose result nobody sees."""
    start = cursor.start
    cursor.advance()
    qubits = program.read_operand(cursor, "qubit")
    if cursor.accept("->"):
        _append_measurements(program, qubits, program.read_operand(cursor, "bit"), start=start)
    else:
        program.require_version_3(start, "a measurement without a target")
        program.append([Operation("measure", (qubit,)) for qubit in qubits.bits.indices], start)
    cursor.expect(";")


def _append_measurements(program: Program, qubits: Operand, target: Operand, *, start: int) -> None:
    n_qubits, n_bits = len(qubits.bits.indices), len(target.bits.indices)
    if n_qubits != n_bits:
        raise program.source.invalid(
            target.offset, f"{n_qubits} qubit(s) cannot be measured into {n_bits} classical bit(s)"
        )
    program.append_measurements(qubits.bits.indices, target.bits.indices, start)


def read_reset(program: Program, cursor: Cursor) -> None:
    start = cursor.start
    cursor.advance()
    operand = program.read_operand(cursor, "qubit")
    cursor.expect(";")
    program.append([Operation("reset", (qubit,)) for qubit in operand.bits.indices], start)


def read_barrier(program: Program, cursor: Cursor) -> None:
    """``barrier q, r[0];``, and ``barrier;`` over all qubits."""
    start = cursor.start
    cursor.advance()
    qubits: Sequence[int] = range(program.n_qubits)
    if cursor.text != ";":
        qubits = _distinct_qubits(program, cursor)
    program.expander.charge(len(qubits) // 8, start)
    cursor.expect(";")
    program.append([Operation("barrier", tuple(qubits))], start)


def _distinct_qubits(program: Program, cursor: Cursor) -> list[int]:
    """All qubits of the operands at the cursor."""
    qubits: dict[int, None] = {}
    while True:
        operand = program.read_operand(cursor, "qubit")
        program.expander.charge(len(operand.bits.indices) // 8, operand.offset)
        for qubit in operand.bits.indices:
            if qubit in qubits:
                raise program.source.invalid(operand.offset, "this qubit is named twice")
            qubits[qubit] = None
        if not cursor.accept(","):
            return list(qubits)


def read_delay(program: Program, cursor: Cursor) -> None:
    """``delay[100ns] q[0], q[1];``: one operation for each qubit, in seconds."""
    start = cursor.start
    program.require_version_3(start, "`delay`")
    cursor.advance()
    cursor.expect("[")
    seconds = _read_seconds(program, cursor)
    cursor.expect("]")
    qubits: Sequence[int] = range(program.n_qubits)
    if cursor.text != ";":
        qubits = _distinct_qubits(program, cursor)
    cursor.expect(";")
    program.append([Operation("delay", (qubit,), (seconds,)) for qubit in qubits], start)


def _read_seconds(program: Program, cursor: Cursor) -> float:
    offset, unit = cursor.start, (cursor.unit or "").strip()
    if cursor.text == "-":
        raise program.source.invalid(offset, "a delay cannot be negative")
    if cursor.kind != "number" or not unit or unit == "im":
        raise program.source.unsupported(
            offset, "a delay must be a number with a unit", "for example `delay[100ns]`"
        )
    if unit == "dt":
        raise program.source.unsupported(
            offset, "a delay in `dt` depends on the device's sample time", "write it in ns, us, ms or s"
        )
    cursor.unit = None
    seconds = read_number(cursor) * _SECONDS[unit]
    if cursor.text != "]":
        raise program.source.unsupported(cursor.start, "a delay must be a single number with a unit")
    return seconds


def refuse_annotation(program: Program, cursor: Cursor) -> None:
    raise program.source.unsupported(cursor.start, "annotations are not supported here", "remove the line")


def refuse_pragma(program: Program, cursor: Cursor) -> None:
    raise program.source.unsupported(cursor.start, "pragmas are not supported here", "remove the line")


def refuse_block(program: Program, cursor: Cursor) -> None:
    raise program.source.unsupported(cursor.start, "blocks are not supported here", _POSSIBLE)


Handler = Callable[[Program, Cursor], None]
HANDLERS_2: Final[dict[str, Handler]] = {
    "OPENQASM": declarations.read_version,
    "include": declarations.read_include,
    "qreg": declarations.read_old_register,
    "creg": declarations.read_old_register,
    "gate": gate_statements.read_definition,
    "opaque": gate_statements.read_definition,
    "measure": read_measure,
    "reset": read_reset,
    "barrier": read_barrier,
    "if": refuse,
    "{": refuse_block,
    "@": refuse_annotation,
    "#": refuse_pragma,
}
HANDLERS_3: Final[dict[str, Handler]] = {
    **HANDLERS_2,
    "qubit": declarations.read_qubit,
    "bit": read_bits,
    "const": declarations.read_constant,
    "let": declarations.read_alias,
    "delay": read_delay,
    **dict.fromkeys(UNSUPPORTED, refuse),
}


def is_assignment(program: Program, cursor: Cursor) -> bool:
    """Whether the statement at the cursor begins with classical bits."""
    symbol = program.symbols.get(cursor.text)
    return isinstance(symbol, Bits) and symbol.kind == "bit"
