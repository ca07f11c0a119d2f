"""Noise on state vectors too wide for a density matrix, by qulacs.

All shots start as one branch. At each noisy gate the branch is split by the probabilities of the Kraus
operators; since the likeliest takes nearly all shots, few branches are ever simulated. The histogram has
the same distribution as one trajectory for each shot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import numpy as np
import qulacs
from numpy.typing import NDArray

from qumulus.circuits import Operation, matrix
from qumulus.execution.calibration import Calibration
from qumulus.execution.counts import Counts, add_counts, counts_from_bits
from qumulus.provider.engines.choice import Choice
from qumulus.provider.engines.noise import find_channel
from qumulus.provider.engines.resources import PARALLEL_QUBITS

VERSIONS: Final = {"qulacs": version("qulacs"), "numpy": np.__version__}

CHUNK_SHOTS: Final = 1 << 20
_WORST_CONDITION: Final = 1e6
"""What is nearly a projection cannot be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A gate with the error that follows it: one operator of ``branches`` happens, the likeliest first.

    ``undo`` takes the first operator back; None: the state before it has to be kept.
    """

    branches: tuple[Any, ...]
    undo: Any | None
    is_noisy: bool
    """Whether anything but the first operator can happen, or that one changes the norm."""


@dataclass(slots=True, kw_only=True)
class Branch:
    """Shots that had the same errors so far; ``position`` is the next step."""

    state: Any
    shots: int
    position: int


def sample(choice: Choice, *, shots: int, seed: int) -> Counts:
    """Histogram of ``shots`` runs of a circuit whose measurements all end it."""
    circuit, calibration = choice.circuit, choice.calibration
    assert calibration is not None
    random = np.random.default_rng(seed)
    steps = tuple(_steps(circuit.operations, calibration, circuit.active))
    waiting = [Branch(state=qulacs.QuantumState(circuit.n_qubits), shots=shots, position=0)]
    parts: list[Counts] = []
    while waiting:
        branch = waiting.pop()
        while branch.position < len(steps):
            others = _advance(branch, steps[branch.position], random)
            if others:
                # The others go first, so that few states are alive at a time.
                waiting += [one for one in (branch, *others) if one.shots]
                break
        else:
            parts.extend(_measure(branch, choice, random))
    return add_counts(parts)


def _steps(
    operations: Iterable[Operation], calibration: Calibration, active: Sequence[int]
) -> Iterator[Step]:
    for operation in operations:
        if operation.name in ("measure", "gphase"):
            continue
        width = len(operation.qubits)
        unitary = (
            np.eye(1 << width)
            if operation.name == "delay"
            else np.array(matrix(operation.name, operation.params))
        )
        channel = find_channel(calibration, operation, active)
        errors = [np.eye(1 << width)] if channel is None else channel
        products = [error @ unitary for error in errors]
        yield Step(
            branches=tuple(_gate(operation, product) for product in products),
            undo=_gate(operation, np.linalg.inv(products[0])) if _can_be_undone(products[0]) else None,
            is_noisy=channel is not None,
        )


def _can_be_undone(product: NDArray[Any]) -> bool:
    return float(np.linalg.cond(product)) < _WORST_CONDITION


def _gate(operation: Operation, product: NDArray[Any]) -> Any:
    return qulacs.gate.DenseMatrix(list(operation.qubits), product.astype(np.complex128))


def _advance(branch: Branch, step: Step, random: np.random.Generator) -> list[Branch]:
    """Take the step with the shots of the likeliest operator; the others become branches of their own."""
    branch.position += 1
    before = branch.state.copy() if step.is_noisy and step.undo is None else None
    step.branches[0].update_quantum_state(branch.state)
    if not step.is_noisy:
        return []
    likeliest = min(1.0, _squared_norm(branch.state))
    leaving = int(random.binomial(branch.shots, 1 - likeliest))
    others = []
    if leaving:
        before = _undone(branch, step) if before is None else before
        others = _split(branch, step, before, leaving=leaving, random=random)
    branch.shots -= leaving
    if branch.shots:
        branch.state.normalize(likeliest)
    return others


def _squared_norm(state: Any) -> float:
    """That of qulacs takes several times as long, but no memory, and threads where states are wide."""
    if state.get_qubit_count() >= PARALLEL_QUBITS:
        return float(state.get_squared_norm())
    amplitudes = state.get_vector()
    return float(np.vdot(amplitudes, amplitudes).real)


def _undone(branch: Branch, step: Step) -> Any:
    """The state before the step's first operator."""
    assert step.undo is not None
    return _applied(step.undo, branch.state)


def _split(
    branch: Branch, step: Step, before: Any, *, leaving: int, random: np.random.Generator
) -> list[Branch]:
    weights = [_squared_norm(_applied(operator, before)) for operator in step.branches[1:]]
    numbers = random.multinomial(leaving, np.array(weights) / sum(weights))
    chosen = []
    for operator, weight, number in zip(step.branches[1:], weights, numbers.tolist(), strict=True):
        if number:
            state = _applied(operator, before)
            state.normalize(weight)
            chosen.append(Branch(state=state, shots=number, position=branch.position))
    return chosen


def _applied(operator: Any, before: Any) -> Any:
    state = before.copy()
    operator.update_quantum_state(state)
    return state


def _measure(branch: Branch, choice: Choice, random: np.random.Generator) -> Iterator[Counts]:
    """Sample the state, and flip each bit by its qubit's readout errors."""
    circuit, calibration = choice.circuit, choice.calibration
    assert calibration is not None
    for start in range(0, branch.shots, CHUNK_SHOTS):
        number = min(CHUNK_SHOTS, branch.shots - start)
        states = np.array(branch.state.sampling(number, int(random.integers(1 << 31))))
        bits = np.zeros((number, circuit.n_clbits), dtype=np.uint8)
        for clbit, qubit in (circuit.wiring or {}).items():
            values = calibration.qubits[circuit.active[qubit]]
            prepared = (states >> qubit & 1).astype(np.uint8)
            error = np.where(prepared, values.prob_meas0_prep1, values.prob_meas1_prep0)
            bits[:, clbit] = prepared ^ (random.random(number) < error)
        yield counts_from_bits(bits)
