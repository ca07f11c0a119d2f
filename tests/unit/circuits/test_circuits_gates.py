"""Every gate of both include files does what the files' own text says, phases included."""

from __future__ import annotations

import cmath
import math
from pathlib import Path

import numpy as np
import pytest
import qiskit
import qiskit.circuit.library as qiskit_gates
import qiskit.qasm2
from circuit_reference import assert_same, phase_free, qiskit_unitary, unitary_of
from qiskit.quantum_info import Clifford, Operator
from scipy.linalg import fractional_matrix_power

from qumulus.circuits import GATES, is_clifford, matrix
from qumulus.circuits.gates import QELIB1, SPELLINGS, STDGATES

LIBRARIES = Path(qiskit.__file__).parent / "qasm" / "libs"
ANGLES = (0.3, -1.1, 2.3, 0.7)

QISKIT_CLASSES = {
    "id": "IGate", "x": "XGate", "y": "YGate", "z": "ZGate", "h": "HGate", "s": "SGate", "sdg": "SdgGate",
    "t": "TGate", "tdg": "TdgGate", "sx": "SXGate", "sxdg": "SXdgGate", "p": "PhaseGate", "rx": "RXGate",
    "ry": "RYGate", "rz": "RZGate", "u": "UGate", "swap": "SwapGate", "rxx": "RXXGate", "rzz": "RZZGate",
    "rccx": "RCCXGate", "rc3x": "RC3XGate", "cx": "CXGate", "cy": "CYGate", "cz": "CZGate", "ch": "CHGate",
    "cp": "CPhaseGate", "crx": "CRXGate", "cry": "CRYGate", "crz": "CRZGate", "csx": "CSXGate",
    "cu": "CUGate",
    "ccx": "CCXGate", "cswap": "CSwapGate", "c3x": "C3XGate", "c3sqrtx": "C3SXGate", "c4x": "C4XGate",
}  # fmt: skip


def call(name: str, *, modifiers: str = "", n_controls: int = 0) -> str:
    spelling = SPELLINGS[name]
    params = f"({', '.join(map(str, ANGLES[: spelling.n_params]))})" if spelling.n_params else ""
    # Not in order, so that a swapped qubit shows.
    qubits = ", ".join(f"q[{(2 * k + 1) % 5}]" for k in range(spelling.n_qubits + n_controls))
    return f"{modifiers}{name}{params} {qubits};\n"


def test_every_gate_has_its_qiskit_counterpart() -> None:
    assert set(QISKIT_CLASSES) == set(GATES)


@pytest.mark.parametrize("name", sorted(GATES))
def test_a_matrix_is_that_of_qiskit(name: str) -> None:
    params = ANGLES[: GATES[name].n_params]
    expected = getattr(qiskit_gates, QISKIT_CLASSES[name])(*params).to_matrix()
    assert_same(np.array(matrix(name, params)), expected)


@pytest.mark.parametrize("controls", ["1", "0", "10", "011"])
def test_controls_lead_and_count_from_the_first_qubit(controls: str) -> None:
    state = controls[::-1]  # Qiskit writes the first control last
    gate = qiskit_gates.CRYGate(0.4).base_gate.control(len(controls), ctrl_state=state, annotated=False)
    assert_same(np.array(matrix("ry", (0.4,), controls)), Operator(gate).data)


def test_the_built_in_gate_is_that_of_the_specification() -> None:
    theta, phi, lam = 0.3, -1.1, 2.3
    e = cmath.exp(1j * theta)
    expected = 0.5 * np.array(
        [
            [1 + e, -1j * cmath.exp(1j * lam) * (1 - e)],
            [1j * cmath.exp(1j * phi) * (1 - e), cmath.exp(1j * (phi + lam)) * (1 + e)],
        ]
    )
    controlled = unitary_of(f"qubit[2] q; ctrl @ U({theta}, {phi}, {lam}) q[1], q[0];")
    assert_same(controlled[:2, :2], np.eye(2))
    assert_same(controlled[2:, 2:], expected)


# The file defines CX with the phase of U, so not as the gate that everybody means.
@pytest.mark.parametrize("modifiers", ["", "ctrl @ ", "negctrl @ ", "inv @ ctrl @ ", "ctrl @ pow(2) @ "])
@pytest.mark.parametrize("name", sorted(STDGATES - {"CX"}))
def test_stdgates_are_what_the_file_defines(name: str, modifiers: str) -> None:
    text = (LIBRARIES / "stdgates.inc").read_text(encoding="utf-8")
    statement = "qubit[5] q;" + call(name, modifiers=modifiers, n_controls=modifiers.count("ctrl"))
    built_in = unitary_of('OPENQASM 3.0; include "stdgates.inc";' + statement)
    defined = unitary_of("OPENQASM 3.0;" + text + statement)
    assert_same(built_in, defined, up_to_phase="ctrl" not in modifiers)


@pytest.mark.parametrize("name", sorted(QELIB1))
def test_qelib1_gates_are_what_the_file_defines(name: str) -> None:
    text = (LIBRARIES / "qelib1.inc").read_text(encoding="utf-8")
    built_in = unitary_of('OPENQASM 2.0; include "qelib1.inc"; qreg q[5];' + call(name))
    defined = unitary_of("OPENQASM 2.0;" + text + "qreg q[5];" + call(name))
    assert_same(built_in, defined, up_to_phase=True)


