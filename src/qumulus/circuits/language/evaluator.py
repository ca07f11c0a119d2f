"""Expressions, types and indices of the parser's tree, evaluated where they stand."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

from qumulus.circuits.errors import ProgramError, ReadLimits, Source
from qumulus.circuits.expressions import CONSTANTS
from qumulus.circuits.language import operators
from qumulus.circuits.language.literals import LITERALS
from qumulus.circuits.language.scopes import (
    BitVariable,
    Index,
    Names,
    Place,
    Span,
    Subroutine,
    Variable,
    indexed,
    place_of,
    positions,
)
from qumulus.circuits.language.values import (
    ANGLE_WIDTH,
    BOOL,
    COMPLEX,
    DURATION,
    FLOAT,
    INTEGER_WIDTH,
    LITERAL,
    MAX_WIDTH,
    Fault,
    Type,
    Value,
    converted,
)
from qumulus.circuits.operands import Bits

_DEFAULT_WIDTHS: Final[dict[str, int]] = {
    "IntType": INTEGER_WIDTH,
    "UintType": INTEGER_WIDTH,
    "AngleType": ANGLE_WIDTH,
    "FloatType": 64,
}
_KINDS: Final[dict[str, str]] = {
    "IntType": "int",
    "UintType": "uint",
    "AngleType": "angle",
    "FloatType": "float",
    "BitType": "bit",
}
Call = Callable[[Subroutine, Sequence[Any], Any], Value | None]


class Evaluator:
    """Evaluates nodes in the scopes of ``names``; ``call`` runs subroutines."""

    def __init__(self, source: Source, limits: ReadLimits, names: Names, *, version: int, call: Call) -> None:
        self._source = source
        self._limits = limits
        self._names = names
        self._version = version
        self._call = call
        self._literals: dict[int, Value] = {}
        """The values of literals, and of what is made of nothing else, by their nodes' ids."""

    # Places in the text

    def place(self, node: Any) -> tuple[int, int]:
        """Line and column of a node, both from 1; (0, 0) if it has no place."""
        span = getattr(node, "span", None)
        if span is None:
            return 0, 0
        if type(node).__name__ == "Identifier" and span.start_column < len(self._source.text):
            # Some of the parser's identifiers carry their offset in the text as their column.
            line, column = self._source.place(span.start_column)
            if line == span.start_line and self._source.text.startswith(node.name, span.start_column):
                return line, column
        return span.start_line, span.start_column + 1

    def error(self, node: Any, fault: Fault) -> ProgramError:
        """The fault, at this node."""
        line, column = self.place(node)
        return ProgramError(fault.code, fault.message, line=line, column=column, hint=fault.hint)

    # Values

    def value(self, node: Any) -> Value:
        """The value of an expression.

        Raises:
            ProgramError: it has none.
            DependsOnMeasurement: it is not known yet.
        """
        if (constant := self._literals.get(id(node))) is not None:
            return constant
        evaluate = self._EVALUATE.get(type(node).__name__)
        if evaluate is None:
            what = type(node).__name__
            raise self.error(node, Fault(f"`{what}` cannot stand here", code="unsupported_instruction"))
        try:
            return evaluate(self, node)
        except Fault as fault:
            raise self.error(node, fault) from None

    def as_type(self, node: Any, target: Type, *, is_cast: bool = False) -> Any:
        """The data of an expression, converted."""
        if type(node).__name__ == "ArrayLiteral":
            return self._array_literal(node, target)
        value = self.value(node)
        try:
            return converted(value, target, is_cast=is_cast)
        except Fault as fault:
            raise self.error(node, fault) from None

    def integer(self, node: Any, what: str) -> int:
        """An expression that must be an integer."""
        value = self.value(node)
        if value.type.shape or value.type.kind not in ("int", "uint", "bit", "bool"):
            raise self.error(node, Fault(f"{what} must be an integer, not a value of type `{value.type}`"))
        return int(self._converted_or_error(node, value, LITERAL))

    def _converted_or_error(self, node: Any, value: Value, target: Type) -> Any:
        try:
            return converted(value, target)
        except Fault as fault:
            raise self.error(node, fault) from None

    def condition(self, node: Any) -> bool:
        """The condition of a branch or a loop."""
        value = self.value(node)
        return bool(self._converted_or_error(node, value, BOOL))

    def number(self, node: Any) -> float:
        """A gate's parameter or exponent."""
        value = self.value(node)
        if value.type.kind not in ("int", "uint", "float", "angle", "bit", "bool"):
            raise self.error(node, Fault(f"a number is needed here, not a value of type `{value.type}`"))
        return float(self._converted_or_error(node, value, FLOAT))

    def _array_literal(self, node: Any, target: Type) -> list[Any]:
        if not target.shape or len(node.values) != target.shape[0]:
            n_values = len(node.values)
            raise self.error(node, Fault(f"{n_values} value(s) in braces cannot be of type `{target}`"))
        inner = target._replace(shape=target.shape[1:])
        return [self.as_type(item, inner) for item in node.values]

    def _identifier(self, node: Any) -> Value:
        symbol = self.symbol(node)
        if symbol is None:
            return Value(FLOAT, CONSTANTS[node.name])
        if type(symbol) is Variable:
            value = Value(symbol.type, symbol.data)
        elif type(symbol) is BitVariable:
            value = place_of(symbol).value()
        else:
            raise Fault(f"`{node.name}` has no value")
        if value.data is None:
            raise Fault(f"`{node.name}` is not a constant")
        return value

    def symbol(self, node: Any) -> Any:
        """What a name stands for; None for the language's own constants."""
        symbol = self._names.find(node.name)
        if symbol is None and node.name not in CONSTANTS:
            if self._names.is_hidden(node.name):
                hint = "give it to the subroutine as an argument, or make it `const`"
                raise self.error(node, Fault(f"a subroutine cannot see the variable `{node.name}`", hint))
            raise self.error(node, Fault(f"`{node.name}` is not declared"))
        return symbol

    def _literal(self, node: Any) -> Value:
        value = self._literals[id(node)] = LITERALS[type(node).__name__](node)
        return value

    def _unary(self, node: Any) -> Value:
        return operators.unary(node.op.name, self.value(node.expression))

    def _binary(self, node: Any) -> Value:
        operator = node.op._name_  # `name` takes as long as an addition
        if operator in ("&&", "||"):
            if self.condition(node.lhs) == (operator == "||"):
                return Value(BOOL, operator == "||")
            return Value(BOOL, self.condition(node.rhs))
        left, right = self.value(node.lhs), self.value(node.rhs)
        if self._version == 2:
            if operator == "^":
                raise Fault("`^` is not read beside classical control", code="unsupported_instruction")
            if operator == "/":
                left = Value(FLOAT, converted(left, FLOAT))
        value = operators.binary(operator, left, right)
        if id(node.lhs) in self._literals and id(node.rhs) in self._literals:
            self._literals[id(node)] = value
        return value

    def _cast(self, node: Any) -> Value:
        target = self.type_of(node.type)
        return Value(target, self.as_type(node.argument, target, is_cast=True))

    def _function(self, node: Any) -> Value:
        name = node.name.name
        symbol = self._names.find(name)
        if isinstance(symbol, Subroutine):
            value = self._call(symbol, node.arguments, node)
            if value is None:
                raise Fault(f"the subroutine `{name}` returns nothing")
            return value
        if name not in operators.FUNCTIONS:
            raise Fault(f"there is no function or subroutine `{name}`")
        return operators.call(name, [self.value(argument) for argument in node.arguments])

    def _index(self, node: Any) -> Value:
        return self.place_at(node).value()

    def _sizeof(self, node: Any) -> Value:
        dimension = 0 if node.index is None else self.integer(node.index, "a dimension")
        name = getattr(node.target, "name", None)
        symbol = self._names.find(name) if isinstance(name, str) else None
        if isinstance(symbol, Bits):
            shape: tuple[int, ...] = (len(symbol.indices),)
        else:
            kind = self.place_at(node.target).type
            shape = kind.shape or ((kind.width,) if kind.kind == "bit" and kind.width is not None else ())
        if not 0 <= dimension < len(shape):
            raise Fault(f"there is no dimension {dimension}: there are {len(shape)}")
        return Value(LITERAL, shape[dimension])

    # Places and indices

    def place_at(self, node: Any) -> Place:
        """What an expression or the left side of an assignment names, to be read or written."""
        try:
            kind = type(node).__name__
            if kind == "Identifier":
                symbol = self.symbol(node)
                if isinstance(symbol, Variable | BitVariable):
                    return place_of(symbol)
                raise Fault(f"`{node.name}` is not a classical variable")
            if kind == "IndexedIdentifier":
                place = self.place_at(node.name)
                for index in node.indices:
                    place = indexed(place, self.indices(index))
                return place
            if kind == "IndexExpression":
                return indexed(self.place_at(node.collection), self.indices(node.index))
            value = self.value(node)
            return Place(value.type, lambda: value.data, None)
        except Fault as fault:
            raise self.error(node, fault) from None

    def indices(self, node: Any) -> list[Index]:
        """What stands in one pair of brackets."""
        if type(node).__name__ == "DiscreteSet":
            return [tuple([self.integer(item, "an index") for item in node.values])]
        return [self._one_index(item) for item in node]

    def _one_index(self, node: Any) -> Index:
        if type(node).__name__ != "RangeDefinition":
            return self.integer(node, "an index")
        return self.span(node)

    def span(self, node: Any) -> Span:
        """A range."""
        start, step, stop = (
            None if part is None else self.integer(part, "an end of a range")
            for part in (node.start, node.step, node.end)
        )
        return Span(start, 1 if step is None else step, stop)

    def qubits(self, node: Any, physical: Callable[[str], Bits]) -> Bits:
        """The qubits that an operand or a part of an alias names."""
        try:
            return self._qubits(node, physical)
        except Fault as fault:
            raise self.error(node, fault) from None

    def _qubits(self, node: Any, physical: Callable[[str], Bits]) -> Bits:
        kind = type(node).__name__
        if kind == "Identifier":
            return physical(node.name) if node.name.startswith("$") else self._register(node)
        if kind == "IndexedIdentifier":
            bits = self.qubits(node.name, physical)
            for index in node.indices:
                bits = _chosen(bits, self.indices(index))
            return bits
        if kind == "IndexExpression":
            return _chosen(self.qubits(node.collection, physical), self.indices(node.index))
        if kind != "Concatenation":
            raise Fault("qubits are needed here")
        indices = tuple(i for side in (node.lhs, node.rhs) for i in self.qubits(side, physical).indices)
        if len(set(indices)) != len(indices):
            raise Fault("an alias cannot name a qubit twice")
        return Bits("qubit", indices, is_single=False)

    def _register(self, node: Any) -> Bits:
        symbol = self.symbol(node)
        if not isinstance(symbol, Bits):
            raise Fault(f"`{node.name}` is not a qubit")
        return symbol

    # Types

    def type_of(self, node: Any) -> Type:
        """The type that a declaration, a cast or an argument names."""
        try:
            return self._type_of(node)
        except Fault as fault:
            raise self.error(node, fault) from None

    def _type_of(self, node: Any) -> Type:
        kind = type(node).__name__
        if kind in ("ArrayType", "ArrayReferenceType"):
            base = self.type_of(node.base_type)
            if not isinstance(node.dimensions, list):
                n_dimensions = self.integer(node.dimensions, "the number of dimensions")
                return base._replace(shape=(-1,) * self._bounded(n_dimensions, 7, "dimensions"))
            shape = tuple(self.integer(size, "the size of a dimension") for size in node.dimensions)
            if any(size < 0 for size in shape) or len(shape) > 7:
                raise Fault("an array has up to 7 dimensions, of sizes that are not negative")
            self._bounded(math.prod(shape), self._limits.array_elements, "elements of an array")
            return base._replace(shape=shape)
        if kind in _KINDS:
            return self._sized(kind, node.size)
        plain = {"BoolType": BOOL, "DurationType": DURATION, "ComplexType": COMPLEX}.get(kind)
        if plain is None:
            raise Fault(f"the type `{kind}` is not supported here", code="unsupported_instruction")
        return plain

    def _sized(self, kind: str, size: Any) -> Type:
        if size is None:
            return Type(_KINDS[kind], _DEFAULT_WIDTHS.get(kind))
        width = self.integer(size, "the width of a type")
        if width < 1:
            raise Fault(f"the width of a type must be positive, not {width}")
        if kind == "FloatType" and width not in (16, 32, 64):
            raise Fault(
                f"`float[{width}]` is not supported", "16, 32 and 64 are", code="unsupported_instruction"
            )
        self._bounded(width, self._limits.clbits if kind == "BitType" else MAX_WIDTH, "bits of one value")
        return Type(_KINDS[kind], width)

    def _bounded(self, number: int, most: int, what: str) -> int:
        if number > most:
            raise Fault(f"there can be up to {most:,} {what}, not {number:,}", code="limit_exceeded")
        return number

    _EVALUATE: ClassVar[dict[str, Callable[[Any, Any], Value]]] = {
        **dict.fromkeys(LITERALS, _literal),
        "Identifier": _identifier,
        "UnaryExpression": _unary,
        "BinaryExpression": _binary,
        "Cast": _cast,
        "FunctionCall": _function,
        "IndexExpression": _index,
        "SizeOf": _sizeof,
    }


def _chosen(bits: Bits, indices: Sequence[Index]) -> Bits:
    """Qubits at these indices; ``q[0, 2]`` is read as ``q[{0, 2}]``."""
    if bits.is_single:
        raise Fault("a single qubit cannot be indexed")
    numbers = tuple(index for index in indices if isinstance(index, int))
    if len(indices) > 1 and len(numbers) != len(indices):
        raise Fault("a register has one dimension only")
    chosen = positions(numbers if len(indices) > 1 else indices[0], len(bits.indices))
    if isinstance(chosen, int):
        return Bits("qubit", (bits.indices[chosen],), is_single=True)
    return Bits("qubit", tuple([bits.indices[position] for position in chosen]), is_single=False)
