"""Constant expressions: parsed to postfix, so that a long one needs no recursion to evaluate."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from qumulus.circuits.errors import Source
from qumulus.circuits.lexer import Cursor
from qumulus.circuits.numbers import AngleNumber, Number, SizedInteger, int_of

CONSTANTS: Final[dict[str, float]] = {
    "pi": math.pi,
    "π": math.pi,
    "tau": math.tau,
    "τ": math.tau,
    "euler": math.e,
    "ℇ": math.e,
}
_INTEGER_BITS = 256


class Apply(NamedTuple):
    """One operator or function of a postfix expression."""

    function: Callable[..., Number]
    n_arguments: int
    offset: int


class Expression(NamedTuple):
    """Postfix code: numbers, names of gate parameters, applications."""

    code: tuple[Number | str | Apply, ...]
    offset: int


def _divide(a: Number, b: Number) -> Number:
    """OpenQASM 3: the quotient of two integers is an integer, cut towards zero."""
    if isinstance(a, int) and isinstance(b, int):
        quotient = abs(a) // abs(b)
        return quotient if (a < 0) == (b < 0) else -quotient
    return a / b


def _power(a: Number, b: Number) -> Number:
    if isinstance(a, AngleNumber) and isinstance(b, AngleNumber):
        raise TypeError
    if isinstance(a, int) and isinstance(b, int) and b * max(a.bit_length(), 1) > _INTEGER_BITS:
        a = float(a)
    result: Any = a**b
    if isinstance(result, complex):
        raise ValueError("not a real number")
    return result  # type: ignore[no-any-return] # the power of two numbers, and not complex


def _shift_left(a: int, b: int) -> int:
    if not 0 <= b <= _INTEGER_BITS:
        raise OverflowError
    return a << b


def _shift_right(a: int, b: int) -> int:
    if not 0 <= b <= 1 << 20:
        raise OverflowError
    return a >> b


def _mod(a: Number, b: Number) -> Number:
    """C's remainder for integers as OpenQASM 3 wants: it has the sign of the dividend."""
    if isinstance(a, int) and isinstance(b, int):
        return a - b * int(_divide(a, b))
    if isinstance(a, AngleNumber) and isinstance(b, AngleNumber):
        raise TypeError
    return math.fmod(a, b)


def _popcount(a: Number) -> int:
    if not isinstance(a, int):
        raise TypeError
    if a < 0:
        raise ValueError
    return a.bit_count()


# Binding powers: the higher binds the tighter.
_UNARY, _POWER = 8, 9
_OPERATORS: Final[dict[str, tuple[int, Callable[..., Number]]]] = {
    "|": (1, lambda a, b: a | b),
    "^": (2, lambda a, b: a ^ b),
    "&": (3, lambda a, b: a & b),
    "<<": (4, _shift_left),
    ">>": (4, _shift_right),
    "+": (5, lambda a, b: a + b),
    "-": (5, lambda a, b: a - b),
    "*": (6, lambda a, b: a * b),
    "/": (6, _divide),
    "%": (6, _mod),
    "**": (_POWER, _power),
}
_OPERATORS_2: Final[dict[str, tuple[int, Callable[..., Number]]]] = {
    "+": _OPERATORS["+"],
    "-": _OPERATORS["-"],
    "*": _OPERATORS["*"],
    "/": (6, lambda a, b: a / b),
    "^": (_POWER, _power),
    "**": (_POWER, _power),
}
_KEEPS_FIRST: Final = frozenset((_shift_left, _shift_right))
_HAS_NO_WIDTH: Final = frozenset((_popcount, math.ceil, math.floor))
_UNKNOWN_OPERATORS = frozenset(("==", "!=", "<", ">", "<=", ">=", "&&", "||", "!", "~"))
_FUNCTIONS: Final[dict[str, tuple[int, Callable[..., Number]]]] = {
    "sin": (1, math.sin),
    "cos": (1, math.cos),
    "tan": (1, math.tan),
    "arcsin": (1, math.asin),
    "arccos": (1, math.acos),
    "arctan": (1, math.atan),
    "exp": (1, math.exp),
    "ln": (1, math.log),
    "log": (1, math.log),
    "sqrt": (1, math.sqrt),
    "ceiling": (1, math.ceil),
    "floor": (1, math.floor),
    "mod": (2, _mod),
    "pow": (2, _power),
    "popcount": (1, _popcount),
    "int": (1, int_of),
    "float": (1, float),
}


