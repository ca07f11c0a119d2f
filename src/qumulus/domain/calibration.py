"""Calibrations: what was measured of a device at one time, named by its contents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from qumulus.domain.ids import CalibrationId, DeviceId

_ID_LENGTH: Final = 16
_LARGEST: Final = 1e300
"""No measured number is beyond it, and the mean of two that are not can be told; NaN never compares."""
_NOT_MEASURED: Final = frozenset({"device_id", "calibrated_at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Medians:
    """Over the qubits or couplings of a document; None where it says nothing of it."""

    t1_us: float | None = None
    t2_us: float | None = None
    readout_error: float | None = None
    gate_error: float | None = None
    """Of one-qubit gates."""
    coupling_error: float | None = None
    """Of two-qubit gates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationEntry:
    """One calibration in a device's history; ``history_id`` numbers all that the store has kept."""

    history_id: int
    id: CalibrationId
    device_id: DeviceId
    calibrated_at: datetime
    received_at: datetime
    n_qubits: int
    n_couplings: int
    medians: Medians


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCalibration:
    """A calibration with its document, the JSON text as it was received."""

    entry: CalibrationEntry
    device_info: str


def calibration_id(document: Mapping[str, Any], calibrated_at: str) -> CalibrationId:
    """Name a calibration: everybody who has the same document of the same time finds the same id.

    Whose device it is does not count, nor how the time is written.
    """
    import hashlib  # brings a library with it that processes forked for small jobs need not carry

    measured = {key: value for key, value in document.items() if key not in _NOT_MEASURED}
    text = json.dumps([_in_utc(calibrated_at), measured], sort_keys=True, separators=(",", ":"))
    return CalibrationId(hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH])


def document_of(device_info: str) -> Mapping[str, Any]:
    """Read a ``device_info`` text; what is no object counts as an empty one, of which nothing is known."""
    try:
        found = json.loads(device_info)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def medians_of(document: Mapping[str, Any]) -> Medians:
    """Summarise a document; what is no number is passed over."""
    qubits, couplings = entries(document, "qubits"), entries(document, "couplings")
    return Medians(
        t1_us=_median(_at(qubit, "qubit_lifetime", "t1") for qubit in qubits),
        t2_us=_median(_at(qubit, "qubit_lifetime", "t2") for qubit in qubits),
        readout_error=_median(_at(qubit, "meas_error", "readout_assignment_error") for qubit in qubits),
        gate_error=_error(_at(qubit, "fidelity") for qubit in qubits),
        coupling_error=_error(_at(coupling, "fidelity") for coupling in couplings),
    )


def entries(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The objects in one of a document's lists."""
    found = document.get(key)
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []


def _at(entry: Mapping[str, Any], *path: str) -> object:
    found: object = entry
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _error(fidelities: Iterable[object]) -> float | None:
    found = _median(fidelities)
    return None if found is None else 1 - found


def _median(values: Iterable[object]) -> float | None:
    numbers = sorted(
        value
        for value in values
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST
    )
    if not numbers:
        return None
    middle = len(numbers) // 2
    return float(numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2)


def _in_utc(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return text
    return moment.isoformat()
