"""Devices as users see them and as their Providers describe them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qumulus.domain.account import Caller
from qumulus.domain.device import Device, DeviceLoad
from qumulus.domain.errors import BadRequestError, NotFoundError
from qumulus.domain.ids import DeviceId
from qumulus.domain.lifecycle import Actor
from qumulus.ports.operations import Audit, ChangeDevice, Written
from qumulus.service.services import Services
from qumulus.service.told import told

_IDLE = DeviceLoad(n_waiting=0, n_claimed=0, mean_service_s=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    """A device and how busy it is."""

    device: Device
    load: DeviceLoad


async def list_devices(services: Services, *, by: Caller) -> Sequence[DeviceView]:
    """Read the devices that the caller may use, by id."""
    devices = await services.devices()
    loads = await services.loads()
    return [
        DeviceView(device=device, load=loads.get(device.id, _IDLE))
        for device in devices.values()
        if by.devices is None or device.id in by.devices
    ]


async def read_device(services: Services, device_id: DeviceId, *, by: Caller) -> DeviceView:
    """Read one.

    Raises:
        WrongDeviceError: the caller may not use it.
        NotFoundError: there is no such device.
    """
    by.must_reach(device_id)
    device = await services.device(device_id)
    return DeviceView(device=device, load=(await services.loads()).get(device_id, _IDLE))


async def must_exist(services: Services, devices: Iterable[DeviceId]) -> None:
    """Refuse devices that nobody added; another Cloud may have added one a moment ago.

    Raises:
        BadRequestError: one of them.
    """
    wanted = frozenset(devices)
    unknown = wanted and wanted - {device.id for device in await services.store.devices()}
    if unknown:
        raise BadRequestError(f"There is no device '{min(unknown)}': add it first.", field="devices")


async def describe_device(
    services: Services, device_id: DeviceId, changes: Mapping[str, Any], *, by: Caller
) -> bool:
    """Change what a Provider may say of its device; False if an operator's word stands against it.

    Raises:
        WrongDeviceError: the token is not bound to it.
        NotFoundError: there is no such device.
    """
    by.must_reach(device_id)
    audit = Audit(who=by.name, action="device.describe", subject=device_id, before=None, after=told(changes))
    outcome = await services.store.apply(
        ChangeDevice(
            device_id=device_id, changes=changes, at=services.clock.now(), by=Actor.PROVIDER, audit=audit
        )
    )
    services.drop_devices()
    if outcome is Written.MISSING:
        raise NotFoundError(what="device", id=device_id)
    return outcome is not Written.HELD
