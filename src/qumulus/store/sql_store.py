"""The store over any SQL database: reads, mapped; writes, handed to the writer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar

from qumulus.domain.account import Role, Token, TokenKind, User
from qumulus.domain.announcement import Announcement
from qumulus.domain.calibration import CalibrationEntry, KeptCalibration
from qumulus.domain.device import Device, DeviceLoad
from qumulus.domain.errors import CursorTooOldError, UnavailableError
from qumulus.domain.ids import CalibrationId, DeviceId, JobId, TokenId, UserId
from qumulus.domain.item import Item, StoredObject
from qumulus.domain.job import Job, StoredJob
from qumulus.domain.lifecycle import JobStatus
from qumulus.domain.whitelist import WhitelistEntry
from qumulus.ports.announcements import AnnouncementQuery
from qumulus.ports.operations import Operation
from qumulus.ports.store import AuditRow, CalibrationQuery, EventPage, JobQuery, Lease, UserQuery
from qumulus.ports.whitelist import WhitelistQuery
from qumulus.store import rows
from qumulus.store.administration import PRUNED_TO
from qumulus.store.announcements import announcement_list, read_announcement
from qumulus.store.batch import NoteSeen
from qumulus.store.lists import calibration_values, job_counts, job_list, job_sizes, token_list, user_list
from qumulus.store.statements import Dialect, Row, Statement, compose, statement
from qumulus.store.whitelist import read_entry, whitelist_list
from qumulus.store.writer import Writer

R = TypeVar("R")

SEEN_AT_MOST_EVERY_S: Final = 1.0
UNSETTLED_PAUSES_S: Final = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032)
_MAX_ID: Final = 2**62
_CURSOR: Final = re.compile(r"(?P<epoch>[^-]+)-(?P<tx>[0-9]{1,18})-(?P<id>[0-9]{1,18})")
"""Numbers that every column can hold."""


class Database(Protocol):
    """One of the two databases."""

    @property
    def dialect(self) -> Dialect:
        """Whose SQL it speaks."""
        ...

    async def fetch(
        self, asked: Statement, values: Mapping[str, Any], *, is_long: bool = False
    ) -> Sequence[Row]:
        """Read rows; ``is_long`` questions must not hold up short ones.

        Raises:
            UnavailableError: the database does not answer.
        """
        ...

    async def try_lead(self) -> bool:
        """Be the one process that sweeps."""
        ...

    async def ping(self) -> None:
        """Check that it answers and that its schema is this version's."""
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...


