"""Drawing from matrix product states that were taken out of Aer."""

from __future__ import annotations

from random import Random
from unittest.mock import patch

import numpy as np
import pytest
from qiskit.quantum_info import Statevector

from qumulus.circuits import GATES, Circuit, Operation
from qumulus.execution.qiskit_circuits import to_qiskit
from qumulus.execution.settings import Method
from qumulus.provider.engines import aer_engine, product_states
from qumulus.provider.engines.choice import EngineName
from qumulus.provider.engines.workload import couples_neighbours
from tests.unit.provider.test_engines import assert_counts_agree, choice_of, with_measurements

SHOTS = 20_000
MPS = Method.MATRIX_PRODUCT_STATE
NARROW = sorted(name for name, gate in GATES.items() if 1 <= gate.n_qubits <= 2)


def chain(seed: int, n_qubits: int = 6) -> Circuit:
    """Any gates on one qubit or two neighbours."""
    random = Random(seed)
    operations = []
    for _ in range(8 * n_qubits):
        gate = GATES[random.choice(NARROW)]
        first = random.randrange(n_qubits - gate.n_qubits + 1)
        qubits = random.sample(range(first, first + gate.n_qubits), gate.n_qubits)
        params = tuple(random.uniform(-5, 5) for _ in range(gate.n_params))
        operations.append(Operation(gate.name, tuple(qubits), params))
    return Circuit(n_qubits=n_qubits, n_clbits=0, operations=tuple(operations))


@pytest.mark.parametrize("entries", [product_states.CHUNK_ENTRIES, 5_000])
@pytest.mark.parametrize("seed", range(6))
def test_a_chain_is_drawn_as_qiskit_says(seed: int, entries: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product_states, "CHUNK_ENTRIES", entries)
    circuit = chain(seed)
    choice = choice_of(EngineName.AER, with_measurements(circuit), MPS)
    with patch.object(product_states, "draw", wraps=product_states.draw) as drawn:
        counts = aer_engine.sample(choice, shots=SHOTS, seed=seed)
    drawn.assert_called_once()
    assert_counts_agree(counts, Statevector(to_qiskit(circuit)).probabilities(), SHOTS)
    assert counts == aer_engine.sample(choice, shots=SHOTS, seed=seed)
    assert counts != aer_engine.sample(choice, shots=SHOTS, seed=seed + 1)


def test_bits_show_the_qubits_they_read() -> None:
    """Crossed, with a bit that nobody writes, and one qubit measured before the last gate of another."""
    circuit = chain(3, 4)
    crossed = (Operation("measure", (2,), clbits=(0,)), Operation("rx", (0,), (0.4,)))
    crossed += (Operation("measure", (0,), clbits=(3,)), Operation("measure", (1,)))
    measured = Circuit(n_qubits=4, n_clbits=5, operations=circuit.operations + crossed)
    turned = Circuit(n_qubits=4, n_clbits=0, operations=(*circuit.operations, crossed[1]))
    expected = np.zeros(32)
    for state, probability in enumerate(Statevector(to_qiskit(turned)).probabilities()):
        expected[(state >> 2 & 1) | (state & 1) << 3] += probability
    counts = aer_engine.sample(choice_of(EngineName.AER, measured, MPS), shots=SHOTS, seed=1)
    assert_counts_agree(counts, expected, SHOTS)


def test_more_qubits_than_a_state_vector_has() -> None:
    operations = [Operation("h", (0,)), Operation("t", (0,))]
    operations += [Operation("cx", (qubit, qubit + 1)) for qubit in range(99)]
    circuit = with_measurements(Circuit(n_qubits=100, n_clbits=0, operations=tuple(operations)))
    counts = aer_engine.sample(choice_of(EngineName.AER, circuit, MPS), shots=1000, seed=5)
    assert set(counts) == {"0" * 100, "1" * 100}
    assert sum(counts.values()) == 1000
    assert abs(counts["0" * 100] - 500) < 100


@pytest.mark.parametrize(
    ("qubits", "keeps_order"),
    [((4,), True), ((3, 4), True), ((4, 3), True), ((2, 4), False), ((2, 3, 4), False)],
)
def test_only_neighbours_keep_their_order(qubits: tuple[int, ...], keeps_order: bool) -> None:
    assert couples_neighbours([Operation("x", (0,)), Operation("u", qubits)]) is keeps_order
