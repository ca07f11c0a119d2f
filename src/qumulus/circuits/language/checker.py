"""Names, calls and operands of a whole program, looked at once each, whether a run comes there or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from typing import Any, ClassVar, Final

from qumulus.circuits.definitions import Call, Expander, Modifier
from qumulus.circuits.errors import ProgramError
from qumulus.circuits.expressions import Expression
from qumulus.circuits.ir import Operation
from qumulus.circuits.language import operators
from qumulus.circuits.language.call_rules import (
    callee_of,
    check_argument,
    check_argument_number,
    check_disjoint,
    check_number,
    refuse_duration,
    rows_of,
)
from qumulus.circuits.language.outline import Outline, name_in
from qumulus.circuits.language.scopes import Names, Subroutine, Symbol, Variable
from qumulus.circuits.language.static import SOME_QUBITS, StaticEvaluator
from qumulus.circuits.language.values import LITERAL, DependsOnMeasurement, Fault, Value
from qumulus.circuits.modifiers import folded
from qumulus.circuits.operands import Bits

_MOST_OPERATIONS: Final = 100_000
_SOME_NUMBER: Final = Expression((0.5625,), -1)
"""Stands for what only a run tells."""


def check(outline: Outline) -> tuple[Operation, ...]:
    """The operations that a program writes down, with its qubits; those that a run chooses lie beyond.

    Raises:
        ProgramError: the first thing that is wrong, in the order of the text.
    """
    try:
        return _Checker(outline).check()
    except RecursionError:
        raise ProgramError("limit_exceeded", "an expression or a block is nested too deeply") from None


class _Checker:
    """Walks through a program's tree without running it."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._names = Names(outline.constants, outline.declared_at)
        self._static = StaticEvaluator(
            outline.source, outline.limits, self._names, version=outline.program.version, call=_run
        )
        self._expander = Expander(outline.source, outline.limits)
        self._n_qubits = outline.program.n_qubits
        self._operations: list[Operation] = []

    def check(self) -> tuple[Operation, ...]:
        """Look at all statements once."""
        subroutines = [
            (self._outline.declared_at[name], symbol.node)
            for name, symbol in self._outline.constants.items()
            if isinstance(symbol, Subroutine)
        ]
        for number, node in sorted([*self._outline.body, *subroutines], key=lambda pair: pair[0]):
            self._names.reached = number
            self._statement(node)
        return tuple(self._operations)

    def _statement(self, node: Any) -> None:
        kind = type(node).__name__
        try:
            if (handler := self._HANDLERS.get(kind)) is None:
                raise Fault(f"`{kind}` cannot stand here", code="unsupported_instruction")
            handler(self, node)
        except Fault as fault:
            raise self._static.error(node, fault) from None

    def _block(self, statements: Sequence[Any], *declared: tuple[str, Symbol]) -> None:
        depth = self._names.depth
        self._names.open()
        for name, symbol in declared:
            self._names.declare(name, symbol)
        for statement in statements:
            self._statement(statement)
        self._names.cut(depth)

    # Expressions

    def _expression(self, node: Any) -> None:
        """Look at all names and calls in a node of any kind, or in none."""
        handler = self._EXPRESSIONS.get(type(node).__name__)
        try:
            self._parts(node) if handler is None else handler(self, node)
        except Fault as fault:
            raise self._static.error(node, fault) from None

    def _parts(self, node: Any) -> None:
        for part in _parts_of(node):
            self._expression(part)

    def _identifier(self, node: Any) -> None:
        if isinstance(self._static.symbol(node), Bits | Subroutine):
            raise Fault(f"`{node.name}` has no value")

    def _function(self, node: Any) -> None:
        name = node.name.name
        symbol = self._names.find(name)
        if isinstance(symbol, Subroutine):
            self._call(symbol, node.arguments)
            return
        if name not in operators.FUNCTIONS:
            raise Fault(f"there is no function or subroutine `{name}`")
        operators.check_arguments(name, len(node.arguments))
        for argument in node.arguments:
            self._expression(argument)

    def _sizeof(self, node: Any) -> None:
        if type(node.target).__name__ != "Identifier":
            self._expression(node.target)
        else:
            self._static.symbol(node.target)
        self._expression(node.index)

    def _measurement(self, node: Any) -> None:
        self._qubits(node.qubit)

    def _integer(self, node: Any, what: str) -> int | None:
        """A constant, or None if only a run tells."""
        self._expression(node)
        try:
            return self._static.integer(node, what)
        except DependsOnMeasurement:
            return None

    def _qubits(self, node: Any) -> Bits | None:
        """The qubits of an operand; None if only a run tells how many."""
        self._indices(node)
        try:
            return self._static.qubits(node, self._outline.physical)
        except DependsOnMeasurement:
            if type(node).__name__ == "IndexedIdentifier" and _is_one(node.indices[-1]):
                return self._others(None)
            return None

    def _indices(self, node: Any) -> None:
        """Look at what stands in the brackets of an operand."""
        kind = type(node).__name__
        if kind == "IndexedIdentifier":
            self._expression(node.indices)
        elif kind == "IndexExpression":
            self._indices(node.collection)
            self._expression(node.index)
        elif kind == "Concatenation":
            self._indices(node.lhs)
            self._indices(node.rhs)

    def _others(self, size: int | None) -> Bits:
        """Qubits that a run chooses: nothing says that they are any of those named elsewhere."""
        start, self._n_qubits = self._n_qubits, self._n_qubits + (size or 1)
        return Bits("qubit", range(start, self._n_qubits), is_single=size is None)

    # Calls

    def _gate(self, node: Any) -> None:
        is_phase = type(node).__name__ == "QuantumPhase"
        name, arguments = ("gphase", [node.argument]) if is_phase else (node.name.name, node.arguments)
        symbol = self._names.find(name)
        if isinstance(symbol, Subroutine) and not node.modifiers:
            self._call(symbol, [*arguments, *node.qubits])
            return
        refuse_duration(node, "a gate")
        for argument in arguments:
            self._expression(argument)
        callee = callee_of(self._outline.program, name, len(arguments))
        modifiers = [self._modifier(modifier) for modifier in node.modifiers]
        operands = [self._qubits(operand) for operand in node.qubits]
        known = tuple(modifier for modifier in modifiers if modifier is not None)
        if len(known) < len(modifiers):
            return
        n_qubits = callee.n_qubits + sum(m.argument for m in known if isinstance(m.argument, int))
        check_number(n_qubits, len(operands))
        rows = rows_of([operand for operand in operands if operand is not None])
        if None in operands:
            return
        angles = tuple(self._number(argument) for argument in arguments)
        self._record(Call(callee, angles, known, tuple(range(n_qubits)), 0), rows, node)

    def _number(self, node: Any) -> Expression:
        """A gate's parameter, or some number: which gates a call is made of hardly depends on it."""
        try:
            return Expression((self._static.number(node),), 0)
        except DependsOnMeasurement:
            return _SOME_NUMBER

    def _modifier(self, node: Any) -> Modifier | None:
        """None if only a run tells its argument."""
        name = node.modifier.name
        if name in ("inv", "pow"):
            self._expression(node.argument)
            return Modifier(name, self._number(node.argument) if name == "pow" else 0, 0)
        count = 1 if node.argument is None else self._integer(node.argument, "the number of controls")
        return None if count is None else Modifier(name, count, 0)

    def _record(self, call: Call, rows: Sequence[tuple[int, ...]], node: Any) -> None:
        """Write down what a call does, as far as it can be told."""
        try:
            expanded = [part for operation in self._expander.call(call) for part in folded(operation)]
        except ProgramError as error:
            if _SOME_NUMBER in (*call.params, *(modifier.argument for modifier in call.modifiers)):
                return  # With the number of a run it may be possible.
            raise Fault(error.message, error.hint, code=error.code) from None
        line, column = self._static.place(node)
        for row in rows:
            if len(self._operations) + len(expanded) > _MOST_OPERATIONS:
                return
            for operation in expanded:
                qubits = tuple([row[qubit] for qubit in operation.qubits])
                self._operations.append(operation._replace(qubits=qubits, line=line, column=column))

    def _call(self, symbol: Subroutine, arguments: Sequence[Any]) -> None:
        formals = symbol.node.arguments
        check_argument_number(symbol, len(arguments))
        given: list[int] = []
        for formal, actual in zip(formals, arguments, strict=True):
            if type(formal).__name__ != "QuantumArgument":
                self._expression(actual)
                continue
            bits = self._qubits(actual)
            size = None if formal.size is None else self._integer(formal.size, "the size of a register")
            if bits is not None and (formal.size is None or size is not None):
                check_argument(formal, bits, size)
                given += bits.indices
        check_disjoint(given)

    # Declarations

    def _variable(self, node: Any) -> None:
        self._expression(node.type)
        self._expression(getattr(node, "init_expression", None))
        self._names.declare(node.identifier.name, self._of_unknown_value())

    def _constant(self, node: Any) -> None:
        self._expression(node.type)
        self._expression(node.init_expression)
        symbol = self._of_unknown_value()
        with suppress(DependsOnMeasurement):
            kind = self._static.type_of(node.type)
            symbol = Variable(kind, self._static.as_type(node.init_expression, kind), is_writable=False)
        self._names.declare(node.identifier.name, symbol)

    def _of_unknown_value(self) -> Variable:
        return Variable(LITERAL, None)

    def _alias(self, node: Any) -> None:
        symbol: Symbol = self._of_unknown_value()
        if self._names_qubits(node.value):
            symbol = self._qubits(node.value) or SOME_QUBITS
        else:
            self._expression(node.value)
        self._names.declare(node.target.name, symbol)

    def _names_qubits(self, node: Any) -> bool:
        name = name_in(node)
        return name is not None and (name.startswith("$") or isinstance(self._names.find(name), Bits))

    def _subroutine(self, node: Any) -> None:
        reached, self._names.reached = self._names.reached, 1 << 62
        before = self._names.enter()
        for formal in node.arguments:
            self._names.declare(formal.name.name, self._formal(formal))
        for statement in node.body:
            self._statement(statement)
        self._names.leave(before)
        self._names.reached = reached

    def _formal(self, formal: Any) -> Symbol:
        if type(formal).__name__ != "QuantumArgument":
            self._expression(formal.type)
            return self._of_unknown_value()
        size = None if formal.size is None else self._integer(formal.size, "the size of a register")
        is_known = formal.size is None or (size is not None and size <= self._outline.limits.qubits)
        return self._others(size) if is_known else SOME_QUBITS

    # Other statements

    def _measure(self, node: Any) -> None:
        self._measurement(node.measure)
        self._expression(node.target)

    def _reset(self, node: Any) -> None:
        self._qubits(node.qubits)

    def _on_many(self, node: Any) -> None:
        self._expression(getattr(node, "duration", None))
        for operand in node.qubits:
            self._qubits(operand)

    def _branch(self, node: Any) -> None:
        self._expression(node.condition)
        try:
            taken = [node.if_block if self._static.condition(node.condition) else node.else_block]
        except DependsOnMeasurement:
            taken = [node.if_block, node.else_block]
        for block in taken:
            self._block(block)

    def _while(self, node: Any) -> None:
        self._expression(node.while_condition)
        self._block(node.block)

    def _for(self, node: Any) -> None:
        self._expression(node.type)
        self._expression(node.set_declaration)
        self._block(node.block, (node.identifier.name, self._of_unknown_value()))

    def _switch(self, node: Any) -> None:
        self._expression(node.target)
        for labels, body in node.cases:
            self._expression(labels)
            self._block(body.statements)
        if node.default is not None:
            self._block(node.default.statements)

    def _compound(self, node: Any) -> None:
        self._block(node.statements)

    def _box(self, node: Any) -> None:
        refuse_duration(node, "`box`")
        self._block(node.body)

    _EXPRESSIONS: ClassVar[dict[str, Callable[[Any, Any], None]]] = {
        "Identifier": _identifier,
        "FunctionCall": _function,
        "SizeOf": _sizeof,
        "QuantumMeasurement": _measurement,
    }
    _HANDLERS: ClassVar[dict[str, Callable[[Any, Any], None]]] = {
        "QuantumGate": _gate,
        "QuantumPhase": _gate,
        "QuantumMeasurementStatement": _measure,
        "QuantumReset": _reset,
        "QuantumBarrier": _on_many,
        "DelayInstruction": _on_many,
        "Box": _box,
        "ClassicalDeclaration": _variable,
        "ConstantDeclaration": _constant,
        "IODeclaration": _variable,
        "AliasStatement": _alias,
        "SubroutineDefinition": _subroutine,
        "BranchingStatement": _branch,
        "WhileLoop": _while,
        "ForInLoop": _for,
        "SwitchStatement": _switch,
        "CompoundStatement": _compound,
        **dict.fromkeys(("ClassicalAssignment", "ExpressionStatement", "ReturnStatement"), _parts),
        **dict.fromkeys(("BreakStatement", "ContinueStatement", "EndStatement"), _parts),
    }


def _run(_symbol: Subroutine, _arguments: Sequence[Any], _node: Any) -> Value | None:
    raise DependsOnMeasurement


def _is_one(index: Any) -> bool:
    """Whether brackets choose a single qubit."""
    return isinstance(index, list) and len(index) == 1 and type(index[0]).__name__ != "RangeDefinition"


def _parts_of(node: Any) -> Iterator[Any]:
    """What a node of the parser's tree is made of; of a list its items."""
    if isinstance(node, list | tuple):
        yield from node
    elif is_dataclass(node):
        for part in fields(node):
            if part.name not in ("span", "annotations"):
                yield getattr(node, part.name)
