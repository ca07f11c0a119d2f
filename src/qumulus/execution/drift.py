"""How an emulated device drifts: lifetimes and errors wander about those of a base calibration.

Everything is a function of the base, a seed and a time, so that Providers of one device agree, and one
that restarts goes on where it was.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

MEMORY: Final = 0.9
"""What is left of a deviation after one calibration, as in a walk that is drawn back to its middle."""
STEPS: Final = 64
"""What is older is forgotten: 0.9 to the power of 64 is a thousandth."""
LIFETIME_SPREAD: Final = 0.15
ERROR_SPREAD: Final = 0.2
"""Standard deviations of the logarithms."""
MOST_SPREADS: Final = 2.5
"""No value is ever further from its base."""
_WORST_ERROR: Final = 0.5

Wander = Callable[[str, float, float], float]


def calibration_time(moment: datetime, every: timedelta) -> datetime:
    """When the calibration in force at a moment was taken: at a whole multiple of ``every`` since 1970."""
    return moment - (moment - _EPOCH) % every


def drifted(base: Mapping[str, Any], *, seed: int, every: timedelta, moment: datetime) -> dict[str, Any]:
    """The ``device_info`` in force at a moment; T2 stays at most 2 T1, durations stay as they are."""
    taken = calibration_time(moment, every)
    paths = _paths(seed, step=(taken - _EPOCH) // every, names=sorted(_names(base)))

    def wander(name: str, value: float, spread: float) -> float:
        return value * math.exp(spread * paths[name])

    return {
        **base,
        "qubits": [_qubit(entry, f"q{index}", wander) for index, entry in enumerate(base["qubits"])],
        "couplings": [_coupling(entry, wander) for entry in base["couplings"]],
        "calibrated_at": taken.isoformat().replace("+00:00", "Z"),
    }


def _qubit(entry: Mapping[str, Any], name: str, wander: Wander) -> dict[str, Any]:
    lifetime, readout = entry["qubit_lifetime"], entry["meas_error"]
    t1 = wander(f"{name}.t1", lifetime["t1"], LIFETIME_SPREAD)
    t2 = wander(f"{name}.t2", lifetime["t2"], LIFETIME_SPREAD)
    flips = {
        key: min(_WORST_ERROR, wander(f"{name}.{key}", readout[key], ERROR_SPREAD))
        for key in ("prob_meas1_prep0", "prob_meas0_prep1")
    }
    return {
        **entry,
        "fidelity": _fidelity(f"{name}.gate", entry["fidelity"], wander),
        "qubit_lifetime": {**lifetime, "t1": t1, "t2": min(t2, 2 * t1)},
        "meas_error": {**readout, **flips, "readout_assignment_error": sum(flips.values()) / 2},
    }


def _coupling(entry: Mapping[str, Any], wander: Wander) -> dict[str, Any]:
    """Both directions of a coupling share their gate, and so their error."""
    return {**entry, "fidelity": _fidelity(_pair(entry), entry["fidelity"], wander)}


def _fidelity(name: str, base: float, wander: Wander) -> float:
    return 1 - min(_WORST_ERROR, wander(name, 1 - base, ERROR_SPREAD))


def _names(base: Mapping[str, Any]) -> Iterator[str]:
    for index, _ in enumerate(base["qubits"]):
        for part in ("t1", "t2", "gate", "prob_meas1_prep0", "prob_meas0_prep1"):
            yield f"q{index}.{part}"
    yield from {_pair(entry) for entry in base["couplings"]}


def _pair(entry: Mapping[str, Any]) -> str:
    low, high = sorted((entry["control"], entry["target"]))
    return f"c{low}-{high}"


def _paths(seed: int, *, step: int, names: list[str]) -> dict[str, float]:
    """Where each walk is after a step: an autoregressive process of unit variance, bounded."""
    found = dict.fromkeys(names, 0.0)
    kick = math.sqrt(3 * (1 - MEMORY**2))
    for age in reversed(range(STEPS)):
        random = Random(f"{seed}/{step - age}")
        for name in names:
            found[name] = MEMORY * found[name] + kick * random.uniform(-1, 1)
    return {name: max(-MOST_SPREADS, min(MOST_SPREADS, value)) for name, value in found.items()}
