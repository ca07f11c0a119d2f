"""Readout mitigation against distributions whose errors are known."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qumulus.circuits import Circuit, Operation
from qumulus.execution.calibration import Calibration, read_calibration
from qumulus.execution.failures import DeviceError, LimitExceededError
from qumulus.execution.mitigation import mitigate_counts, nearest_distribution, round_to_sum


def calibration(errors: list[tuple[float, float]]) -> Calibration:
    """Qubits with the given (prob_meas1_prep0, prob_meas0_prep1)."""
    qubits: list[dict[str, Any]] = [
        {
            "fidelity": 1.0,
            "meas_error": {"prob_meas1_prep0": p1, "prob_meas0_prep1": p0},
            "qubit_lifetime": {"t1": 1.0, "t2": 1.0},
            "gate_duration": {},
        }
        for p1, p0 in errors
    ]
    return read_calibration({"name": "n", "calibrated_at": "t", "qubits": qubits, "couplings": []})


def measuring(wiring: dict[int, int], n_clbits: int) -> Circuit:
    operations = (Operation("measure", (qubit,), clbits=(clbit,)) for clbit, qubit in wiring.items())
    return Circuit(n_qubits=30, n_clbits=n_clbits, operations=tuple(operations))


def noisy(
    truth: dict[str, float], wiring: dict[int, int], errors: list[tuple[float, float]]
) -> dict[str, float]:
    """The exact distribution after readout, by summing over all flips of the written bits."""
    result: dict[str, float] = {}
    clbits = sorted(wiring)
    for (key, weight), flips in product(truth.items(), product((0, 1), repeat=len(clbits))):
        bits, chance = list(key), weight
        for clbit, flip in zip(clbits, flips, strict=True):
            error = errors[wiring[clbit]][int(bits[-1 - clbit])]
            chance *= error if flip else 1 - error
            bits[-1 - clbit] = str(int(bits[-1 - clbit]) ^ flip)
        result["".join(bits)] = result.get("".join(bits), 0.0) + chance
    return result


ERRORS = [(0.0, 0.0)] * 5 + [(0.02, 0.3), (0.1, 0.05), (0.25, 0.01)]


def test_the_physical_qubits_errors_are_undone_and_idle_bits_stay_0() -> None:
    wiring = {0: 7, 2: 5, 3: 6}
    truth = {"00000": 0.25, "00101": 0.45, "01100": 0.3}
    shots = 1_000_000
    raw = {key: round(value * shots) for key, value in noisy(truth, wiring, ERRORS).items() if value}
    raw["00000"] += shots - sum(raw.values())
    mitigated = mitigate_counts(raw, measuring(wiring, 5), calibration(ERRORS))
    assert sum(mitigated.values()) == shots
    for key, weight in truth.items():
        assert abs(mitigated[key] / shots - weight) < 1e-4
    assert sum(mitigated.values()) - sum(mitigated[key] for key in truth) < 1e-4 * shots


def test_above_20_bits_only_observed_keys_are_solved_for() -> None:
    errors = [(0.01, 0.02)] * 24
    wiring = {bit: bit for bit in range(24)}
    ones, zeros, near = "1" * 24, "0" * 24, "0" * 23 + "1"
    mitigated = mitigate_counts(
        {zeros: 4000, ones: 3900, near: 40}, measuring(wiring, 24), calibration(errors)
    )
    assert sum(mitigated.values()) == 7940
    assert mitigated.get(near, 0) < 40
    assert set(mitigated) <= {zeros, ones, near}


def test_too_many_different_keys_are_refused() -> None:
    counts = {f"{key:021b}": 1 for key in range(5000)}
    with pytest.raises(LimitExceededError, match="5000"):
        mitigate_counts(counts, measuring({b: b for b in range(21)}, 21), calibration([(0.1, 0.1)] * 21))


def test_a_qubit_whose_bits_are_noise_cannot_be_mitigated() -> None:
    with pytest.raises(DeviceError, match="Qubit 0"):
        mitigate_counts({"0": 5, "1": 5}, measuring({0: 0}, 1), calibration([(0.5, 0.5)]))


@given(st.lists(st.floats(0, 10), min_size=1, max_size=20), st.integers(1, 10_000))
def test_rounding_keeps_the_sum_and_moves_no_value_by_1(weights: list[float], total: int) -> None:
    if sum(weights) < 1e-3:
        weights = [1.0] * len(weights)
    values = np.array(weights) / sum(weights) * total
    rounded = round_to_sum(values, total)
    assert rounded.sum() == total
    assert np.all(np.abs(rounded - values) < 1 + 1e-9)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=6))
def test_no_other_distribution_is_nearer(values: list[float]) -> None:
    quasi = np.array(values)
    quasi += (1 - quasi.sum()) / len(quasi)
    nearest = nearest_distribution(quasi)
    assert np.isclose(nearest.sum(), 1)
    assert nearest.min() >= 0
    others = np.random.default_rng(0).dirichlet(np.ones(len(quasi)), 200)
    others = np.vstack([others, 0.99 * nearest + 0.01 * others])
    assert np.linalg.norm(nearest - quasi) <= np.linalg.norm(others - quasi, axis=1).min() + 1e-9
