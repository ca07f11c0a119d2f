"""Operators and built-in functions on typed values."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from qumulus.circuits.language.values import (
    ANGLE_WIDTH,
    BOOL,
    COMPLEX,
    DURATION,
    FLOAT,
    INTEGERS,
    LITERAL,
    MAX_WIDTH,
    Fault,
    Type,
    Value,
    converted,
    from_bits,
    radians,
    to_bits,
    wrapped,
)

_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_BITWISE: Final[dict[str, Callable[[int, int], int]]] = {
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
}
_ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
}


_SIMPLE: Final = {name: _ARITHMETIC[name] for name in "+-*"}


def boolean(value: Value) -> bool:
    """A condition."""
    return bool(converted(value, BOOL))


def binary(operator: str, left: Value, right: Value) -> Value:
    """Apply a binary operator; ``&&`` and ``||`` are the interpreter's, for they may skip a side."""
    if left.type.shape or right.type.shape:
        raise Fault(f"the operator `{operator}` is not defined for arrays", "index their elements")
    try:
        return _APPLY.get(operator, _arithmetic)(operator, left, right)
    except ZeroDivisionError:
        raise Fault("division by zero") from None
    except (OverflowError, ValueError):
        raise Fault("this expression has no finite value") from None
    except TypeError:
        raise _undefined(operator, left, right) from None


def _compared(operator: str, left: Value, right: Value) -> Value:
    return Value(BOOL, _COMPARISONS[operator](*_comparable(left, right)))


def _undefined(operator: str, left: Value, right: Value) -> Fault:
    return Fault(f"the operator `{operator}` is not defined for `{left.type}` and `{right.type}`")


def _integer(value: Value) -> int:
    """The number behind bits, bools and integers."""
    if value.type.kind == "bit":
        return from_bits((value.data,) if value.type.width is None else value.data)
    if value.type.kind not in INTEGERS and value.type.kind != "bool":
        raise TypeError
    return int(value.data)


def _scalar(value: Value) -> Any:
    """The number that a value stands for."""
    if value.type.kind == "angle":
        return radians(value)
    return value.data if value.type.kind in ("float", "complex", "duration") else _integer(value)


def _comparable(left: Value, right: Value) -> tuple[Any, Any]:
    if (left.type.kind == "duration") != (right.type.kind == "duration"):
        raise TypeError
    kinds = {left.type.kind, right.type.kind}
    if kinds <= INTEGERS:
        if left.type.width == right.type.width:
            return left.data, right.data
        common = _common(left, right)
        if common is not LITERAL and None in (left.type.width, right.type.width):
            return wrapped(left.data, common), wrapped(right.data, common)
    if "angle" in kinds and kinds != {"angle"}:
        angle = left.type if left.type.kind == "angle" else right.type
        return converted(left, angle), converted(right, angle)
    return _scalar(left), _scalar(right)


def _common(left: Value, right: Value) -> Type:
    """The type of an operation on two integers: a literal takes that of the other if its bits fit."""
    a, b = left.type, right.type
    if a.width is None or b.width is None:
        sized, literal = (a, right.data) if b.width is None else (b, left.data)
        width = sized.width
        return sized if width is not None and -(1 << width - 1) <= literal < 1 << width else LITERAL
    if a.width != b.width:
        return a if a.width > b.width else b
    return a if a.kind == "uint" else b


def _bitwise(operator: str, left: Value, right: Value) -> Value:
    function = _BITWISE[operator]
    kinds = {left.type.kind, right.type.kind}
    if kinds <= {"bool", "bit"} and "bool" in kinds:
        return Value(BOOL, bool(function(boolean(left), boolean(right))))
    if kinds <= INTEGERS:
        common = _common(left, right)
        return Value(common, wrapped(function(left.data, right.data), common))
    if "bit" in kinds and kinds <= {"bit", *INTEGERS}:
        target = left.type if left.type.kind == "bit" else right.type
        pair = (_cells(converted(side, target)) for side in (left, right))
        result = function(*map(from_bits, pair))
        return Value(target, result if target.width is None else to_bits(result, target.width))
    if kinds == {"angle"} and left.type == right.type:
        return Value(left.type, function(left.data, right.data))
    raise TypeError


def _cells(data: Any) -> Sequence[Any]:
    return data if type(data) is tuple else (data,)


