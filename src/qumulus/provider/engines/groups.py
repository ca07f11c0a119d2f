"""Which qubits a circuit has entangled with one another by each of its gates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from qumulus.circuits import Operation


@dataclass(slots=True)
class Group:
    """Qubits that gates act on together from some moment on; before it they were in the groups ``of``."""

    qubits: tuple[int, ...]
    """In the order of the bits of their state."""
    operations: list[Operation] = field(default_factory=list)
    """What acts on them from that moment on, until they are in a larger group."""
    of: tuple[Group, ...] = ()
    amplitudes: int = 0
    """How many are computed until the end: each gate passes over the state of its group."""


def follow_groups(n_qubits: int, operations: Iterable[Operation]) -> list[Group]:
    """The groups at the end of a circuit; measurements are left out."""
    groups = [Group(qubits=(qubit,)) for qubit in range(n_qubits)]
    for operation in operations:
        if operation.name == "measure":
            continue
        group = groups[operation.qubits[0]]
        for qubit in operation.qubits[1:]:
            if groups[qubit] is not group:
                group = _joined(group, groups[qubit])
                for member in group.qubits:
                    groups[member] = group
        group.operations.append(operation)
        group.amplitudes += 1 << len(group.qubits)
    return list({id(group): group for group in groups}.values())


def _joined(one: Group, other: Group) -> Group:
    """Made and filled: two passes."""
    qubits = one.qubits + other.qubits
    amplitudes = one.amplitudes + other.amplitudes + (2 << len(qubits))
    return Group(qubits=qubits, of=(one, other), amplitudes=amplitudes)
