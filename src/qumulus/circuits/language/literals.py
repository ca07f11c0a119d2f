"""Literals of the parser's tree."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from qumulus.circuits.language.values import (
    BOOL,
    COMPLEX,
    DURATION,
    FLOAT,
    LITERAL,
    Fault,
    Type,
    Value,
    to_bits,
    wrapped,
)

_NANOSECONDS: Final[dict[str, float]] = {"s": 1e9, "ms": 1e6, "us": 1e3, "ns": 1.0}


def _duration(node: Any) -> Value:
    if node.unit.name not in _NANOSECONDS:
        raise Fault("a duration in `dt` depends on the device's sample time")
    return Value(DURATION, node.value * _NANOSECONDS[node.unit.name])


def _finite_literal(node: Any) -> Value:
    if not math.isfinite(node.value):
        raise Fault("this number is too large")
    return Value(FLOAT, node.value)


LITERALS: Final[dict[str, Callable[[Any], Value]]] = {
    "IntegerLiteral": lambda node: Value(LITERAL, wrapped(node.value, LITERAL)),
    "FloatLiteral": _finite_literal,
    "BooleanLiteral": lambda node: Value(BOOL, node.value),
    "ImaginaryLiteral": lambda node: Value(COMPLEX, complex(0, node.value)),
    "BitstringLiteral": lambda node: Value(Type("bit", node.width), to_bits(node.value, node.width)),
    "DurationLiteral": _duration,
}
