"""Calls of gates and of subroutines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Protocol

from qumulus.circuits.definitions import Call, Callee, Expander, Modifier
from qumulus.circuits.errors import ProgramError
from qumulus.circuits.expressions import Expression
from qumulus.circuits.ir import Operation
from qumulus.circuits.language.call_rules import (
    callee_of,
    check_argument,
    check_argument_number,
    check_disjoint,
    check_number,
    refuse_duration,
    rows_of,
)
from qumulus.circuits.language.evaluator import Evaluator
from qumulus.circuits.language.jumps import Return
from qumulus.circuits.language.outline import Outline
from qumulus.circuits.language.scopes import Names, Place, Subroutine, Variable
from qumulus.circuits.language.values import Fault, Type, Value, converted
from qumulus.circuits.modifiers import folded
from qumulus.circuits.operands import Bits

_MOST_PLANS: Final = 10_000


class Walk(Protocol):
    """The interpretation that makes the calls."""

    @property
    def outline(self) -> Outline:
        """What no run changes."""

    @property
    def names(self) -> Names:
        """The scopes that are open."""

    @property
    def evaluator(self) -> Evaluator:
        """Evaluates in these scopes."""

    def qubits(self, node: Any) -> Bits:
        """The qubits of an operand."""

    def emit(self, operation: Operation, node: Any) -> None:
        """Hand an operation to the machine."""

    def declare(self, name: str, kind: Type, data: Any) -> None:
        """A new variable in the innermost scope."""

    def execute(self, node: Any) -> None:
        """Execute one statement."""


class _Bound(NamedTuple):
    """What an argument stands for; ``kind`` None: qubits. ``place`` is where a part of an array is from."""

    kind: Type | None
    data: Any
    is_writable: bool = True
    place: Place | None = None

    def give_back(self) -> None:
        """Write a part of an array back."""
        if self.place is not None:
            self.place.write(self.data)


class Calls:
    """Expands the gate calls and runs the subroutines of one interpretation."""

    def __init__(self, walk: Walk) -> None:
        self._at = walk
        self._running: list[str] = []
        self._expander = Expander(walk.outline.source, walk.outline.limits)
        self._n_qubits = 0

    # Gates

    def gate(self, node: Any) -> None:
        """A gate call; a subroutine may be called in the same form, without parentheses."""
        name = "gphase" if type(node).__name__ == "QuantumPhase" else node.name.name
        symbol = self._at.names.find(name)
        if isinstance(symbol, Subroutine) and not node.modifiers:
            self.subroutine(symbol, [*node.arguments, *node.qubits], node)
            return
        refuse_duration(node, "a gate")
        operations = self._expanded(node, name)
        operands = [self._at.qubits(operand) for operand in node.qubits]
        n_qubits = self._n_qubits
        check_number(n_qubits, len(operands))
        for row in rows_of(operands):
            for operation in operations:
                self._at.emit(operation._replace(qubits=tuple([row[k] for k in operation.qubits])), node)

    def _expanded(self, node: Any, name: str) -> tuple[Operation, ...]:
        """What the call does, on qubits numbered as its operands."""
        evaluator, program = self._at.evaluator, self._at.outline.program
        arguments = [node.argument] if type(node).__name__ == "QuantumPhase" else node.arguments
        params = tuple([evaluator.number(argument) for argument in arguments])
        modifiers = tuple([self._modifier(modifier) for modifier in node.modifiers])
        callee = callee_of(program, name, len(params))
        controls = sum(argument for _, argument in modifiers if isinstance(argument, int))
        self._n_qubits = callee.n_qubits + controls
        key = (name, params, modifiers)
        plans = self._at.outline.plans
        known = plans.get(key)
        if known is None:
            if len(plans) >= _MOST_PLANS:
                plans.clear()
            known = plans[key] = self._plan(callee, params, modifiers)
        return known

    def _plan(
        self, callee: Callee, params: tuple[float, ...], modifiers: tuple[tuple[str, Any], ...]
    ) -> tuple[Operation, ...]:
        call = Call(
            callee,
            tuple([Expression((param,), 0) for param in params]),
            tuple(
                [
                    Modifier(name, argument if isinstance(argument, int) else Expression((argument,), 0), 0)
                    for name, argument in modifiers
                ]
            ),
            tuple(range(self._n_qubits)),
            0,
        )
        try:
            expanded = self._expander.call(call)
        except ProgramError as error:
            raise Fault(error.message, error.hint, code=error.code) from None
        return tuple([part for operation in expanded for part in folded(operation)])

    def _modifier(self, node: Any) -> tuple[str, int | float]:
        evaluator, limits, name = self._at.evaluator, self._at.outline.limits, node.modifier.name
        if name == "inv":
            return name, 0
        if name == "pow":
            exponent = evaluator.number(node.argument)
            return name, exponent
        count = 1 if node.argument is None else evaluator.integer(node.argument, "the number of controls")
        if not 1 <= count <= limits.qubits:
            raise Fault(f"the number of controls must be from 1 to {limits.qubits}, not {count}")
        return name, count

    # Subroutines

    def subroutine(self, symbol: Subroutine, arguments: Sequence[Any], node: Any) -> Value | None:
        """Run a subroutine; gives what it returns."""
        if symbol.name in self._running:
            raise Fault(f"the subroutine `{symbol.name}` calls itself", "recursion is not part of OpenQASM")
        definition, walk = symbol.node, self._at
        check_argument_number(symbol, len(arguments))
        bound = [self._bind(*pair) for pair in zip(definition.arguments, arguments, strict=True)]
        check_disjoint([index for one in bound if one.kind is None for index in one.data.indices])
        before = walk.names.enter()
        self._running.append(symbol.name)
        returned: Value | None = None
        try:
            for formal, one in zip(definition.arguments, bound, strict=True):
                self._declare(formal.name.name, one.kind, one.data, is_writable=one.is_writable)
            for statement in definition.body:
                walk.execute(statement)
        except Return as result:
            returned = result.value
        finally:
            self._running.pop()
            walk.names.leave(before)
        for one in bound:
            one.give_back()
        return self._returned(symbol, returned, node)

    def _returned(self, symbol: Subroutine, value: Value | None, node: Any) -> Value | None:
        declared = symbol.node.return_type
        if declared is None:
            if value is not None:
                raise Fault(f"the subroutine `{symbol.name}` is declared without a type to return")
            return None
        kind = self._at.evaluator.type_of(declared)
        if value is None:
            raise Fault(f"the subroutine `{symbol.name}` ends without returning a `{kind}`")
        try:
            return Value(kind, converted(value, kind))
        except Fault as fault:
            raise self._at.evaluator.error(node, fault) from None

    def _declare(self, name: str, kind: Type | None, data: Any, *, is_writable: bool) -> None:
        if kind is None or kind.shape:
            self._at.names.declare(name, data if kind is None else Variable(kind, data, is_writable))
        else:
            self._at.declare(name, kind, data)

    def _bind(self, formal: Any, actual: Any) -> _Bound:
        evaluator = self._at.evaluator
        if type(formal).__name__ == "QuantumArgument":
            bits = self._at.qubits(actual)
            size = None if formal.size is None else evaluator.integer(formal.size, "the size of a register")
            check_argument(formal, bits, size)
            return _Bound(None, Bits("qubit", bits.indices, is_single=size is None))
        kind = evaluator.type_of(formal.type)
        if not kind.shape:
            return _Bound(kind, evaluator.as_type(actual, kind))
        return self._bind_array(formal, kind, actual)

    def _bind_array(self, formal: Any, kind: Type, actual: Any) -> _Bound:
        """Arrays are given by reference; elements that a range or a set selects are a copy of their own."""
        place, is_writable = self._at.evaluator.place_at(actual), formal.access is not None
        is_writable = is_writable and formal.access.name == "mutable"
        given = place.type
        if (given.kind, given.width) != (kind.kind, kind.width) or not _fits(given.shape, kind.shape):
            raise Fault(f"an array of type `{given}` cannot stand for `{formal.name.name}`, a `{kind}`")
        if is_writable and place.put is None:
            raise Fault(f"`{formal.name.name}` is mutable, but what is given for it cannot be written")
        data = place.get()
        is_copy = is_writable and place.get() is not data
        return _Bound(given, data, is_writable, place if is_copy else None)


def _fits(given: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """-1 stands for any size."""
    return len(given) == len(wanted) and all(w in (-1, g) for g, w in zip(given, wanted, strict=True))