# Qiskit takes only integers for u0, which is the identity.
@pytest.mark.parametrize("name", sorted(QELIB1 - {"u0"}))
def test_qelib1_gates_are_what_qiskit_reads(name: str) -> None:
    source = 'OPENQASM 2.0; include "qelib1.inc"; qreg q[5];' + call(name)
    custom = qiskit.qasm2.LEGACY_CUSTOM_INSTRUCTIONS
    theirs = qiskit_unitary(qiskit.qasm2.loads(source, custom_instructions=custom))
    assert_same(unitary_of(source), theirs, up_to_phase=True)


def test_cx_in_any_spelling_is_one_gate() -> None:
    for text in ("CX q[1], q[0];", "cx q[1], q[0];", "ctrl @ x q[1], q[0];"):
        assert_same(
            unitary_of('include "stdgates.inc"; qubit[2] q;' + text), np.eye(4)[[0, 1, 3, 2]].astype(complex)
        )


EXPONENTS = [0, 1, 2, 3, -1, -2, 7, 0.5, -0.5, 1 / 3, 2.5, -1.7]
ROOTABLE = [*sorted(name for name in STDGATES if SPELLINGS[name].n_qubits <= 3), "rxx", "rzz", "sxdg", "csx"]


@pytest.mark.parametrize("exponent", EXPONENTS)
@pytest.mark.parametrize("name", ROOTABLE)
def test_pow_is_the_principal_power(name: str, exponent: float) -> None:
    head = 'OPENQASM 3.0; include "stdgates.inc"; include "qelib1.inc"; qubit[5] q;'
    controlled = unitary_of(head + call(name, modifiers="ctrl @ ", n_controls=1))
    raised = unitary_of(head + call(name, modifiers=f"ctrl @ pow({exponent!r}) @ ", n_controls=1))
    if exponent == int(exponent):
        expected = np.linalg.matrix_power(controlled, int(exponent))
    else:
        expected = principal_power(controlled, exponent)
    assert_same(raised, expected)


def principal_power(unitary: np.ndarray, exponent: float) -> np.ndarray:
    """By Schur form, which is diagonal for a normal matrix; -1 has the phase +π."""
    from scipy.linalg import schur

    triangular, basis = schur(unitary, output="complex")
    phases = np.angle(np.diag(triangular))
    phases[phases < -math.pi + 1e-9] += 2 * math.pi
    return basis @ np.diag(np.exp(1j * phases * exponent)) @ basis.conj().T


def test_the_principal_power_of_the_tests_agrees_with_scipy() -> None:
    gate = np.array(matrix("u", (0.4, 1.0, -0.3)))
    assert_same(principal_power(gate, 0.3), fractional_matrix_power(gate, 0.3))


@pytest.mark.parametrize("angle", [math.pi, 2 * math.pi, 3 * math.pi, 4 * math.pi, -2 * math.pi, 7.0, -11.0])
@pytest.mark.parametrize("name", ["p", "rx", "ry", "rz", "cp", "crz", "rzz", "rxx"])
def test_roots_of_large_angles_take_the_principal_branch(name: str, angle: float) -> None:
    head = 'OPENQASM 3.0; include "stdgates.inc"; include "qelib1.inc"; qubit[4] q;'
    qubits = ", ".join(f"q[{k}]" for k in range(1 + GATES[name].n_qubits))
    plain = unitary_of(f"{head} ctrl @ {name}({angle!r}) {qubits};")
    root = unitary_of(f"{head} ctrl @ pow(0.5) @ {name}({angle!r}) {qubits};")
    assert_same(root, principal_power(plain, 0.5))


@pytest.mark.parametrize("name", sorted(GATES))
def test_the_inverse_undoes_the_gate(name: str) -> None:
    head = 'OPENQASM 3.0; include "stdgates.inc"; include "qelib1.inc"; qubit[5] q;'
    n_controls = 0 if GATES[name].n_qubits == 5 else 1
    controls = "ctrl @ " * n_controls
    forth = call(name, modifiers=controls, n_controls=n_controls)
    back = call(name, modifiers="inv @ " + controls, n_controls=n_controls)
    assert_same(unitary_of(head + forth + back), np.eye(32).astype(complex))


CLIFFORD_ANGLES = [0.0, math.pi / 2, -math.pi / 2, math.pi, 3 * math.pi / 2, 2 * math.pi, 0.1, math.pi / 4]


@pytest.mark.parametrize("name", sorted(GATES))
def test_what_is_called_clifford_is_clifford(name: str) -> None:
    gate = GATES[name]
    for angle in CLIFFORD_ANGLES if gate.n_params else [0.0]:
        params = (angle,) * gate.n_params
        if is_clifford(name, params):
            Clifford.from_matrix(np.array(matrix(name, params)))  # raises if it is not
        elif gate.n_qubits == 1:
            with pytest.raises(Exception, match=r"[Nn]on-Clifford|not.*Clifford"):
                Clifford.from_matrix(np.array(matrix(name, params)))


def test_phase_free_ignores_only_the_phase() -> None:
    gate = np.array(matrix("u", (0.4, 1.0, -0.3)))
    assert_same(phase_free(gate), phase_free(1j * gate))
    with pytest.raises(AssertionError):
        assert_same(gate, gate.conj(), up_to_phase=True)
