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
    for operation in operations:
        if not operation.qubits:
            continue
        levels = [qubits.get(qubit, 0) for qubit in operation.qubits]
        levels += [clbits.get(clbit, 0) for clbit in operation.clbits]
        level = max(levels) + (operation.name != "barrier")
        qubits.update(dict.fromkeys(operation.qubits, level))
        clbits.update(dict.fromkeys(operation.clbits, level))
        if operation.name not in _NO_GATES:
            widths.append(len(operation.qubits))
    return {
        "n_qubits": len(qubits),
        "n_gates": len(widths),
        "n_gates_1q": widths.count(1),
        "n_gates_2q": widths.count(2),
        "depth": max(qubits.values(), default=0),
    }
