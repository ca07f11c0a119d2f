"""Gate definitions, and calls with modifiers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from qumulus.circuits.definitions import Call, Callee, Definition, Modifier, size_of
from qumulus.circuits.expressions import Expression
from qumulus.circuits.lexer import Cursor
from qumulus.circuits.program import Program, suggestion

MODIFIERS: Final = frozenset(("inv", "pow", "ctrl", "negctrl"))


def read_definition(program: Program, cursor: Cursor) -> None:
    """``gate name(params) qubits { … }`` and ``opaque name(params) qubits;``."""
    is_opaque = cursor.text == "opaque"
    cursor.advance()
    offset = cursor.start
    name = cursor.expect_name("the name of a gate")
    parameters: tuple[str, ...] = ()
    if cursor.accept("("):
        parameters = _read_names(cursor, "a parameter", ")") if cursor.text != ")" else ()
        cursor.expect(")")
    qubits = _read_names(cursor, "a qubit", ";" if is_opaque else "{")
    _check_names(program, parameters + qubits, offset)
    body: tuple[Call, ...] | None = None
    if is_opaque:
        cursor.expect(";")
    else:
        body = _Body(program, cursor, parameters, qubits).read()
    depth = 1 + max((_depth(call.callee) for call in body or ()), default=0)
    if depth > program.limits.nesting:
        raise program.source.exceeded(
            offset, f"gate definitions are nested deeper than {program.limits.nesting} levels"
        )
    definition = Definition(
        name=name,
        parameters=parameters,
        n_qubits=len(qubits),
        body=body,
        depth=depth,
        size=sum(map(size_of, body or ())),
    )
    program.declare(name, definition, offset)


def _depth(callee: Callee | None) -> int:
    return callee.depth if isinstance(callee, Definition) else 0


def _read_names(cursor: Cursor, what: str, end: str) -> tuple[str, ...]:
    names = [cursor.expect_name(what)]
    while cursor.accept(","):
        names.append(cursor.expect_name(what))
    if cursor.text != end:
        raise cursor.unexpected(f"`,` or `{end}`")
    return tuple(names)


def _check_names(program: Program, names: tuple[str, ...], offset: int) -> None:
    if len(set(names)) != len(names):
        raise program.source.invalid(offset, "the parameters and qubits of a gate must have different names")


def read_modifiers(
    program: Program, cursor: Cursor, parameters: tuple[str, ...] = ()
) -> tuple[Modifier, ...]:
    """Read ``ctrl(2) @ inv @ …``, in the order of the text."""
    found: list[Modifier] = []
    while cursor.kind == "name" and cursor.text in MODIFIERS and program.version == 3:
        if len(found) == program.limits.nesting:
            raise program.source.exceeded(
                cursor.start, f"a gate call has more than {program.limits.nesting} modifiers"
            )
        found.append(_read_modifier(program, cursor, parameters))
        cursor.expect("@")
    return tuple(found)


def _read_modifier(program: Program, cursor: Cursor, parameters: tuple[str, ...]) -> Modifier:
    name, offset = cursor.text, cursor.start
    cursor.advance()
    argument: Expression | int = 0 if name == "inv" else 1
    if name == "pow" and cursor.text != "(":
        raise cursor.unexpected("`(` and an exponent")
    if name != "inv" and cursor.accept("("):
        if name == "pow":
            argument = program.expressions.read(cursor, parameters)
        else:
            argument = program.expressions.read_integer(cursor, "the number of controls")
            if not 1 <= argument <= program.limits.qubits:
                raise program.source.invalid(
                    offset,
                    f"the number of controls must be from 1 to {program.limits.qubits}, not {argument}",
                )
        cursor.expect(")")
    return Modifier(name, argument, offset)


def read_params(program: Program, cursor: Cursor, parameters: tuple[str, ...] = ()) -> tuple[Expression, ...]:
    """Read what stands in parentheses after a gate's name, if anything does."""
    if not cursor.accept("("):
        return ()
    params: list[Expression] = []
    while cursor.text != ")":
        params.append(program.expressions.read(cursor, parameters))
        if not cursor.accept(","):
            break
    cursor.expect(")")
    return tuple(params)


