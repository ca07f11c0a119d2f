"""Noise on a density matrix: small noisy circuits whose measurements all end them.

ρ is held by its coordinates in the basis |0⟩⟨0|, |1⟩⟨1|, X/√2, -Y/√2 of each qubit. They are real, so is the
matrix of a channel, and the first two of each qubit are the probabilities of the basis states. Gates and
errors are gathered in one matrix for each pair of qubits before they pass over the whole of ρ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from qumulus.circuits import matrix
from qumulus.execution.calibration import Calibration
from qumulus.execution.counts import Counts, counts_from_states
from qumulus.provider.engines.choice import Choice
from qumulus.provider.engines.noise import gate_errors, relaxation

VERSIONS: Final = {"numpy": np.__version__}

_NEVER: Final = frozenset(("measure", "gphase", "barrier"))
_Matrix = NDArray[Any]

_NOTHING: Final = np.eye(4)
_COORDINATES: Final = np.array(
    [
        [1, 0, 0, 0],
        [0, 0, 0, 1],
        [0, math.sqrt(0.5), math.sqrt(0.5), 0],
        [0, -1j * math.sqrt(0.5), 1j * math.sqrt(0.5), 0],
    ]
)
"""From the entries 00, 01, 10, 11 of one qubit's ρ; unitary."""


def sample(choice: Choice, *, shots: int, seed: int) -> Counts:
    """Histogram of ``shots`` runs of a circuit that reads each qubit at most once."""
    circuit, calibration = choice.circuit, choice.calibration
    assert calibration is not None
    wiring = circuit.wiring or {}
    weights = _with_readout_errors(probabilities(choice), choice, calibration)
    numbers = np.random.default_rng(seed).multinomial(shots, weights / weights.sum())
    (drawn,) = numbers.nonzero()
    pairs = zip(drawn.tolist(), numbers[drawn].tolist(), strict=True)
    return counts_from_states(pairs, circuit.n_clbits, wiring)


def probabilities(choice: Choice) -> _Matrix:
    """Of the basis states at the end, before they are read."""
    circuit, calibration = choice.circuit, choice.calibration
    assert calibration is not None
    gathered = _Gathered(circuit.n_qubits)
    for operation in circuit.operations:
        name, qubits, params, *_ = operation
        if name == "rz":
            gathered.turn(_turned(params[0]), qubits[0])
        elif name not in _NEVER:
            places = tuple([circuit.active[qubit] for qubit in qubits])
            step = _channel(calibration, name, places, params)
            if len(qubits) == 1:
                gathered.turn(step, qubits[0])
            else:
                gathered.couple(step, *sorted(qubits))
    return gathered.probabilities()


class _Gathered:
    """ρ, and what has not passed over it yet: on single qubits, and before that on pairs of them."""

    def __init__(self, n_qubits: int) -> None:
        self._state = _State(n_qubits)
        self._turns: dict[int, _Matrix] = {}
        self._blocks: dict[tuple[int, int], _Matrix] = {}
        self._pairs: dict[int, tuple[int, int]] = {}

    def turn(self, step: _Matrix, qubit: int) -> None:
        """One qubit."""
        before = self._turns.get(qubit)
        self._turns[qubit] = step if before is None else step @ before

    def couple(self, step: _Matrix, low: int, high: int) -> None:
        """Two qubits, of which ``low`` is the first of the matrix."""
        pair = (low, high)
        if self._pairs.get(low) != pair:
            self._close(low)
            self._close(high)
            self._pairs[low] = self._pairs[high] = pair
        before = self._with_turns(pair)
        self._blocks[pair] = step if before is None else step @ before

    def probabilities(self) -> _Matrix:
        """At the end."""
        for pair in list(self._blocks):
            block = self._with_turns(pair)
            assert block is not None
            self._state.apply(block, pair)
        for qubit, step in self._turns.items():
            self._state.apply(step, (qubit,))
        return self._state.probabilities()

    def _close(self, qubit: int) -> None:
        pair = self._pairs.get(qubit)
        if pair is not None:
            del self._pairs[pair[0]], self._pairs[pair[1]]
            self._state.apply(self._blocks.pop(pair), pair)

    def _with_turns(self, pair: tuple[int, int]) -> _Matrix | None:
        """What was gathered for a pair, that on its qubits alone included."""
        block = self._blocks.get(pair)
        low, high = (self._turns.pop(qubit, None) for qubit in pair)
        if low is None and high is None:
            return block
        low = _NOTHING if low is None else low
        high = _NOTHING if high is None else high
        turns: _Matrix = (low[:, None, :, None] * high[None, :, None, :]).reshape(16, 16)
        return turns if block is None else turns @ block


