"""Undoing readout errors with the calibrated error of each physical qubit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qumulus.circuits import Circuit
from qumulus.execution.calibration import Calibration
from qumulus.execution.counts import Counts
from qumulus.execution.failures import DeviceError, LimitExceededError

MAX_DENSE_BITS = 20
MAX_OBSERVED_KEYS = 4096

Matrix = NDArray[np.floating[Any]]


def readout_matrices(circuit: Circuit, calibration: Calibration) -> dict[int, Matrix]:
    """For each written classical bit P(measured row | prepared column) of the physical qubit it reads."""
    matrices = {}
    for operation in circuit.operations:
        if operation.name == "measure" and operation.clbits:
            qubit = calibration.qubits[operation.qubits[0]]
            p1, p0 = qubit.prob_meas1_prep0, qubit.prob_meas0_prep1
            if abs(1 - p1 - p0) < 1e-6:
                raise DeviceError(f"Qubit {operation.qubits[0]} cannot be read out: its bits are noise.")
            matrices[operation.clbits[0]] = np.array([[1 - p1, p0], [p1, 1 - p0]])
    return matrices


def readout_inverses(circuit: Circuit, calibration: Calibration) -> dict[int, Matrix]:
    """The inverses of :func:`readout_matrices`."""
    matrices = readout_matrices(circuit, calibration)
    return {clbit: np.linalg.inv(matrix) for clbit, matrix in matrices.items()}


def mitigate_counts(counts: Counts, circuit: Circuit, calibration: Calibration) -> Counts:
    """The likely histogram before readout; values sum to the same number of shots.

    Raises:
        LimitExceededError: more than 20 measured bits and too many different keys.
    """
    matrices = readout_matrices(circuit, calibration)
    clbits = sorted(matrices)
    keys = sorted({_measured_bits(key, clbits) for key in counts})
    index = {key: position for position, key in enumerate(keys)}
    observed = np.zeros(len(keys))
    for key, number in counts.items():
        observed[index[_measured_bits(key, clbits)]] += number
    shots = int(observed.sum())
    if len(clbits) <= MAX_DENSE_BITS:
        labels: Sequence[int] = range(2 ** len(clbits))
        quasi = _invert_all(keys, observed / shots, [matrices[clbit] for clbit in clbits])
    else:
        labels, quasi = keys, _invert_observed(keys, observed / shots, [matrices[c] for c in clbits])
    numbers = round_to_sum(nearest_distribution(quasi) * shots, shots)
    return {
        _full_key(labels[position], clbits, circuit.n_clbits): int(numbers[position])
        for position in np.flatnonzero(numbers).tolist()
    }


def _measured_bits(key: str, clbits: Sequence[int]) -> int:
    """The written bits of a key as a number, the lowest written bit lowest."""
    return sum((key[-1 - clbit] == "1") << position for position, clbit in enumerate(clbits))


def _full_key(value: int, clbits: Sequence[int], n_clbits: int) -> str:
    full = sum((value >> position & 1) << clbit for position, clbit in enumerate(clbits))
    return f"{full:0{n_clbits}b}"


def _invert_all(keys: Sequence[int], frequencies: Matrix, matrices: Sequence[Matrix]) -> Matrix:
    """Apply the tensor product of the inverses to the whole distribution."""
    n_bits = len(matrices)
    tensor = np.zeros(2**n_bits)
    tensor[keys] = frequencies
    tensor = tensor.reshape((2,) * n_bits)
    for position, matrix in enumerate(matrices):
        axis = n_bits - 1 - position
        tensor = np.moveaxis(np.tensordot(np.linalg.inv(matrix), tensor, axes=(1, axis)), 0, axis)
    return tensor.reshape(-1)


def _invert_observed(keys: Sequence[int], frequencies: Matrix, matrices: Sequence[Matrix]) -> Matrix:
    """Solve in the subspace of the observed keys, with columns scaled to probabilities.

    The method of Nation et al., PRX Quantum 2, 040326 (2021).
    """
    if len(keys) > MAX_OBSERVED_KEYS:
        raise LimitExceededError(
            f"Readout mitigation of {len(matrices)} bits takes at most {MAX_OBSERVED_KEYS} different "
            f"results, but {len(keys)} were measured: measure fewer bits or take fewer shots."
        )
    bits = np.array([[key >> position & 1 for position in range(len(matrices))] for key in keys])
    confusion = np.ones((len(keys), len(keys)))
    for position, matrix in enumerate(matrices):
        column = bits[:, position]
        confusion *= matrix[column[:, None], column[None, :]]
    quasi: Matrix = np.linalg.solve(confusion / confusion.sum(axis=0), frequencies)
    return quasi


def nearest_distribution(quasi: Matrix) -> Matrix:
    """The probability distribution at the least Euclidean distance from ``quasi``, which sums to 1.

    Smolin, Gambetta, Smith, PRL 108, 070502 (2012).
    """
    order = np.sort(quasi)[::-1]
    excess = (np.cumsum(order) - 1) / np.arange(1, len(order) + 1)
    last = np.flatnonzero(order > excess)[-1]
    clipped: Matrix = np.maximum(quasi - excess[last], 0)
    return clipped


def round_to_sum(values: Matrix, total: int) -> NDArray[np.int64]:
    """Integers near ``values`` with the given sum, by the largest remainders."""
    floors = np.floor(values).astype(np.int64)
    missing = total - int(floors.sum())
    order = np.argsort(floors - values, kind="stable")
    floors[order[:missing]] += 1
    return floors
