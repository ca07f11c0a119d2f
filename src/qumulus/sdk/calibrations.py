"""What the Cloud says of calibrations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qumulus.domain.calibration import Medians
from qumulus.domain.ids import CalibrationId, DeviceId
from qumulus.sdk.records import read_answer
from qumulus.sdk.results import contents_of
from qumulus.wire.calibrations import CalibrationBody, CalibrationDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A calibration of a device; ``id`` stands in the provenance of what was computed with it.

    ``n_qubits`` and ``n_couplings`` None: it was kept before they were counted. ``device_info`` is the
    document, None in lists.
    """

    id: CalibrationId
    device_id: DeviceId
    calibrated_at: datetime
    received_at: datetime
    n_qubits: int | None
    n_couplings: int | None
    medians: Medians
    device_info: Mapping[str, Any] | None = field(repr=False)


def calibration_page(body: bytes) -> list[CalibrationBody]:
    """Read the answer of ``GET /devices/{id}/calibrations``."""
    return read_answer(body, list[CalibrationBody])


def calibration_record(body: bytes) -> Calibration:
    """Read the answer of ``GET /devices/{id}/calibrations/{calibration_id}``."""
    found = read_answer(body, CalibrationDocument)
    return listed_calibration(found, contents_of(found.device_info))


def listed_calibration(body: CalibrationBody, device_info: Mapping[str, Any] | None = None) -> Calibration:
    """Read one line of a list."""
    medians = body.medians
    return Calibration(
        id=CalibrationId(body.calibration_id),
        device_id=DeviceId(body.device_id),
        calibrated_at=body.calibrated_at,
        received_at=body.received_at,
        n_qubits=body.n_qubits,
        n_couplings=body.n_couplings,
        medians=Medians(
            t1_us=medians.t1_us,
            t2_us=medians.t2_us,
            readout_error=medians.readout_error,
            gate_error=medians.gate_error,
            coupling_error=medians.coupling_error,
        ),
        device_info=device_info,
    )
