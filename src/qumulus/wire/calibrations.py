"""Histories of calibrations: what comes and what goes."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from qumulus.domain.calibration import CalibrationEntry, KeptCalibration
from qumulus.wire.queries import Moment, Offset
from qumulus.wire.user import Instant

PageSize = Annotated[int, Meta(ge=1, le=100)]


class CalibrationsQuery(msgspec.Struct, frozen=True):
    """Newest first, from after the one that ``cursor`` names."""

    limit: PageSize = 20
    cursor: Annotated[str, Meta(description="The id of the last calibration already seen.")] = ""


class HistoriesQuery(msgspec.Struct, frozen=True, rename={"since": "from", "until": "to"}):
    """Calibrated between two times, of one device or of all."""

    device_id: str = ""
    since: Moment = ""
    until: Moment = ""
    limit: PageSize = 100
    offset: Offset = 0


class MediansBody(msgspec.Struct, frozen=True, kw_only=True):
    """Over qubits and couplings; null where the document says nothing of it."""

    t1_us: float | None
    t2_us: float | None
    readout_error: float | None
    gate_error: float | None
    coupling_error: float | None


class CalibrationBody(msgspec.Struct, frozen=True, kw_only=True):
    """A calibration; ``calibration_id`` is that of the results that were made with it."""

    calibration_id: str
    device_id: str
    calibrated_at: Instant
    received_at: Instant
    n_qubits: int | None
    n_couplings: int | None
    medians: MediansBody


class CalibrationDocument(CalibrationBody, frozen=True, kw_only=True):
    """The same with the document as JSON text."""

    device_info: str


class HistoryBody(msgspec.Struct, frozen=True, kw_only=True):
    """A calibration as OQTOPUS lists it."""

    history_id: str
    device_id: str
    calibrated_at: Instant
    n_qubits: int | None
    n_couplings: int | None


class HistoryDocument(HistoryBody, frozen=True, kw_only=True):
    """The same with the document as JSON text."""

    device_info: str


class HistoriesPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of histories; ``total`` counts what all pages hold."""

    items: list[HistoryBody]
    total: int
    limit: int
    offset: int


def calibration_body(entry: CalibrationEntry) -> CalibrationBody:
    """A line of a device's list."""
    return CalibrationBody(**_parts(entry))


def calibration_document(kept: KeptCalibration) -> CalibrationDocument:
    """A calibration whole."""
    return CalibrationDocument(**_parts(kept.entry), device_info=kept.device_info)


def history_body(entry: CalibrationEntry) -> HistoryBody:
    """A line of an OQTOPUS list."""
    return HistoryBody(**_history_parts(entry))


def history_document(kept: KeptCalibration) -> HistoryDocument:
    """The same whole."""
    return HistoryDocument(**_history_parts(kept.entry), device_info=kept.device_info)


def _parts(entry: CalibrationEntry) -> dict[str, Any]:
    medians = entry.medians
    return {
        "calibration_id": entry.id,
        "device_id": entry.device_id,
        "calibrated_at": entry.calibrated_at,
        "received_at": entry.received_at,
        "n_qubits": entry.n_qubits,
        "n_couplings": entry.n_couplings,
        "medians": MediansBody(
            t1_us=medians.t1_us,
            t2_us=medians.t2_us,
            readout_error=medians.readout_error,
            gate_error=medians.gate_error,
            coupling_error=medians.coupling_error,
        ),
    }


def _history_parts(entry: CalibrationEntry) -> dict[str, Any]:
    return {
        "history_id": str(entry.history_id),
        "device_id": entry.device_id,
        "calibrated_at": entry.calibrated_at,
        "n_qubits": entry.n_qubits,
        "n_couplings": entry.n_couplings,
    }
