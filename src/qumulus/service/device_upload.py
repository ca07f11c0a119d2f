"""A Provider publishes a calibration as an archive: asks for leave, uploads, then says that it counts."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from qumulus.domain.account import Caller
from qumulus.domain.errors import BadRequestError, ConflictError, NotFoundError
from qumulus.domain.ids import DeviceId, JobId
from qumulus.domain.item import Item
from qumulus.ports.store import CalibrationQuery
from qumulus.service.archives import drop_blobs
from qumulus.service.devices import describe_device
from qumulus.service.register import read_archive, read_blob
from qumulus.service.services import Services
from qumulus.service.upload import Slot, device_blob

ReadDocument = Callable[[bytes | None], str]
"""Gives the JSON text of an uploaded ``device_info``; raises ``BadArchiveError``."""

_NONCE_CHARS: Final = 16


async def device_slot(services: Services, device_id: DeviceId, *, by: Caller) -> Slot:
    """Give leave to upload one document; its id is good for this device only.

    Raises:
        WrongDeviceError: the token is not bound to it.
        NotFoundError: there is no such device.
    """
    by.must_reach(device_id)
    await services.device(device_id)
    nonce = secrets.token_hex(_NONCE_CHARS // 2)
    upload_id = JobId(await _upload_id(services, device_id, nonce))
    return Slot(job_id=upload_id, item=Item.DEVICE_INFO, attempt=0)


async def describe_by_upload(
    services: Services,
    device_id: DeviceId,
    upload_id: str,
    *,
    calibrated_at: datetime | None,
    by: Caller,
    read: ReadDocument,
) -> None:
    """Publish the document that was uploaded under an id.

    Raises:
        WrongDeviceError: the token is not bound to the device.
        BadRequestError: the id is not of this device, nothing was uploaded, or no JSON object.
        ConflictError: a calibration of that time is known already.
        NotFoundError: there is no such device.
    """
    by.must_reach(device_id)
    expected = await _upload_id(services, device_id, upload_id[:_NONCE_CHARS])
    if not hmac.compare_digest(expected.encode(), upload_id.encode()):
        raise BadRequestError("This 'upload_id' was not given for this device.", field="upload_id")
    if calibrated_at is not None:
        query = CalibrationQuery(
            devices=frozenset({device_id}), since=calibrated_at, until=calibrated_at, limit=1
        )
        if await services.store.calibrations(query):
            raise ConflictError(f"A calibration of {calibrated_at.isoformat()} is known already.")
    try:
        archive = await read_blob(services, device_blob(upload_id))
    except NotFoundError as error:
        raise BadRequestError("Nothing was uploaded under this 'upload_id'.", field="upload_id") from error
    text = await read_archive(services, archive, read=read)
    changes = {"device_info": text, "calibrated_at": calibrated_at}
    await describe_device(services, device_id, changes, by=by)
    await drop_blobs(services, [device_blob(upload_id)])


async def _upload_id(services: Services, device_id: DeviceId, nonce: str) -> str:
    said = f"device_info\n{device_id}\n{nonce}".encode()
    return nonce + hmac.digest(await services.signing_key(), said, hashlib.sha256).hex()[:32]
