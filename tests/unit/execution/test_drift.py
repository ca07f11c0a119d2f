"""An emulated device drifts as a real one may: by a little, within bounds, and the same for everybody."""

from __future__ import annotations

import json
import math
import statistics
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from qumulus.execution.calibration import read_calibration
from qumulus.execution.drift import LIFETIME_SPREAD, MOST_SPREADS, calibration_time, drifted

FOLDER = Path(__file__).parents[3] / "src" / "qumulus" / "provider" / "drivers" / "data"
BASE: dict[str, Any] = json.loads((FOLDER / "falcon27.json").read_text())
EVERY = timedelta(minutes=10)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def at(minutes: float, *, seed: int = 0, base: dict[str, Any] = BASE) -> dict[str, Any]:
    return drifted(base, seed=seed, every=EVERY, moment=NOON + timedelta(minutes=minutes))


def t1s(document: dict[str, Any]) -> list[float]:
    return [qubit["qubit_lifetime"]["t1"] for qubit in document["qubits"]]


def test_a_calibration_holds_from_one_multiple_of_the_interval_to_the_next() -> None:
    assert at(0) == at(9.99) != at(10)
    assert at(9)["calibrated_at"] == "2026-03-01T12:00:00Z"
    assert calibration_time(NOON + timedelta(minutes=19), EVERY) == NOON + EVERY
    ids = {read_calibration(at(10 * step)).id for step in range(20)}
    assert len(ids) == 20


def test_everybody_who_knows_base_seed_and_time_finds_the_same_drift() -> None:
    again = json.loads(json.dumps(BASE))
    assert at(50) == at(50, base=again)
    assert at(50, seed=1) != at(50)


def test_every_calibration_is_physical_and_near_its_base() -> None:
    for step in range(0, 2000, 20):
        document = at(10 * step)
        for qubit, base in zip(document["qubits"], BASE["qubits"], strict=True):
            lifetime, readout = qubit["qubit_lifetime"], qubit["meas_error"]
            assert 0 < lifetime["t2"] <= 2 * lifetime["t1"]
            ratio = lifetime["t1"] / base["qubit_lifetime"]["t1"]
            assert abs(ratio - 1) < 0.5
            flips = readout["prob_meas1_prep0"], readout["prob_meas0_prep1"]
            assert all(0 <= flip <= 0.5 for flip in flips)
            assert readout["readout_assignment_error"] == pytest.approx(sum(flips) / 2)
            assert 0.5 <= qubit["fidelity"] <= 1
            assert qubit["gate_duration"] == base["gate_duration"]
        assert all(0.5 <= coupling["fidelity"] <= 1 for coupling in document["couplings"])


def test_both_directions_of_a_coupling_drift_together() -> None:
    two = {**BASE, "couplings": [*BASE["couplings"], *map(turned, BASE["couplings"])]}
    found = {(one["control"], one["target"]): one["fidelity"] for one in at(70, base=two)["couplings"]}
    assert all(found[control, target] == found[target, control] for control, target in found)


def turned(coupling: dict[str, Any]) -> dict[str, Any]:
    return {**coupling, "control": coupling["target"], "target": coupling["control"]}


def test_the_drift_goes_in_small_steps_about_the_base() -> None:
    series = [t1s(at(10 * step)) for step in range(400)]
    base = t1s(BASE)
    for qubit in range(0, 27, 5):
        logs = [math.log(values[qubit] / base[qubit]) for values in series]
        steps = [abs(after - before) for before, after in pairwise(logs)]
        assert abs(statistics.mean(logs)) < LIFETIME_SPREAD
        assert 0.5 * LIFETIME_SPREAD < statistics.stdev(logs) < 1.5 * LIFETIME_SPREAD
        assert statistics.mean(steps) < 0.6 * LIFETIME_SPREAD
        assert max(map(abs, logs)) <= MOST_SPREADS * LIFETIME_SPREAD + 1e-9


def test_the_rest_of_the_document_stays() -> None:
    document = at(30)
    changed = {"qubits", "couplings", "calibrated_at"}
    assert {key: value for key, value in document.items() if key not in changed} == {
        key: value for key, value in BASE.items() if key not in changed
    }
