"""Rows of the database and what they stand for; times in rows are microseconds since 1970."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from qumulus.domain.account import Role, Scope, Token, TokenKind, User, UserStatus
from qumulus.domain.calibration import CalibrationEntry, KeptCalibration, Medians
from qumulus.domain.device import Device, DeviceStatus, DeviceType, OnLostLease
from qumulus.domain.ids import DeviceId, JobId, TokenId, UserId
from qumulus.domain.item import Item, StoredObject
from qumulus.domain.job import Job, JobEvent, JobForm, JobType, Payload, StoredJob
from qumulus.domain.lifecycle import Actor, JobStatus
from qumulus.ports.store import AuditRow, Lease
from qumulus.store.statements import Row

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
N_JOB_COLUMNS: Final = 21
"""How many columns the fragment ``job_columns`` has."""


def _plain(value: object) -> object:
    """Turn what msgspec does not write by itself into what it does."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be stored as JSON")


_to_bytes: Final = msgspec.json.Encoder(enc_hook=_plain).encode
_from_json: Final = msgspec.json.Decoder().decode
_outputs_of: Final = msgspec.json.Decoder(dict[str, str]).decode
_names_of: Final = msgspec.json.Decoder(list[str]).decode
_medians_of: Final = msgspec.json.Decoder(Medians).decode


