"""The devices that one may use."""

from __future__ import annotations

from typing import Final

from qumulus.domain.ids import DeviceId
from qumulus.http.call import Call
from qumulus.http.endpoint import get
from qumulus.http.translate import device_body
from qumulus.service.devices import list_devices, read_device
from qumulus.wire.user import DeviceBody


@get("/devices")
async def devices(call: Call) -> list[DeviceBody]:
    """List the devices you may use, with the wait to be expected."""
    return [device_body(view) for view in await list_devices(call.services, by=call.caller)]


@get("/devices/{device_id}", errors=(403, 404))
async def device(device_id: str, call: Call) -> DeviceBody:
    """Read a device with its calibration."""
    return device_body(await read_device(call.services, DeviceId(device_id), by=call.caller))


ENDPOINTS: Final = (devices, device)
