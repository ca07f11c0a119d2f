"""What is fixed before a program runs: gates, subroutines, constants, qubits, registers, inputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Final

from qumulus.circuits.errors import ReadLimits, Source
from qumulus.circuits.gate_statements import read_definition
from qumulus.circuits.gates import Spelling
from qumulus.circuits.ir import Operation
from qumulus.circuits.language.evaluator import Evaluator
from qumulus.circuits.language.scopes import Names, Subroutine, Symbol, Variable
from qumulus.circuits.language.values import (
    ANGLE_WIDTH,
    FLOAT,
    INTEGERS,
    MAX_WIDTH,
    Fault,
    Type,
    Value,
    converted,
    radians,
)
from qumulus.circuits.lexer import Cursor
from qumulus.circuits.operands import Bits
from qumulus.circuits.program import Program

Input = float | int | bool | str
_DEFINITION: Final = re.compile(r"\b(?:gate|opaque)\b")
_NUMBERS: Final = frozenset(("int", "uint", "float"))
_WIDE: Final = frozenset(("bit", "bool", "int", "uint", "angle"))


class Outline:
    """A program's tree with all that no run of it changes; each run starts from here.

    The result of a program is its ``output`` variables; without any, its global bits, and the integers,
    angles and booleans that a measurement of the main program writes to.
    """

    def __init__(self, tree: Any, source: Source, limits: ReadLimits) -> None:
        self.source = source
        self.limits = limits
        self.program = Program(source, limits)
        if tree.version is not None:
            self._set_version(tree.version)
        self.constants: dict[str, Symbol] = {}
        self.inputs: dict[str, tuple[Type, Any]] = {}
        self.outputs: list[tuple[str, Type]] = []
        self.body: list[tuple[int, Any]] = []
        self.declared_at: dict[str, int] = {}
        self._number = 0
        self._names = Names(self.constants, self.declared_at)
        self._variables: list[tuple[str, Type, Any]] = []
        self._explicit: list[tuple[str, Type, Any]] = []
        self.evaluator = Evaluator(
            source, limits, self._names, version=self.program.version, call=self._refuse_call
        )
        for self._number, statement in enumerate(tree.statements):
            self._statement(statement)
        self._choose_outputs(tree.statements)
        self._find_physical()
        self.plans: dict[tuple[Any, ...], tuple[Operation, ...]] = {}
        """What gate calls expand to, kept from run to run."""

    def _set_version(self, version: str) -> None:
        major = version.partition(".")[0]
        if major not in ("2", "3"):
            message = f"OpenQASM {version[:40]} is not supported"
            raise self.source.unsupported(self.source.text.index(version), message, "2.0 and 3.x are")
        self.program.set_version(int(major))

    def _refuse_call(self, _subroutine: Subroutine, _arguments: Sequence[Any], node: Any) -> Value | None:
        raise self.evaluator.error(node, Fault("a subroutine cannot be called in a constant expression"))

    def offset(self, node: Any) -> int:
        """Where a statement starts in the text."""
        line, column = self.evaluator.place(node)
        return self._line_starts[max(line - 1, 0)] + max(column - 1, 0)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.source.text))]

    def _statement(self, node: Any) -> None:
        handler = self._HANDLERS.get(type(node).__name__)
        if handler is not None:
            handler(self, node)
        else:
            self.body.append((self._number, node))

    def _include(self, node: Any) -> None:
        self.program.include(node.filename, self.offset(node))

    def _gate(self, node: Any) -> None:
        offset = self.offset(node)
        # The place of an annotated definition is that of its annotation.
        found = _DEFINITION.search(self.source.text, offset)
        assert found is not None
        read_definition(self.program, Cursor(self.source, found.start()))

    def _qubit(self, node: Any) -> None:
        self._check_name(node.qubit, node)
        size = None if node.size is None else self.evaluator.integer(node.size, "the size of a register")
        offset = self.offset(node)
        self.constants[node.qubit.name] = self.program.add_register(
            "qubit", node.qubit.name, size, offset=offset
        )

    def _constant(self, node: Any) -> None:
        kind = self.evaluator.type_of(node.type)
        data = self.evaluator.as_type(node.init_expression, kind)
        name, before = node.identifier.name, self.constants.get(node.identifier.name)
        if isinstance(before, Variable) and (before.type, before.data) == (kind, data):
            return  # The same once more says nothing new.
        self._check_name(node.identifier, node)
        self.constants[name] = Variable(kind, data, is_writable=False)
        if kind.kind in _NUMBERS and not kind.shape:
            self.program.symbols[name] = data
        elif kind.kind == "angle":
            self.program.symbols[name] = radians(Value(kind, data))

    def _subroutine(self, node: Any) -> None:
        self._check_name(node.name, node)
        self.constants[node.name.name] = Subroutine(node.name.name, node)

    def _variable(self, node: Any) -> None:
        kind = self._declare_variable(node)
        self._variables.append((node.identifier.name, kind, node))
        self.body.append((self._number, node))

    def _io(self, node: Any) -> None:
        kind, name = self._declare_variable(node), node.identifier.name
        self.body.append((self._number, node))
        if node.io_identifier.name == "input":
            self.inputs[name] = (kind, node)
            return
        if kind.kind not in _WIDE or kind.shape:
            fault = Fault(
                f"an output of type `{kind}` has no place in the counts", "outputs are made of bits",
                code="unsupported_instruction",
            )  # fmt: skip
            raise self.evaluator.error(node, fault)
        self._explicit.append((name, kind, node))

    def _declare_variable(self, node: Any) -> Type:
        """Take note of a global variable's type, so that ``sizeof`` knows it; it has no value yet."""
        self._check_name(node.identifier, node)
        kind = self.evaluator.type_of(node.type)
        self._names.declare(node.identifier.name, Variable(kind, None))
        return kind

    def _check_name(self, identifier: Any, node: Any) -> None:
        name = identifier.name
        if self.program.is_reserved(name):
            raise self.evaluator.error(node, Fault(f"`{name}` is a reserved word"))
        gate = self.program.symbols.get(name)
        if self._names.find(name) is not None or gate is not None:
            hint = "an include file defines it: choose another name" if isinstance(gate, Spelling) else None
            raise self.evaluator.error(node, Fault(f"`{name}` is already declared", hint))
        self.declared_at[name] = self._number

    def _choose_outputs(self, statements: Sequence[Any]) -> None:
        measured = set(_measured_names(statements))
        chosen = self._explicit or [
            (name, kind, node)
            for name, kind, node in self._variables
            if not kind.shape and (kind.kind == "bit" or (name in measured and kind.kind in _WIDE))
        ]
        for name, kind, node in chosen:
            size = None if kind.kind == "bit" and kind.width is None else _width(kind)
            self.program.add_register("bit", name, size, offset=self.offset(node))
            self.outputs.append((name, kind))

    def bound(self, inputs: Mapping[str, Input]) -> dict[str, Any]:
        """The data of the input parameters."""
        for name in inputs:
            if name not in self.inputs:
                hint = f"its inputs are {', '.join(self.inputs)}" if self.inputs else None
                raise self.source.invalid(0, f"the program has no input `{name[:80]}`", hint)
        bound: dict[str, Any] = {}
        for name, (kind, node) in self.inputs.items():
            if name not in inputs:
                raise self.evaluator.error(node, Fault(f"the input `{name}` is given no value"))
            try:
                bound[name] = converted(_input_value(inputs[name], kind), kind)
            except Fault as fault:
                raise self.evaluator.error(node, fault) from None
        return bound

    def physical(self, name: str) -> Bits:
        """A hardware qubit."""
        cursor = Cursor(Source(name), 0)
        return self.program.read_operand(cursor, "qubit").bits

    def _find_physical(self) -> None:
        """Count the hardware qubits, wherever the program names them."""
        cursor = Cursor(self.source, 0)
        while cursor.kind != "end":
            if cursor.kind == "physical":
                self.program.read_operand(cursor, "qubit")
            else:
                cursor.advance()

    _HANDLERS: ClassVar[dict[str, Callable[[Any, Any], None]]] = {
        "Include": _include,
        "QuantumGateDefinition": _gate,
        "QubitDeclaration": _qubit,
        "ConstantDeclaration": _constant,
        "SubroutineDefinition": _subroutine,
        "ClassicalDeclaration": _variable,
        "IODeclaration": _io,
    }