def to_micros(at: datetime) -> int:
    """Give the microseconds since 1970 of an aware time."""
    return (at - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Give the time in UTC."""
    return EPOCH + timedelta(microseconds=micros)


def micros_or_none(at: datetime | None) -> int | None:
    """Give the microseconds of a time that may be missing."""
    return None if at is None else to_micros(at)


def time_or_none(micros: int | None) -> datetime | None:
    """Give the time of microseconds that may be missing."""
    return None if micros is None else EPOCH + timedelta(microseconds=micros)


def to_json(value: object) -> str:
    """Write JSON text."""
    return _to_bytes(value).decode()


def info_to_json(info: Mapping[str, Any]) -> str:
    """Write a settings object; nearly all are empty."""
    return _to_bytes(info).decode() if info else "{}"


def info_from_json(text: str) -> Mapping[str, Any]:
    """Read a settings object."""
    return {} if text == "{}" else _from_json(text)


def read_outputs(text: str | None) -> Mapping[str, str]:
    """Read the outputs that the fragment ``outputs_column`` gathered."""
    return {} if text is None or text == "{}" else _outputs_of(text)


@dataclass(slots=True)
class JobRow:
    """The part of a job that moves; columns of ``lock_jobs``."""

    id: JobId
    owner: UserId
    device_id: DeviceId
    status: JobStatus
    attempt: int
    losses: int
    lease_lost: bool
    report_hash: bytes | None
    n_events: int
    execution_time_s: float | None
    submitted_at: int | None
    ready_at: int | None
    running_at: int | None
    ended_at: int | None
    moved_at: int
    slot_priority: int
    slot_rank: float
    slot_seq: int
    seq: int
    priority: int

    @classmethod
    def read(cls, row: Row) -> JobRow:
        """Read a row of ``lock_jobs``; its last column is not part of the job."""
        job = cls(*row[:20])
        job.status = JobStatus(job.status)
        job.lease_lost = bool(job.lease_lost)
        return job

    def updated(self) -> Row:
        """Give the parameters of ``update_jobs``."""
        return (
            self.status, self.attempt, self.losses, self.lease_lost, self.report_hash, self.n_events,
            self.execution_time_s, self.submitted_at, self.ready_at, self.running_at, self.ended_at,
            self.moved_at, self.slot_priority, self.slot_rank, self.slot_seq, self.id,
        )  # fmt: skip

    @property
    def slot(self) -> Row:
        """Give the parameters of ``delete_queue``."""
        return (self.device_id, self.slot_priority, self.slot_rank, self.slot_seq)


def read_job(row: Row) -> Job:
    """Read the columns of ``job_columns``."""
    (
        job_id, owner, device_id, form, job_type, status, shots, name, description, priority,
        attempt, losses, transpiler_info, simulator_info, mitigation_info, execution_time_s,
        created_at, submitted_at, ready_at, running_at, ended_at,
    ) = row[:N_JOB_COLUMNS]  # fmt: skip
    return Job(
        id=job_id,
        owner=owner,
        device_id=device_id,
        form=JobForm(form),
        job_type=JobType(job_type),
        status=JobStatus(status),
        shots=shots,
        name=name,
        description=description,
        priority=priority,
        attempt=attempt,
        losses=losses,
        transpiler_info=None if transpiler_info is None else info_from_json(transpiler_info),
        simulator_info=info_from_json(simulator_info),
        mitigation_info=info_from_json(mitigation_info),
        execution_time_s=execution_time_s,
        created_at=from_micros(created_at),
        submitted_at=time_or_none(submitted_at),
        ready_at=time_or_none(ready_at),
        running_at=time_or_none(running_at),
        ended_at=time_or_none(ended_at),
    )


def read_stored_job(row: Row) -> StoredJob:
    """Read ``job_columns``, then the input, then the outputs."""
    body, outputs = row[N_JOB_COLUMNS : N_JOB_COLUMNS + 2]
    return StoredJob(job=read_job(row), payload=Payload(input=body or "", outputs=read_outputs(outputs)))


def read_event(row: Row, epoch: str) -> JobEvent:
    """Read a row of ``read_job_events`` or ``read_owner_events``."""
    job_id, seq, at, actor, source, target, detail, tx, event_id = row[:9]
    return JobEvent(
        job_id=job_id,
        seq=seq,
        at=from_micros(at),
        actor=Actor(actor),
        source=None if source is None else JobStatus(source),
        target=None if target is None else JobStatus(target),
        detail=info_from_json(detail),
        cursor=f"{epoch}-{tx}-{event_id}",
    )


def read_device(row: Row) -> Device:
    """Read a row of ``read_devices``.

    Versions that knew nothing of ``is_held`` brought a device back without a word about it.
    """
    status = DeviceStatus(row[2])
    return Device(
        id=DeviceId(row[0]),
        device_type=DeviceType(row[1]),
        status=status,
        available_at=time_or_none(row[3]),
        n_qubits=row[4],
        basis_gates=tuple(_names_of(row[5])),
        supported_instructions=tuple(_names_of(row[6])),
        device_info=row[7],
        calibrated_at=time_or_none(row[8]),
        description=row[9],
        on_lost_lease=OnLostLease(row[10]),
        claim_timeout_s=row[11],
        seen_at=time_or_none(row[12]),
        is_held=bool(row[13]) and status is DeviceStatus.UNAVAILABLE,
        max_shots=row[14],
    )


def write_device(device: Device) -> dict[str, Any]:
    """Give the columns of a device by name."""
    return {
        "id": device.id,
        "device_type": device.device_type.value,
        "status": device.status.value,
        "available_at": micros_or_none(device.available_at),
        "n_qubits": device.n_qubits,
        "basis_gates": to_json(device.basis_gates),
        "supported_instructions": to_json(device.supported_instructions),
        "device_info": device.device_info,
        "calibrated_at": micros_or_none(device.calibrated_at),
        "description": device.description,
        "on_lost_lease": device.on_lost_lease.value,
        "claim_timeout_s": device.claim_timeout_s,
        "seen_at": micros_or_none(device.seen_at),
        "is_held": device.is_held,
        "max_shots": device.max_shots,
    }


def read_user(row: Row) -> User:
    """Read a row of ``read_user``."""
    return User(
        id=UserId(row[0]),
        email=row[1],
        display_name=row[2],
        organization=row[3],
        group_id=row[4],
        status=UserStatus(row[5]),
        devices=None if row[6] is None else device_set(row[6]),
        may_prioritise=bool(row[7]),
        created_at=from_micros(row[8]),
    )


def write_user(user: User) -> dict[str, Any]:
    """Give the columns of a user by name."""
    return {
        "id": user.id,
        "email": user.email,
        "display_name": user.display_name,
        "organization": user.organization,
        "group_id": user.group_id,
        "status": user.status.value,
        "devices": None if user.devices is None else to_json(sorted(user.devices)),
        "may_prioritise": user.may_prioritise,
        "created_at": to_micros(user.created_at),
    }


def read_token(row: Row) -> Token:
    """Read a row of ``read_token``."""
    return Token(
        id=TokenId(row[0]),
        secret_hash=row[1],
        role=Role(row[2]),
        name=row[3],
        owner=row[4],
        devices=device_set(row[5]),
        expires_at=time_or_none(row[6]),
        created_at=from_micros(row[7]),
        kind=TokenKind(row[8]),
        scope=Scope(row[9]),
        used_at=time_or_none(row[10]),
        agent=row[11],
        opened_by=row[12],
    )


def write_token(token: Token) -> dict[str, Any]:
    """Give the columns of a token by name."""
    return {
        "id": token.id,
        "secret_hash": token.secret_hash,
        "role": token.role.value,
        "name": token.name,
        "owner": token.owner,
        "devices": to_json(sorted(token.devices)),
        "expires_at": micros_or_none(token.expires_at),
        "created_at": to_micros(token.created_at),
        "kind": token.kind.value,
        "scope": token.scope.value,
        "used_at": micros_or_none(token.used_at),
        "agent": token.agent,
        "opened_by": token.opened_by,
    }


def read_lease(row: Row) -> Lease:
    """Read a row of ``read_leases``."""
    job_id, attempt, device_id, worker, ttl_s, beat = row
    return Lease(job_id=job_id, attempt=attempt, device_id=device_id, worker=worker, ttl_s=ttl_s, beat=beat)


def read_calibration_entry(row: Row) -> CalibrationEntry:
    """Read a row of ``list_calibrations``."""
    return CalibrationEntry(
        history_id=row[0],
        id=row[1],
        device_id=row[2],
        calibrated_at=from_micros(row[3]),
        received_at=from_micros(row[4]),
        n_qubits=row[5],
        n_couplings=row[6],
        medians=_medians_of(row[7]),
    )


def read_object(row: Row) -> StoredObject:
    """Read a row of ``read_job_objects``."""
    job_id, item, blob, size, attempt, at = row
    return StoredObject(
        job_id=job_id, item=Item(item), blob=blob, size=size, attempt=attempt, at=from_micros(at)
    )


def read_calibration(row: Row) -> KeptCalibration:
    """Read a row of ``read_calibration`` or ``read_history``."""
    return KeptCalibration(entry=read_calibration_entry(row), device_info=row[8])


def read_audit_row(row: Row) -> AuditRow:
    """Read a row of ``read_audit``."""
    before, after = (None if text is None else _from_json(text) for text in row[5:7])
    return AuditRow(
        id=row[0],
        at=from_micros(row[1]),
        who=row[2],
        action=row[3],
        subject=row[4],
        before=before,
        after=after,
    )


def device_set(text: str) -> frozenset[DeviceId]:
    """Read a list of device ids."""
    return frozenset(DeviceId(name) for name in _names_of(text))
