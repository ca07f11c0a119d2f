"""The history of calibrations: each is kept once, named by its contents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from qumulus.domain.calibration import calibration_id, document_of, entries, medians_of
from qumulus.domain.device import Device
from qumulus.ports.operations import DropCalibration, Operation, Written
from qumulus.store.audited import done
from qumulus.store.rows import to_json, to_micros
from qumulus.store.script import AskOnce, Script, Writes


def keep_calibration(device: Device, at: int) -> Script[None]:
    """Keep what a device shows, if it is a calibration."""
    if device.device_info is None or device.calibrated_at is None:
        return
    document = document_of(device.device_info)
    yield AskOnce(
        "insert_calibration",
        {
            "calibration_id": calibration_id(document, device.calibrated_at.isoformat()),
            "device_id": device.id,
            "calibrated_at": to_micros(device.calibrated_at),
            "received_at": at,
            "n_qubits": len(entries(document, "qubits")),
            "n_couplings": len(entries(document, "couplings")),
            "medians": to_json(medians_of(document)),
            "device_info": device.device_info,
        },
    )


def _drop(operation: DropCalibration, writes: Writes) -> Script[Written]:  # noqa: ARG001 - rings for nobody
    if not (yield AskOnce("delete_calibration", {"id": operation.history_id})):
        return Written.MISSING
    return (yield from done(operation.audit, to_micros(operation.at)))


SCRIPTS: Final[Mapping[type[Operation[Any]], Callable[[Any, Writes], Script[Any]]]] = MappingProxyType(
    {DropCalibration: _drop}
)
