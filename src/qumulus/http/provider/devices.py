"""A Provider describes its device."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UNSET

from qumulus.domain.device import DeviceStatus
from qumulus.domain.errors import BadRequestError
from qumulus.domain.ids import DeviceId
from qumulus.http.call import Call
from qumulus.http.endpoint import NO_STORE, get, patch
from qumulus.http.translate import check_device_info
from qumulus.service.device_upload import describe_by_upload, device_slot
from qumulus.service.devices import describe_device
from qumulus.wire.errors import Message
from qumulus.wire.files import read_device_info_archive
from qumulus.wire.moments import as_utc
from qumulus.wire.provider import ChangeDeviceInfo, ChangeStatus, DescribeDevice, DeviceInfoUpload

UPDATED: Final = Message("device updated")
HELD: Final = Message("device not changed: an operator took it out of service")


@patch("/devices/{device_id}", body=DescribeDevice, errors=(403, 404))
async def describe(device_id: str, call: Call) -> Message:
    """Say how many qubits the device has, and which gates and instructions it takes by itself."""
    body = msgspec.structs.asdict(await call.read(DescribeDevice))
    changes = {name: value for name, value in body.items() if value is not UNSET}
    await describe_device(call.services, DeviceId(device_id), changes, by=call.caller)
    return UPDATED


@patch("/devices/{device_id}/status", body=ChangeStatus, errors=(403, 404))
async def change_status(device_id: str, call: Call) -> Message:
    """Declare the device `available` or `unavailable`; what an operator took out of service stays out."""
    body = await call.read(ChangeStatus)
    if body.status not in set(DeviceStatus):
        raise BadRequestError(f"'{body.status}' is neither available nor unavailable.", field="status")
    changes = {"status": DeviceStatus(body.status), "available_at": as_utc(body.available_at)}
    is_taken = await describe_device(call.services, DeviceId(device_id), changes, by=call.caller)
    return UPDATED if is_taken else HELD


@get("/devices/{device_id}/device_info/upload", errors=(403, 404), response_headers=NO_STORE)
async def upload_device_info(device_id: str, call: Call) -> DeviceInfoUpload:
    """Get a form to upload a `device_info` as an archive."""
    slot = await device_slot(call.services, DeviceId(device_id), by=call.caller)
    return DeviceInfoUpload(upload_id=slot.job_id, presigned_url=(await call.signer()).form(slot))


@patch("/devices/{device_id}/device_info", body=ChangeDeviceInfo, errors=(403, 404, 409))
async def change_device_info(device_id: str, call: Call) -> Message:
    """Publish a calibration, given as a text or by the `upload_id` of an archive; every one is kept."""
    body = await call.read(ChangeDeviceInfo)
    if body.upload_id is not None:
        await describe_by_upload(
            call.services,
            DeviceId(device_id),
            body.upload_id,
            calibrated_at=as_utc(body.calibrated_at),
            by=call.caller,
            read=read_device_info_archive,
        )
        return UPDATED
    if body.device_info is not None:
        check_device_info(body.device_info)
    changes = {"device_info": body.device_info, "calibrated_at": as_utc(body.calibrated_at)}
    await describe_device(call.services, DeviceId(device_id), changes, by=call.caller)
    return UPDATED


ENDPOINTS: Final = (describe, change_status, upload_device_info, change_device_info)