def _shifted(operator: str, value: Value, by: Value) -> Value:
    distance = _integer(by)
    if not 0 <= distance <= 1 << 20:
        raise Fault(f"a shift by {distance} is not possible")
    kind, width = value.type.kind, value.type.width
    number = _integer(value) if kind != "angle" else value.data
    if operator == ">>":
        number >>= distance
    elif width is None and kind != "bit":
        if number.bit_length() + distance > MAX_WIDTH:
            raise OverflowError
        number <<= distance
    else:
        number = (number << min(distance, width or 1)) if distance else number
    return _from_integer(number, value.type)


def _from_integer(number: int, target: Type) -> Value:
    """An integer as bits, an integer or the bits of an angle."""
    if target.kind == "bit":
        return Value(target, number & 1 if target.width is None else to_bits(number, target.width))
    if target.kind == "angle":
        return Value(target, number % (1 << (target.width or ANGLE_WIDTH)))
    return Value(target, wrapped(number, target)) if target.kind in INTEGERS else Value(LITERAL, number)


def _arithmetic(operator: str, left: Value, right: Value) -> Value:
    kinds = {left.type.kind, right.type.kind}
    if kinds <= INTEGERS:
        return _of_integers(operator, left, right)
    if "duration" in kinds:
        return _of_durations(operator, left, right)
    if "angle" in kinds:
        return _of_angles(operator, left, right)
    if "complex" in kinds:
        return Value(COMPLEX, _finite(_plain(operator, complex(_scalar(left)), complex(_scalar(right)))))
    if "float" in kinds:
        return Value(FLOAT, _finite(_plain(operator, float(_scalar(left)), float(_scalar(right)))))
    left, right = (
        side if side.type.kind in INTEGERS else Value(LITERAL, _integer(side)) for side in (left, right)
    )
    return _of_integers(operator, left, right)


def _plain(operator: str, a: Any, b: Any) -> Any:
    if operator == "%":
        return math.fmod(a, b)
    result = _ARITHMETIC[operator](a, b)
    if isinstance(result, complex) and isinstance(a, float):
        raise ValueError
    return result


def _finite(number: Any) -> Any:
    if not cmath.isfinite(number):
        raise OverflowError
    return number


def _of_integers(operator: str, left: Value, right: Value) -> Value:
    a, b = left.data, right.data
    common = left.type if left.type is right.type else _common(left, right)
    if operator in _SIMPLE:
        return Value(common, wrapped(_SIMPLE[operator](a, b), common))
    if operator == "**":
        if b < 0 or b * max(a.bit_length(), 1) > MAX_WIDTH:
            return Value(FLOAT, _finite(float(a) ** b))
        return Value(common, wrapped(a**b, common))
    # Cut towards zero, as in C; the remainder has the dividend's sign.
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return Value(common, wrapped(quotient if operator == "/" else a - b * quotient, common))


def _of_durations(operator: str, left: Value, right: Value) -> Value:
    both = left.type.kind == right.type.kind
    allowed = ("+", "-", "/") if both else ("*", "/")
    scale = right if left.type.kind == "duration" else left
    if operator not in allowed or (not both and scale.type.kind not in ("float", *INTEGERS)):
        raise TypeError
    if not both and operator == "/" and left.type.kind != "duration":
        raise TypeError
    result = _finite(_ARITHMETIC[operator](left.data, right.data))
    return Value(FLOAT if both and operator == "/" else DURATION, result)


