"""Domain values as the wire shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET

from qumulus.domain.account import Token, User
from qumulus.domain.announcement import Announcement
from qumulus.domain.device import Device
from qumulus.domain.errors import BadRequestError
from qumulus.domain.item import Item
from qumulus.domain.job import ClaimedJob, Job, JobEvent, JobForm, StoredJob
from qumulus.domain.lifecycle import JobStatus
from qumulus.domain.whitelist import WhitelistEntry
from qumulus.http.storage.signing import Signer
from qumulus.service.devices import DeviceView
from qumulus.service.read import Place
from qumulus.wire.admin import AccountBody, AdminAnnouncementBody, AdminDeviceBody, TokenBody, WhitelistUser
from qumulus.wire.decode import decode
from qumulus.wire.job_info import compose, compose_links, has_outputs
from qumulus.wire.provider import ProviderJob
from qumulus.wire.user import (
    AnnouncementBody,
    DeviceBody,
    JobBody,
    JobEventBody,
    JobStatusBody,
    RegisteredJob,
)

POSITIONS_SHOWN = 1000


def job_body(
    stored: StoredJob, signer: Signer, place: Place | None = None, *, form: JobForm | None = None
) -> JobBody | RegisteredJob:
    """A job for its owner, answered in its own form, unless another is asked for."""
    job = stored.job
    if job.status is JobStatus.REGISTERED:
        return RegisteredJob(job_id=job.id, status=job.status)
    return JobBody(
        job_id=job.id,
        status=job.status,
        name=job.name,
        description=job.description,
        device_id=job.device_id,
        job_type=job.job_type,
        shots=job.shots,
        priority=job.priority,
        attempt=job.attempt,
        job_info=own_info(stored, signer, form=form),
        transpiler_info=_plain(job.transpiler_info),
        simulator_info=dict(job.simulator_info),
        mitigation_info=dict(job.mitigation_info),
        execution_time=job.execution_time_s,
        created_at=job.created_at,
        submitted_at=job.submitted_at,
        ready_at=job.ready_at,
        running_at=job.running_at,
        ended_at=job.ended_at,
        queue_position=UNSET if place is None else _position(place.n_before),
        expected_wait=UNSET if place is None or place.wait_s is None else place.wait_s,
    )


def own_info(stored: StoredJob, signer: Signer, *, form: JobForm | None = None) -> Any:
    """``job_info`` in a form, else in the job's own; null where it was not read."""
    job, payload = stored.job, stored.payload
    form = form or job.form
    if job.submitted_at is None:
        return "{}" if form is JobForm.TEXT else {}  # cancelled before its submit
    if not payload.input:
        return None
    if form is not JobForm.FILES:
        return compose(payload, form)
    return compose_links(payload, job.status, link=partial(signer.link, job.id))


def status_body(read: StoredJob | Job, signer: Signer) -> JobStatusBody:
    """A job's status; what the Provider wrote since a cancel comes with it."""
    if isinstance(read, Job):
        return JobStatusBody(job_id=read.id, status=read.status)
    job = read.job
    shown = job.status is JobStatus.CANCELLED and has_outputs(read.payload)
    return JobStatusBody(
        job_id=job.id, status=job.status, job_info=own_info(read, signer) if shown else UNSET
    )


def provider_job(
    stored: StoredJob | ClaimedJob, signer: Signer, *, form: JobForm | None, is_engine: bool
) -> ProviderJob:
    """A job for its Provider, in the form asked for, else in its own.

    OQTOPUS engines need every ``*_info`` to be an object.
    """
    job = stored.job
    lease_s = stored.lease_s if isinstance(stored, ClaimedJob) else None
    ends = None if lease_s is None or job.ready_at is None else job.ready_at + timedelta(seconds=lease_s)
    info = _plain(job.transpiler_info)
    return ProviderJob(
        job_id=job.id,
        device_id=job.device_id,
        status=job.status,
        form=job.form,
        job_type=job.job_type,
        shots=job.shots,
        attempt=job.attempt,
        losses=job.losses,
        job_info=compose(stored.payload, form or (JobForm.OBJECT if is_engine else job.form)),
        input=signer.link(job.id, Item.INPUT),
        transpiler_info={} if info is None and is_engine else info,
        simulator_info=dict(job.simulator_info),
        mitigation_info=dict(job.mitigation_info),
        created_at=job.created_at,
        submitted_at=job.submitted_at,
        ready_at=job.ready_at,
        running_at=job.running_at,
        ended_at=job.ended_at,
        execution_time=job.execution_time_s,
        lease=lease_s,
        lease_expires_at=ends,
    )


