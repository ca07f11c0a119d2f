"""Each engine against the gates' matrices and Qiskit's state vectors."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np
import pytest
from qiskit.quantum_info import SparsePauliOp, Statevector

from qumulus.circuits import GATES, Circuit, Operation, is_clifford, matrix, read_program
from qumulus.execution.counts import Counts
from qumulus.execution.pauli import Pauli
from qumulus.execution.qiskit_circuits import to_qiskit
from qumulus.execution.settings import Method
from qumulus.provider.engines import aer_engine, qulacs_engine, stim_engine
from qumulus.provider.engines.choice import Choice, EngineName
from qumulus.provider.engines.compact import compact

HEAD = 'OPENQASM 3; include "stdgates.inc";'
ANGLES = (0.3, 0.5, 0.7, 1.1)
CLIFFORD_ANGLES = (math.pi / 2, math.pi, -math.pi / 2, 3 * math.pi / 2, 2 * math.pi, 0.0)


def choice_of(engine: EngineName, circuit: Circuit, method: Method = Method.AUTO) -> Choice:
    return Choice(engine=engine, method=method, circuit=compact(circuit, noisy=False), memory_bytes=0)


def with_measurements(circuit: Circuit) -> Circuit:
    measured = tuple(Operation("measure", (q,), clbits=(q,)) for q in range(circuit.n_qubits))
    return Circuit(
        n_qubits=circuit.n_qubits, n_clbits=circuit.n_qubits, operations=circuit.operations + measured
    )


def assert_counts_agree(counts: Counts, probabilities: np.ndarray[Any, Any], shots: int) -> None:
    """No frequency is more than 6 standard deviations off; what cannot happen does not."""
    assert sum(counts.values()) == shots
    found = np.zeros(len(probabilities))
    for key, number in counts.items():
        found[int(key, 2)] = number
    deviation = np.sqrt(shots * probabilities * (1 - probabilities))
    assert np.all(np.abs(found - shots * probabilities) <= 6 * deviation + 1e-6)


@pytest.mark.parametrize("name", sorted(GATES))
@pytest.mark.parametrize("controls", ["", "1", "0", "10", "011"])
def test_every_gate_is_its_matrix_in_qulacs(name: str, controls: str) -> None:
    gate = GATES[name]
    params = ANGLES[: gate.n_params]
    qubits = tuple(Random(name).sample(range(8), gate.n_qubits + len(controls)))
    assert_gate_is_matrix(Operation(name, qubits, params, controls=controls))


@pytest.mark.parametrize("controls", ["1", "0", "10", "01"])
def test_a_controlled_phase_is_its_matrix_in_qulacs(controls: str) -> None:
    assert_gate_is_matrix(Operation("gphase", (5, 2)[: len(controls)], (0.7,), controls=controls))


def assert_gate_is_matrix(operation: Operation) -> None:
    """On a random state, by tensor contraction."""
    n_qubits, width = 8, len(operation.qubits)
    random = np.random.default_rng(1)
    vector = random.normal(size=2**n_qubits) + 1j * random.normal(size=2**n_qubits)
    state = qulacs_engine.prepare_state(n_qubits, ())
    state.load(vector)
    qulacs_engine.make_gate(operation).update_quantum_state(state)

    unitary = np.array(matrix(operation.name, operation.params, operation.controls)).reshape(
        (2,) * (2 * width)
    )
    # The last axis of a tensor is qubit 0, and the last of a matrix' rows its first qubit.
    axes = [n_qubits - 1 - qubit for qubit in reversed(operation.qubits)]
    moved = np.tensordot(unitary, vector.reshape((2,) * n_qubits), axes=(range(width, 2 * width), axes))
    expected = np.moveaxis(moved, range(width), axes).reshape(-1)
    np.testing.assert_allclose(state.get_vector(), expected, atol=1e-9)


def clifford_calls() -> list[Operation]:
    calls = []
    for name, gate in GATES.items():
        for controls in ("", "1", "0"):
            for angle in CLIFFORD_ANGLES if gate.n_params else (0.0,):
                params = tuple(angle + i * math.pi / 2 * (gate.n_params > 1) for i in range(gate.n_params))
                if is_clifford(name, params, controls):
                    qubits = (2, 0, 1)[: gate.n_qubits + len(controls)]
                    calls.append(Operation(name, qubits, params, controls=controls))
    return calls


@pytest.mark.parametrize("call", clifford_calls(), ids=lambda op: f"{op.name}{op.params}{op.controls}")
def test_every_clifford_gate_is_the_same_in_stim(call: Operation) -> None:
    """All Pauli expectations on an entangled state with qubits in all three bases."""
    before = (Operation("h", (0,)), Operation("cx", (0, 1)), Operation("s", (1,)), Operation("h", (2,)))
    after = (Operation("cx", (2, 1)), Operation("sx", (0,)))
    circuit = Circuit(n_qubits=3, n_clbits=0, operations=(*before, call, *after))
    assert_expectations_agree(stim_engine, EngineName.STIM, circuit)


def all_paulis(n_qubits: int) -> list[Pauli]:
    products: list[Pauli] = [()]
    for qubit in range(n_qubits):
        products = [(*p, *extra) for p in products for extra in ((), *(((qubit, x),) for x in "XYZ"))]
    return products


def assert_expectations_agree(engine: Any, name: EngineName, circuit: Circuit) -> None:
    state = Statevector(to_qiskit(circuit))
    paulis = all_paulis(circuit.n_qubits)
    terms = [("".join(x for _, x in p), [q for q, _ in p], 1.0) for p in paulis]
    expected = [
        np.real(state.expectation_value(SparsePauliOp.from_sparse_list([term], circuit.n_qubits)))
        for term in terms
    ]
    found = engine.expectations(choice_of(name, circuit), paulis)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def random_circuit(seed: int, n_qubits: int, names: list[str], length: int = 20) -> Circuit:
    random = Random(seed)
    names = [name for name in names if GATES[name].n_qubits <= n_qubits]
    operations = []
    for _ in range(length):
        gate = GATES[random.choice(names)]
        params = tuple(random.uniform(-5, 5) for _ in range(gate.n_params))
        operations.append(Operation(gate.name, tuple(random.sample(range(n_qubits), gate.n_qubits)), params))
    return Circuit(n_qubits=n_qubits, n_clbits=0, operations=tuple(operations))


@pytest.mark.parametrize("seed", range(6))
def test_qulacs_and_aer_sample_and_expect_what_qiskit_says(seed: int) -> None:
    circuit = random_circuit(seed, 5, sorted(GATES))
    measured = with_measurements(circuit)
    probabilities = Statevector(to_qiskit(circuit)).probabilities()
    assert_counts_agree(
        qulacs_engine.sample(choice_of(EngineName.QULACS, measured), shots=20_000, seed=seed),
        probabilities,
        20_000,
    )
    for method in (Method.STATEVECTOR, Method.MATRIX_PRODUCT_STATE, Method.DENSITY_MATRIX):
        counts = aer_engine.sample(choice_of(EngineName.AER, measured, method), shots=5_000, seed=seed)
        assert_counts_agree(counts, probabilities, 5_000)
    small = random_circuit(seed, 4, sorted(GATES))
    assert_expectations_agree(qulacs_engine, EngineName.QULACS, small)


@pytest.mark.parametrize("shots", [1, 1000, qulacs_engine.FEW_SHOTS, qulacs_engine.FEW_SHOTS + 1])
@pytest.mark.parametrize("seed", [0, 7, 2**31 - 1])
def test_few_and_many_shots_have_the_state_s_distribution_and_repeat(shots: int, seed: int) -> None:
    circuit = random_circuit(4, 3, ["h", "rx", "cx", "ry"])
    probabilities = Statevector(to_qiskit(circuit)).probabilities()
    choice = choice_of(EngineName.QULACS, with_measurements(circuit))
    counts = qulacs_engine.sample(choice, shots=shots, seed=seed)
    assert_counts_agree(counts, probabilities, shots)
    assert counts == qulacs_engine.sample(choice, shots=shots, seed=seed)
    assert shots < 100 or counts != qulacs_engine.sample(choice, shots=shots, seed=seed ^ 1)


def test_wide_state_vectors_sample_the_same_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    circuit = random_circuit(3, 5, ["h", "rx", "cx", "rz"])
    probabilities = Statevector(to_qiskit(circuit)).probabilities()
    monkeypatch.setattr(qulacs_engine, "MULTINOMIAL_QUBITS", 0)
    monkeypatch.setattr(qulacs_engine, "CHUNK_SHOTS", 3_000)
    choice = choice_of(EngineName.QULACS, with_measurements(circuit))
    counts = qulacs_engine.sample(choice, shots=20_000, seed=1)
    assert_counts_agree(counts, probabilities, 20_000)
    assert counts == qulacs_engine.sample(choice, shots=20_000, seed=1)


def test_stim_samples_in_chunks_what_qiskit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    circuit = random_circuit(3, 4, ["h", "s", "cx", "cz", "sx", "swap"])
    monkeypatch.setattr(stim_engine, "CHUNK_BYTES", 8 * 3_000)
    choice = choice_of(EngineName.STIM, with_measurements(circuit))
    counts = stim_engine.sample(choice, shots=20_000, seed=1)
    assert_counts_agree(counts, Statevector(to_qiskit(circuit)).probabilities(), 20_000)
    assert counts == stim_engine.sample(choice, shots=20_000, seed=1)


EVEN = dict.fromkeys(("00", "01", "10", "11"), 0.25)
ENTANGLED = "qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1];"
MIDWAY = [
    # The first bit keeps its value when a gate follows.
    ("qubit q; bit[2] c; x q; c[0] = measure q; x q; c[1] = measure q;", {"01": 1.0}),
    ("qubit q; bit[2] c; h q; c[0] = measure q; h q; c[1] = measure q;", EVEN),
    (ENTANGLED + "c[0] = measure q[0]; reset q[0]; c[1] = measure q[1];", {"00": 0.5, "11": 0.5}),
    (ENTANGLED + "reset q[0]; c = measure q;", {"00": 0.5, "10": 0.5}),
    ("qubit q; bit[1] c; h q; measure q; h q; c[0] = measure q;", {"0": 0.5, "1": 0.5}),
    ("qubit[2] q; bit[1] c; x q[0]; c[0] = measure q[0]; c[0] = measure q[1];", {"0": 1.0}),
    ("qubit[2] q; bit[1] c; x q[0]; c[0] = measure q[1]; c[0] = measure q[0];", {"1": 1.0}),
]


@pytest.mark.parametrize(("body", "expected"), MIDWAY)
def test_measurements_and_resets_anywhere_mean_what_they_say(body: str, expected: dict[str, float]) -> None:
    circuit = read_program(HEAD + body)
    for engine, name in ((stim_engine, EngineName.STIM), (aer_engine, EngineName.AER)):
        counts = engine.sample(choice_of(name, circuit, Method.STATEVECTOR), shots=4_000, seed=2)
        probabilities = np.array(
            [expected.get(f"{k:0{circuit.n_clbits}b}", 0) for k in range(2**circuit.n_clbits)]
        )
        assert_counts_agree(counts, probabilities, 4_000)


def test_non_clifford_measurements_midway() -> None:
    source = HEAD + "qubit q; bit[2] c; ry(1.0) q; c[0] = measure q; ry(0.5) q; c[1] = measure q;"
    counts = aer_engine.sample(
        choice_of(EngineName.AER, read_program(source), Method.STATEVECTOR), shots=8_000, seed=2
    )
    first, second = math.sin(0.5) ** 2, math.sin(0.25) ** 2
    expected = [(1 - first) * (1 - second), first * second, (1 - first) * second, first * (1 - second)]
    assert_counts_agree(counts, np.array(expected), 8_000)


def test_keys_follow_registers_in_order_of_declaration() -> None:
    source = (
        HEAD
        + "qubit[2] q; bit[2] low; bit high; bit[2] unused; "
        + "x q[1]; low[1] = measure q[1]; high = measure q[1];"
    )
    for engine, name in (
        (qulacs_engine, EngineName.QULACS),
        (stim_engine, EngineName.STIM),
        (aer_engine, EngineName.AER),
    ):
        choice = choice_of(name, read_program(source), Method.STATEVECTOR)
        assert engine.sample(choice, shots=10, seed=0) == {"00110": 10}
