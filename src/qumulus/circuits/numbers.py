"""Numbers of constant expressions that are of a type with a width."""

from __future__ import annotations

import math
from typing import Final

Number = int | float
INTEGER_WIDTH: Final = 64
"""Of ``int`` and ``uint`` without a width."""


class AngleNumber(float):
    """Radians from 0 to a turn; sums and whole multiples stay there, as those of the type ``angle`` do."""

    __slots__ = ()

    def __new__(cls, radians: float) -> AngleNumber:
        return super().__new__(cls, math.fmod(radians, math.tau) % math.tau)

    def __neg__(self) -> AngleNumber:
        return AngleNumber(-float(self))

    def __add__(self, other: float) -> AngleNumber:
        return AngleNumber(float(self) + float(other))

    __radd__ = __add__

    def __sub__(self, other: float) -> AngleNumber:
        return AngleNumber(float(self) - float(other))

    def __rsub__(self, other: float) -> AngleNumber:
        return AngleNumber(float(other) - float(self))

    def __mul__(self, other: float) -> float:
        if isinstance(other, AngleNumber):
            raise TypeError
        product = float(self) * float(other)
        return AngleNumber(product) if isinstance(other, int) else product

    __rmul__ = __mul__

    def __truediv__(self, other: float) -> float:
        quotient = float(self) / float(other)
        if isinstance(other, AngleNumber):
            return int(quotient)
        return AngleNumber(quotient) if isinstance(other, int) else quotient


class SizedInteger(int):
    """An integer of a type with a width: the one-pass reader leaves to the interpreter what wraps around."""

    width: int
    is_signed: bool

    @classmethod
    def of(cls, value: int, width: int, *, is_signed: bool) -> SizedInteger:
        """This value, which may be out of range."""
        made = cls(value)
        made.width, made.is_signed = width, is_signed
        return made

    @property
    def is_in_range(self) -> bool:
        half = 1 << self.width - 1
        return -half <= self < half if self.is_signed else 0 <= self < 2 * half


def int_of(value: Number) -> SizedInteger:
    """The cast ``int(…)``, which there is for all numbers but angles."""
    if isinstance(value, AngleNumber):
        raise TypeError
    return SizedInteger.of(int(value), INTEGER_WIDTH, is_signed=True)
