"""A state as a product of small vectors: entangled qubits share one, measured ones stand alone."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from qumulus.circuits import Circuit, DynamicProgram, Operation, matrix, read_any


class ProductState:
    """Both a backend for single shots and a state for shots that share their prefixes.

    Each qubit belongs to one group: its qubits and a tensor with one axis for each.
    """

    def __init__(self, n_qubits: int, random: np.random.Generator | None = None) -> None:
        self._random = random
        self.n_applied = 0
        self._groups: dict[int, list[Any]] = {}
        for qubit in range(n_qubits):
            self._groups[qubit] = [[qubit], np.array([1, 0], dtype=complex)]

    def _merged(self, qubits: tuple[int, ...]) -> list[Any]:
        first = self._groups[qubits[0]]
        for qubit in qubits[1:]:
            other = self._groups[qubit]
            if other is not first:
                first = [first[0] + other[0], np.multiply.outer(first[1], other[1])]
                for member in first[0]:
                    self._groups[member] = first
        return first

    def apply(self, operation: Operation) -> None:
        self.n_applied += 1
        name, qubits = operation.name, operation.qubits
        if name in ("barrier", "delay") or (name == "gphase" and not qubits):
            return
        group = self._merged(qubits)
        k = len(qubits)
        gate = np.array(matrix(name, operation.params, operation.controls)).reshape((2,) * (2 * k))
        axes = [group[0].index(qubit) for qubit in reversed(qubits)]
        group[1] = np.moveaxis(np.tensordot(gate, group[1], axes=(range(k, 2 * k), axes)), range(k), axes)

    def probability_of_one(self, qubit: int) -> float:
        qubits, tensor = self._groups[qubit]
        ones = np.take(tensor, 1, axis=qubits.index(qubit))
        return float(np.vdot(ones, ones).real / np.vdot(tensor, tensor).real)

    def collapse(self, qubit: int, outcome: int) -> None:
        qubits, tensor = self._groups[qubit]
        rest = np.take(tensor, outcome, axis=qubits.index(qubit))
        others = [member for member in qubits if member != qubit]
        self._groups[qubit] = [[qubit], np.eye(2, dtype=complex)[outcome]]
        group = [others, rest / np.linalg.norm(rest)]
        for member in others:
            self._groups[member] = group
        if len(others) <= 4:
            self._split(group)

    def _split(self, group: list[Any]) -> None:
        """Let go the qubits that are not entangled with the others."""
        for qubit in list(group[0]) if len(group[0]) > 1 else []:
            if len(group[0]) == 1:
                return
            axis = group[0].index(qubit)
            rows = np.moveaxis(group[1], axis, 0).reshape(2, -1)
            left, values, right = np.linalg.svd(rows, full_matrices=False)
            if values[1] < 1e-9:
                self._groups[qubit] = [[qubit], left[:, 0]]
                group[0].remove(qubit)
                group[1] = (values[0] * right[0]).reshape((2,) * len(group[0]))

    def copy(self) -> ProductState:
        return copy.deepcopy(self)

    def measure(self, qubit: int) -> int:
        assert self._random is not None
        outcome = int(self._random.random() < self.probability_of_one(qubit))
        self.collapse(qubit, outcome)
        return outcome

    def reset(self, qubit: int) -> None:
        if self.measure(qubit):
            self.apply(Operation("x", (qubit,)))

    def vector(self, qubits: list[int]) -> np.ndarray[Any, Any]:
        """The state of these qubits, the first the lowest; they must not be entangled with others."""
        group = self._merged(tuple(qubits))
        assert sorted(group[0]) == sorted(qubits)
        order = [group[0].index(qubit) for qubit in reversed(qubits)]
        return np.asarray(np.transpose(group[1], order).reshape(-1))


class _Forced:
    """A backend that goes down given outcomes first, then likely ones; it notes where it could turn."""

    def __init__(self, n_qubits: int, prefix: tuple[int, ...]) -> None:
        self._state = ProductState(n_qubits)
        self._prefix = prefix
        self.outcomes: list[int] = []
        self.probability = 1.0
        self.turns: list[tuple[int, ...]] = []

    def apply(self, operation: Operation) -> None:
        self._state.apply(operation)

    def measure(self, qubit: int) -> int:
        one, depth = self._state.probability_of_one(qubit), len(self.outcomes)
        if depth < len(self._prefix):
            outcome = self._prefix[depth]
        else:
            outcome = int(one > 0.5)
            if 1e-12 < one < 1 - 1e-12:
                self.turns.append((*self.outcomes, 1 - outcome))
        self.outcomes.append(outcome)
        self.probability *= one if outcome else 1 - one
        self._state.collapse(qubit, outcome)
        return outcome

    def reset(self, qubit: int) -> None:
        if self.measure(qubit):
            self._state.apply(Operation("x", (qubit,)))


def exact_distribution(program: DynamicProgram, *, least: float = 1e-9) -> dict[tuple[int, ...], float]:
    """Probability of each result, by going through all paths of outcomes above ``least``."""
    waiting: list[tuple[int, ...]] = [()]
    found: dict[tuple[int, ...], float] = {}
    while waiting:
        backend = _Forced(program.n_qubits, waiting.pop())
        bits = program.run(backend)
        found[bits] = found.get(bits, 0.0) + backend.probability
        if backend.probability > least:
            waiting += backend.turns
    return found


def exact_of_circuit(circuit: Circuit) -> dict[tuple[int, ...], float]:
    """The same of a straight-line circuit."""
    waiting: list[tuple[int, ...]] = [()]
    found: dict[tuple[int, ...], float] = {}
    while waiting:
        backend = _Forced(circuit.n_qubits, waiting.pop())
        bits = [0] * circuit.n_clbits
        for operation in circuit.operations:
            if operation.name == "measure":
                outcome = backend.measure(operation.qubits[0])
                for bit in operation.clbits:
                    bits[bit] = outcome
            elif operation.name == "reset":
                backend.reset(operation.qubits[0])
            else:
                backend.apply(operation)
        found[tuple(bits)] = found.get(tuple(bits), 0.0) + backend.probability
        waiting += backend.turns
    return found


def distribution(source: str, **inputs: float | int | bool | str) -> dict[tuple[int, ...], float]:
    """Probability of each result of a program's text."""
    program = read_any(source, inputs=inputs)
    return exact_distribution(program) if isinstance(program, DynamicProgram) else exact_of_circuit(program)
