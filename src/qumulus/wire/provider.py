"""The Provider API: what comes and what goes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from qumulus.wire.user import LARGEST, Info, Instant, UploadForm

WorkerName = Annotated[str, Meta(max_length=64)]
Attempt = Annotated[int, Meta(ge=0)]
LeaseSeconds = Annotated[float, Meta(ge=5, le=3600)]
Names = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...], Meta(max_length=1000)]
DeviceInfoText = Annotated[str, Meta(max_length=8 * 1024 * 1024)]

MAX_REPORTS = 1000
MAX_HEARTBEAT_JOBS = 10_000


class ProviderJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job as its Provider sees it.

    ``job_info`` comes in the job's ``form`` ("text": a JSON text, "object" and "files": an object) unless
    asked otherwise. ``transpiler_info`` null: the user said nothing of it. ``lease_expires_at`` null: the
    claim has no end.
    """

    job_id: str
    device_id: str
    status: str
    form: str
    job_type: str
    shots: int
    attempt: int
    losses: int = 0
    """Leases lost under the job so far; a job is not given out again after the third."""
    job_info: Any
    input: str = ""
    """Where the program can be had as an archive."""
    transpiler_info: Info | None
    simulator_info: Info
    mitigation_info: Info
    created_at: Instant
    submitted_at: Instant | None
    ready_at: Instant | None
    running_at: Instant | None
    ended_at: Instant | None
    execution_time: float | None = None
    lease: float | None = None
    """Seconds."""
    lease_expires_at: Instant | None = None


class StatusReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``PATCH /jobs/{id}`` and ``/jobs/{id}/status``.

    ``message`` is the reason of a failure, or the device's remark on a success.
    """

    status: str
    job_id: str | None = None
    attempt: Attempt | None = None
    worker: WorkerName | None = None
    message: str | None = None
    execution_time: float | None = None
    output_files: tuple[str, ...] | None = None
    """Keys of archives that were uploaded, ``<job id>/<item>.zip``."""


class JobReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One line of ``POST /jobs/reports``.

    ``status`` "running", "succeeded" or "failed"; None: as ``job_info`` says (a ``result`` means
    succeeded, a ``reason`` failed, on a cancelled job either is just kept). The same job may stand
    in several lines, which are taken in order.
    """

    job_id: str
    attempt: Attempt | None = None
    status: str | None = None
    job_info: dict[str, msgspec.Raw] = {}
    execution_time: float | None = None
    worker: WorkerName | None = None


class ReportOutcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one line; ``outcome`` "moved", "repeated", or the code of an error.

    ``status`` and ``attempt`` are those of the job now, absent when there is no such job.
    """

    job_id: str
    outcome: str
    status: str | None = None
    attempt: int | None = None
    message: str | None = None


class HeldJob(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A job and the attempt at which it is held."""

    job_id: str
    attempt: Attempt


class HeartbeatBody(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Still alive; ``lease`` in seconds, None keeps each lease's length. ``device_id`` None: the token's."""

    device_id: str | None = None
    jobs: Annotated[list[HeldJob], Meta(max_length=MAX_HEARTBEAT_JOBS)] = []
    lease: LeaseSeconds | None = None
    worker: WorkerName | None = None


class PulseBody(msgspec.Struct, frozen=True, kw_only=True):
    """Job ids: held on, held no longer (drop them), cancelled by the user (stop them)."""

    renewed: tuple[str, ...]
    lost: tuple[str, ...]
    cancelled: tuple[str, ...]


class ReleaseJob(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Hand a job back untouched. An empty body will do."""

    attempt: Attempt | None = None
    worker: WorkerName | None = None
    reason: str | None = None
    job_id: str | None = None


class DescribeDevice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``PATCH /devices/{id}``: what the device has and takes by itself; what may be absent stays then."""

    n_qubits: Annotated[int, Meta(ge=0, le=LARGEST)] | None
    max_shots: Annotated[int, Meta(ge=1, le=LARGEST)] | UnsetType = UNSET
    basis_gates: Names | UnsetType = UNSET
    supported_instructions: Names | UnsetType = UNSET


class ChangeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """``PATCH /devices/{id}/status``: "available" or "unavailable"."""

    status: str
    available_at: datetime | None = None


class DeviceInfoUpload(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send a ``device_info`` as an archive, and under which id to publish it."""

    upload_id: str
    presigned_url: UploadForm


class ChangeDeviceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """``PATCH /devices/{id}/device_info``: a JSON text, or the id of an upload; and when calibrated."""

    device_info: DeviceInfoText | None = None
    upload_id: Annotated[str, Meta(max_length=100)] | None = None
    calibrated_at: datetime | None = None
