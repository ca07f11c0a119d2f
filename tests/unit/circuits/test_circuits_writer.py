"""What is written reads back as the same circuit, here and in Qiskit."""

from __future__ import annotations

import pytest
import qiskit.qasm3
from circuit_reference import assert_same, qiskit_unitary, unitary
from hypothesis import given, settings
from hypothesis import strategies as st

from qumulus.circuits import GATES, Circuit, Operation, Register, read_program, write_openqasm3
from qumulus.circuits.gates import STDGATES

ANGLES = st.floats(-7, 7, allow_nan=False)


@st.composite
def circuits(draw: st.DrawFn) -> Circuit:
    operations = []
    for _ in range(draw(st.integers(0, 6))):
        gate = draw(st.sampled_from(sorted(GATES)))
        room = 5 - GATES[gate].n_qubits
        controls = draw(st.text("01", max_size=room))
        qubits = draw(st.permutations(range(5)))[: GATES[gate].n_qubits + len(controls)]
        params = tuple(draw(ANGLES) for _ in range(GATES[gate].n_params))
        operations.append(Operation(gate, tuple(qubits), params, (), controls))
    return Circuit(n_qubits=5, n_clbits=0, operations=tuple(operations))


@given(circuits())
@settings(max_examples=60, deadline=None)
def test_every_circuit_reads_back_with_its_unitary(circuit: Circuit) -> None:
    text = write_openqasm3(circuit)
    assert_same(unitary(read_program(text)), unitary(circuit), up_to_phase=True)


# Qiskit's U has no phase of its own, so its controlled u is another gate.
@given(circuits().filter(lambda c: not any(o.name == "u" and o.controls for o in c.operations)))
@settings(max_examples=40, deadline=None)
def test_qiskit_reads_the_same_circuit(circuit: Circuit) -> None:
    theirs = qiskit_unitary(qiskit.qasm3.loads(write_openqasm3(circuit)))
    assert_same(theirs, unitary(circuit), up_to_phase=True)


def test_all_but_gates_reads_back_exactly() -> None:
    source = """OPENQASM 3.0; include "stdgates.inc";
    qubit[2] a; qubit[1] b; bit[2] c; bit[1] d;
    h a[0]; cx a[1], b[0]; rz(0.1) a[1]; gphase(0.3); negctrl @ gphase(0.2) a[0];
    negctrl(2) @ x a[0], a[1], b[0];
    barrier a[0], b[0]; reset a[1]; delay[100ns] a[0]; measure a[0];
    d[0] = measure b[0]; cu(1, 2, 3, 4) a[0], b[0];
    """
    circuit = read_program(source)
    again = read_program(write_openqasm3(circuit))
    assert again.qubit_registers == circuit.qubit_registers
    assert again.clbit_registers == circuit.clbit_registers
    assert [o[:5] for o in again.operations] == [o[:5] for o in circuit.operations]


@pytest.mark.parametrize("name", sorted(STDGATES & set(GATES)))
def test_gates_of_the_standard_library_keep_their_name(name: str) -> None:
    gate = GATES[name]
    operation = Operation(name, tuple(range(gate.n_qubits)), (0.5,) * gate.n_params)
    circuit = Circuit(n_qubits=5, n_clbits=0, operations=(operation,))
    assert [o[:5] for o in read_program(write_openqasm3(circuit)).operations] == [operation[:5]]


def test_hardware_qubits_stay_hardware_qubits() -> None:
    circuit = read_program('include "stdgates.inc"; bit[1] c; cx $3, $1; c[0] = measure $3;')
    again = read_program(write_openqasm3(circuit))
    assert again.uses_physical_qubits
    assert again.n_qubits == 4
    assert [o[:5] for o in again.operations] == [o[:5] for o in circuit.operations]


def test_names_that_openqasm_3_keeps_are_changed() -> None:
    circuit = read_program('OPENQASM 2.0; include "qelib1.inc"; qreg input[1]; creg pow[1]; qreg sx[1];')
    again = read_program(write_openqasm3(circuit))
    assert again.qubit_registers == (Register("input_", 0, 1), Register("sx_", 1, 1))
    assert again.clbit_registers == (Register("pow_", 0, 1),)


def test_circuits_without_registers_get_them() -> None:
    circuit = Circuit(n_qubits=2, n_clbits=1, operations=(Operation("measure", (1,), (), (0,)),))
    assert "c[0] = measure q[1];" in write_openqasm3(circuit)
