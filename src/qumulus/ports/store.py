"""What must be remembered, and how it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from qumulus.domain.account import Role, Token, TokenKind, User, UserStatus
from qumulus.domain.announcement import Announcement
from qumulus.domain.calibration import CalibrationEntry, KeptCalibration
from qumulus.domain.device import Device, DeviceLoad
from qumulus.domain.ids import CalibrationId, DeviceId, JobId, TokenId, UserId
from qumulus.domain.item import Item, StoredObject
from qumulus.domain.job import Job, JobEvent, JobType, StoredJob
from qumulus.domain.lifecycle import JobStatus
from qumulus.domain.whitelist import WhitelistEntry
from qumulus.ports.announcements import AnnouncementQuery
from qumulus.ports.operations import Operation
from qumulus.ports.whitelist import WhitelistQuery

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuery:
    """A list of jobs by creation; ``after`` is the id of the last job already seen.

    ``text`` is looked for in id, name and description. ``needs_reason_from``: only cancelled jobs
    that were claimed and whose Provider has not written a reason yet.
    """

    owner: UserId | None = None
    devices: frozenset[DeviceId] | None = None
    statuses: frozenset[JobStatus] = frozenset()
    job_type: JobType | None = None
    text: str = ""
    submitted_from: datetime | None = None
    submitted_to: datetime | None = None
    needs_reason: bool = False
    descending: bool = False
    after: JobId | None = None
    offset: int = 0
    limit: int = 100
    with_payload: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class UserQuery:
    """A list of users; ``sort`` is an attribute of ``User``."""

    user_id: UserId | None = None
    email: str | None = None
    display_name: str | None = None
    organization: str | None = None
    group_id: str | None = None
    status: UserStatus | None = None
    sort: str = "id"
    descending: bool = False
    offset: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Events in order; ``cursor`` stands after the last of them (or where it stood)."""

    events: Sequence[JobEvent]
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A claim that ends unless renewed; each renewal adds one to ``beat``."""

    job_id: JobId
    attempt: int
    device_id: DeviceId
    worker: str
    ttl_s: float
    beat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """Who changed what, when."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationQuery:
    """Calibrations of devices, newest first; ``before`` is the last one already seen."""

    devices: frozenset[DeviceId]
    since: datetime | None = None
    until: datetime | None = None
    before: CalibrationEntry | None = None
    offset: int = 0
    limit: int = 100