class ExpressionReader:
    """Reads expressions of one version of the language at a cursor."""

    def __init__(self, *, version: int, nesting: int, constants: Mapping[str, object]) -> None:
        """``constants`` are the program's symbols: those that are numbers may be used."""
        self._version = version
        self._nesting = nesting
        self._constants = constants
        self._operators = _OPERATORS if version == 3 else _OPERATORS_2

    def read(self, cursor: Cursor, parameters: tuple[str, ...] = ()) -> Expression:
        """Read one expression; ``parameters`` are those of the gate being defined."""
        code: list[Number | str | Apply] = []
        offset = cursor.start
        _Parse(self, cursor, parameters, code).binary(0, 0)
        return Expression(tuple(code), offset)

    def read_value(self, cursor: Cursor) -> Number:
        """Read one expression and evaluate it."""
        return evaluate(self.read(cursor), {}, cursor.source)

    def read_integer(self, cursor: Cursor, what: str) -> int:
        """Read one expression that must be an integer."""
        offset = cursor.start
        value = self.read_value(cursor)
        if not isinstance(value, int):
            raise cursor.source.invalid(offset, f"{what} must be an integer, not {value:g}")
        return value

    def operand(self, cursor: Cursor, parameters: tuple[str, ...]) -> Number | str:
        """The number that a name stands for, or the name of a parameter."""
        name = cursor.text
        if name in parameters:
            return name
        value = self._constants.get(name)
        if isinstance(value, int | float):
            return value
        if name in CONSTANTS:
            return CONSTANTS[name]
        if value is not None:
            raise cursor.source.unsupported(
                cursor.start, f"`{name}` is not a numeric constant", "only constants may be used here"
            )
        raise cursor.source.invalid(cursor.start, f"`{name}` is not declared")

    def operator(self, cursor: Cursor) -> tuple[int, Callable[..., Number]] | None:
        """Binding power and function of the binary operator at the cursor."""
        if cursor.kind != "operator":
            return None
        if cursor.text in _UNKNOWN_OPERATORS:
            raise cursor.source.unsupported(
                cursor.start, f"the operator `{cursor.text}` is not supported in straight-line programs"
            )
        return self._operators.get(cursor.text)

    def deeper(self, cursor: Cursor, depth: int) -> int:
        """One level down, or the error that there are too many."""
        if depth >= self._nesting:
            raise cursor.source.exceeded(
                cursor.start, f"the expression is nested deeper than {self._nesting} levels"
            )
        return depth + 1


class _Parse(NamedTuple):
    """Precedence climbing over one expression; the depth bounds the recursion."""

    reader: ExpressionReader
    cursor: Cursor
    parameters: tuple[str, ...]
    code: list[Number | str | Apply]

    def binary(self, least: int, depth: int) -> None:
        self.unary(depth)
        while True:
            found = self.reader.operator(self.cursor)
            if found is None or found[0] < least:
                return
            power, function = found
            offset = self.cursor.start
            self.cursor.advance()
            # The power operator binds to the right, all others to the left.
            self.binary(power if power == _POWER else power + 1, self.reader.deeper(self.cursor, depth))
            self.code.append(Apply(function, 2, offset))

    def unary(self, depth: int) -> None:
        sign, offset = self.cursor.text, self.cursor.start
        if self.cursor.kind != "operator" or sign not in "+-":
            self.primary(depth)
            return
        self.cursor.advance()
        self.binary(_UNARY, self.reader.deeper(self.cursor, depth))
        if sign == "-":
            self.code.append(Apply(lambda a: -a, 1, offset))

    def primary(self, depth: int) -> None:
        cursor = self.cursor
        if cursor.kind == "number":
            self.code.append(read_number(cursor))
        elif cursor.kind == "name":
            name, offset = cursor.text, cursor.start
            if name in _FUNCTIONS and name not in self.parameters:
                cursor.advance()
                self.call(name, offset, self.reader.deeper(cursor, depth))
            else:
                self.code.append(self.reader.operand(cursor, self.parameters))
                cursor.advance()
        elif cursor.text == "(":
            cursor.advance()
            self.binary(0, self.reader.deeper(cursor, depth))
            cursor.expect(")")
        else:
            self.reader.operator(cursor)
            raise cursor.unexpected("a number or an expression")

    def call(self, name: str, offset: int, depth: int) -> None:
        n_wanted, function = _FUNCTIONS[name]
        self.cursor.expect("(")
        n_given = 0
        while self.cursor.text != ")":
            self.binary(0, depth)
            n_given += 1
            if not self.cursor.accept(","):
                break
        self.cursor.expect(")")
        if n_given != n_wanted:
            raise self.cursor.source.invalid(
                offset, f"the function `{name}` takes {n_wanted} argument(s), not {n_given}"
            )
        self.code.append(Apply(function, n_wanted, offset))


