"""One circuit with symbolic angles at many values, by qulacs: what does not change is made once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import qulacs

from qumulus.circuits import Operation
from qumulus.circuits.parameters import Angle, bind
from qumulus.execution.counts import Counts
from qumulus.execution.pauli import Pauli
from qumulus.provider.engines.choice import Choice
from qumulus.provider.engines.qulacs_engine import (
    MULTINOMIAL_QUBITS,
    ROTATIONS,
    expectations_of,
    make_gate,
)

Values = Sequence[float]
Make = Callable[[Values], Any]


def is_swept(choice: Choice) -> bool:
    """Whether the state is small: larger ones grow, for each binding anew."""
    return choice.circuit.n_qubits <= MULTINOMIAL_QUBITS


class SweptCircuit:
    """The state of a circuit at values of its symbols, one after the other.

    The same seed gives the same histograms for the same values in the same order.
    """

    def __init__(self, choice: Choice, *, seed: int) -> None:
        self._choice = choice
        self._seed = seed
        self._random = np.random.default_rng(seed)
        self._keys: list[str] = []
        self._state = qulacs.QuantumState(max(choice.circuit.n_qubits, 1))
        self._steps = [_step(op) for op in choice.circuit.operations if op.name != "measure"]

    def sample(self, index: int, values: Values, *, shots: int) -> Counts:  # noqa: ARG002 - one stream for all
        """Histogram of ``shots`` runs, of the binding of this index."""
        vector = self._at(values).get_vector()
        weights = vector.real**2 + vector.imag**2
        numbers = self._random.multinomial(shots, weights / weights.sum())
        keys = self._keys or self._name_states()
        counts: Counts = {}
        for place in numbers.nonzero()[0].tolist():
            key = keys[place]
            counts[key] = counts.get(key, 0) + int(numbers[place])
        return counts

    def expectations(self, values: Values, paulis: Sequence[Pauli]) -> tuple[float, ...]:
        """Exact ⟨P⟩ of each product, which is on the qubits before compaction."""
        return expectations_of(self._at(values), self._choice, paulis)

    def _at(self, values: Values) -> Any:
        state = self._state
        state.set_zero_state()
        for gate, make in self._steps:
            (make(values) if gate is None else gate).update_quantum_state(state)
        return state

    def _name_states(self) -> list[str]:
        """What is measured in each basis state."""
        circuit = self._choice.circuit
        wiring = tuple((circuit.wiring or {}).items())
        for state in range(1 << self._state.get_qubit_count()):
            value = sum((state >> qubit & 1) << clbit for clbit, qubit in wiring)
            self._keys.append(f"{value:0{circuit.n_clbits}b}")
        return self._keys


def _step(operation: Operation) -> tuple[Any, Make]:
    """The gate, None if it depends on symbols, and how to make it then."""
    symbolic = [angle for angle in operation.params if isinstance(angle, Angle)]
    if symbolic:
        return None, _maker(operation, symbolic[0])
    gate = make_gate(operation)
    return gate, lambda _: gate


def _maker(operation: Operation, angle: Angle) -> Make:
    rotation = ROTATIONS.get(operation.name)
    if rotation is None or operation.controls:
        return lambda values: make_gate(bind((operation,), values)[0])
    (qubit,), at = operation.qubits, angle.at
    return lambda values: rotation(qubit, at(values))
