"""Recognising Clifford circuits, without any simulator."""

from __future__ import annotations

from collections.abc import Iterable

from qumulus.circuits import Operation
from qumulus.circuits.gates import is_clifford

_DIRECTIVES = frozenset(("measure", "reset", "barrier", "delay"))


def first_non_clifford(operations: Iterable[Operation]) -> Operation | None:
    """The first gate that a stabilizer simulation cannot do; None: it can do all."""
    seen: set[tuple[str, tuple[float, ...], str]] = set()
    for operation in operations:
        name, _, params, _, controls, *_ = operation
        if name in _DIRECTIVES or (name, params, controls) in seen:
            continue
        if not is_clifford(name, params, controls):
            return operation
        seen.add((name, params, controls))
    return None