class _State:
    """The coordinates of ρ, an axis of length 4 for each qubit, in an order that changes."""

    def __init__(self, n_qubits: int) -> None:
        self._values = np.zeros((4,) * n_qubits)
        self._values.flat[0] = 1.0
        self._qubits = list(range(n_qubits))

    def apply(self, step: _Matrix, qubits: Sequence[int]) -> None:
        """A channel on one or two qubits; two copies of ρ are alive at a time."""
        order = [*qubits, *(qubit for qubit in self._qubits if qubit not in qubits)]
        axes = [self._qubits.index(qubit) for qubit in order]
        columns: _Matrix = self._values.transpose(axes).reshape(len(step), -1)
        del self._values
        self._values = (step @ columns).reshape((4,) * len(order))
        self._qubits = order

    def probabilities(self) -> _Matrix:
        """Of the basis states, where bit q is qubit q."""
        likely = self._values[(slice(2),) * len(self._qubits)]
        axes = [self._qubits.index(qubit) for qubit in reversed(range(len(self._qubits)))]
        found: _Matrix = np.maximum(likely.transpose(axes).reshape(-1), 0.0)
        return found


def _turned(angle: float) -> _Matrix:
    """A turn about Z, which has no errors."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, cosine, sine], [0, 0, -sine, cosine]])


@lru_cache(maxsize=4096)
def _channel(
    calibration: Calibration, name: str, qubits: tuple[int, ...], params: tuple[float, ...]
) -> _Matrix:
    """A gate and its errors on qubits of the device; the lower of two is the first of the matrix."""
    if name == "delay":
        operators = np.array(relaxation(calibration, qubits[0], params[0]))
    else:
        operators = np.array(gate_errors(calibration, name, qubits)) @ np.array(matrix(name, params))
    if len(qubits) == 1:
        entries = np.einsum("kra,kcb->rcab", operators, operators.conj()).reshape(4, 4)
        coordinates = _COORDINATES
    else:
        # The first qubit of an operation is the lowest bit of its matrix.
        shaped = operators.reshape(-1, 2, 2, 2, 2)
        if qubits[0] > qubits[1]:
            shaped = shaped.transpose(0, 2, 1, 4, 3)
        entries = np.einsum("kRrAa,kCcBb->rcRCabAB", shaped, shaped.conj()).reshape(16, 16)
        coordinates = np.kron(_COORDINATES, _COORDINATES)
    return np.ascontiguousarray((coordinates @ entries @ coordinates.conj().T).real)


def _with_readout_errors(probabilities: _Matrix, choice: Choice, calibration: Calibration) -> _Matrix:
    """What is read instead of what is there, by the confusion matrix of each qubit that is read."""
    for qubit in set((choice.circuit.wiring or {}).values()):
        values = calibration.qubits[choice.circuit.active[qubit]]
        p1, p0 = values.prob_meas1_prep0, values.prob_meas0_prep1
        confusion = np.array([[1 - p1, p0], [p1, 1 - p0]])
        probabilities = (confusion @ probabilities.reshape(-1, 2, 1 << qubit)).reshape(-1)
    return probabilities
