"""Histories of calibrations, the same for users, Providers and operators."""

from __future__ import annotations

from typing import Final

from qumulus.domain.errors import NotFoundError
from qumulus.domain.ids import CalibrationId, DeviceId
from qumulus.http.call import Call
from qumulus.http.endpoint import get
from qumulus.service.calibrations import (
    CalibrationQuery,
    list_calibrations,
    list_histories,
    read_calibration,
    read_history,
)
from qumulus.wire.calibrations import (
    CalibrationBody,
    CalibrationDocument,
    CalibrationsQuery,
    HistoriesPage,
    HistoriesQuery,
    HistoryDocument,
    calibration_body,
    calibration_document,
    history_body,
    history_document,
)
from qumulus.wire.moments import read_moment

_LONGEST_ID: Final = 18


@get("/devices/{device_id}/calibrations", query=CalibrationsQuery, errors=(403, 404))
async def calibrations(device_id: str, call: Call) -> list[CalibrationBody]:
    """List the calibrations of a device, newest first."""
    wanted = call.query(CalibrationsQuery)
    found = await list_calibrations(
        call.services,
        DeviceId(device_id),
        after=CalibrationId(wanted.cursor) if wanted.cursor else None,
        limit=wanted.limit,
        by=call.caller,
    )
    return [calibration_body(entry) for entry in found]


@get("/devices/{device_id}/calibrations/{calibration_id}", errors=(403, 404))
async def calibration(device_id: str, calibration_id: str, call: Call) -> CalibrationDocument:
    """Read a calibration of a device with its document."""
    found = await read_calibration(
        call.services, DeviceId(device_id), CalibrationId(calibration_id), by=call.caller
    )
    return calibration_document(found)


@get("/device_histories", query=HistoriesQuery, errors=(403, 404))
async def device_histories(call: Call) -> HistoriesPage:
    """List the calibrations of one device or of all, newest first, as OQTOPUS does."""
    wanted = call.query(HistoriesQuery)
    query = CalibrationQuery(
        devices=frozenset({DeviceId(wanted.device_id)} if wanted.device_id else ()),
        since=read_moment(wanted.since, "from"),
        until=read_moment(wanted.until, "to"),
        offset=wanted.offset,
        limit=wanted.limit,
    )
    page = await list_histories(call.services, query, by=call.caller)
    items = [history_body(entry) for entry in page.entries]
    return HistoriesPage(items=items, total=page.total, limit=wanted.limit, offset=wanted.offset)


@get("/device_histories/{history_id}", errors=(403, 404))
async def device_history(history_id: str, call: Call) -> HistoryDocument:
    """Read an entry of a history with its document."""
    found = await read_history(call.services, read_history_id(history_id), by=call.caller)
    return history_document(found)


def read_history_id(text: str) -> int:
    """Read the number in a path.

    Raises:
        NotFoundError: it is none.
    """
    if not (text.isascii() and text.isdecimal()) or len(text) > _LONGEST_ID:
        raise NotFoundError(what="calibration", id=text)
    return int(text)


ENDPOINTS: Final = (calibrations, calibration, device_histories, device_history)