def only(body: msgspec.Struct, fields: frozenset[str] | None) -> Any:
    """Keep the wanted fields."""
    if fields is None:
        return body
    shown = {key: getattr(body, key) for key in body.__struct_fields__ if key in fields}
    return {key: value for key, value in shown.items() if value is not UNSET}


def event_body(event: JobEvent) -> JobEventBody:
    """One line of a timeline."""
    return JobEventBody(
        job_id=event.job_id,
        seq=event.seq,
        at=event.at,
        actor=event.actor,
        source=event.source,
        target=event.target,
        detail=dict(event.detail),
    )


def device_body(view: DeviceView) -> DeviceBody:
    """A device for users."""
    return DeviceBody(**_device_parts(view))


def admin_device_body(view: DeviceView) -> AdminDeviceBody:
    """A device for operators."""
    device = view.device
    return AdminDeviceBody(
        **_device_parts(view),
        on_lost_lease=device.on_lost_lease,
        claim_timeout=device.claim_timeout_s,
        is_held=device.is_held,
    )


def account_body(user: User) -> AccountBody:
    """An account for operators."""
    return AccountBody(
        id=user.id,
        email=user.email,
        display_name=user.display_name,
        organization=user.organization,
        group_id=user.group_id,
        status=user.status,
        available_devices="*" if user.devices is None else tuple(sorted(user.devices)),
        may_prioritise=user.may_prioritise,
        created_at=user.created_at,
    )


def announcement_body(announcement: Announcement) -> AnnouncementBody:
    """An announcement for users."""
    return AnnouncementBody(id=announcement.id, **_draft_parts(announcement))


def admin_announcement_body(announcement: Announcement) -> AdminAnnouncementBody:
    """An announcement for operators."""
    return AdminAnnouncementBody(
        id=announcement.id, updated_at=announcement.updated_at, **_draft_parts(announcement)
    )


def whitelist_body(entry: WhitelistEntry) -> WhitelistUser:
    """Somebody expected."""
    invitation = entry.invitation
    return WhitelistUser(
        id=entry.id,
        group_id=invitation.group_id,
        email=invitation.email,
        display_name=invitation.display_name,
        organization=invitation.organization,
        is_signup_completed=entry.has_account,
        available_devices="*" if invitation.devices is None else tuple(sorted(invitation.devices)),
    )


def token_body(token: Token) -> TokenBody:
    """A token without anything secret."""
    return TokenBody(
        id=token.id,
        role=token.role,
        name=token.name,
        owner=token.owner,
        devices=tuple(sorted(token.devices)),
        expires_at=token.expires_at,
        created_at=token.created_at,
    )


def check_device_info(text: str) -> dict[str, Any]:
    """Read a ``device_info`` text.

    Raises:
        BadRequestError: it is not the JSON text of an object.
    """
    try:
        return decode(text.encode(), dict[str, Any], what="'device_info'")
    except BadRequestError as error:
        raise BadRequestError("'device_info' must be the JSON text of an object.") from error


def _draft_parts(announcement: Announcement) -> dict[str, Any]:
    draft = announcement.draft
    return {
        "title": draft.title,
        "content": draft.content,
        "start_time": draft.start_time,
        "end_time": draft.end_time,
        "publishable": draft.publishable,
    }


def _device_parts(view: DeviceView) -> dict[str, Any]:
    device: Device = view.device
    return {
        "device_id": device.id,
        "device_type": device.device_type,
        "status": device.status,
        "available_at": device.available_at,
        "n_pending_jobs": view.load.n_pending,
        "n_qubits": device.n_qubits,
        "max_shots": device.max_shots,
        "basis_gates": device.basis_gates,
        "supported_instructions": device.supported_instructions,
        "device_info": device.device_info,
        "calibrated_at": device.calibrated_at,
        "description": device.description,
        "expected_wait": view.load.expected_wait_s,
        "seen_at": device.seen_at,
    }


def _plain(info: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if info is None else dict(info)


def _position(position: int) -> int | str:
    return f"{POSITIONS_SHOWN}+" if position >= POSITIONS_SHOWN else position
