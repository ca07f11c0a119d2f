"""One measured figure beside the one to reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``goal`` is compared as ``sense`` says: at least (``>=``) or at most (``<=``)."""

    what: str
    value: float
    unit: str
    sense: str = ""
    goal: float | None = None

    @property
    def is_met(self) -> bool:
        """The goal is reached, or there is none."""
        if self.goal is None:
            return True
        return self.value >= self.goal if self.sense == ">=" else self.value <= self.goal


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def show(figures: Sequence[Figure]) -> str:
    """A table for people."""
    width = max(len(figure.what) for figure in figures)
    rows = []
    for figure in figures:
        goal = "" if figure.goal is None else f"{figure.sense} {figure.goal:g}"
        mark = "" if figure.goal is None else ("reached" if figure.is_met else "MISSED")
        rows.append(f"{figure.what:<{width}}  {figure.value:>10.4g} {figure.unit:<14} {goal:<10} {mark}")
    return "\n".join(rows)
