"""OpenQASM 2 and 3 in one pass, for straight-line programs.

Most statements of most programs are ``name(numbers) q[i], q[j];``. One regular expression takes
them, and what their parts mean is looked up by their text; all others are read token by token.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final, NamedTuple, cast

from qumulus.circuits.definitions import Call, Definition
from qumulus.circuits.errors import ProgramError, ReadLimits, Source
from qumulus.circuits.gate_statements import (
    MODIFIERS,
    check_params,
    n_controls_of,
    read_modifiers,
    read_params,
)
from qumulus.circuits.gates import Spelling
from qumulus.circuits.ir import Circuit, Operation
from qumulus.circuits.lexer import Cursor, blank_comments
from qumulus.circuits.modifiers import folded
from qumulus.circuits.operands import BitKind, Bits, Operand, broadcast, broadcast_size, check_distinct
from qumulus.circuits.program import Program
from qumulus.circuits.statements import (
    HANDLERS_2,
    HANDLERS_3,
    is_assignment,
    read_assignment,
)

_GATE_CALL: Final = re.compile(
    r"""\s*+(
        (?:(?:inv|ctrl|negctrl|pow)\b\s*+(?:\([^();{}@"]*+\)\s*+)?@\s*+)*+  # perhaps modifiers
        [^\W\d]\w*+)                                      # a name
    (?:\s*+\(((?:[^();{}@"]++|\([^();{}@"]*+\))*+)\)\s*+|\s++)  # perhaps its parameters
    ((?:[^\W\d]|\$)[\w$\[\],\ \t]*+);""",  # qubits
    re.VERBOSE,
)
_MEASUREMENT: Final = re.compile(
    r"""\s*+(measure\s++(?P<q2>[^\W\d]\w*+\[[0-9]++\])\s*+->\s*+(?P<c2>[^\W\d]\w*+\[[0-9]++\])
    |(?P<c3>[^\W\d]\w*+\[[0-9]++\])\s*+=\s*+measure\s++(?P<q3>[^\W\d]\w*+\[[0-9]++\]))\s*+;""",
    re.VERBOSE,
)
_NUMBER: Final = r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?"
_PLAIN_ANGLE: Final = re.compile(
    rf"\s*+([+-]?)(?:({_NUMBER})|(?:([0-9]{{1,9}}+)\*)?(?:pi|π)(?:/([0-9]{{1,9}}+))?)\s*+"
)
_PLAIN_OPERAND: Final = re.compile(r"\s*+([^\W\d]\w*+)(?:\[([0-9]{1,6}+)\])?\s*+")
_BLANK: Final = re.compile(r"[\s;]++")
_BYTE_ORDER_MARK = "\ufeff"
_NEVER = 1 << 62
_LETTERS: Final[tuple[tuple[str, BitKind], ...]] = (("q", "qubit"), ("c", "bit"))
_DEFAULT_LIMITS: Final = ReadLimits()
_ONLY_IN_3: Final = MODIFIERS.union(HANDLERS_3).difference(HANDLERS_2)


class Plan(NamedTuple):
    """What one call does, on qubits numbered as its operands."""

    operations: tuple[Operation, ...]
    n_qubits: int
    is_single: bool
    """One operation, on the operands in their order."""
    weight: int
    """How much memory one application takes, in operations."""


Rows = list[tuple[int, ...]]


def read_program(source: str, limits: ReadLimits = _DEFAULT_LIMITS) -> Circuit:
    """Read a straight-line OpenQASM 2 or 3 program.

    Without a version line the program is OpenQASM 2 if it includes ``qelib1.inc`` or declares a
    ``qreg``, else OpenQASM 3. Global phases without controls are left out, unless written as ``gphase``.

    Raises:
        ProgramError: the program is wrong, needs what is not supported, or passes a limit.
    """
    if len(source) > limits.source_bytes or len(source.encode("utf-8", "replace")) > limits.source_bytes:
        raise ProgramError("limit_exceeded", f"the program is longer than {limits.source_bytes:,} bytes")
    text = blank_comments(source.removeprefix(_BYTE_ORDER_MARK))
    program = Program(Source(text), limits)
    _Reader(program).read()
    return program.circuit()


class _Reader:
    def __init__(self, program: Program) -> None:
        self._program = program
        self._text = program.source.text
        self._plans: dict[tuple[str, str | None], Plan] = {}
        self._rows: dict[str, Rows] = {}
        self._line, self._line_start, self._next_newline = 0, 0, -1

    def read(self) -> None:
        position = 0
        while position < len(self._text):
            position = self._read_measurements(self._read_gate_calls(position))
            blank = _BLANK.match(self._text, position)
            position = self._read_statement(blank.end() if blank else position)

    def _read_gate_calls(self, position: int) -> int:
        """Take gate calls as long as they are simple; the offset of the first statement that is not."""
        match, text, append = _GATE_CALL.match, self._text, self._program.operations.append
        known_plans, known_rows, new = self._plans, self._rows, tuple.__new__
        room = self._program.limits.operations - len(self._program.operations)
        while (found := match(text, position)) is not None:
            name, params, operands = found.groups()
            plan = known_plans.get((name, params)) or self._plan_at(found)
            if plan is None:
                break
            rows = known_rows.get(operands) or self._rows_at(found)
            calls, n_qubits, is_single, _ = plan
            offset = found.start(1)
            room -= len(rows) * len(calls)
            if n_qubits != len(rows[0]) or room < 0:
                self._refuse(plan, len(rows[0]), offset)
            if offset > self._next_newline:
                self._go_to_line(offset)
            line, column = self._line, offset - self._line_start + 1
            if is_single:
                name, _, angles, _, controls, _, _ = calls[0]
                for row in rows:
                    append(new(Operation, (name, row, angles, (), controls, line, column)))
            else:
                self._program.expander.charge(len(rows) * plan.weight, offset)
                self._apply(plan, rows, line, column)
            position = found.end()
        return position

    def _read_measurements(self, position: int) -> int:
        """Take measurements of one qubit; the offset of the first statement that is none."""
        while (found := _MEASUREMENT.match(self._text, position)) is not None:
            qubit, bit = (self._plain_bit(found[f"{k}2"] or found[f"{k}3"], kind) for k, kind in _LETTERS)
            if qubit is None or bit is None or (found["q3"] and self._program.version == 2):
                break
            self._program.append([Operation("measure", (qubit,), clbits=(bit,))], found.start(1))
            position = found.end()
        return position

    def _go_to_line(self, offset: int) -> None:
        """Count lines up to the one of ``offset``."""
        while offset > self._next_newline:
            self._line += 1
            self._line_start = self._next_newline + 1
            self._next_newline = self._text.find("\n", self._line_start)
            if self._next_newline < 0:
                self._next_newline = _NEVER

    def _plan_at(self, found: re.Match[str]) -> Plan | None:
        """What a simple call does; None if the name is no gate."""
        name, params, _ = found.groups()
        symbol = self._program.symbols.get(name)
        plan = None
        if isinstance(symbol, Spelling):
            plan = _plain_plan(symbol, params)
        elif not isinstance(symbol, Definition) and ("@" not in name or self._program.version == 2):
            return None
        if plan is None:
            plan = self._read_plan(Cursor(self._program.source, found.start(1)))
        self._plans[name, params] = plan
        return plan

    def _read_plan(self, cursor: Cursor) -> Plan:
        """Read a call up to its operands."""
        program, start = self._program, cursor.start
        modifiers = read_modifiers(program, cursor)
        offset = cursor.start
        callee = program.callee(cursor.expect_name("a gate"), offset)
        params = read_params(program, cursor)
        check_params(program, callee, len(params), offset)
        n_qubits = callee.n_qubits + n_controls_of(modifiers)
        call = Call(callee, params, modifiers, tuple(range(n_qubits)), start)
        return _plan_of(program.expander.call(call), n_qubits)

    def _rows_at(self, found: re.Match[str]) -> Rows:
        """The qubits of a simple call."""
        row = tuple([self._plain_bit(text, "qubit") for text in found[3].split(",")])
        if None not in row and len(set(row)) == len(row):
            rows = [cast("tuple[int, ...]", row)]
        else:
            cursor = Cursor(self._program.source, found.start(3))
            operands = self._program.read_operands(cursor)
            if cursor.text != ";":
                raise cursor.unexpected("`,` or `;`")
            rows = self._broadcast(operands)
        self._rows[found[3]] = rows
        return rows

    def _plain_bit(self, text: str, kind: BitKind) -> int | None:
        """The index of ``q[3]`` or ``q``; None where that takes a closer look."""
        found = _PLAIN_OPERAND.fullmatch(text)
        bits = self._program.symbols.get(found[1]) if found else None
        if found is None or not isinstance(bits, Bits) or bits.kind != kind:
            return None
        if found[2] is None:
            return bits.indices[0] if bits.is_single else None
        index = int(found[2])
        return bits.indices[index] if not bits.is_single and index < len(bits.indices) else None

    def _broadcast(self, operands: Sequence[Operand]) -> Rows:
        source = self._program.source
        size = broadcast_size(operands, source)
        if operands:
            self._program.expander.charge((size or 1) * len(operands) // 8, operands[0].offset)
        rows = broadcast(operands, size)
        for row in rows:
            check_distinct(row, operands, source)
        return rows

    def _refuse(self, plan: Plan, n_qubits: int, offset: int) -> None:
        """A call with the wrong number of qubits, or one too many."""
        if n_qubits != plan.n_qubits:
            raise self._program.source.invalid(
                offset, f"this gate acts on {plan.n_qubits} qubit(s), not {n_qubits}"
            )
        raise self._program.expander.too_many(offset)

    def _apply(self, plan: Plan, rows: Rows, line: int, column: int) -> None:
        append, new = self._program.operations.append, tuple.__new__
        for row in rows:
            for name, local, angles, _, controls, _, _ in plan.operations:
                qubits = tuple([row[qubit] for qubit in local])
                append(new(Operation, (name, qubits, angles, (), controls, line, column)))

    def _read_statement(self, position: int) -> int:
        """Read any one statement, token by token."""
        program = self._program
        cursor = Cursor(program.source, position)
        handlers = HANDLERS_2 if program.version == 2 else HANDLERS_3
        if cursor.kind == "end":
            return cursor.end
        handler = handlers.get(cursor.text) if cursor.kind in ("name", "operator") else None
        if handler is not None:
            handler(program, cursor)
        elif is_assignment(program, cursor):
            read_assignment(program, cursor)
        else:
            self._read_call(cursor)
        return cursor.start

    def _read_call(self, cursor: Cursor) -> None:
        """A gate call of any form."""
        program, start = self._program, cursor.start
        if cursor.text in _ONLY_IN_3 and cursor.text not in program.symbols:
            program.require_version_3(start, f"`{cursor.text}`")
        if cursor.kind != "name":
            raise cursor.unexpected("a statement")
        plan = self._read_plan(cursor)
        operands = program.read_operands(cursor) if cursor.text != ";" else []
        if len(operands) != plan.n_qubits:
            self._refuse(plan, len(operands), start)
        rows = self._broadcast(operands)
        cursor.expect(";")
        if len(program.operations) + len(rows) * len(plan.operations) > program.limits.operations:
            self._refuse(plan, plan.n_qubits, start)
        program.expander.charge(len(rows) * plan.weight, start)
        self._apply(plan, rows, *program.source.place(start))


def _plain_plan(spelling: Spelling, params: str | None) -> Plan | None:
    """The plan of a library gate whose parameters are plain angles; None if they are not."""
    angles = () if params is None else tuple([_plain_angle(text) for text in params.split(",")])
    if len(angles) != spelling.n_params or not all(map(math.isfinite, angles)):
        return None
    if spelling.angles is not None:
        angles = spelling.angles(angles)
    return _plan_of([Operation(spelling.gate, tuple(range(spelling.n_qubits)), angles)], spelling.n_qubits)


def _plain_angle(text: str) -> float:
    """The value of ``1.5e-3`` or ``-3*pi/4``; not a number where that takes a closer look."""
    found = _PLAIN_ANGLE.fullmatch(text)
    if found is None:
        return math.nan
    sign, number, factor, divisor = found.groups()
    if number is not None:
        angle = float(number)
    else:
        angle = int(factor or 1) * math.pi / int(divisor or 1) if divisor != "0" else math.nan
    return -angle if sign == "-" else angle


def _plan_of(expanded: Sequence[Operation], n_qubits: int) -> Plan:
    operations = tuple([o for operation in expanded for o in folded(operation)])
    is_single = len(operations) == 1 and operations[0].qubits == tuple(range(n_qubits))
    weight = len(operations) + sum([len(operation.qubits) // 8 for operation in operations])
    return Plan(operations, n_qubits, is_single, weight)
