"""Counting what a circuit consists of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from qumulus.circuits.gates import is_clifford
from qumulus.circuits.ir import Circuit
from qumulus.circuits.parameters import Angle


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """``operations`` by name, an added control counts as ``c-``; gates are all but the directives."""

    n_qubits: int
    n_clbits: int
    n_gates: int
    n_gates_1q: int
    n_gates_2q: int
    n_gates_multi: int
    """On three qubits or more."""
    n_measurements: int
    depth: int
    """Longest chain of operations on the same qubits or bits; barriers hold up but do not count."""
    is_clifford: bool
    operations: Mapping[str, int]


def count(circuit: Circuit) -> Statistics:
    """Count it."""
    names: Counter[str] = Counter()
    widths: Counter[int] = Counter()
    all_clifford = True
    for name, qubits, params, _, controls, *_ in circuit.operations:
        names["c-" * len(controls) + name] += 1
        if name in ("measure", "reset", "barrier", "delay"):
            continue
        if not qubits:
            continue
        widths[min(len(qubits), 3)] += 1
        if all_clifford:
            is_symbolic = any(isinstance(angle, Angle) for angle in params)
            all_clifford = not is_symbolic and is_clifford(name, params, controls)
    return Statistics(
        n_qubits=circuit.n_qubits,
        n_clbits=circuit.n_clbits,
        n_gates=widths.total(),
        n_gates_1q=widths[1],
        n_gates_2q=widths[2],
        n_gates_multi=widths[3],
        n_measurements=names["measure"],
        depth=_depth(circuit),
        is_clifford=all_clifford,
        operations=dict(names.most_common()),
    )


def _depth(circuit: Circuit) -> int:
    levels = [0] * (circuit.n_qubits + circuit.n_clbits)
    for operation in circuit.operations:
        places = [*operation.qubits, *(circuit.n_qubits + clbit for clbit in operation.clbits)]
        if not places:
            continue
        level = max([levels[place] for place in places]) + (operation.name != "barrier")
        for place in places:
            levels[place] = level
    return max(levels, default=0)
