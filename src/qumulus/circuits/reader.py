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
from qumulus.circuits.gates import SPELLINGS, Spelling
from qumulus.circuits.ir import Circuit, Operation
from qumulus.circuits.lexer import Cursor, blank_comments
from qumulus.circuits.modifiers import folded
from qumulus.circuits.operands import Operand, broadcast, broadcast_size, check_distinct
from qumulus.circuits.phrases import take_phrases
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
    (?:\s*+\(([^();{}@"]*+(?:\([^();{}@"]*+\)[^();{}@"]*+)*+)\)\s*+|\s++)  # perhaps its parameters
    ((?:[^\W\d]|\$)[\w$\[\],\ \t]*+);""",  # qubits
    re.VERBOSE,
)
_NUMBER: Final = r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?"
_PLAIN_ANGLE: Final = re.compile(
    rf"\s*+([+-]?)(?:({_NUMBER})|(?:([0-9]{{1,9}}+)\*)?(?:pi|π)(?:/([0-9]{{1,9}}+))?)\s*+"
)
_PARTS_OF_PI: Final = {"pi": math.pi, **{f"pi/{n}": math.pi / n for n in range(1, 1025)}}
_BLANK: Final = re.compile(r"[\s;]++")
_BYTE_ORDER_MARK = "\ufeff"
_NEVER = 1 << 62
_DEFAULT_LIMITS: Final = ReadLimits()
_ONLY_IN_3: Final = MODIFIERS.union(HANDLERS_3).difference(HANDLERS_2)


class Expansion(NamedTuple):
    """What a call does that is more than one gate, on qubits numbered as its operands."""

    operations: tuple[Operation, ...]
    weight: int
    """How much memory one application takes, in operations."""


Plan = tuple[int, str, tuple[float, ...], str, Expansion | None]
"""What a call does: number of qubits; name, angles and controls of the one gate, or its expansion."""

Rows = list[tuple[int, ...]]


def read_program(source: str, limits: ReadLimits = _DEFAULT_LIMITS) -> Circuit:
    """Read a straight-line OpenQASM 2 or 3 program.

    Without a version line the program is OpenQASM 2 if it includes ``qelib1.inc`` or declares a
    ``qreg``, else OpenQASM 3. Global phases without controls are left out, unless written as ``gphase``.

    Raises:
        ProgramError: the program is wrong, needs what is not supported, or passes a limit.
    """
    text = blank_comments(check_size(source, limits))
    return read_statements(Program(Source(text), limits))


def read_statements(program: Program) -> Circuit:
    """Read the whole text of a program, of which something may be declared already."""
    _Reader(program).read()
    return program.circuit()


def check_size(source: str, limits: ReadLimits) -> str:
    """The text without a byte order mark.

    Raises:
        ProgramError: it is too long.
    """
    # A character takes up to four bytes.
    if 4 * len(source) > limits.source_bytes < len(source.encode("utf-8", "replace")):
        raise ProgramError("limit_exceeded", f"the program is longer than {limits.source_bytes:,} bytes")
    return source.removeprefix(_BYTE_ORDER_MARK)


class _Reader:
    def __init__(self, program: Program) -> None:
        self._program = program
        self._text = program.source.text
        self._plans: dict[str | tuple[str, str], Plan] = {}
        self._rows: dict[str, Rows] = {}
        self._known_qubits = program.known_bits["qubit"]
        self._place = 0, 0, -1
        """Number and start of the line reached, and the offset of its end."""

    def read(self) -> None:
        position = 0
        while position < len(self._text):
            before = position
            position = self._read_gate_calls(take_phrases(self._program, position))
            if position > before:
                continue
            if (blank := _BLANK.match(self._text, position)) is not None:
                position = blank.end()
            if position < len(self._text):
                position = self._read_statement(position)

    def _read_gate_calls(self, position: int) -> int:
        """Take gate calls as long as they are simple; the offset of the first statement that is not."""
        match, text, append = _GATE_CALL.match, self._text, self._program.operations.append
        known_plans, known_rows, new = self._plans, self._rows, tuple.__new__
        line, line_start, next_newline = self._place
        room = self._program.limits.operations - len(self._program.operations)
        while (found := match(text, position)) is not None:
            name, params, operands = found.groups()
            offset = found.start(1)
            plan = known_plans.get(name if params is None else (name, params))
            if plan is None and (plan := self._plan_at(name, params, offset)) is None:
                break
            rows = known_rows.get(operands) or self._rows_at(operands, found)
            n_qubits, gate, angles, controls, expansion = plan
            position = found.end()
            room -= len(rows) if expansion is None else len(rows) * len(expansion.operations)
            if n_qubits != len(rows[0]) or room < 0:
                self._refuse(n_qubits, len(rows[0]), offset)
            while offset > next_newline:
                line, line_start = line + 1, next_newline + 1
                next_newline = text.find("\n", line_start)
                next_newline = _NEVER if next_newline < 0 else next_newline
            column = offset - line_start + 1
            if expansion is None:
                for row in rows:
                    append(new(Operation, (gate, row, angles, (), controls, line, column)))
            else:
                self._program.expander.charge(len(rows) * expansion.weight, offset)
                self._apply(expansion, rows, line, column)
        self._place = line, line_start, next_newline
        return position

    def _plan_at(self, name: str, params: str | None, offset: int) -> Plan | None:
        """What a simple call does; None if the name is no gate."""
        symbol = self._program.symbols.get(name)
        plan = None
        if type(symbol) is Spelling:
            plan = _FIXED_PLANS.get(name) if params is None else _plain_plan(symbol, params)
        elif type(symbol) is not Definition and ("@" not in name or self._program.version == 2):
            return None
        if plan is None:
            plan = _plan_of(*self._expanded(Cursor(self._program.source, offset)))
        self._plans[name if params is None else (name, params)] = plan
        return plan

    def _expanded(self, cursor: Cursor) -> tuple[int, tuple[Operation, ...]]:
        """Read a call up to its operands: on how many qubits it does what."""
        program, start = self._program, cursor.start
        modifiers = read_modifiers(program, cursor)
        offset = cursor.start
        callee = program.callee(cursor.expect_name("a gate"), offset)
        params = read_params(program, cursor)
        check_params(program, callee, len(params), offset)
        n_qubits = callee.n_qubits + n_controls_of(modifiers)
        call = Call(callee, params, modifiers, tuple(range(n_qubits)), start)
        return n_qubits, tuple([o for operation in program.expander.call(call) for o in folded(operation)])

    def _rows_at(self, text: str, found: re.Match[str]) -> Rows:
        """The qubits of a simple call."""
        known = self._known_qubits
        if (only := known.get(text)) is not None:
            rows = self._rows[text] = [(only,)]
            return rows
        row = tuple(map(known.get, text.split(", ")))
        if None in row:
            row = tuple([self._program.index_of(name.strip(), "qubit") for name in text.split(",")])
        if None not in row and len(set(row)) == len(row):
            rows = [cast("tuple[int, ...]", row)]
        else:
            cursor = Cursor(self._program.source, found.start(3))
            operands = self._program.read_operands(cursor)
            if cursor.text != ";":
                raise cursor.unexpected("`,` or `;`")
            rows = self._broadcast(operands)
        self._rows[text] = rows
        return rows

    def _broadcast(self, operands: Sequence[Operand]) -> Rows:
        source = self._program.source
        size = broadcast_size(operands, source)
        if operands:
            self._program.expander.charge((size or 1) * len(operands) // 8, operands[0].offset)
        rows = broadcast(operands, size)
        for row in rows:
            check_distinct(row, operands, source)
        return rows

    def _refuse(self, wanted: int, n_qubits: int, offset: int) -> None:
        """A call with the wrong number of qubits, or one too many."""
        if n_qubits != wanted:
            raise self._program.source.invalid(offset, f"this gate acts on {wanted} qubit(s), not {n_qubits}")
        raise self._program.expander.too_many(offset)

    def _apply(self, expansion: Expansion, rows: Rows, line: int, column: int) -> None:
        append, new = self._program.operations.append, tuple.__new__
        for row in rows:
            for name, local, angles, _, controls, _, _ in expansion.operations:
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
        n_qubits, operations = self._expanded(cursor)
        operands = program.read_operands(cursor) if cursor.text != ";" else []
        if len(operands) != n_qubits:
            self._refuse(n_qubits, len(operands), start)
        rows = self._broadcast(operands)
        cursor.expect(";")
        expansion = _expansion_of(operations)
        if len(program.operations) + len(rows) * len(operations) > program.limits.operations:
            self._refuse(n_qubits, n_qubits, start)
        program.expander.charge(len(rows) * expansion.weight, start)
        self._apply(expansion, rows, *program.source.place(start))


def _plain_plan(spelling: Spelling, params: str) -> Plan | None:
    """The plan of a library gate whose parameters are plain angles; None if they are not."""
    _, gate, n_params, n_qubits, convert = spelling
    if n_params == 1 and convert is None:
        angle = _plain_angle(params)
        return (n_qubits, gate, (angle,), "", None) if math.isfinite(angle) else None
    angles = tuple([_plain_angle(text) for text in params.split(",")])
    if len(angles) != n_params or not all(map(math.isfinite, angles)):
        return None
    operation = Operation(gate, tuple(range(n_qubits)), angles if convert is None else convert(angles))
    return _plan_of(n_qubits, folded(operation))


def _plain_angle(text: str) -> float:
    """The value of ``1.5e-3`` or ``-3*pi/4``; not finite where that takes a closer look."""
    if (part := _PARTS_OF_PI.get(text)) is not None:
        return part
    if "p" not in text and text.isascii() and "_" not in text:
        try:
            return float(text)
        except ValueError:
            return math.nan
    found = _PLAIN_ANGLE.fullmatch(text)
    if found is None:
        return math.nan
    sign, number, factor, divisor = found.groups()
    if number is not None:
        angle = float(number)
    else:
        angle = int(factor or 1) * math.pi / int(divisor or 1) if divisor != "0" else math.nan
    return -angle if sign == "-" else angle


def _plan_of(n_qubits: int, operations: tuple[Operation, ...]) -> Plan:
    if len(operations) == 1:
        name, qubits, angles, _, controls, _, _ = operations[0]
        if qubits == tuple(range(n_qubits)):
            return n_qubits, name, angles, controls, None
    return n_qubits, "", (), "", _expansion_of(operations)


def _expansion_of(operations: tuple[Operation, ...]) -> Expansion:
    return Expansion(
        operations, len(operations) + sum([len(operation.qubits) // 8 for operation in operations])
    )


_FIXED_PLANS: Final[dict[str, Plan]] = {
    name: (spelling.n_qubits, spelling.gate, (), "", None)
    for name, spelling in SPELLINGS.items()
    if spelling.n_params == 0
}
