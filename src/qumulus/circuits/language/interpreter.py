"""One walk through a program: classical statements are done, quantum ones handed to a machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol

from qumulus.circuits.ir import Operation
from qumulus.circuits.language import operators
from qumulus.circuits.language.call_rules import refuse_duration
from qumulus.circuits.language.calls import Calls
from qumulus.circuits.language.evaluator import Evaluator
from qumulus.circuits.language.jumps import Break, Continue, End, Return
from qumulus.circuits.language.outline import Outline, name_in
from qumulus.circuits.language.scopes import (
    BitVariable,
    Cell,
    Names,
    Subroutine,
    Symbol,
    Variable,
    elements,
    place_of,
    steps,
)
from qumulus.circuits.language.values import (
    BIT,
    LITERAL,
    Fault,
    Type,
    Value,
    converted,
    initial,
    to_bits,
)
from qumulus.circuits.operands import Bits


class Machine(Protocol):
    """What a walk hands quantum statements to."""

    def apply(self, operation: Operation) -> None:
        """Any operation but a measurement."""

    def measure(self, qubit: int, place: tuple[int, int]) -> Any:
        """The outcome: 0, 1 or an :class:`~qumulus.circuits.language.values.Outcome`."""


class Interpreter:
    """Runs an outline once, with these inputs, on this machine."""

    def __init__(self, outline: Outline, inputs: dict[str, Any], machine: Machine) -> None:
        self.outline = outline
        self.names = Names(outline.constants, outline.declared_at)
        self._inputs = inputs
        self._machine = machine
        self._n_operations = self._n_turns = self._n_statements = 0
        self.current: Any = None
        self._calls = Calls(self)
        self.evaluator = Evaluator(
            outline.source,
            outline.limits,
            self.names,
            version=outline.program.version,
            call=self._calls.subroutine,
        )
        self._globals: dict[str, Symbol] = {}

    def run(self) -> list[Any]:
        """Run to the end; gives the result's bits, in the order of the outputs.

        Raises:
            ProgramError: the program is wrong, or passes a limit.
            DependsOnMeasurement: the machine gave an outcome that is not known, and it matters.
        """
        try:
            for number, statement in self.outline.body:
                self.names.reached = number
                self.execute(statement)
        except End:
            pass
        return [cell for name, kind in self.outline.outputs for cell in self._result(name, kind)]

    def _result(self, name: str, kind: Type) -> Sequence[Any]:
        symbol = self._globals.get(name)
        if symbol is None:  # The program ended before its declaration.
            symbol = Variable(kind, initial(kind))
        assert isinstance(symbol, Variable | BitVariable)
        data = place_of(symbol).get()
        if kind.kind == "bit":
            return [data] if kind.width is None else list(data)
        return to_bits(int(data), kind.width or 1)

    def execute(self, node: Any) -> None:
        """Execute one statement."""
        self._n_statements += 1
        self.current = node
        if self._n_statements > self.outline.limits.statements:
            raise self._exceeded(
                node, f"the program executes more than {self.outline.limits.statements:,} statements"
            )
        handler = self._HANDLERS.get(type(node).__name__)
        if handler is None:
            what = type(node).__name__
            fault = Fault(f"`{what}` cannot stand here", code="unsupported_instruction")
            raise self.evaluator.error(node, fault)
        try:
            handler(self, node)
        except Fault as fault:
            raise self.evaluator.error(node, fault) from None

    def block(self, statements: Sequence[Any]) -> None:
        """Execute statements in a scope of their own."""
        depth = self.names.depth
        self.names.open()
        for statement in statements:
            self.execute(statement)
        self.names.cut(depth)  # Not needed where a jump leaves the block: loops and calls cut deeper.

    def _exceeded(self, node: Any, message: str) -> Exception:
        return self.evaluator.error(node, Fault(message, code="limit_exceeded"))

    # Quantum statements

    def emit(self, operation: Operation, node: Any) -> None:
        """Hand an operation to the machine; limits hold."""
        self._count(node)
        line, column = self.evaluator.place(node)
        self._machine.apply(operation._replace(line=line, column=column))

    def _count(self, node: Any) -> None:
        self._n_operations += 1
        if self._n_operations > self.outline.limits.operations:
            limit = self.outline.limits.operations
            raise self._exceeded(node, f"the program expands to more than {limit:,} operations")

    def qubits(self, node: Any) -> Bits:
        """The qubits of an operand."""
        return self.evaluator.qubits(node, self.outline.physical)

    def measure(self, node: Any) -> Value:
        """A measurement's outcome."""
        bits, place = self.qubits(node.qubit), self.evaluator.place(node)
        outcomes = []
        for qubit in bits.indices:
            self._count(node)
            outcomes.append(self._machine.measure(qubit, place))
        return (
            Value(BIT, outcomes[0]) if bits.is_single else Value(Type("bit", len(outcomes)), tuple(outcomes))
        )

    def _measurement(self, node: Any) -> None:
        value = self.measure(node.measure)
        if node.target is not None:
            place = self.evaluator.place_at(node.target)
            place.write(converted(value, place.type, is_cast=True))

    def _reset(self, node: Any) -> None:
        for qubit in self.qubits(node.qubits).indices:
            self.emit(Operation("reset", (qubit,)), node)

    def _all_or(self, operands: Sequence[Any]) -> list[int]:
        if not operands:
            return list(range(self.outline.program.n_qubits))
        indices = [index for operand in operands for index in self.qubits(operand).indices]
        if len(set(indices)) != len(indices):
            raise Fault("a qubit is named twice")
        return indices

    def _barrier(self, node: Any) -> None:
        self.emit(Operation("barrier", tuple(self._all_or(node.qubits))), node)

    def _delay(self, node: Any) -> None:
        value = self.evaluator.value(node.duration)
        if value.type.kind != "duration" or value.data < 0:
            raise Fault("a delay needs a duration that is not negative", "for example `delay[100ns]`")
        for qubit in self._all_or(node.qubits):
            self.emit(Operation("delay", (qubit,), (value.data / 1e9,)), node)

    def _box(self, node: Any) -> None:
        refuse_duration(node, "`box`")
        self.block(node.body)

    # Declarations and assignments

    def _initial(self, node: Any, kind: Type) -> Any:
        if node is None:
            return initial(kind)
        if type(node).__name__ == "QuantumMeasurement":
            return converted(self.measure(node), kind)
        return self.evaluator.as_type(node, kind)

    def _declare(self, node: Any) -> None:
        kind = self.evaluator.type_of(node.type)
        self.declare(node.identifier.name, kind, self._initial(node.init_expression, kind))

    def declare(self, name: str, kind: Type, data: Any, *, is_writable: bool = True) -> None:
        """A new variable in the innermost scope."""
        symbol: Symbol
        if kind.kind == "bit" and not kind.shape:
            cells = [Cell(data)] if kind.width is None else [Cell(cell) for cell in data]
            symbol = BitVariable(cells, kind.width is None, is_writable)
        else:
            symbol = Variable(kind, data, is_writable)
        self.names.declare(name, symbol)
        if self.names.is_global:
            self._globals[name] = symbol

    def _declare_constant(self, node: Any) -> None:
        kind = self.evaluator.type_of(node.type)
        data = self.evaluator.as_type(node.init_expression, kind)
        self.declare(node.identifier.name, kind, data, is_writable=False)

    def _declare_io(self, node: Any) -> None:
        kind, name = self.evaluator.type_of(node.type), node.identifier.name
        is_input = node.io_identifier.name == "input"
        self.declare(name, kind, self._inputs[name] if is_input else initial(kind), is_writable=not is_input)

    def _alias(self, node: Any) -> None:
        name, value = node.target.name, node.value
        if self._names_bits(value):
            cells = self._bit_cells(value)
            if len(set(map(id, cells))) < len(cells):
                raise Fault("an alias cannot name a bit twice")
            is_single = (
                len(cells) == 1
                and type(value).__name__ != "Concatenation"
                and (self.evaluator.place_at(value).type == BIT)
            )
            self.names.declare(name, BitVariable(cells, is_single))
        else:
            self.names.declare(name, self.qubits(value))

    def _names_bits(self, node: Any) -> bool:
        name = name_in(node)
        return name is not None and isinstance(self.names.find(name), BitVariable | Variable)

    def _bit_cells(self, node: Any) -> list[Cell]:
        if type(node).__name__ == "Concatenation":
            return [*self._bit_cells(node.lhs), *self._bit_cells(node.rhs)]
        cells = self.evaluator.place_at(node).cells
        if cells is None:
            raise Fault("an alias names qubits or classical bits")
        return list(cells)

    def _assign(self, node: Any) -> None:
        name = node.lvalue.name
        symbol = self.names.find(name) if type(name) is str else None
        if type(symbol) is Variable and symbol.is_writable and not symbol.type.shape:
            symbol.data = self._assigned(node, symbol.type, lambda: Value(symbol.type, symbol.data))
            return
        place = self.evaluator.place_at(node.lvalue)
        place.write(self._assigned(node, place.type, place.value))

    def _assigned(self, node: Any, kind: Type, before: Callable[[], Value]) -> Any:
        """What an assignment writes to a place of this type, which held a value before."""
        operator = node.op._name_  # `name` takes as long as an addition
        if operator == "=":
            return self.evaluator.as_type(node.rvalue, kind)
        value = self.evaluator.value(node.rvalue)
        if operator == "~=":
            result = operators.unary("~", value)
        else:
            result = operators.binary(operator[:-1], before(), value)
        return converted(result, kind, is_cast=result.type.kind in ("int", "uint"))

    def _expression(self, node: Any) -> None:
        expression = node.expression
        symbol = None
        if type(expression).__name__ == "FunctionCall":
            symbol = self.names.find(expression.name.name)
        if isinstance(symbol, Subroutine):
            self._calls.subroutine(symbol, expression.arguments, expression)
        else:
            self.evaluator.value(expression)

    # Control

    def _branch(self, node: Any) -> None:
        if statements := node.if_block if self.evaluator.condition(node.condition) else node.else_block:
            self.block(statements)

    def _turn(self, node: Any) -> None:
        self._n_turns += 1
        limit = self.outline.limits.loop_iterations
        if self._n_turns > limit:
            raise self._exceeded(node, f"loops turn more than {limit:,} times")

    def _while(self, node: Any) -> None:
        while self.evaluator.condition(node.while_condition):
            self._turn(node)
            if not self._body(node.block, None):
                return

    def _for(self, node: Any) -> None:
        kind = self.evaluator.type_of(node.type)
        for value in self._loop_values(node.set_declaration):
            self._turn(node)
            data = converted(value, kind)
            if not self._body(node.block, (node.identifier.name, kind, data)):
                return

    def _body(self, statements: Sequence[Any], variable: tuple[str, Type, Any] | None) -> bool:
        """One turn of a loop; whether to go on."""
        depth = self.names.depth
        self.names.open()
        try:
            if variable is not None:
                self.declare(*variable)
            for statement in statements:
                self.execute(statement)
        except Break:
            return False
        except Continue:
            pass
        finally:
            self.names.cut(depth)
        return True

    def _loop_values(self, node: Any) -> Any:
        kind = type(node).__name__
        if kind == "RangeDefinition":
            return (Value(LITERAL, number) for number in steps(self.evaluator.span(node)))
        if kind == "DiscreteSet":
            return [self.evaluator.value(item) for item in node.values]
        return elements(self.evaluator.value(node))

    def _switch(self, node: Any) -> None:
        target = self.evaluator.integer(node.target, "what a `switch` looks at")
        for labels, body in node.cases:
            if any(self.evaluator.integer(label, "a case") == target for label in labels):
                self.block(body.statements)
                return
        if node.default is not None:
            self.block(node.default.statements)

    def _compound(self, node: Any) -> None:
        self.block(node.statements)

    def _break(self, _node: Any) -> None:
        raise Break

    def _continue(self, _node: Any) -> None:
        raise Continue

    def _end(self, _node: Any) -> None:
        raise End

    def _return(self, node: Any) -> None:
        if node.expression is None:
            raise Return(None)
        if type(node.expression).__name__ == "QuantumMeasurement":
            raise Return(self.measure(node.expression))
        raise Return(self.evaluator.value(node.expression))

    def _gate(self, node: Any) -> None:
        self._calls.gate(node)

    _HANDLERS: ClassVar[dict[str, Callable[[Any, Any], None]]] = {
        "QuantumGate": _gate,
        "QuantumPhase": _gate,
        "QuantumMeasurementStatement": _measurement,
        "QuantumReset": _reset,
        "QuantumBarrier": _barrier,
        "DelayInstruction": _delay,
        "Box": _box,
        "ClassicalDeclaration": _declare,
        "ConstantDeclaration": _declare_constant,
        "IODeclaration": _declare_io,
        "AliasStatement": _alias,
        "ClassicalAssignment": _assign,
        "ExpressionStatement": _expression,
        "BranchingStatement": _branch,
        "WhileLoop": _while,
        "ForInLoop": _for,
        "SwitchStatement": _switch,
        "CompoundStatement": _compound,
        "BreakStatement": _break,
        "ContinueStatement": _continue,
        "EndStatement": _end,
        "ReturnStatement": _return,
    }