class SqlStore:
    """``ports.store.Store`` over a database and its writer."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer
        self._epoch = ""
        self._is_closed = False
        self._seen: dict[DeviceId, datetime] = {}
        self._seen_task: asyncio.Task[None] | None = None
        dialect = database.dialect
        self._job_status = compose(dialect, "SELECT {job_columns}", ("from_job",))
        self._job = compose(dialect, "SELECT {job_columns}, {input_column}, {outputs_column}", ("from_job",))

    async def apply(self, operation: Operation[R]) -> R:
        """Write; returns after the commit is on disk and the bell was rung."""
        return await self._writer.apply(operation)

    async def job_status(self, job_id: JobId) -> Job | None:
        """Read a job without its payload."""
        found = await self._database.fetch(self._job_status, {"id": job_id})
        return rows.read_job(found[0]) if found else None

    async def job(self, job_id: JobId) -> StoredJob | None:
        """Read a job whole."""
        found = await self._database.fetch(self._job, {"id": job_id})
        return rows.read_stored_job(found[0]) if found else None

    async def list_jobs(self, query: JobQuery) -> Sequence[StoredJob]:
        """Read many, by id."""
        asked, values = job_list(self._database.dialect, query)
        found = await self._database.fetch(asked, values, is_long=True)
        return [rows.read_stored_job(row) for row in found]

    async def count_jobs(self, query: JobQuery) -> Mapping[JobStatus, int]:
        """Count by status all that the query would list in the end."""
        asked, values = job_counts(self._database.dialect, query)
        found = await self._database.fetch(asked, values, is_long=True)
        return {JobStatus(row[0]): int(row[1]) for row in found}

    async def count_fitting(self, query: JobQuery, *, max_bytes: int) -> int:
        """Count how many of a list's first jobs fit, at least one; the query's limit if all do."""
        asked, values = job_sizes(self._database.dialect, query)
        n_bytes = 0
        for n_fitting, (size,) in enumerate(await self._database.fetch(asked, values, is_long=True)):
            n_bytes += int(size)
            if n_fitting and n_bytes > max_bytes:
                return n_fitting
        return query.limit

    async def known_answer(self, owner: UserId, route: str, key: str) -> tuple[bytes, bytes] | None:
        """Read the body's hash and the answer remembered under an idempotency key."""
        found = await self._fetch("known_key", owner=owner, route=route, key=key)
        return (bytes(found[0][0]), bytes(found[0][1])) if found else None

    async def queue_position(self, job_id: JobId, *, at_most: int = 1000) -> int | None:
        """Count the jobs before it, to ``at_most``."""
        found = await self._fetch("queue_position", id=job_id, at_most=at_most)
        position: int | None = found[0][0] if found else None
        return position

    async def job_events(self, job_id: JobId, *, after: str | None = None) -> EventPage:
        """Read a job's timeline, whole or from a cursor."""
        epoch = await self._store_epoch()
        position = (0, 0) if after is None else _position(after, epoch)
        found = await self._fetch("read_job_events", job_id=job_id)
        events = [rows.read_event(row, epoch) for row in found if (int(row[7]), row[8]) > position]
        return EventPage(events=events, cursor=events[-1].cursor if events else after or f"{epoch}-0-0")

    async def owner_events(self, owner: UserId, *, after: str, limit: int = 500) -> EventPage:
        """Read the events of all jobs of a user after a cursor."""
        epoch = await self._store_epoch()
        tx, event_id = _position(after, epoch)
        if (tx, event_id) < await self._pruned_to():
            raise CursorTooOldError
        values = {"owner": owner, "tx": self._tx(tx), "id": event_id, "limit": limit}
        asked = statement(self._database.dialect, "read_owner_events")
        for pause_s in (*UNSETTLED_PAUSES_S, None):
            found = await self._database.fetch(asked, values)
            settled = [row for row in found if row[9]]
            if settled or not found or pause_s is None:
                break
            await asyncio.sleep(pause_s)  # an older transaction is about to end; nobody would ring for it
        events = [rows.read_event(row, epoch) for row in settled]
        return EventPage(events=events, cursor=events[-1].cursor if events else after)

    async def head_cursor(self, owner: UserId) -> str:
        """Give the cursor after which nothing has happened yet to a user's jobs."""
        epoch = await self._store_epoch()
        newest = [(int(row[0]), row[1]) for row in await self._fetch("head_of_events", owner=owner)]
        tx, event_id = max([await self._pruned_to(), *newest])
        return f"{epoch}-{tx}-{event_id}"

    async def leases(self) -> Sequence[Lease]:
        """Read every lease."""
        return [rows.read_lease(row) for row in await self._fetch("read_leases")]

    async def cancelled_among(self, jobs: Sequence[tuple[JobId, int]]) -> Sequence[JobId]:
        """Tell which of these jobs are cancelled, at these attempts."""
        if not jobs:
            return []
        found = await self._fetch("cancelled_among", ids=[job_id for job_id, _ in jobs])
        cancelled = {(row[0], row[1]) for row in found}
        return [job_id for job_id, attempt in jobs if (job_id, attempt) in cancelled]

    async def devices(self) -> Sequence[Device]:
        """Read all devices by id."""
        return [rows.read_device(row) for row in await self._fetch("read_devices")]

    async def device_loads(self) -> Mapping[DeviceId, DeviceLoad]:
        """Count the jobs of each device."""
        asked = statement(self._database.dialect, "device_loads")
        found = await self._database.fetch(asked, {}, is_long=True)
        return {
            row[0]: DeviceLoad(n_waiting=row[1], n_claimed=row[2], mean_service_s=row[3]) for row in found
        }

    async def calibrations(self, query: CalibrationQuery) -> Sequence[CalibrationEntry]:
        """Read the histories of devices, newest first."""
        asked = statement(self._database.dialect, "list_calibrations")
        found = await self._database.fetch(asked, calibration_values(query), is_long=True)
        return [rows.read_calibration_entry(row) for row in found]

    async def count_calibrations(self, query: CalibrationQuery) -> int:
        """Count all that the query would list in the end."""
        asked = statement(self._database.dialect, "count_calibrations")
        found = await self._database.fetch(asked, calibration_values(query), is_long=True)
        return int(found[0][0])

    async def calibration(self, device_id: DeviceId, name: CalibrationId) -> KeptCalibration | None:
        """Read one calibration of a device with its document."""
        found = await self._fetch("read_calibration", device_id=device_id, calibration_id=name)
        return rows.read_calibration(found[0]) if found else None

    async def history(self, history_id: int) -> KeptCalibration | None:
        """Read the same by its place among all calibrations."""
        found = await self._fetch("read_history", id=history_id)
        return rows.read_calibration(found[0]) if found else None

    async def user(self, user_id: UserId) -> User | None:
        """Read one user."""
        found = await self._fetch("read_user", id=user_id)
        return rows.read_user(found[0]) if found else None

    async def users(self, query: UserQuery) -> Sequence[User]:
        """Read many."""
        asked, values = user_list(self._database.dialect, query)
        return [rows.read_user(row) for row in await self._database.fetch(asked, values, is_long=True)]

    async def token(self, token_id: TokenId) -> Token | None:
        """Read one token."""
        found = await self._fetch("read_token", id=token_id)
        return rows.read_token(found[0]) if found else None

    async def tokens(
        self,
        *,
        owner: UserId | None = None,
        role: Role | None = None,
        kind: TokenKind = TokenKind.TOKEN,
    ) -> Sequence[Token]:
        """Read many tokens of a kind, oldest first."""
        asked, values = token_list(self._database.dialect, owner=owner, role=role, kind=kind)
        return [rows.read_token(row) for row in await self._database.fetch(asked, values, is_long=True)]

    async def announcement(self, announcement_id: int) -> Announcement | None:
        """Read one announcement."""
        found = await self._fetch("read_announcement", id=announcement_id)
        return read_announcement(found[0]) if found else None

    async def announcements(self, query: AnnouncementQuery) -> Sequence[Announcement]:
        """Read many, by start."""
        asked, values = announcement_list(self._database.dialect, query)
        return [read_announcement(row) for row in await self._database.fetch(asked, values, is_long=True)]

    async def whitelist(self, query: WhitelistQuery) -> Sequence[WhitelistEntry]:
        """Read the people who are expected."""
        asked, values = whitelist_list(self._database.dialect, query)
        return [read_entry(row) for row in await self._database.fetch(asked, values, is_long=True)]

    async def objects(self, job_id: JobId) -> Mapping[Item, StoredObject]:
        """Read which archives a job has."""
        found = [rows.read_object(row) for row in await self._fetch("read_job_objects", job_id=job_id)]
        return {stored.item: stored for stored in found}

    async def known_blobs(self, job_ids: Sequence[JobId]) -> frozenset[str]:
        """Read the names of all archives of these jobs."""
        return frozenset(row[0] for row in await self._fetch("blobs_of", ids=list(job_ids)))

    async def registrations(self, *, before: datetime, limit: int = 500) -> Sequence[JobId]:
        """Read which jobs were registered before a time and are not submitted yet, oldest first."""
        found = await self._fetch("read_registrations", before=rows.to_micros(before), limit=limit)
        return [row[0] for row in found]

    async def audit(self, *, limit: int = 100, before: int | None = None) -> Sequence[AuditRow]:
        """Read the audit trail, newest first, from before a row's id."""
        found = await self._fetch("read_audit", limit=limit, before=_MAX_ID if before is None else before)
        return [rows.read_audit_row(row) for row in found]

    async def note_seen(self, device_ids: Sequence[DeviceId], at: datetime) -> None:
        """Remember that a Provider of these devices called; written within a second, or lost."""
        for device_id in device_ids:
            self._seen[device_id] = max(at, self._seen.get(device_id, at))
        if self._seen_task is None or self._seen_task.done():
            self._seen_task = asyncio.create_task(self._write_seen())

    async def try_lead(self) -> bool:
        """Be the one process of the cluster that sweeps."""
        return await self._database.try_lead()

    async def ping(self) -> None:
        """Check that the store answers and that its schema is the one of this version."""
        await self._database.ping()

    async def close(self) -> None:
        """Finish what was accepted, then close; a second time does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._seen_task is not None:
            self._seen_task.cancel()
        await self._writer.close()
        await self._database.close()

    async def secret(self, name: str) -> str | None:
        """The text that ``KeepSecret`` keeps, once it was kept."""
        found = await self._fetch("read_meta", key=name)
        return found[0][0] if found else None

    async def _fetch(self, name: str, **values: Any) -> Sequence[Row]:
        return await self._database.fetch(statement(self._database.dialect, name), values)

    async def _store_epoch(self) -> str:
        if not self._epoch:
            found = await self._fetch("read_meta", key="epoch")
            if not found:
                raise UnavailableError("The database has no schema yet: run 'qumulus db upgrade'.")
            self._epoch = found[0][0]
        return self._epoch

    async def _pruned_to(self) -> tuple[int, int]:
        """The position before which events are missing."""
        found = await self._fetch("read_meta", key=PRUNED_TO)
        if not found:
            return (0, 0)
        tx, event_id = found[0][0].split("-")
        return (int(tx), int(event_id))

    def _tx(self, tx: int) -> object:
        return str(tx) if self._database.dialect is Dialect.POSTGRES else tx

    async def _write_seen(self) -> None:
        await asyncio.sleep(SEEN_AT_MOST_EVERY_S)
        seen, self._seen = self._seen, {}
        try:
            for at in set(seen.values()):
                await self._writer.apply(
                    NoteSeen(devices=tuple(d for d, t in seen.items() if t == at), at=at)
                )
        except UnavailableError:
            return  # it is seen again by its next call


def _position(cursor: str, epoch: str) -> tuple[int, int]:
    found = _CURSOR.fullmatch(cursor)
    if found is None or found["epoch"] != epoch:
        raise CursorTooOldError
    return int(found["tx"]), int(found["id"])
