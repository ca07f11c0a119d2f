"""Writes to the store: named kinds with plain data, each with the outcome it answers.

The writer gathers operations and commits many in one transaction, so an operation is never a
callback. An outcome is a fact ("somebody was faster"), never an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from qumulus.domain.account import Token, User
from qumulus.domain.decision import Refusal, Wish
from qumulus.domain.device import Device
from qumulus.domain.ids import DeviceId, JobId, TokenId, UserId
from qumulus.domain.job import ClaimedJob, NewJob
from qumulus.domain.lifecycle import Actor, JobStatus

R = TypeVar("R")


class Operation(Generic[R]):
    """A write that answers an ``R``."""

    __slots__ = ()


# --- jobs -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """Remembered with the answer for 48 h, per owner and route."""

    owner: UserId
    route: str
    key: str
    body_hash: bytes
    answer: bytes


class KeyReused(StrEnum):
    """The key was used with another body."""

    YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The key is known: this was answered then; nothing is stored now."""

    answer: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """The jobs are stored and wait in the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitJobs(Operation[Submitted | Replayed | KeyReused]):
    """Store jobs and queue them: all or none.

    ``may_prioritise``: their priority counts against everybody's jobs, else only among the owner's.
    """

    jobs: tuple[NewJob, ...]
    at: datetime
    may_prioritise: bool = False
    key: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimJobs(Operation[tuple[ClaimedJob, ...]]):
    """Take the heads of the devices' queues, in queue order, and mark them ``ready``.

    ``lease_s`` None: the device's ``claim_timeout_s`` counts, else the claim has no end. The answer
    is cut before its payloads exceed ``max_bytes`` but holds at least one job if one waits.
    """

    devices: tuple[DeviceId, ...]
    limit: int
    at: datetime
    worker: str = ""
    lease_s: float | None = None
    max_bytes: int = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The wish was granted; a repeated one has ``is_repeat`` and changed nothing."""

    owner: UserId
    device_id: DeviceId
    source: JobStatus
    target: JobStatus | None
    attempt: int
    is_repeat: bool = False

    @property
    def ends_uploads(self) -> bool:
        """The archives of the job no longer count: it is gone, or was cancelled before its submit."""
        return self.target is None or (self.source is JobStatus.REGISTERED and self.target.is_final)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The wish was not granted; ``status`` and ``attempt`` are those met, None if there is no job."""

    why: Refusal
    status: JobStatus | None = None
    attempt: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveJob(Operation[Moved | Refused]):
    """Grant or refuse a wish on one job by ``domain.decision.decide``, with all that goes with it.

    ``owner`` and ``devices`` guard: another's job is ``Refusal.MISSING``. ``outputs`` are JSON texts
    stored beside the input; a key of ``INPUT_KEYS`` never. A target that is not claimed drops the
    lease; a target ``submitted`` queues the job again at its old place; a target None deletes all
    but a tombstone event. ``detail`` goes into the event, ``audit`` into the trail if the wish is granted.
    """

    job_id: JobId
    wish: Wish
    at: datetime
    owner: UserId | None = None
    devices: frozenset[DeviceId] | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)
    execution_time_s: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    audit: Audit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveJobs(Operation[tuple[Moved | Refused, ...]]):
    """Many moves in one transaction, each with its own outcome. Job ids must differ."""

    moves: tuple[MoveJob, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat(Operation["Pulse"]):
    """Renew the leases of jobs held at these attempts.

    ``lease_s`` None keeps each lease's length. Only jobs of ``devices`` count (None: of any).
    """

    devices: frozenset[DeviceId] | None
    jobs: tuple[tuple[JobId, int], ...]
    at: datetime
    worker: str = ""
    lease_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Which jobs the Provider still holds, which it lost, which the user cancelled (at this attempt)."""

    renewed: tuple[JobId, ...]
    lost: tuple[JobId, ...]
    cancelled: tuple[JobId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireLease(Operation[Moved | Refused]):
    """End a lease that was seen at this beat for its whole length; ``domain.decision.expire`` decides.

    Refused as ``STALE`` if the lease was renewed, dropped or replaced since. A job that fails by it
    gets the outputs ``reason`` and ``reason_code`` (``provider_lost``).
    """

    job_id: JobId
    attempt: int
    beat: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOutputs(Operation[Moved | Refused]):
    """Write outputs, or the transpiler's settings, of a claimed job without moving it. No event."""

    job_id: JobId
    at: datetime
    devices: frozenset[DeviceId] | None
    attempt: int | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)
    transpiler_info: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many rows went."""

    events: int
    keys: int
    calibrations: int = 0
    audits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prune(Operation[Pruned]):
    """Forget idempotency keys older than ``keys_before`` and tombstones older than ``events_before``.

    The same of the audit trail before ``audit_before``; None: it is kept for ever.

    ``calibrations_before`` None: calibrations are kept for ever; else each device keeps at least its newest.
    """

    keys_before: datetime
    events_before: datetime
    calibrations_before: datetime | None = None
    audit_before: datetime | None = None


# --- devices, accounts ------------------------------------------------------------------------


class Written(StrEnum):
    """The outcome of an administrative write."""

    DONE = "done"
    EXISTS = "exists"
    MISSING = "missing"
    IN_USE = "in_use"
    HELD = "held"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One row of the audit trail, written with the change. ``before`` and ``after`` hold no secret."""

    who: str
    action: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDevice(Operation[Written]):
    """EXISTS if the id is taken."""

    device: Device
    at: datetime
    audit: Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDevice(Operation[Written]):
    """Set the named attributes of ``Device``; None values are set too.

    A ``device_info`` of a ``calibrated_at`` also goes into the history of calibrations, once. What
    changes nothing leaves no ``audit``; what ``by`` may change says ``Device.changed``.
    HELD if that was not all.
    """

    device_id: DeviceId
    changes: Mapping[str, Any]
    at: datetime
    by: Actor = Actor.ADMIN
    audit: Audit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DropDevice(Operation[Written]):
    """IN_USE while the device has unfinished jobs; its finished jobs stay readable.

    No submit comes in between: it is stored before, or refused.
    """

    device_id: DeviceId
    at: datetime
    audit: Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class DropCalibration(Operation[Written]):
    """MISSING if there is none at this place of the history."""

    history_id: int
    at: datetime
    audit: Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class AddUser(Operation[Written]):
    """EXISTS if the id is taken."""

    user: User
    at: datetime
    audit: Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUser(Operation[Written]):
    """Set the named attributes of ``User``."""

    user_id: UserId
    changes: Mapping[str, Any]
    at: datetime
    audit: Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class DropUser(Operation[Written]):
    """IN_USE while the user has unfinished jobs; else user, tokens and jobs go.

    No submit comes in between: it is stored before, or refused.
    """

    user_id: UserId
    at: datetime
    audit: Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class AddToken(Operation[Written]):
    """MISSING if the owner does not exist. ``replaces``: that token goes in the same transaction.

    ``at_most``: tokens that the owner may have, sessions not counted, with this one; else it is FULL.
    """

    token: Token
    at: datetime
    audit: Audit
    replaces: TokenId | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapToken(Operation[Written]):
    """Give up one token for another; MISSING, and nothing done, if the one is gone: it works once."""

    given: TokenId
    token: Token
    at: datetime
    audit: Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteUses(Operation[None]):
    """Remember when tokens were last used."""

    uses: Mapping[TokenId, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropToken(Operation[Written]):
    """The token is worth nothing from now on."""

    token_id: TokenId
    at: datetime
    audit: Audit
