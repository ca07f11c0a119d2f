"""``device_info`` documents from what is known of a device; what is not known reads as perfect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

NO_DECAY_US: Final = 1e9
"""JSON has no infinity."""


def make_document(
    *,
    name: str,
    device_id: str,
    calibrated_at: str,
    qubits: Sequence[Mapping[str, Any]],
    couplings: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """A complete document; the entries of ``qubits`` and ``couplings`` have the keys that are known.

    An entry of ``couplings`` has at least ``control`` and ``target``.
    """
    return {
        "name": name,
        "device_id": device_id,
        "calibrated_at": calibrated_at,
        "qubits": [_qubit(index, known) for index, known in enumerate(qubits)],
        "couplings": [_coupling(known) for known in couplings],
    }


def _qubit(index: int, known: Mapping[str, Any]) -> dict[str, Any]:
    errors = {"prob_meas1_prep0": 0.0, "prob_meas0_prep1": 0.0, **known.get("meas_error", {})}
    mean = (errors["prob_meas1_prep0"] + errors["prob_meas0_prep1"]) / 2
    return {
        "id": index,
        "physical_id": index,
        "fidelity": 1.0,
        **known,
        "position": {"x": index, "y": 0, **known.get("position", {})},
        "meas_error": {"readout_assignment_error": mean, **errors},
        "qubit_lifetime": {"t1": NO_DECAY_US, "t2": NO_DECAY_US, **known.get("qubit_lifetime", {})},
        "gate_duration": {"rz": 0, "sx": 0, "x": 0, **known.get("gate_duration", {})},
    }


def _coupling(known: Mapping[str, Any]) -> dict[str, Any]:
    durations = known.get("gate_duration", {})
    longest = max(durations.values(), default=0)
    return {
        "fidelity": 1.0,
        **known,
        "gate_duration": {"cx": longest, "rzx90": longest, **durations},
    }