def _of_angles(operator: str, left: Value, right: Value) -> Value:
    both = left.type.kind == right.type.kind == "angle"
    angle = max((side.type for side in (left, right) if side.type.kind == "angle"), key=_width)
    if operator in ("+", "-"):
        result = _ARITHMETIC[operator](converted(left, angle), converted(right, angle))
        return _from_integer(result, angle)
    if both and operator == "/":
        return Value(LITERAL, converted(left, angle) // converted(right, angle))
    scale = right if left.type.kind == "angle" else left
    if not both and scale.type.kind in INTEGERS and operator == "*":
        return _from_integer(left.data * right.data, angle)
    if not both and scale.type.kind in INTEGERS and operator == "/" and scale is right:
        return _from_integer(left.data // right.data, angle)
    if both or scale.type.kind not in ("float", *INTEGERS):
        raise TypeError
    return Value(FLOAT, _finite(_plain(operator, float(_scalar(left)), float(_scalar(right)))))


_APPLY: Final = {
    **dict.fromkeys(_COMPARISONS, _compared),
    **dict.fromkeys(_BITWISE, _bitwise),
    **dict.fromkeys(("<<", ">>"), _shifted),
}


def _width(angle: Type) -> int:
    return angle.width or ANGLE_WIDTH


def unary(operator: str, value: Value) -> Value:
    """Apply ``-``, ``~`` or ``!``; ``~`` of a bool is ``!``, as programs write it."""
    kind, width = value.type.kind, value.type.width
    if value.type.shape:
        raise Fault(f"the operator `{operator}` is not defined for arrays", "index their elements")
    if operator == "!" or (operator == "~" and kind == "bool"):
        return Value(BOOL, not boolean(value))
    if operator == "-" and kind == "bool":
        return Value(LITERAL, -int(value.data))
    if operator == "-" and kind in ("float", "complex", "duration"):
        return Value(value.type, -value.data)
    if operator == "-" and kind in ("angle", *INTEGERS):
        return _from_integer(-value.data, value.type)
    if operator == "~" and kind in ("bit", "angle", *INTEGERS):
        if kind == "bit":
            number = _integer(value)
            return _from_integer(number ^ ((1 << (width or 1)) - 1), value.type)
        return _from_integer(~value.data, value.type)
    raise Fault(f"the operator `{operator}` is not defined for `{value.type}`")


def _real(function: Callable[[float], float]) -> Callable[[Value], Value]:
    return lambda value: Value(FLOAT, _finite(float(function(float(_scalar(value))))))


def _either(real: Callable[[float], float], other: Callable[[complex], complex]) -> Callable[[Value], Value]:
    def function(value: Value) -> Value:
        number = _scalar(value)
        if isinstance(number, complex):
            return Value(COMPLEX, _finite(other(number)))
        return Value(FLOAT, _finite(real(float(number))))

    return function


def _rounding(function: Callable[[float], int]) -> Callable[[Value], Value]:
    return lambda value: Value(LITERAL, wrapped(function(_scalar(value)), LITERAL))


def _popcount(value: Value) -> Value:
    number = value.data if value.type.kind == "angle" else _integer(value)
    if number < 0:
        number &= (1 << (value.type.width or MAX_WIDTH)) - 1
    return Value(LITERAL, number.bit_count())


def _rotated(value: Value, distance: Value, sign: int = 1) -> Value:
    width = value.type.width
    if width is None or value.type.kind not in ("bit", "uint", "angle"):
        raise TypeError
    number = _integer(value) if value.type.kind != "angle" else value.data
    by = sign * _integer(distance) % width
    mask = (1 << width) - 1
    return _from_integer((number << by | number >> (width - by)) & mask, value.type)


def _part(name: str) -> Callable[[Value], Value]:
    return lambda value: Value(FLOAT, float(getattr(complex(_scalar(value)), name)))


_FUNCTIONS: Final[dict[str, tuple[int, Callable[..., Value]]]] = {
    "sin": (1, _either(math.sin, cmath.sin)),
    "cos": (1, _either(math.cos, cmath.cos)),
    "tan": (1, _real(math.tan)),
    "arcsin": (1, _real(math.asin)),
    "arccos": (1, _real(math.acos)),
    "arctan": (1, _real(math.atan)),
    "exp": (1, _either(math.exp, cmath.exp)),
    "log": (1, _real(math.log)),
    "ln": (1, _real(math.log)),
    "sqrt": (1, _either(math.sqrt, cmath.sqrt)),
    "ceiling": (1, _rounding(math.ceil)),
    "floor": (1, _rounding(math.floor)),
    "mod": (2, lambda a, b: binary("%", a, b)),
    "pow": (2, lambda a, b: binary("**", a, b)),
    "popcount": (1, _popcount),
    "rotl": (2, _rotated),
    "rotr": (2, lambda value, distance: _rotated(value, distance, -1)),
    "real": (1, _part("real")),
    "imag": (1, _part("imag")),
}
FUNCTIONS: Final = frozenset(_FUNCTIONS)


def check_arguments(name: str, number: int) -> None:
    """A built-in function takes exactly its arguments."""
    n_wanted, _ = _FUNCTIONS[name]
    if number != n_wanted:
        raise Fault(f"the function `{name}` takes {n_wanted} argument(s), not {number}")


def call(name: str, arguments: Sequence[Value]) -> Value:
    """Apply a built-in function."""
    check_arguments(name, len(arguments))
    _, function = _FUNCTIONS[name]
    try:
        return function(*arguments)
    except (OverflowError, ValueError):
        raise Fault(f"`{name}` has no finite value here") from None
    except ZeroDivisionError:
        raise Fault("division by zero") from None
    except TypeError:
        types = ", ".join(f"`{argument.type}`" for argument in arguments)
        raise Fault(f"the function `{name}` is not defined for {types}") from None
