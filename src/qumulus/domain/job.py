"""A job as everybody but the wire sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from qumulus.domain.ids import DeviceId, JobId, UserId
from qumulus.domain.lifecycle import Actor, JobStatus

MAX_SHOTS: Final = 10_000_000
DEFAULT_SHOTS: Final = 1024
DEFAULT_PRIORITY: Final = 5
MAX_PRIORITY: Final = 9
MAX_LOSSES: Final = 3
"""A job whose lease was lost this often fails instead of being tried once more."""
MAX_EXPIRIES: Final = 10
"""So many leases of a job may run out, those that nobody was heard under included; then it fails."""


class JobForm(StrEnum):
    """The shape in which a job was submitted and is therefore answered."""

    TEXT = "text"
    OBJECT = "object"
    FILES = "files"


class JobType(StrEnum):
    """What is computed."""

    SAMPLING = "sampling"
    ESTIMATION = "estimation"
    MULTI_MANUAL = "multi_manual"
    SSE = "sse"


INPUT_KEYS: Final = frozenset({"code", "program", "operator", "parameters", "sse_program"})
"""Keys of ``job_info`` that only the user writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job about to be stored.

    ``input`` is the JSON text of the user's ``job_info`` object, verbatim. ``transpiler_info`` None
    means that the user said nothing of it, which is not the same as ``{}``.
    """

    id: JobId
    owner: UserId
    device_id: DeviceId
    form: JobForm
    job_type: JobType
    shots: int
    input: str
    name: str = ""
    description: str = ""
    priority: int = DEFAULT_PRIORITY
    """The owner's wish among the owner's own jobs; 0 goes first."""
    transpiler_info: Mapping[str, Any] | None = None
    simulator_info: Mapping[str, Any] = field(default_factory=dict)
    mitigation_info: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A stored job without its payload."""

    id: JobId
    owner: UserId
    device_id: DeviceId
    form: JobForm
    job_type: JobType
    status: JobStatus
    shots: int
    name: str
    description: str
    priority: int
    attempt: int
    losses: int
    transpiler_info: Mapping[str, Any] | None
    simulator_info: Mapping[str, Any]
    mitigation_info: Mapping[str, Any]
    execution_time_s: float | None
    created_at: datetime
    submitted_at: datetime | None
    ready_at: datetime | None
    running_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What ``job_info`` is composed of: the input as sent, and JSON texts by key beside it."""

    input: str
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredJob:
    """A job with its payload."""

    job: Job
    payload: Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedJob:
    """A job handed to a Provider; ``lease_s`` None: the claim has no end."""

    job: Job
    payload: Payload
    lease_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """One line of a job's timeline; ``cursor`` orders it among all events of the store.

    ``target`` None: the job was deleted.
    """

    job_id: JobId
    seq: int
    at: datetime
    actor: Actor
    source: JobStatus | None
    target: JobStatus | None
    detail: Mapping[str, Any]
    cursor: str
