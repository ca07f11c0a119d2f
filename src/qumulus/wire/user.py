"""The User API: what comes and what goes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from qumulus.domain.job import DEFAULT_PRIORITY, DEFAULT_SHOTS, MAX_PRIORITY, MAX_SHOTS

Shots = Annotated[int, Meta(ge=1, le=MAX_SHOTS)]
Priority = Annotated[int, Meta(ge=0, le=MAX_PRIORITY)]
Name = Annotated[str, Meta(max_length=1024)]
Description = Annotated[str, Meta(max_length=65_536)]
Info = dict[str, Any]
LARGEST: Final = 2_147_483_647
"""Whole number that every store takes."""
Instant = Annotated[datetime, Meta(tz=True)]

MAX_BATCH = 1000


class SubmitJob(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A job to run. Build ``job_info`` with ``wire.job_info.text_form`` or ``object_form``."""

    device_id: str
    job_info: msgspec.Raw
    job_type: str = "sampling"
    shots: Shots = DEFAULT_SHOTS
    name: Name | None = None
    description: Description | None = None
    priority: Priority = DEFAULT_PRIORITY
    transpiler_info: Info | None = None
    simulator_info: Info | None = None
    mitigation_info: Info | None = None


class UploadFields(msgspec.Struct, frozen=True, kw_only=True, rename={"access_key": "AWSAccessKeyId"}):
    """Fields to send before the file, as they are."""

    key: str
    access_key: str
    policy: str
    signature: str


class UploadForm(msgspec.Struct, frozen=True, kw_only=True):
    """Send a form (``multipart/form-data``) of the fields and, last, the part ``file`` to ``url``."""

    url: str
    fields: UploadFields


class JobCreated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The job is stored and waits; one registered without contents waits for its ``presigned_url``."""

    job_id: str
    presigned_url: UploadForm | UnsetType = UNSET


class SubmitUploaded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of a registered job but its program, which was uploaded."""

    device_id: str
    job_type: str
    shots: Shots
    name: Name | None = None
    description: Description | None = None
    priority: Priority = DEFAULT_PRIORITY
    transpiler_info: Info | None = None
    simulator_info: Info | None = None
    mitigation_info: Info | None = None


class RegisteredJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that is not submitted yet."""

    job_id: str
    status: str


class JobStatusBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a job stands; ``job_info`` only on a cancelled job whose Provider wrote something since."""

    job_id: str
    status: str
    job_info: Any = UNSET


class JobBody(msgspec.Struct, frozen=True, kw_only=True):
    """A job as its owner sees it.

    ``job_info`` is a JSON text for jobs submitted so, else an object. ``execution_time`` in seconds.
    ``queue_position`` counts the jobs that go first, only while the job waits; "1000+" above 1000.
    ``expected_wait`` is in seconds, only while it waits and something is known of the device's pace.
    """

    job_id: str
    status: str
    name: str
    description: str
    device_id: str
    job_type: str
    shots: int
    priority: int
    attempt: int
    job_info: Any
    transpiler_info: Info | None
    simulator_info: Info
    mitigation_info: Info
    execution_time: float | None
    created_at: Instant
    submitted_at: Instant | None
    ready_at: Instant | None
    running_at: Instant | None
    ended_at: Instant | None
    queue_position: int | str | UnsetType = UNSET
    expected_wait: float | UnsetType = UNSET


class JobEventBody(msgspec.Struct, frozen=True, kw_only=True, rename={"source": "from", "target": "to"}):
    """One line of a timeline; ``from`` null: the job was new; ``to`` null: it was deleted."""

    job_id: str
    seq: int
    at: Instant
    actor: str
    source: str | None
    target: str | None
    detail: Info


class DeviceBody(msgspec.Struct, frozen=True, kw_only=True):
    """A device; ``device_info`` is a JSON text, ``expected_wait`` in seconds for a job submitted now.

    ``seen_at``: when a Provider of the device last called. ``max_shots``: of one job, null if nobody said.
    """

    device_id: str
    device_type: str
    status: str
    available_at: Instant | None
    n_pending_jobs: int
    n_qubits: int | None
    max_shots: int | None = None
    basis_gates: tuple[str, ...]
    supported_instructions: tuple[str, ...]
    device_info: str | None
    calibrated_at: Instant | None
    description: str
    expected_wait: float | None
    seen_at: Instant | None


class UserBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who is calling; ``login_events`` is null: callers bring tokens and do not log in."""

    id: str
    email: str
    name: str
    organization: str
    created_at: Instant
    login_events: None = None


class EditAccount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``PATCH /users/me``: what is absent or null stays."""

    name: Annotated[str, Meta(max_length=255)] | None = None
    organization: Annotated[str, Meta(max_length=255)] | None = None


class SystemSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What users may do with their accounts, and see of them.

    ``requests_per_s``: how often each token and each browser may call; null: as often as it likes.
    """

    editable_fields: tuple[str, ...]
    allow_deletion: bool
    visible_fields: tuple[str, ...] = ("id", "name", "email", "organization", "created_at")
    login_history_enabled: bool = False
    requests_per_s: float | None = None


class AnnouncementBody(msgspec.Struct, frozen=True, kw_only=True):
    """What operators tell; ``content`` is Markdown."""

    id: int
    title: str
    content: str
    start_time: Instant
    end_time: Instant
    publishable: bool


class AnnouncementsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of announcements by start."""

    announcements: list[AnnouncementBody]


class ApiTokenStatus(msgspec.Struct, frozen=True, kw_only=True):
    """When the token used for this call ends; null: never."""

    api_token_expiration: Instant | None


class ApiTokenLine(msgspec.Struct, frozen=True, kw_only=True):
    """A token without its secret."""

    api_token_id: str
    api_token_expiration: Instant | None


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """A new token, used as ``<api_token_id>.<api_token_secret>``; the secret is shown once."""

    api_token_id: str
    api_token_secret: str
    api_token_expiration: Instant | None


class SseLog(msgspec.Struct, frozen=True, kw_only=True):
    """The log of a job of type ``sse``: a zip in base64."""

    file: str
    file_name: str


class Banner(msgspec.Struct, frozen=True, kw_only=True):
    """Which server this is and what it can."""

    version: str
    contract: int
    features: tuple[str, ...]
