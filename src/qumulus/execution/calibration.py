"""The calibration document of a device (``device_info``), read once and checked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from qumulus.domain.calibration import calibration_id

_LONGEST_GATE_S: Final = 1.0
_SHORTEST_LIFE_S: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class QubitCalibration:
    """One qubit; an infinite lifetime means that it does not decay."""

    fidelity: float
    prob_meas1_prep0: float
    prob_meas0_prep1: float
    t1_s: float
    t2_s: float
    gate_duration_s: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CouplingCalibration:
    """A two-qubit gate from control to target."""

    fidelity: float
    gate_duration_s: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """What was measured of a device at one time; ``qubits`` by index in the document.

    Equal only to itself, so that what is built from it can be cached by it.
    """

    id: str
    calibrated_at: str
    qubits: tuple[QubitCalibration, ...]
    couplings: Mapping[tuple[int, int], CouplingCalibration]

    def age(self, now: datetime) -> timedelta | None:
        """How old it is; None: it does not tell."""
        try:
            taken = datetime.fromisoformat(self.calibrated_at)
        except ValueError:
            return None
        return now - (taken.replace(tzinfo=UTC) if taken.tzinfo is None else taken)


def read_calibration(document: Mapping[str, Any]) -> Calibration:
    """Read a ``device_info`` document: lifetimes in microseconds, durations in nanoseconds.

    Raises:
        KeyError, TypeError: the document lacks a key or has one of the wrong type.
    """
    return Calibration(
        id=calibration_id(document, document["calibrated_at"]),
        calibrated_at=document["calibrated_at"],
        qubits=tuple(_qubit(entry) for entry in document["qubits"]),
        couplings={
            (entry["control"], entry["target"]): CouplingCalibration(
                fidelity=entry["fidelity"], gate_duration_s=_seconds(entry["gate_duration"])
            )
            for entry in document["couplings"]
        },
    )


def _qubit(entry: Mapping[str, Any]) -> QubitCalibration:
    return QubitCalibration(
        fidelity=entry["fidelity"],
        prob_meas1_prep0=entry["meas_error"]["prob_meas1_prep0"],
        prob_meas0_prep1=entry["meas_error"]["prob_meas0_prep1"],
        t1_s=entry["qubit_lifetime"]["t1"] * 1e-6,
        t2_s=entry["qubit_lifetime"]["t2"] * 1e-6,
        gate_duration_s=_seconds(entry["gate_duration"]),
    )


def _seconds(durations_ns: Mapping[str, float]) -> dict[str, float]:
    return {name: value * 1e-9 for name, value in durations_ns.items()}


def check_ranges(calibration: Calibration) -> None:
    """Refuse numbers that no noise can be made of.

    Raises:
        ValueError: naming the number.
        TypeError: something is no number.
    """
    for name, value, least, most in _ranges(calibration):
        if not least <= value <= most:
            raise ValueError(f"{name} {value:g}, which must be from {least:g} to {most:g}")


def _ranges(calibration: Calibration) -> Iterator[tuple[str, float, float, float]]:
    gates: list[QubitCalibration | CouplingCalibration] = [
        *calibration.qubits,
        *calibration.couplings.values(),
    ]
    yield from (("a fidelity of", gate.fidelity, 0, 1) for gate in gates)
    durations = (value for gate in gates for value in gate.gate_duration_s.values())
    yield from (("a gate duration in seconds of", value, 0, _LONGEST_GATE_S) for value in durations)
    for qubit in calibration.qubits:
        yield "prob_meas1_prep0", qubit.prob_meas1_prep0, 0, 1
        yield "prob_meas0_prep1", qubit.prob_meas0_prep1, 0, 1
        yield "a T1 in seconds of", qubit.t1_s, _SHORTEST_LIFE_S, math.inf
        yield "a T2 in seconds of", qubit.t2_s, _SHORTEST_LIFE_S, math.inf