def check_params(program: Program, callee: Callee, n_params: int, offset: int) -> None:
    """A gate takes exactly its parameters."""
    if n_params != callee.n_params:
        raise program.source.invalid(
            offset, f"the gate `{callee.name}` takes {callee.n_params} parameter(s), not {n_params}"
        )


def check_qubits(program: Program, callee: Callee, *, n_qubits: int, n_controls: int, offset: int) -> None:
    """A gate takes exactly its qubits, after its controls."""
    wanted = callee.n_qubits + n_controls
    if n_qubits != wanted:
        with_controls = f" with {n_controls} control(s)" if n_controls else ""
        raise program.source.invalid(
            offset, f"the gate `{callee.name}`{with_controls} acts on {wanted} qubit(s), not {n_qubits}"
        )


def n_controls_of(modifiers: tuple[Modifier, ...]) -> int:
    """How many qubits lead those of the gate itself."""
    return sum(modifier.argument for modifier in modifiers if isinstance(modifier.argument, int))


class _Body:
    """Reads the body of a definition; all but values is checked here, once."""

    def __init__(
        self, program: Program, cursor: Cursor, parameters: tuple[str, ...], qubits: tuple[str, ...]
    ) -> None:
        self._program = program
        self._cursor = cursor
        self._parameters = parameters
        self._qubits: Mapping[str, int] = {name: index for index, name in enumerate(qubits)}

    def read(self) -> tuple[Call, ...]:
        self._cursor.expect("{")
        calls: list[Call] = []
        while not self._cursor.accept("}"):
            if not self._cursor.accept(";"):
                calls.append(self._call())
        return tuple(calls)

    def _call(self) -> Call:
        program, cursor = self._program, self._cursor
        start = cursor.start
        modifiers = read_modifiers(program, cursor, self._parameters)
        offset = cursor.start
        name = cursor.expect_name("a gate")
        if name == "barrier" and not modifiers:
            return Call(None, (), (), self._barrier_qubits(), start)
        if name in ("measure", "reset", "if", "for", "while", "switch", "delay", "box"):
            allowed = name in ("measure", "reset", "if")
            complain = program.source.invalid if allowed else program.source.unsupported
            raise complain(offset, f"`{name}` cannot stand in a gate definition", "only gate calls can")
        callee = program.callee(name, offset)
        params = read_params(program, cursor, self._parameters)
        check_params(program, callee, len(params), offset)
        qubits = self._read_qubits()
        n_controls = n_controls_of(modifiers)
        check_qubits(program, callee, n_qubits=len(qubits), n_controls=n_controls, offset=offset)
        cursor.expect(";")
        return Call(callee, params, modifiers, qubits, start)

    def _barrier_qubits(self) -> tuple[int, ...]:
        qubits = self._read_qubits() or tuple(self._qubits.values())
        self._cursor.expect(";")
        return qubits

    def _read_qubits(self) -> tuple[int, ...]:
        if self._cursor.text == ";":
            return ()
        qubits = {self._qubit(): None}
        while self._cursor.accept(","):
            offset = self._cursor.start
            qubit = self._qubit()
            if qubit in qubits:
                raise self._program.source.invalid(offset, "this qubit is used twice in one gate")
            qubits[qubit] = None
        return tuple(qubits)

    def _qubit(self) -> int:
        offset = self._cursor.start
        name = self._cursor.expect_name("a qubit of the gate")
        index = self._qubits.get(name)
        if index is None:
            raise self._program.source.invalid(
                offset, f"`{name}` is not a qubit of this gate", suggestion(name, list(self._qubits))
            )
        if self._cursor.text == "[":
            raise self._program.source.invalid(self._cursor.start, "the qubits of a gate cannot be indexed")
        return index
