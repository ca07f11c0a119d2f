"""The noise of a calibrated device as Kraus operators.

Each gate of duration t relaxes its qubits by T1 and T2 for t and then depolarises them so far that the
average gate fidelity is the calibrated one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from qumulus.circuits import Operation
from qumulus.execution.calibration import Calibration

Operator = NDArray[Any]
Channel = tuple[Operator, ...]
"""Kraus operators, the likeliest first; the first qubit of an operation is the least significant bit."""

NOISELESS: Final = frozenset(("rz", "gphase", "measure", "reset", "barrier"))
"""Turns about Z are changes of frame; readout has errors of its own."""

_NEGLIGIBLE: Final = 1e-12
"""Weight below which a Kraus operator is rounding."""


def find_channel(calibration: Calibration, operation: Operation, active: Sequence[int]) -> Channel | None:
    """The error that follows an operation, on its qubits; None: it has none."""
    if operation.name in NOISELESS:
        return None
    qubits = tuple(active[qubit] for qubit in operation.qubits)
    if operation.name == "delay":
        return waiting(calibration, qubits[0], operation.params[0])
    return gate_channel(calibration, operation.name, qubits)


@lru_cache(maxsize=1024)
def waiting(calibration: Calibration, qubit: int, duration_s: float) -> Channel:
    """Doing nothing for a time."""
    return canonical(relaxation(calibration, qubit, duration_s))


@lru_cache(maxsize=4096)
def gate_channel(calibration: Calibration, name: str, qubits: tuple[int, ...]) -> Channel:
    """Error of a gate, by the fewest operators."""
    return canonical(gate_errors(calibration, name, qubits))


def gate_errors(calibration: Calibration, name: str, qubits: tuple[int, ...]) -> Channel:
    """Error of a gate; an identity lasts as long as an sx, and both qubits relax during a cx."""
    if len(qubits) == 2:
        control, target = qubits
        coupling = calibration.couplings[control, target]
        duration_s = coupling.gate_duration_s[name]
        lower, upper = (relaxation(calibration, qubit, duration_s) for qubit in (control, target))
        both = tuple(np.kron(high, low) for high in upper for low in lower)
        return _completed(both, coupling.fidelity)
    values = calibration.qubits[qubits[0]]
    duration_s = values.gate_duration_s.get(name, values.gate_duration_s["sx"])
    return _completed(relaxation(calibration, qubits[0], duration_s), values.fidelity)


def relaxation(calibration: Calibration, qubit: int, duration_s: float) -> Channel:
    """Decay by T1 and T2 for a time; at zero temperature.

    Amplitude damping also damps the phase by exp(-t / 2 T1); the rest of exp(-t / T2) is pure dephasing.
    """
    t1_s = calibration.qubits[qubit].t1_s
    t2_s = min(calibration.qubits[qubit].t2_s, 2 * t1_s)
    stays = math.exp(-duration_s / t1_s)
    keeps_phase = math.exp(duration_s / t1_s - 2 * duration_s / t2_s)
    return (
        np.diag([1, math.sqrt(stays * keeps_phase)]).astype(np.complex128),
        np.diag([0, math.sqrt(stays * (1 - keeps_phase))]).astype(np.complex128),
        np.array([[0, math.sqrt(1 - stays)], [0, 0]], dtype=np.complex128),
    )


def average_fidelity(channel: Channel) -> float:
    """Average gate fidelity to doing nothing; Nielsen, Phys. Lett. A 303, 249 (2002)."""
    dimension = len(channel[0])
    traces = math.fsum(abs(np.trace(operator)) ** 2 for operator in channel)
    return (traces + dimension) / (dimension * (dimension + 1))


def _completed(relaxing: Channel, fidelity: float) -> Channel:
    """Depolarise after relaxing until the average gate fidelity is the given one.

    Depolarising with parameter p takes a channel of fidelity F to (1 - p) F + p / d. Where relaxing alone
    costs more than the calibrated error, nothing is added; nothing is worse than depolarising fully.
    """
    dimension = len(relaxing[0])
    reached = average_fidelity(relaxing)
    if reached <= max(fidelity, 1 / dimension):
        return relaxing
    parameter = min(1.0, (reached - fidelity) / (reached - 1 / dimension))
    units = np.eye(dimension * dimension).reshape(-1, dimension, dimension)
    return (
        *(math.sqrt(1 - parameter) * operator for operator in relaxing),
        *(math.sqrt(parameter / dimension) * unit for unit in units),
    )


def canonical(channel: Channel) -> Channel:
    """The same channel by the fewest operators, the eigenvectors of its Choi matrix."""
    dimension = len(channel[0])
    vectors = np.array([operator.reshape(-1) for operator in channel])
    weights, columns = np.linalg.eigh(vectors.T @ vectors.conj())
    return tuple(
        math.sqrt(weights[index]) * columns[:, index].reshape(dimension, dimension)
        for index in reversed(range(len(weights)))
        if weights[index] > _NEGLIGIBLE
    )
