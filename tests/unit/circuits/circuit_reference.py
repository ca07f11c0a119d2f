"""Unitaries of circuits by plain linear algebra, and what Qiskit makes of the same programs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

from qumulus.circuits import Circuit, matrix, read_program

Unitary = NDArray[np.complex128]


def unitary(circuit: Circuit) -> Unitary:
    """The little-endian unitary; measurements, barriers and delays are passed over."""
    n = circuit.n_qubits
    state = np.eye(2**n, dtype=complex).reshape((2,) * n + (2**n,))
    for operation in circuit.operations:
        if operation.name in ("measure", "barrier", "delay"):
            continue
        gate = np.array(matrix(operation.name, operation.params, operation.controls), dtype=complex)
        k = len(operation.qubits)
        # Axis 0 of the state is the highest qubit; the gate's first row axis is its last qubit.
        axes = [n - 1 - qubit for qubit in reversed(operation.qubits)]
        applied = np.tensordot(gate.reshape((2,) * (2 * k)), state, axes=(range(k, 2 * k), axes))
        state = np.moveaxis(applied, range(k), axes)
    return state.reshape(2**n, 2**n)


def unitary_of(source: str) -> Unitary:
    return unitary(read_program(source))


def qiskit_unitary(circuit: QuantumCircuit) -> Unitary:
    return np.asarray(Operator(circuit.remove_final_measurements(inplace=False)).data)


def phase_free(matrix: Unitary) -> Unitary:
    """The same up to global phase: the largest element becomes positive."""
    flat = matrix.ravel()
    pivot = flat[np.argmax(np.abs(flat) > np.abs(flat).max() - 1e-6)]
    return matrix * (abs(pivot) / pivot)


def assert_same(left: Unitary, right: Unitary, *, up_to_phase: bool = False) -> None:
    if up_to_phase:
        left, right = phase_free(left), phase_free(right)
    np.testing.assert_allclose(left, right, atol=1e-9)
