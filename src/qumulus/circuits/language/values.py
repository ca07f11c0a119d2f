"""The types of the language, and conversions between their values.

Data by kind: ``bit`` 0, 1 or an :class:`Outcome`; ``bit[n]`` a tuple of these, bit 0 first; ``angle``
an integer, in turns / 2**width; ``duration`` nanoseconds, in which what
programs say is exact; arrays nested lists; all others as in Python.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from qumulus.circuits.errors import ProgramErrorCode

MAX_WIDTH: Final = 256
ANGLE_WIDTH: Final = 64
INTEGER_WIDTH: Final = 64
_FLOAT_FORMATS: Final[dict[int, str]] = {16: "<e", 32: "<f", 64: "<d"}


class Fault(Exception):  # noqa: N818 # becomes a ProgramError where its place is known
    """What is wrong with an operation or a conversion; whoever knows the place says where."""

    def __init__(
        self, message: str, hint: str | None = None, *, code: ProgramErrorCode = "invalid_program"
    ) -> None:
        super().__init__(message)
        self.message, self.hint, self.code = message, hint, code


class DependsOnMeasurement(Exception):  # noqa: N818 # not an error: the program is a dynamic one
    """What the program does next depends on an outcome that is not known yet."""


class Outcome(NamedTuple):
    """The result of a measurement that has not been made: the ``number``-th of the program."""

    number: int


class Type(NamedTuple):
    """``width`` None: a single ``bit``, or an integer literal, which has no width of its own."""

    kind: str
    width: int | None = None
    shape: tuple[int, ...] = ()
    """Dimensions of an array of this type; empty if it is none."""

    def __str__(self) -> str:
        width = "" if self.width is None else f"[{self.width}]"
        base = f"{self.kind}{width}"
        return f"array[{base}, {', '.join(map(str, self.shape))}]" if self.shape else base


class Value(NamedTuple):
    type: Type
    data: Any


BIT: Final = Type("bit")
BOOL: Final = Type("bool")
FLOAT: Final = Type("float", 64)
COMPLEX: Final = Type("complex")
DURATION: Final = Type("duration")
LITERAL: Final = Type("int")
INTEGERS: Final = frozenset(("int", "uint"))


def known(cell: Any) -> int:
    """A bit that must be known."""
    if isinstance(cell, Outcome):
        raise DependsOnMeasurement
    return int(cell)


def from_bits(cells: Sequence[Any]) -> int:
    """The unsigned integer with these bits, bit 0 first."""
    return sum(known(cell) << position for position, cell in enumerate(cells))


def to_bits(number: int, width: int) -> tuple[int, ...]:
    """The lowest bits of an integer, bit 0 first."""
    return tuple([number >> position & 1 for position in range(width)])


def wrapped(number: int, target: Type) -> int:
    """An integer brought into the range of its type; a literal may have up to 256 bits."""
    if target.width is None:
        if number.bit_length() > MAX_WIDTH:
            raise Fault("the value of this expression is too large")
        return number
    number &= (1 << target.width) - 1
    if target.kind == "int" and number >> (target.width - 1):
        number -= 1 << target.width
    return number


def radians(value: Value) -> float:
    """The number that an angle stands for, in [0, 2π)."""
    return float(value.data) * math.tau / float(1 << (value.type.width or ANGLE_WIDTH))


def initial(target: Type) -> Any:
    """What a variable holds that was given no value: zeros."""
    if target.shape:
        inner = target._replace(shape=target.shape[1:])
        return [initial(inner) for _ in range(target.shape[0])]
    if target.kind == "bit" and target.width is not None:
        return (0,) * target.width
    return {"bool": False, "float": 0.0, "complex": 0j, "duration": 0.0}.get(target.kind, 0)


def converted(value: Value, target: Type, *, is_cast: bool = False) -> Any:
    """The data of a value as that of another type.

    Raises:
        Fault: there is no such conversion, or the value does not fit.
        DependsOnMeasurement: the value is not known yet.
    """
    if value.type.shape or target.shape:
        return _array(value, target)
    if value.type == target and target.width is not None:
        return value.data
    convert = _CONVERSIONS.get((value.type.kind, target.kind))
    if convert is None:
        raise _impossible(value, target)
    return convert(value, target, is_cast)


def _impossible(value: Value, target: Type, hint: str | None = None) -> Fault:
    return Fault(f"a value of type `{value.type}` cannot be made one of type `{target}`", hint)


def _array(value: Value, target: Type) -> list[Any]:
    if value.type.shape != target.shape:
        raise _impossible(value, target)
    inner = target._replace(shape=target.shape[1:])
    source = value.type._replace(shape=value.type.shape[1:])
    return [converted(Value(source, item), inner) for item in value.data]


def _bits_to_bits(value: Value, target: Type, is_cast: bool) -> Any:  # noqa: ARG001
    cells = (value.data,) if value.type.width is None else value.data
    if len(cells) != (target.width or 1):
        raise _impossible(value, target, "bits are copied between registers of the same size")
    return cells[0] if target.width is None else tuple(cells)


def _integer_to_bits(value: Value, target: Type, is_cast: bool) -> Any:
    width = target.width or 1
    if not is_cast and not 0 <= value.data < 1 << width:
        raise Fault(f"{value.data} does not fit in `{target}`")
    bits = to_bits(value.data, width)
    return bits[0] if target.width is None else bits


def _bits_to_integer(value: Value, target: Type, is_cast: bool) -> int:
    if value.type.width is None:
        return known(value.data)
    number = from_bits(value.data)
    fits = target.width is None or target.width > value.type.width
    return number if fits or not is_cast else wrapped(number, target)


def _integer_to_integer(value: Value, target: Type, is_cast: bool) -> int:
    number = int(value.data)
    if not is_cast and value.type.width is None and wrapped(number, target) != number:
        raise Fault(f"{number} does not fit in `{target}`")
    return wrapped(number, target)


def _float_to_integer(value: Value, target: Type, is_cast: bool) -> int:
    """As in C, what follows the point is cut off."""
    number = int(value.data)
    if not is_cast and wrapped(number, target) != number:
        raise Fault(f"{value.data:g} does not fit in `{target}`")
    return wrapped(number, target)


def _to_float(value: Value, target: Type, is_cast: bool) -> float:  # noqa: ARG001
    number = known(value.data) if value.type.kind == "bit" else value.data
    return rounded(float(number), target)


def rounded(number: float, target: Type) -> float:
    """A float as one of this width."""
    code = _FLOAT_FORMATS[target.width or 64]
    if code == "<d":
        return number
    try:
        return float(struct.unpack(code, struct.pack(code, number))[0])
    except OverflowError:
        raise Fault(f"{number:g} does not fit in `{target}`") from None


def _angle_to_float(value: Value, target: Type, is_cast: bool) -> float:  # noqa: ARG001
    return rounded(radians(value), target)


def _number_to_angle(value: Value, target: Type, is_cast: bool) -> int:  # noqa: ARG001
    width = target.width or ANGLE_WIDTH
    turns = math.fmod(float(value.data), math.tau) / math.tau
    return round(math.ldexp(turns, width)) % (1 << width)


def _angle_to_angle(value: Value, target: Type, is_cast: bool) -> int:  # noqa: ARG001
    more = (target.width or ANGLE_WIDTH) - (value.type.width or ANGLE_WIDTH)
    return int(value.data << more if more >= 0 else value.data >> -more)


def _bits_to_angle(value: Value, target: Type, is_cast: bool) -> int:
    cells = (value.data,) if value.type.width is None else value.data
    if not is_cast or len(cells) != target.width:
        raise _impossible(value, target)
    return from_bits(cells)


def _angle_to_bits(value: Value, target: Type, is_cast: bool) -> tuple[int, ...]:
    if not is_cast or value.type.width != target.width:
        raise _impossible(value, target)
    return to_bits(value.data, target.width or ANGLE_WIDTH)


def _to_bool(value: Value, target: Type, is_cast: bool) -> bool:  # noqa: ARG001
    if value.type.kind == "bit":
        return bool(from_bits((value.data,) if value.type.width is None else value.data))
    return bool(value.data)


def _same(value: Value, target: Type, is_cast: bool) -> Any:  # noqa: ARG001
    return value.data


def _to_complex(value: Value, target: Type, is_cast: bool) -> complex:  # noqa: ARG001
    return complex(value.data)


_CONVERSIONS: Final = {
    ("bit", "bit"): _bits_to_bits,
    ("bool", "bit"): _integer_to_bits,
    ("bit", "angle"): _bits_to_angle,
    ("angle", "bit"): _angle_to_bits,
    ("angle", "angle"): _angle_to_angle,
    ("angle", "float"): _angle_to_float,
    ("bool", "bool"): _same,
    ("duration", "duration"): _same,
    ("complex", "complex"): _same,
    **{(kind, "bool"): _to_bool for kind in ("bit", "int", "uint", "float", "angle")},
    **{(kind, "angle"): _number_to_angle for kind in ("int", "uint", "float")},
    **{(kind, "float"): _to_float for kind in ("bit", "bool", "int", "uint", "float")},
    **{(kind, "complex"): _to_complex for kind in ("int", "uint", "float")},
    **{(kind, "bit"): _integer_to_bits for kind in INTEGERS},
    **{("bit", kind): _bits_to_integer for kind in INTEGERS},
    **{("float", kind): _float_to_integer for kind in INTEGERS},
    **{(source, kind): _integer_to_integer for kind in INTEGERS for source in ("int", "uint", "bool")},
}
