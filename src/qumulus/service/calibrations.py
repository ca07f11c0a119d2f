"""Histories of calibrations, for those who may see the device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qumulus.domain.account import Caller
from qumulus.domain.calibration import CalibrationEntry, KeptCalibration
from qumulus.domain.errors import BadRequestError, NotFoundError
from qumulus.domain.ids import CalibrationId, DeviceId
from qumulus.ports.operations import Audit, DropCalibration, Written
from qumulus.ports.store import CalibrationQuery
from qumulus.service.services import Services

__all__ = [
    "CalibrationQuery",
    "HistoryPage",
    "drop_history",
    "list_calibrations",
    "list_histories",
    "read_calibration",
    "read_history",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """A part of the histories, and how many entries they have in all."""

    entries: Sequence[CalibrationEntry]
    total: int


async def list_calibrations(
    services: Services, device_id: DeviceId, *, after: CalibrationId | None, limit: int, by: Caller
) -> Sequence[CalibrationEntry]:
    """Read a device's calibrations, newest first; ``after`` is the last one already seen.

    Raises:
        WrongDeviceError: the caller may not use the device.
        NotFoundError: there is no such device.
        BadRequestError: ``after`` is no calibration of it.
    """
    by.must_reach(device_id)
    await services.device(device_id)
    query = CalibrationQuery(devices=frozenset({device_id}), limit=limit)
    if after is not None:
        seen = await services.store.calibration(device_id, after)
        if seen is None:
            raise BadRequestError(f"'{after}' is no calibration of '{device_id}'.", field="cursor")
        query = replace(query, before=seen.entry)
    return await services.store.calibrations(query)


async def read_calibration(
    services: Services, device_id: DeviceId, name: CalibrationId, *, by: Caller
) -> KeptCalibration:
    """Read one calibration of a device.

    Raises:
        WrongDeviceError: the caller may not use the device.
        NotFoundError: there is no such device, or it has no such calibration.
    """
    by.must_reach(device_id)
    await services.device(device_id)
    found = await services.store.calibration(device_id, name)
    if found is None:
        raise NotFoundError(what="calibration", id=name)
    return found


async def list_histories(services: Services, query: CalibrationQuery, *, by: Caller) -> HistoryPage:
    """Read the histories of several devices; ``devices`` empty: of all that the caller may use.

    Raises:
        WrongDeviceError: the caller may not use one that is named.
        NotFoundError: there is no such device.
    """
    for device_id in query.devices:
        by.must_reach(device_id)
        await services.device(device_id)
    wanted = query.devices or frozenset(await services.devices())
    seen = replace(query, devices=wanted if by.devices is None else wanted & by.devices)
    return HistoryPage(
        entries=await services.store.calibrations(seen), total=await services.store.count_calibrations(seen)
    )


async def read_history(services: Services, history_id: int, *, by: Caller) -> KeptCalibration:
    """Read an entry of any history.

    Raises:
        WrongDeviceError: it is of a device that the caller may not use.
        NotFoundError: there is none.
    """
    found = await services.store.history(history_id)
    if found is None:
        raise NotFoundError(what="calibration", id=str(history_id))
    by.must_reach(found.entry.device_id)
    return found


async def drop_history(services: Services, history_id: int, *, by: Caller) -> None:
    """Forget a calibration; jobs that ran on it can then not be replayed.

    Raises:
        NotFoundError: there is none.
    """
    audit = Audit(who=by.name, action="calibration.drop", subject=str(history_id), before=None, after=None)
    outcome = await services.store.apply(
        DropCalibration(history_id=history_id, at=services.clock.now(), audit=audit)
    )
    if outcome is Written.MISSING:
        raise NotFoundError(what="calibration", id=str(history_id))
