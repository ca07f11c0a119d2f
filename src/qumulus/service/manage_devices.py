"""Operators manage devices, stuck jobs, and read the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qumulus.domain.account import Caller
from qumulus.domain.decision import Wish
from qumulus.domain.device import Device
from qumulus.domain.errors import ConflictError, NotFoundError
from qumulus.domain.ids import DeviceId, JobId
from qumulus.domain.lifecycle import Action, Actor
from qumulus.ports.operations import AddDevice, Audit, ChangeDevice, DropDevice, MoveJob, Written
from qumulus.ports.store import AuditRow
from qumulus.service.moves import move_job
from qumulus.service.services import Services
from qumulus.service.told import told


async def add_device(services: Services, device: Device, *, by: Caller) -> None:
    """Add a device.

    Raises:
        ConflictError: the id is taken.
    """
    audit = Audit(who=by.name, action="device.add", subject=device.id, before=None, after=told(device))
    outcome = await services.store.apply(AddDevice(device=device, at=services.clock.now(), audit=audit))
    services.drop_devices()
    if outcome is Written.EXISTS:
        raise ConflictError(f"There is a device '{device.id}' already.")


async def change_device(
    services: Services, device_id: DeviceId, changes: Mapping[str, Any], *, by: Caller
) -> None:
    """Change attributes of a device.

    Raises:
        NotFoundError: there is no such device.
    """
    before = told(await services.device(device_id))
    audit = Audit(
        who=by.name,
        action="device.change",
        subject=device_id,
        before={key: before[key] for key in changes if key in before},
        after=told(changes),
    )
    outcome = await services.store.apply(
        ChangeDevice(device_id=device_id, changes=changes, at=services.clock.now(), audit=audit)
    )
    services.drop_devices()
    if outcome is Written.MISSING:
        raise NotFoundError(what="device", id=device_id)


async def drop_device(services: Services, device_id: DeviceId, *, by: Caller) -> None:
    """Remove a device; its finished jobs stay readable.

    Raises:
        NotFoundError: there is no such device.
        ConflictError: it has unfinished jobs.
    """
    before = told(await services.device(device_id))
    audit = Audit(who=by.name, action="device.drop", subject=device_id, before=before, after=None)
    outcome = await services.store.apply(
        DropDevice(device_id=device_id, at=services.clock.now(), audit=audit)
    )
    services.drop_devices()
    if outcome is Written.IN_USE:
        raise ConflictError(f"Device '{device_id}' has unfinished jobs: let them end, or fail them, first.")
    if outcome is Written.MISSING:
        raise NotFoundError(what="device", id=device_id)


async def requeue_job(services: Services, job_id: JobId, reason: str, *, by: Caller) -> None:
    """Queue a stuck job again.

    Raises:
        NotFoundError: there is no such job.
        IllegalMoveError: it is not claimed.
    """
    await _move(services, job_id, Action.REQUEUE, reason, outputs={}, by=by)


async def fail_job(
    services: Services, job_id: JobId, reason: str, *, outputs: Mapping[str, str], by: Caller
) -> None:
    """Let a stuck job fail; ``outputs`` are JSON texts that tell its owner why.

    Raises:
        NotFoundError: there is no such job.
        IllegalMoveError: it is not claimed.
    """
    await _move(services, job_id, Action.FAIL, reason, outputs=outputs, by=by)


async def read_audit(services: Services, *, limit: int, before: int | None) -> Sequence[AuditRow]:
    """Read the audit trail, newest first."""
    return await services.store.audit(limit=limit, before=before)


async def _move(
    services: Services,
    job_id: JobId,
    action: Action,
    reason: str,
    *,
    outputs: Mapping[str, str],
    by: Caller,
) -> None:
    audit = Audit(who=by.name, action=f"job.{action}", subject=job_id, before=None, after={"reason": reason})
    move = MoveJob(
        job_id=job_id,
        wish=Wish(actions=(action,), actor=Actor.ADMIN),
        at=services.clock.now(),
        outputs=outputs,
        detail={"reason": reason, "by": by.name},
        audit=audit,
    )
    await move_job(services, move, by=by)
