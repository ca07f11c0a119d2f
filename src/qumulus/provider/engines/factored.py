"""A quantum state as a product: entangled qubits share a vector of qulacs, the others stand alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self

import qulacs
from qulacs import state as states

from qumulus.circuits import Operation
from qumulus.execution.failures import LimitExceededError
from qumulus.provider.engines.choice import AMPLITUDE_BYTES, readable
from qumulus.provider.engines.qulacs_engine import make_gate

WORKING_STATES: Final = 3
"""The state of the path that is followed, that of the path before, and a copy about to be kept."""

_NOTHING: Final = ("barrier", "delay", "id")


@dataclass(slots=True)
class _Group:
    """Qubits with one vector; the k-th qubit is bit k of its index."""

    qubits: list[int]
    vector: Any


class FactoredState:
    """A :class:`~qumulus.circuits.BranchingState`; qubits in no group are 0 or 1.

    A qubit leaves its group when it is measured, so what counts is how many are entangled at a time.
    """

    def __init__(
        self, memory_limit_bytes: int, groups: Iterable[_Group] = (), ones: Iterable[int] = ()
    ) -> None:
        self._limit = memory_limit_bytes
        self._groups = {qubit: group for group in groups for qubit in group.qubits}
        self._ones = set(ones)

    def apply(self, operation: Operation) -> None:
        """A gate; global phases and what takes only time change nothing.

        Raises:
            LimitExceededError: it entangles more qubits than fit, with the numbers.
        """
        name, qubits, params, _, controls, *_ = operation
        if name in _NOTHING or not qubits:
            return
        if name == "x" and not controls and qubits[0] not in self._groups:
            self._ones ^= set(qubits)
            return
        group = self._together(qubits)
        places = tuple(group.qubits.index(qubit) for qubit in qubits)
        _gate(name, places, params, controls).update_quantum_state(group.vector)

    def probability_of_one(self, qubit: int) -> float:
        """Without changing the state."""
        group = self._groups.get(qubit)
        if group is None:
            return float(qubit in self._ones)
        return 1.0 - float(group.vector.get_zero_probability(group.qubits.index(qubit)))

    def collapse(self, qubit: int, outcome: int) -> None:
        """Project, and normalize; the qubit leaves its group."""
        group = self._groups.pop(qubit, None)
        if group is None:
            return
        if outcome:
            self._ones.add(qubit)
        if len(group.qubits) == 1:
            return
        group.vector = states.drop_qubit(group.vector, [group.qubits.index(qubit)], [outcome])
        group.vector.normalize(group.vector.get_squared_norm())
        group.qubits.remove(qubit)

    def copy(self) -> Self:
        """An independent copy."""
        each = {id(group): group for group in self._groups.values()}.values()
        groups = [_Group(list(group.qubits), group.vector.copy()) for group in each]
        return type(self)(self._limit, groups, self._ones)

    def _together(self, qubits: tuple[int, ...]) -> _Group:
        """One group with all of these qubits."""
        group = self._group_of(qubits[0])
        for qubit in qubits[1:]:
            if qubit not in group.qubits:
                group = self._joined(group, self._group_of(qubit))
        return group

    def _group_of(self, qubit: int) -> _Group:
        known = self._groups.get(qubit)
        if known is not None:
            return known
        vector = qulacs.QuantumState(1)
        vector.set_computational_basis(int(qubit in self._ones))
        self._ones.discard(qubit)
        return self._add(_Group([qubit], vector))

    def _joined(self, low: _Group, high: _Group) -> _Group:
        n_qubits = len(low.qubits) + len(high.qubits)
        needed = WORKING_STATES * AMPLITUDE_BYTES << n_qubits
        if needed > self._limit:
            raise LimitExceededError(
                f"Measurements steer the program, and it entangles {n_qubits} of its qubits; their state "
                f"vectors need {readable(needed)} of memory, and this device allows {readable(self._limit)}. "
                "Entangle fewer at a time: a qubit that was measured or reset counts no more."
            )
        return self._add(_Group(low.qubits + high.qubits, states.tensor_product(high.vector, low.vector)))

    def _add(self, group: _Group) -> _Group:
        self._groups.update(dict.fromkeys(group.qubits, group))
        return group


@lru_cache(maxsize=4096)
def _gate(name: str, places: tuple[int, ...], params: tuple[float, ...], controls: str) -> Any:
    return make_gate(Operation(name, places, params, controls=controls))
