"""Exact distributions of Qiskit's circuits by numpy; only the gates' matrices are Qiskit's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.circuit.classical import expr
from qiskit.quantum_info import Operator

Vector = NDArray[np.complex128]
_MATRIX_QUBITS = 4
_EMPTY = ("barrier", "delay", "id")


def apply(state: Vector, matrix: Vector, qubits: list[int]) -> Vector:
    """Apply a little-endian matrix to some qubits of a little-endian state vector."""
    n_qubits, width = int(state.size).bit_length() - 1, len(qubits)
    axes = [n_qubits - 1 - qubit for qubit in reversed(qubits)]
    tensor = np.tensordot(
        matrix.reshape((2,) * (2 * width)),
        state.reshape((2,) * n_qubits),
        axes=(range(width, 2 * width), axes),
    )
    return np.moveaxis(tensor, range(width), axes).reshape(-1)


def project(state: Vector, qubit: int, outcome: int) -> Vector:
    """The part of a state in which a qubit has an outcome, not normalized."""
    kept = (np.arange(state.size) >> qubit & 1) == outcome
    return np.where(kept, state, 0)


def distribution(circuit: QuantumCircuit) -> dict[str, float]:
    """Probability of each key, the last bit leftmost; measurements may steer the circuit."""
    start = np.zeros(1 << circuit.num_qubits, dtype=complex)
    start[0] = 1
    found: dict[str, float] = {}
    final = _final_measurements(circuit)
    for state, bits in _run(circuit, _items(circuit, final), start, (0,) * circuit.num_clbits):
        for key, weight in _read(state, bits, final).items():
            found[key] = found.get(key, 0.0) + weight
    return found


def _final_measurements(circuit: QuantumCircuit) -> dict[int, int]:
    """Bit → qubit of the measurements after which nothing happens to either; found from the end."""
    touched_qubits: set[int] = set()
    touched_bits: set[int] = set()
    final: dict[int, int] = {}
    for item in reversed(circuit.data):
        if item.operation.name == "barrier":
            continue
        qubits = [circuit.find_bit(qubit).index for qubit in item.qubits]
        bits = [circuit.find_bit(bit).index for bit in item.clbits]
        is_last = touched_qubits.isdisjoint(qubits) and touched_bits.isdisjoint(bits)
        if item.operation.name == "measure" and is_last:
            final[bits[0]] = qubits[0]
        touched_qubits.update(qubits)
        touched_bits.update(bits)
    return final


def _items(circuit: QuantumCircuit, final: dict[int, int]) -> list[Any]:
    """All but the last measurement into each bit whose measurement is final."""
    kept: list[Any] = []
    left = set(final)
    for item in reversed(circuit.data):
        if item.operation.name == "measure" and (bit := circuit.find_bit(item.clbits[0]).index) in left:
            left.discard(bit)
        else:
            kept.append(item)
    return kept[::-1]


def _read(state: Vector, bits: tuple[int, ...], final: dict[int, int]) -> dict[str, float]:
    found: dict[str, float] = {}
    weights = np.abs(state) ** 2
    fixed = sum(bit << index for index, bit in enumerate(bits) if index not in final)
    for index in np.flatnonzero(weights > 1e-14).tolist():
        value = fixed | sum((index >> qubit & 1) << bit for bit, qubit in final.items())
        key = f"{value:0{len(bits)}b}" if bits else ""
        found[key] = found.get(key, 0.0) + float(weights[index])
    return found


def _run(circuit: QuantumCircuit, items: list[Any], state: Vector, bits: tuple[int, ...]) -> Any:
    """Every (state, bits) that the items may end in, depth first."""
    for number, item in enumerate(items):
        name = item.operation.name
        qubits = [circuit.find_bit(qubit).index for qubit in item.qubits]
        if name in _EMPTY:
            continue
        if name in ("measure", "reset"):
            for outcome in (0, 1):
                after = project(state, qubits[0], outcome)
                if np.linalg.norm(after) < 1e-9:
                    continue
                after_bits = bits
                if name == "measure":
                    bit = circuit.find_bit(item.clbits[0]).index
                    after_bits = (*bits[:bit], outcome, *bits[bit + 1 :])
                elif outcome:
                    after = apply(after, np.array([[0, 1], [1, 0]], dtype=complex), qubits)
                yield from _run(circuit, items[number + 1 :], after, after_bits)
            return
        if name == "if_else":
            inner = _branch(circuit, item, bits)
            yield from _run(circuit, [*inner, *items[number + 1 :]], state, bits)
            return
        state = _gate(state, item.operation, qubits)
    yield state, bits


def _gate(state: Vector, gate: Any, qubits: list[int]) -> Vector:
    """Wide gates by their definition, for their matrices are large."""
    if len(qubits) <= _MATRIX_QUBITS or gate.definition is None:
        return apply(state, np.asarray(Operator(gate).data), qubits)
    inner = gate.definition
    state = state * np.exp(1j * float(inner.global_phase))
    for item in inner.data:
        if item.operation.name not in _EMPTY:
            state = _gate(state, item.operation, [qubits[inner.find_bit(bit).index] for bit in item.qubits])
    return state


def _branch(circuit: QuantumCircuit, item: Any, bits: tuple[int, ...]) -> list[Any]:
    """The items of the block that is taken, on the outer circuit's bits."""
    is_true = _value(circuit, item.operation.condition, bits)
    blocks = item.operation.blocks
    block = blocks[0] if is_true else blocks[1] if len(blocks) > 1 else None
    if block is None:
        return []
    qubits = dict(zip(block.qubits, item.qubits, strict=True))
    clbits = dict(zip(block.clbits, item.clbits, strict=True))
    return [
        inner.replace(qubits=[qubits[q] for q in inner.qubits], clbits=[clbits[c] for c in inner.clbits])
        for inner in block.data
    ]


def _value(circuit: QuantumCircuit, condition: Any, bits: tuple[int, ...]) -> int:
    if isinstance(condition, tuple):
        return int(_variable(circuit, condition[0], bits) == int(condition[1]))
    if isinstance(condition, expr.Var):
        return _variable(circuit, condition.var, bits)
    if isinstance(condition, expr.Value):
        return int(condition.value)
    if isinstance(condition, expr.Cast):
        return _value(circuit, condition.operand, bits)
    if isinstance(condition, expr.Unary):
        return int(not _value(circuit, condition.operand, bits))
    left, right = (_value(circuit, side, bits) for side in (condition.left, condition.right))
    return int(_BINARY[condition.op.name](left, right))


_BINARY: dict[str, Any] = {
    "EQUAL": lambda a, b: a == b,
    "NOT_EQUAL": lambda a, b: a != b,
    "BIT_XOR": lambda a, b: a ^ b,
    "BIT_AND": lambda a, b: a & b,
    "BIT_OR": lambda a, b: a | b,
    "LOGIC_AND": lambda a, b: a and b,
    "LOGIC_OR": lambda a, b: a or b,
}


def _variable(circuit: QuantumCircuit, variable: Any, bits: tuple[int, ...]) -> int:
    places = [variable] if variable in circuit.clbits else list(variable)
    return sum(bits[circuit.find_bit(bit).index] << k for k, bit in enumerate(places))
