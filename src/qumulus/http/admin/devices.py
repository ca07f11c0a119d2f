"""Devices, stuck jobs, the audit trail."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import UNSET

from qumulus.domain.device import Device, DeviceStatus, DeviceType, OnLostLease
from qumulus.domain.errors import BadRequestError
from qumulus.domain.ids import DeviceId, JobId
from qumulus.http.call import Call
from qumulus.http.endpoint import delete, get, patch, post
from qumulus.http.translate import admin_device_body, check_device_info
from qumulus.service.devices import list_devices, read_device
from qumulus.service.manage_devices import (
    add_device,
    change_device,
    drop_device,
    fail_job,
    read_audit,
    requeue_job,
)
from qumulus.wire.admin import AdminDeviceBody, AuditBody, DeviceSettings, Identifier, Reason
from qumulus.wire.errors import Message
from qumulus.wire.moments import as_utc
from qumulus.wire.patterns import in_words
from qumulus.wire.queries import AuditQuery
from qumulus.wire.reports import reason_outputs

_KINDS: Final[dict[str, Any]] = {
    "device_type": DeviceType,
    "status": DeviceStatus,
    "on_lost_lease": OnLostLease,
    "basis_gates": tuple,
    "supported_instructions": tuple,
    "available_at": as_utc,
    "calibrated_at": as_utc,
}
_RENAMED: Final = {"claim_timeout": "claim_timeout_s"}


@get("/devices")
async def devices(call: Call) -> list[AdminDeviceBody]:
    """List all devices."""
    return [admin_device_body(view) for view in await list_devices(call.services, by=call.caller)]


@post("/devices", body=DeviceSettings, errors=(409,), example={"device_id": "lab", "device_type": "QPU"})
async def new_device(call: Call) -> Message:
    """Add a device; its id stands in the body, or in its `device_info` only."""
    body = await call.read(DeviceSettings)
    device_type = body.device_type
    if device_type is UNSET:
        raise BadRequestError("'device_type' is missing: QPU or simulator.", field="device_type")
    await add_device(call.services, Device(id=_id_of(body), **_attributes(body)), by=call.caller)
    return Message("device added")


@get("/devices/{device_id}", errors=(404,))
async def device(device_id: str, call: Call) -> AdminDeviceBody:
    """Read a device."""
    return admin_device_body(await read_device(call.services, DeviceId(device_id), by=call.caller))


@patch("/devices/{device_id}", body=DeviceSettings, errors=(404,))
async def update_device(device_id: str, call: Call) -> Message:
    """Change a device; what is absent stays."""
    changes = _attributes(await call.read(DeviceSettings))
    await change_device(call.services, DeviceId(device_id), changes, by=call.caller)
    return Message("device updated")


@delete("/devices/{device_id}", status=204, errors=(404, 409))
async def remove_device(device_id: str, call: Call) -> None:
    """Remove a device; 409 while it has unfinished jobs."""
    await drop_device(call.services, DeviceId(device_id), by=call.caller)


@post("/jobs/{job_id}/requeue", body=Reason, is_body_optional=True, errors=(404, 409))
async def requeue(job_id: str, call: Call) -> Message:
    """Queue a stuck job again."""
    reason = (await call.read_or(Reason)).reason
    await requeue_job(call.services, JobId(job_id), reason, by=call.caller)
    return Message("job queued again")


@post("/jobs/{job_id}/fail", body=Reason, is_body_optional=True, errors=(404, 409))
async def fail(job_id: str, call: Call) -> Message:
    """Let a stuck job fail; its owner reads the reason."""
    reason = (await call.read_or(Reason)).reason or "An administrator ended this job."
    outputs = reason_outputs(reason)
    await fail_job(call.services, JobId(job_id), reason, outputs=outputs, by=call.caller)
    return Message("job failed")


@get("/audit", query=AuditQuery)
async def audit(call: Call) -> list[AuditBody]:
    """Read who changed what, newest first."""
    wanted = call.query(AuditQuery)
    rows = await read_audit(call.services, limit=wanted.limit, before=wanted.before)
    return [
        AuditBody(
            id=row.id,
            at=row.at,
            who=row.who,
            action=row.action,
            subject=row.subject,
            before=None if row.before is None else dict(row.before),
            after=None if row.after is None else dict(row.after),
        )
        for row in rows
    ]


def _id_of(body: DeviceSettings) -> DeviceId:
    if body.device_id is not UNSET:
        return DeviceId(body.device_id)
    info = check_device_info(body.device_info) if isinstance(body.device_info, str) else {}
    found = info.get("device_id")
    if not isinstance(found, str) or not found:
        raise BadRequestError("'device_id' is missing, here and in 'device_info'.", field="device_id")
    try:
        return DeviceId(msgspec.convert(found, Identifier))
    except msgspec.ValidationError as error:
        raise BadRequestError(
            f"The 'device_id' in 'device_info' is wrong: {in_words(str(error))}."
        ) from error


def _attributes(body: DeviceSettings) -> dict[str, Any]:
    """The attributes of ``Device`` that are set."""
    if isinstance(body.device_info, str):
        check_device_info(body.device_info)
    attributes = {}
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if name != "device_id" and value is not UNSET:
            attributes[_RENAMED.get(name, name)] = _KINDS[name](value) if name in _KINDS else value
    return attributes


ENDPOINTS: Final = (devices, new_device, device, update_device, remove_device, requeue, fail, audit)