def read_number(cursor: Cursor) -> Number:
    """The number at the cursor, which is stepped over."""
    if cursor.unit is not None:
        what = "a complex number" if cursor.unit.strip() == "im" else "a duration"
        raise cursor.source.unsupported(cursor.start, f"{what} is not supported here")
    text = cursor.text
    try:
        if text[:2] in ("0x", "0X", "0b", "0B", "0o", "0O"):
            value: Number = int(text.replace("_", ""), 0)
        elif text.replace("_", "").isdigit():
            value = int(text.replace("_", ""))
        else:
            value = float(text.replace("_", ""))
    except ValueError:
        raise cursor.source.invalid(cursor.start, "this number cannot be read") from None
    if not _is_bounded(value):
        raise cursor.source.invalid(cursor.start, "this number is too large")
    cursor.advance()
    return value


def evaluate(expression: Expression, arguments: Mapping[str, Number], source: Source) -> Number:
    """The value for these gate parameters.

    Raises:
        ProgramError: the value does not exist, as in ``1/0``.
    """
    stack: list[Number] = []
    for item in expression.code:
        if isinstance(item, Apply):
            values = stack[-item.n_arguments :]
            del stack[-item.n_arguments :]
            stack.append(_apply(item, values, source))
        else:
            stack.append(arguments[item] if isinstance(item, str) else item)
    return stack[0]


def _apply(item: Apply, values: list[Number], source: Source) -> Number:
    try:
        result = item.function(*values)
    except ZeroDivisionError:
        raise source.invalid(item.offset, "division by zero") from None
    except (ValueError, OverflowError):
        raise source.invalid(item.offset, "this expression has no finite real value") from None
    except TypeError:
        raise source.invalid(item.offset, "this operation is defined for integers only") from None
    if not _is_bounded(result):
        raise source.invalid(item.offset, "the value of this expression is too large")
    if type(result) is int and any(type(value) is SizedInteger for value in values):
        result = _sized(result, item, values)
        if isinstance(result, SizedInteger) and not result.is_in_range:
            raise source.unsupported(item.offset, "integers that overflow are not supported here")
    return result


def _sized(result: int, item: Apply, values: Sequence[Number]) -> int:
    """The result as one of the type that both integers have; a literal takes the other's if it fits."""
    types = [value for value in values if type(value) is SizedInteger]
    if item.function in _HAS_NO_WIDTH:
        return result
    if item.function in _KEEPS_FIRST:
        types = [value for value in values[:1] if type(value) is SizedInteger]
    elif len(types) < len(values):
        literal = next(int(value) for value in values if type(value) is not SizedInteger)
        types = types if -(1 << types[0].width - 1) <= literal < 1 << types[0].width else []
    if not types:
        return result
    common = max(types, key=lambda one: (one.width, not one.is_signed))
    return SizedInteger.of(result, common.width, is_signed=common.is_signed)


def _is_bounded(value: Number) -> bool:
    if isinstance(value, int):
        return value.bit_length() <= _INTEGER_BITS
    return math.isfinite(value)
