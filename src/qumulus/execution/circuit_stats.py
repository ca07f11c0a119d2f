"""The size of a circuit, counted as Qiskit counts it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from qumulus.circuits import Operation

_NO_GATES: Final = frozenset(("measure", "barrier", "delay", "reset"))


def circuit_stats(operations: Iterable[Operation]) -> dict[str, int]:
    """Qubits in use, gates by width, and depth: the longest chain of operations that wait for each other.

    Barriers hold back what follows and add nothing; measurements and delays are operations but no gates.
    """
    qubits: dict[int, int] = {}
    clbits: dict[int, int] = {}
    widths: list[int] = []
    for name, places, _, cells, *_ in operations:
        if not places:
            continue
        level = max([qubits.get(qubit, 0) for qubit in places])
        if cells:
            level = max(level, *[clbits.get(clbit, 0) for clbit in cells])
        level += name != "barrier"
        for qubit in places:
            qubits[qubit] = level
        for clbit in cells:
            clbits[clbit] = level
        if name not in _NO_GATES:
            widths.append(len(places))
    return {
        "n_qubits": len(qubits),
        "n_gates": len(widths),
        "n_gates_1q": widths.count(1),
        "n_gates_2q": widths.count(2),
        "depth": max(qubits.values(), default=0),
    }
