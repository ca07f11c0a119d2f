"""Random circuits, Clifford and not, on every engine, against a simulation by numpy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from qiskit import QuantumCircuit, qasm3
from qiskit.quantum_info import random_clifford

from qumulus.circuits import Operation, write_openqasm3
from qumulus.execution.settings import Method
from qumulus.provider.engines.choice import EngineName
from tests.physics.effort import pick, random_of, seed_of
from tests.physics.jobs import (
    HEAD,
    assert_distributions_agree,
    counts_on,
    exact_distribution,
    read_circuit,
    simulated,
)
from tests.physics.odds import assert_counts
from tests.physics.reference import apply, distribution

SHOTS = 4_000
ENGINES = [
    (EngineName.QULACS, Method.STATEVECTOR),
    (EngineName.AER, Method.STATEVECTOR),
    (EngineName.AER, Method.MATRIX_PRODUCT_STATE),
    (EngineName.AER, Method.DENSITY_MATRIX),
]
X, Y, Z = (
    np.array(rows, dtype=complex) for rows in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])
)


def turn(pauli: np.ndarray, angle: float) -> np.ndarray:
    """exp(-i angle pauli / 2)."""
    return np.cos(angle / 2) * np.eye(len(pauli)) - 1j * np.sin(angle / 2) * pauli


def controlled(matrix: np.ndarray) -> np.ndarray:
    """By the lowest qubit of the index."""
    return np.kron(matrix, np.diag([0, 1])) + np.kron(np.eye(len(matrix)), np.diag([1, 0]))


MATRICES = {
    "h": lambda: (X + Z) / np.sqrt(2),
    "sx": lambda: np.exp(0.25j * np.pi) * turn(X, np.pi / 2),
    "t": lambda: np.diag([1, np.exp(0.25j * np.pi)]),
    "rx": lambda a: turn(X, a),
    "ry": lambda a: turn(Y, a),
    "rz": lambda a: turn(Z, a),
    "cx": lambda: controlled(X),
    "cz": lambda: controlled(Z),
    "cry": lambda a: controlled(turn(Y, a)),
    "cp": lambda a: controlled(np.diag([1, np.exp(1j * a)])),
    "swap": lambda: (np.eye(4) + np.kron(X, X) + np.kron(Y, Y) + np.kron(Z, Z)) / 2,
    "ccx": lambda: controlled(controlled(X)),
}


def random_program(number: int, n_qubits: int) -> tuple[str, np.ndarray, list[int]]:
    """Text, final state, and the bit that each qubit is measured into."""
    random = random_of("program", number)
    lines, state = [], np.eye(1, 1 << n_qubits, dtype=complex)[0]
    for name in random.choice(sorted(MATRICES), size=8 * n_qubits):
        angles = random.uniform(-7, 7, MATRICES[name].__code__.co_argcount)
        matrix = MATRICES[name](*angles)
        width = len(matrix).bit_length() - 1
        qubits = random.permutation(n_qubits)[:width].tolist()
        state = apply(state, matrix, qubits)
        call = f"({', '.join(map(repr, angles.tolist()))})" if len(angles) else ""
        lines.append(f"{name}{call} {', '.join(f'q[{qubit}]' for qubit in qubits)};")
    bits = random.permutation(n_qubits).tolist()
    lines += [f"c[{bit}] = measure q[{qubit}];" for qubit, bit in enumerate(bits)]
    text = f"{HEAD} qubit[{n_qubits}] q; bit[{n_qubits}] c;\n" + "\n".join(lines)
    return text, state, bits


def expected_of(state: np.ndarray, bits: list[int]) -> dict[str, float]:
    found: dict[str, float] = {}
    for index, amplitude in enumerate(state.tolist()):
        value = sum((index >> qubit & 1) << bit for qubit, bit in enumerate(bits))
        found[f"{value:0{len(bits)}b}"] = abs(amplitude) ** 2
    return found


@pytest.mark.parametrize("number", range(pick(6, 40)))
def test_random_circuits_on_all_engines(number: int) -> None:
    n_qubits = 3 + number % 3
    text, state, bits = random_program(number, n_qubits)
    circuit, expected = read_circuit(text), expected_of(state, bits)
    assert_distributions_agree(exact_distribution(circuit), expected)
    for engine, method in ENGINES:
        counts = counts_on(engine, circuit, shots=SHOTS, seed=seed_of(number), method=method)
        assert_counts(counts, expected, shots=SHOTS)


@pytest.mark.parametrize("number", range(pick(6, 40)))
def test_random_programs_survive_being_written_again(number: int) -> None:
    text, state, bits = random_program(number, 4)
    circuit = read_circuit(text)
    again = read_circuit(write_openqasm3(circuit))
    assert_distributions_agree(exact_distribution(again), expected_of(state, bits))
    # The places in the text are those of another text.
    assert [operation[:5] for operation in again.operations] == [
        operation[:5] for operation in circuit.operations
    ]


@pytest.mark.parametrize("number", range(pick(6, 40)))
def test_random_clifford_circuits_on_all_engines(number: int) -> None:
    n_qubits = 2 + number % 4
    circuit = random_clifford(n_qubits, seed=seed_of("clifford", number)).to_circuit()
    circuit.measure_all()
    program, expected = read_circuit(qasm3.dumps(circuit)), distribution(circuit)
    for engine, method in [*ENGINES, (EngineName.STIM, Method.STABILIZER)]:
        counts = counts_on(engine, program, shots=SHOTS, seed=seed_of(number), method=method)
        assert_counts(counts, expected, shots=SHOTS)


@pytest.mark.parametrize("number", range(pick(4, 20)))
def test_measurements_and_resets_midway(number: int) -> None:
    """Against the sum over all outcomes."""
    random = random_of("midway", number)
    circuit = QuantumCircuit(3, 5)
    for bit in range(5):
        for qubit in range(3):
            circuit.ry(random.uniform(0, np.pi), qubit)
        circuit.cx(*random.permutation(3)[:2].tolist())
        circuit.measure(int(random.integers(3)), bit)
        if random.random() < 0.4:
            circuit.reset(int(random.integers(3)))
    program, expected = read_circuit(qasm3.dumps(circuit)), distribution(circuit)
    assert_counts(simulated(program, shots=SHOTS, seed=seed_of(number)), expected, shots=SHOTS)


def test_wide_clifford_circuits_by_their_stabilizers() -> None:
    """A graph state on 100 qubits: every generator X_k Z_neighbours is 1, and so is every sampled parity."""
    n_qubits = 100
    random = random_of("graph")
    edges = {tuple(sorted(random.permutation(n_qubits)[:2].tolist())) for _ in range(250)}
    kept = set(range(0, n_qubits, 2))
    # X is measured on even qubits and Z on odd ones; parities are fixed where no edge joins two even qubits.
    edges = {edge for edge in edges if not kept.issuperset(edge)}
    lines = [f"{HEAD} qubit[{n_qubits}] q; bit[{n_qubits}] c; h q;"]
    lines += [f"cz q[{a}], q[{b}];" for a, b in sorted(edges)]
    lines += [f"h q[{qubit}];" for qubit in sorted(kept)] + ["c = measure q;"]
    counts = simulated(read_circuit("\n".join(lines)), shots=200, seed=seed_of("graph"))
    assert len(counts) > 190
    for key in counts:
        bits = [int(character) for character in reversed(key)]
        for qubit in kept:
            neighbours = [b if a == qubit else a for a, b in edges if qubit in (a, b)]
            assert (bits[qubit] + sum(bits[other] for other in neighbours)) % 2 == 0


def test_what_is_written_once_is_read_to_the_same_operations() -> None:
    operations = [
        Operation("u", (0,), (0.1, 0.2, 0.3)),
        Operation("x", (2, 1), controls="0"),
        Operation("delay", (1,), (1e-6,)),
    ]
    circuit = read_circuit(f"{HEAD} qubit[3] q;")
    text = write_openqasm3(replace(circuit, operations=tuple(operations)))
    assert write_openqasm3(read_circuit(text)) == text
