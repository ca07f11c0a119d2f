"""Every gate of both include files, called in a program, against Qiskit's matrix of that name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from qiskit.circuit import library
from qiskit.quantum_info import Operator

from qumulus.circuits.gates import INCLUDES
from qumulus.provider.engines.qulacs_engine import make_gate, prepare_state
from tests.physics.effort import pick, random_of
from tests.physics.jobs import read_circuit

FILES = {"stdgates.inc": 3, "qelib1.inc": 2}
SU2_PHASES = {"u2", "u3"}
"""Qiskit's have another global phase than ``stdgates.inc``; seen only under controls."""

QISKIT: dict[str, Any] = {
    "p": library.PhaseGate,
    "phase": library.PhaseGate,
    "u1": library.PhaseGate,
    "cu1": library.CPhaseGate,
    "x": library.XGate,
    "y": library.YGate,
    "z": library.ZGate,
    "h": library.HGate,
    "s": library.SGate,
    "sdg": library.SdgGate,
    "t": library.TGate,
    "tdg": library.TdgGate,
    "sx": library.SXGate,
    "sxdg": library.SXdgGate,
    "rx": library.RXGate,
    "ry": library.RYGate,
    "rz": library.RZGate,
    "cx": library.CXGate,
    "CX": library.CXGate,
    "cy": library.CYGate,
    "cz": library.CZGate,
    "cp": library.CPhaseGate,
    "cphase": library.CPhaseGate,
    "crx": library.CRXGate,
    "cry": library.CRYGate,
    "crz": library.CRZGate,
    "ch": library.CHGate,
    "swap": library.SwapGate,
    "ccx": library.CCXGate,
    "cswap": library.CSwapGate,
    "cu": library.CUGate,
    "id": library.IGate,
    "u2": library.U2Gate,
    "u3": library.U3Gate,
    "u": library.UGate,
    "U": library.UGate,
    "cu3": library.CU3Gate,
    "csx": library.CSXGate,
    "rxx": library.RXXGate,
    "rzz": library.RZZGate,
    "rccx": library.RCCXGate,
    "rc3x": library.RC3XGate,
    "c3x": library.C3XGate,
    "c3sqrtx": library.C3SXGate,
    "c4x": library.C4XGate,
}


def expected_of(name: str, angles: list[float]) -> Any:
    """The little-endian matrix; the duration that ``u0`` takes has no effect."""
    if name == "u0":
        return np.eye(2)
    return np.asarray(Operator(QISKIT[name](*angles)).data)


def names_of(file: str) -> list[str]:
    return sorted({*INCLUDES[file], *(("U",) if file == "stdgates.inc" else ("U", "CX"))})


def cases() -> Iterator[tuple[str, str]]:
    return ((file, name) for file in FILES for name in names_of(file))


def header(file: str, n_qubits: int) -> str:
    if FILES[file] == 2:
        return f'OPENQASM 2.0; include "{file}"; qreg q[{n_qubits}]; '
    return f'OPENQASM 3.0; include "{file}"; qubit[{n_qubits}] q; '


def unitary(source: str) -> Any:
    """Column by column: what the engine's gates make of each basis state."""
    circuit = read_circuit(source)
    columns = []
    for start in range(1 << circuit.n_qubits):
        state = prepare_state(circuit.n_qubits, ())
        state.set_computational_basis(start)
        for operation in circuit.operations:
            if operation.qubits:
                make_gate(operation).update_quantum_state(state)
        columns.append(state.get_vector())
    return np.array(columns).T


def without_phase(matrix: Any) -> Any:
    pivot = matrix.ravel()[np.argmax(np.abs(matrix) > 0.9 * np.abs(matrix).max())]
    return matrix * (abs(pivot) / pivot)


@pytest.mark.parametrize(("file", "name"), [*cases()])
def test_every_gate_is_qiskits_matrix(file: str, name: str) -> None:
    spelling = INCLUDES[file].get(name)
    n_params = spelling.n_params if spelling else {"U": 3, "CX": 0}[name]
    n_qubits = spelling.n_qubits if spelling else {"U": 1, "CX": 2}[name]
    random = random_of(file, name)
    for _ in range(pick(2, 10)):
        angles = random.uniform(-7, 7, n_params).tolist()
        call = f"{name}({', '.join(map(repr, angles))})" if angles else name
        order = random.permutation(n_qubits).tolist()
        # The operands in an order of their own, undone in the matrix that is expected.
        qubits = ", ".join(f"q[{qubit}]" for qubit in order)
        expected = Operator(np.eye(1 << n_qubits)).compose(expected_of(name, angles), qargs=order)
        found = unitary(f"{header(file, n_qubits)}{call} {qubits};")
        np.testing.assert_allclose(without_phase(found), without_phase(expected.data), atol=1e-9)


@pytest.mark.parametrize("name", [name for name in names_of("stdgates.inc") if name not in SU2_PHASES])
def test_controls_inverses_and_powers_are_those_of_the_matrix(name: str) -> None:
    """A phase that is global without a control is not under one."""
    spelling = INCLUDES["stdgates.inc"].get(name)
    n_params, n_qubits = (spelling.n_params, spelling.n_qubits) if spelling else (3, 1)
    random = random_of("modifiers", name)
    angles = random.uniform(-3, 3, n_params).tolist()
    call = f"{name}({', '.join(map(repr, angles))})" if angles else name
    matrix = expected_of(name, angles)
    if name == "U":
        matrix = matrix * np.exp(0.5j * angles[0])
    qubits = ", ".join(f"q[{qubit}]" for qubit in range(n_qubits + 1))
    for modifier, state in (("ctrl", 1), ("negctrl", 0)):
        # The control is the lowest qubit of the little-endian index.
        projector = np.diag([float(state == 0), float(state == 1)])
        expected = np.kron(matrix, projector) + np.kron(np.eye(len(matrix)), np.eye(2) - projector)
        found = unitary(f"{header('stdgates.inc', n_qubits + 1)}{modifier} @ {call} {qubits};")
        np.testing.assert_allclose(found, expected, atol=1e-9)
    inner = ", ".join(f"q[{qubit}]" for qubit in range(n_qubits))
    for modifier, power in (("inv", -1), ("pow(3)", 3), ("pow(-2)", -2)):
        found = unitary(f"{header('stdgates.inc', n_qubits)}{modifier} @ {call} {inner};")
        wanted = np.linalg.matrix_power(matrix, power)
        np.testing.assert_allclose(without_phase(found), without_phase(wanted), atol=1e-9)


def test_the_special_unitary_spellings_have_their_phase_under_a_control() -> None:
    theta, phi, lam = 0.7, 0.4, -1.3
    for call, angles in ((f"u3({theta}, {phi}, {lam})", (theta, phi, lam)), (f"u2({phi}, {lam})", None)):
        matrix = np.asarray(Operator(library.UGate(*(angles or (math.pi / 2, phi, lam)))).data)
        special = matrix * np.exp(-0.5j * (phi + lam))
        assert np.isclose(np.linalg.det(special), 1)
        found = unitary(f"{header('stdgates.inc', 2)}ctrl @ {call} q[0], q[1];")
        expected = np.kron(special, np.diag([0, 1])) + np.kron(np.eye(2), np.diag([1, 0]))
        np.testing.assert_allclose(found, expected, atol=1e-9)
