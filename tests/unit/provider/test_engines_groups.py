"""States that grow as a circuit entangles qubits."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from qiskit.quantum_info import Statevector

from qumulus.circuits import GATES, Circuit, Operation
from qumulus.execution.qiskit_circuits import to_qiskit
from qumulus.execution.settings import Method
from qumulus.provider.engines import qulacs_engine
from qumulus.provider.engines.choice import EngineName
from qumulus.provider.engines.choose import choose_engine
from qumulus.provider.engines.groups import follow_groups
from qumulus.provider.engines.measure import _layers
from tests.unit.provider.test_engines import (
    assert_counts_agree,
    choice_of,
    random_circuit,
    with_measurements,
)

SHOTS = 20_000


@pytest.mark.parametrize("seed", range(12))
def test_a_state_that_grew_is_what_qiskit_says(seed: int) -> None:
    """Also where the last gates come before any coupling, or nothing is coupled."""
    circuit = random_circuit(seed, 7, sorted(GATES), length=2 + 4 * seed)
    expected = Statevector(to_qiskit(circuit)).data
    found = np.ones(1)
    order: list[int] = []
    for group in follow_groups(7, circuit.operations):
        found = np.kron(qulacs_engine.grow(group).get_vector(), found)
        order += group.qubits
    places = np.arange(1 << 7)
    original = sum((places >> place & 1) << qubit for place, qubit in enumerate(order))
    overlap = np.vdot(found, expected[original])
    assert abs(overlap) == pytest.approx(1.0, abs=1e-9)


@pytest.fixture
def _all_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qulacs_engine, "MULTINOMIAL_QUBITS", 0)


@pytest.mark.usefixtures("_all_grow")
@pytest.mark.parametrize("chunk", [SHOTS, 3_000])
@pytest.mark.parametrize("length", [4, 30])
def test_groups_are_drawn_from_independently(
    length: int, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qulacs_engine, "CHUNK_SHOTS", chunk)
    circuit = random_circuit(5, 5, ["ry", "rx", "cx", "h"], length=length)
    turned = [Operation("ry", (qubit,), (0.5 + qubit,)) for qubit in range(5)]
    circuit = Circuit(n_qubits=5, n_clbits=0, operations=(*circuit.operations, *turned))
    choice = choice_of(EngineName.QULACS, with_measurements(circuit))
    counts = qulacs_engine.sample(choice, shots=SHOTS, seed=3)
    assert_counts_agree(counts, Statevector(to_qiskit(circuit)).probabilities(), SHOTS)
    assert counts == qulacs_engine.sample(choice, shots=SHOTS, seed=3)
    assert counts != qulacs_engine.sample(choice, shots=SHOTS, seed=4)


@pytest.mark.usefixtures("_all_grow")
def test_qubits_that_nobody_reads_are_not_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qulacs_engine, "CHUNK_SHOTS", 3)
    grown: list[tuple[int, ...]] = []
    grow = qulacs_engine.grow
    monkeypatch.setattr(qulacs_engine, "grow", lambda group: grown.append(group.qubits) or grow(group))
    pairs = (Operation("h", (0,)), Operation("cx", (0, 1)), Operation("x", (3,)), Operation("cx", (3, 2)))
    crossed = (Operation("measure", (2,), clbits=(0,)), Operation("measure", (3,), clbits=(2,)))
    circuit = Circuit(n_qubits=4, n_clbits=3, operations=pairs + crossed)
    assert qulacs_engine.sample(choice_of(EngineName.QULACS, circuit), shots=7, seed=1) == {"101": 7}
    assert {qubit for qubits in grown for qubit in qubits} == {2, 3}


def test_circuits_of_many_small_groups_fit() -> None:
    random = Random(1)
    turns = [Operation("ry", (qubit,), (random.uniform(0, 3),)) for qubit in range(60)]
    pairs = [Operation("cx", (qubit, 59 - qubit)) for qubit in range(30)]
    circuit = with_measurements(Circuit(n_qubits=60, n_clbits=0, operations=(*turns, *pairs)))
    choice = choose_engine(circuit, Method.AUTO, memory_bytes=1 << 20)
    assert choice.engine == EngineName.QULACS
    assert choice.memory_bytes == 30 * 4 * 16 + 4 * 8
    counts = qulacs_engine.sample(choice, shots=100, seed=1)
    assert {len(key) for key in counts} == {60}


def test_costs_are_measured_of_all_gates() -> None:
    assert _layers(EngineName.AER, 5).circuit.wiring == {qubit: qubit for qubit in range(5)}