class Store(Protocol):
    """A durable store; every method may raise ``UnavailableError``."""

    async def apply(self, operation: Operation[R]) -> R:
        """Write; returns after the commit is on disk and the bell was rung.

        Raises:
            OutcomeUnknownError: the connection was lost at commit.
        """
        ...

    async def known_answer(self, owner: UserId, route: str, key: str) -> tuple[bytes, bytes] | None:
        """Read the body's hash and the answer remembered under an idempotency key."""
        ...

    async def job_status(self, job_id: JobId) -> Job | None:
        """Read a job without its payload."""
        ...

    async def job(self, job_id: JobId) -> StoredJob | None:
        """Read a job whole."""
        ...

    async def list_jobs(self, query: JobQuery) -> Sequence[StoredJob]:
        """Read many; without payload the payloads are empty."""
        ...

    async def count_jobs(self, query: JobQuery) -> Mapping[JobStatus, int]:
        """Count by status all that the query would list without offset, limit and ``after``."""
        ...

    async def count_fitting(self, query: JobQuery, *, max_bytes: int) -> int:
        """Count how many of a list's first jobs have payloads of at most so many bytes in all.

        At least one; the query's own limit if all fit.
        """
        ...

    async def queue_position(self, job_id: JobId, *, at_most: int = 1000) -> int | None:
        """Count jobs of the device that go first, to ``at_most``; None if it does not wait."""
        ...

    async def job_events(self, job_id: JobId, *, after: str | None = None) -> EventPage:
        """Read a job's timeline, whole or from a cursor.

        Raises:
            CursorTooOldError: the cursor is not of this store.
        """
        ...

    async def owner_events(self, owner: UserId, *, after: str, limit: int = 500) -> EventPage:
        """Read the events of all jobs of a user after a cursor.

        Raises:
            CursorTooOldError: the cursor is not of this store, or events after it are gone.
        """
        ...

    async def head_cursor(self, owner: UserId) -> str:
        """Give the cursor after which nothing has happened yet to a user's jobs.

        It stays right whatever crashes: nothing that happens later comes before it.
        """
        ...

    async def leases(self) -> Sequence[Lease]:
        """Read every lease."""
        ...

    async def cancelled_among(self, jobs: Sequence[tuple[JobId, int]]) -> Sequence[JobId]:
        """Tell which of these jobs are cancelled, at these attempts."""
        ...

    async def devices(self) -> Sequence[Device]:
        """Read all devices by id."""
        ...

    async def device_loads(self) -> Mapping[DeviceId, DeviceLoad]:
        """Count the jobs of each device; a costly question, asked seldom."""
        ...

    async def calibrations(self, query: CalibrationQuery) -> Sequence[CalibrationEntry]:
        """Read the histories of devices, newest first."""
        ...

    async def count_calibrations(self, query: CalibrationQuery) -> int:
        """Count all that the query would list without offset, limit and ``before``."""
        ...

    async def calibration(self, device_id: DeviceId, name: CalibrationId) -> KeptCalibration | None:
        """Read one calibration of a device with its document."""
        ...

    async def history(self, history_id: int) -> KeptCalibration | None:
        """Read the same by its place among all calibrations."""
        ...

    async def user(self, user_id: UserId) -> User | None:
        """Read one user."""
        ...

    async def users(self, query: UserQuery) -> Sequence[User]:
        """Read many."""
        ...

    async def token(self, token_id: TokenId) -> Token | None:
        """Read one token."""
        ...

    async def tokens(
        self,
        *,
        owner: UserId | None = None,
        role: Role | None = None,
        kind: TokenKind = TokenKind.TOKEN,
    ) -> Sequence[Token]:
        """Read many tokens of a kind, oldest first."""
        ...

    async def announcement(self, announcement_id: int) -> Announcement | None:
        """Read one announcement."""
        ...

    async def announcements(self, query: AnnouncementQuery) -> Sequence[Announcement]:
        """Read many, by start."""
        ...

    async def whitelist(self, query: WhitelistQuery) -> Sequence[WhitelistEntry]:
        """Read the people who are expected."""
        ...

    async def objects(self, job_id: JobId) -> Mapping[Item, StoredObject]:
        """Read which archives a job has."""
        ...

    async def known_blobs(self, job_ids: Sequence[JobId]) -> frozenset[str]:
        """Read the names of all archives of these jobs."""
        ...

    async def registrations(self, *, before: datetime, limit: int = 500) -> Sequence[JobId]:
        """Read which jobs were registered before a time and are not submitted yet, oldest first."""
        ...

    async def audit(self, *, limit: int = 100, before: int | None = None) -> Sequence[AuditRow]:
        """Read the audit trail, newest first, from before a row's id."""
        ...

    async def note_seen(self, device_ids: Sequence[DeviceId], at: datetime) -> None:
        """Remember that a Provider of these devices called; called seldom."""
        ...

    async def try_lead(self) -> bool:
        """Be the one process of the cluster that sweeps; true until the connection is lost."""
        ...

    async def secret(self, name: str) -> str | None:
        """The text that ``KeepSecret`` keeps, once it was kept."""
        ...

    async def ping(self) -> None:
        """Check that the store answers and that its schema is the one of this version.

        Raises:
            UnavailableError: it does not, with the reason.
        """
        ...

    async def close(self) -> None:
        """Finish what was accepted, then close."""
        ...