def _input_value(given: Input, kind: Type) -> Value:
    if isinstance(given, str):
        if kind.kind != "bit" or not given or set(given) - {"0", "1"}:
            raise Fault(f"an input of type `{kind}` cannot be given as text", 'bits can: "0110"')
        cells = tuple(map(int, reversed(given)))
        return Value(Type("bit", len(cells)), cells)
    if isinstance(given, bool):
        return Value(Type("bool"), given)
    if isinstance(given, int):
        if given.bit_length() > MAX_WIDTH:
            raise Fault("this number is too large")
        return Value(Type("int"), given)
    if not isinstance(given, float) or given != given or abs(given) == float("inf"):
        raise Fault("an input must be a finite number, a boolean or a text of bits")
    if kind.kind in INTEGERS and given != int(given):
        raise Fault(f"{given:g} is not an integer, as an input of type `{kind}` must be")
    return Value(FLOAT, given)


def _width(kind: Type) -> int:
    return kind.width or (1 if kind.kind in ("bit", "bool") else ANGLE_WIDTH)


def _measured_names(node: Any) -> Iterator[str]:
    """The variables that measurements outside of subroutines write to."""
    if isinstance(node, list):
        for item in node:
            yield from _measured_names(item)
        return
    kind = type(node).__name__
    if kind == "SubroutineDefinition":
        return
    if kind == "QuantumMeasurementStatement" and node.target is not None:
        target = node.target.name
        yield target if isinstance(target, str) else target.name
    for block in ("block", "if_block", "else_block", "body", "statements"):
        if isinstance(inner := getattr(node, block, None), list):
            yield from _measured_names(inner)


def name_in(node: Any) -> str | None:
    """The name that an operand or an expression begins with, None if it begins with a value."""
    while not isinstance(getattr(node, "name", None), str):
        inner = getattr(node, "lhs", None) or getattr(node, "collection", None) or getattr(node, "name", None)
        if inner is None:
            return None
        node = inner
    name: str = node.name
    return name
