"""Numbers of a job's JSON."""

from __future__ import annotations

import math
from typing import Final

_MOST_SHOWN: Final = 80


def finite(value: object) -> float | None:
    """The value as a float; None if it is no number, or too large for a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def shown(value: object) -> str:
    """A value as a message shows it."""
    try:
        text = repr(value)
    except ValueError:  # An integer of thousands of digits.
        return "a number of thousands of digits"
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
