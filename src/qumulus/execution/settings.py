"""``simulator_info`` and ``mitigation_info``: the keys that Qumulus acts on, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from qumulus.execution.failures import InvalidProgramError, nearest

_MASK: Final = (1 << 64) - 1
_PRIME: Final = (1 << 64) - 59


class Method(StrEnum):
    """How to simulate."""

    AUTO = "auto"
    STATEVECTOR = "statevector"
    STABILIZER = "stabilizer"
    MATRIX_PRODUCT_STATE = "matrix_product_state"
    DENSITY_MATRIX = "density_matrix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a job is to be run; ``seed`` None: a fresh one."""

    shots: int
    seed: int | None = None
    method: Method = Method.AUTO
    exact: bool = False
    mitigate_readout: bool = False
    max_calibration_age_s: float | None = None
    """None: any calibration will do."""
    calibration_id: str | None = None
    """None: the one in force."""
    engine: str | None = None
    """Name of the simulator that must be taken, ``+`` between several; None: the fastest."""


SIMULATOR_KEYS: Final = frozenset(
    ("seed_simulation", "method", "exact", "max_calibration_age_s", "calibration_id", "engine")
)
"""Of ``simulator_info``, those that have an effect."""


def read_settings(
    shots: int, simulator_info: Mapping[str, Any], mitigation_info: Mapping[str, Any]
) -> Settings:
    """Check the known keys; unknown keys of ``simulator_info`` are free and have no effect.

    Raises:
        InvalidProgramError: a known key has a wrong value, or the mitigation is unknown.
    """
    return Settings(
        shots=shots,
        seed=_seed(simulator_info.get("seed_simulation")),
        method=_method(simulator_info.get("method")),
        exact=_flag("simulator_info.exact", simulator_info.get("exact")),
        mitigate_readout=_mitigation(mitigation_info),
        max_calibration_age_s=_seconds(simulator_info.get("max_calibration_age_s")),
        calibration_id=_name("calibration_id", simulator_info.get("calibration_id")),
        engine=_name("engine", simulator_info.get("engine")),
    )


def _seed(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise InvalidProgramError(f"simulator_info.seed_simulation must be an integer from 0, not {value!r}.")


def _method(value: object) -> Method:
    if value is None:
        return Method.AUTO
    if not isinstance(value, str) or value not in list(Method):
        hint = nearest(str(value), list(Method))
        raise InvalidProgramError(f"simulator_info.method {value!r} is unknown: {hint}")
    return Method(value)


def _seconds(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
        raise InvalidProgramError(
            f"simulator_info.max_calibration_age_s must be a positive number of seconds, not {value!r}."
        )
    return float(value)


def _name(key: str, value: object) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value or None
    raise InvalidProgramError(f"simulator_info.{key} must be a text, not {value!r}.")


def _flag(name: str, value: object) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        raise InvalidProgramError(f"{name} must be true or false, not {value!r}.")
    return value


def _mitigation(mitigation_info: Mapping[str, Any]) -> bool:
    for name in mitigation_info:
        if name != "ro_error_mitigation":
            hint = nearest(name, ["ro_error_mitigation"])
            raise InvalidProgramError(f"mitigation_info has the unknown key {name!r}: {hint}")
    value = mitigation_info.get("ro_error_mitigation")
    if value not in (None, "pseudo_inverse"):
        hint = nearest(str(value), ["pseudo_inverse"])
        raise InvalidProgramError(f"mitigation_info.ro_error_mitigation {value!r} is unknown: {hint}")
    return value is not None


def run_seed(seed: int, index: int) -> int:
    """The seed (31 bits) of a job's ``index``-th run; different jobs and runs get unrelated ones."""
    return _mix(_mix(seed % _PRIME) + index) >> 33


def _mix(value: int) -> int:
    """One step of SplitMix64 (Steele, Lea and Flood, 2014).

    Python's own generators are not used: each forked child would first seed them anew.
    """
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ value >> 27) * 0x94D049BB133111EB) & _MASK
    return value ^ value >> 31
