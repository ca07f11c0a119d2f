"""Noise on a density matrix, by qulacs: small noisy circuits whose measurements all end them.

The matrix ρ of n qubits is held as a state vector of 2n: qubit q is q's bit of ρ's row, qubit n + q of
its column. A channel ρ → Σ K ρ K† is then one matrix Σ K* ⊗ K on both.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import qulacs
from numpy.typing import NDArray
from qulacs import _version
from qulacs import gate as gates

from qumulus.circuits import matrix
from qumulus.execution.calibration import Calibration
from qumulus.execution.counts import Counts, counts_from_states
from qumulus.provider.engines.choose import Choice
from qumulus.provider.engines.noise import Channel, find_channel

VERSIONS: Final = {"qulacs": _version.__version__, "numpy": np.__version__}

_NEVER: Final = frozenset(("measure", "gphase", "barrier"))
_Array = NDArray[Any]


def sample(choice: Choice, *, shots: int, seed: int) -> Counts:
    """Histogram of ``shots`` runs of a circuit that reads each qubit at most once."""
    circuit, calibration = choice.circuit, choice.calibration
    assert calibration is not None
    wiring = circuit.wiring or {}
    weights = _with_readout_errors(_probabilities(choice), choice, calibration)
    numbers = np.random.default_rng(seed).multinomial(shots, weights / weights.sum())
    (drawn,) = numbers.nonzero()
    pairs = zip(drawn.tolist(), numbers[drawn].tolist(), strict=True)
    return counts_from_states(pairs, circuit.n_clbits, wiring)


def _probabilities(choice: Choice) -> _Array:
    """Of the basis states at the end, before they are read."""
    circuit, calibration = choice.circuit, choice.calibration
    assert calibration is not None
    n_qubits = circuit.n_qubits
    state = qulacs.QuantumState(max(1, 2 * n_qubits))
    pending: dict[int, _Array] = {}
    for operation in circuit.operations:
        if operation.name in _NEVER:
            continue
        channel = find_channel(calibration, operation, circuit.active)
        step = _superoperator(_Errors(channel), operation.name, operation.params)
        if len(operation.qubits) == 1:
            # What follows on the same qubit is multiplied before it passes over the state.
            (qubit,) = operation.qubits
            pending[qubit] = step @ pending[qubit] if qubit in pending else step
            continue
        for qubit in operation.qubits:
            _apply(state, pending.pop(qubit, None), (qubit,), n_qubits)
        _apply(state, step, operation.qubits, n_qubits)
    for qubit, last in pending.items():
        _apply(state, last, (qubit,), n_qubits)
    diagonal = state.get_vector().reshape(1 << n_qubits, -1).diagonal()
    probabilities: _Array = np.maximum(diagonal.real, 0.0)
    return probabilities


def _apply(state: qulacs.QuantumState, step: _Array | None, qubits: Sequence[int], n_qubits: int) -> None:
    """On the rows and the columns of qubits."""
    if step is not None:
        targets = [*qubits, *(n_qubits + qubit for qubit in qubits)]
        gates.DenseMatrix(targets, step).update_quantum_state(state)


class _Errors:
    """A channel as a key of a cache: channels are cached themselves, so each is one object."""

    __slots__ = ("channel",)

    def __init__(self, channel: Channel | None) -> None:
        self.channel = channel

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Errors) and self.channel is other.channel

    def __hash__(self) -> int:
        return id(self.channel)


@lru_cache(maxsize=4096)
def _superoperator(errors: _Errors, name: str, params: tuple[float, ...]) -> _Array:
    """Σ K* ⊗ K of the errors after the gate; the cached key keeps the channel alive."""
    width = None if errors.channel is None else len(errors.channel[0])
    gate = np.eye(width or 2) if name == "delay" else np.array(matrix(name, params))
    operators = [gate] if errors.channel is None else [error @ gate for error in errors.channel]
    total: _Array = np.sum([np.kron(operator.conj(), operator) for operator in operators], axis=0)
    return total.astype(np.complex128)


def _with_readout_errors(probabilities: _Array, choice: Choice, calibration: Calibration) -> _Array:
    """What is read instead of what is there, by the confusion matrix of each qubit that is read."""
    for qubit in set((choice.circuit.wiring or {}).values()):
        values = calibration.qubits[choice.circuit.active[qubit]]
        p1, p0 = values.prob_meas1_prep0, values.prob_meas0_prep1
        halves = probabilities.reshape(-1, 2, 1 << qubit)
        zero, one = halves[:, 0, :], halves[:, 1, :]
        read = np.stack((zero * (1 - p1) + one * p0, zero * p1 + one * (1 - p0)), axis=1)
        probabilities = read.reshape(-1)
    return probabilities
