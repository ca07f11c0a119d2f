"""What operators tell their users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qumulus.domain.account import Caller, Role
from qumulus.domain.announcement import Announcement, AnnouncementDraft
from qumulus.domain.errors import BadRequestError, NotFoundError
from qumulus.ports.announcements import (
    AddAnnouncement,
    AnnouncementQuery,
    ChangeAnnouncement,
    DropAnnouncement,
)
from qumulus.ports.operations import Audit, Written
from qumulus.service.services import Services
from qumulus.service.told import told

__all__ = [
    "AnnouncementQuery",
    "add_announcement",
    "change_announcement",
    "drop_announcement",
    "list_announcements",
    "read_announcement",
]


async def list_announcements(services: Services, query: AnnouncementQuery) -> Sequence[Announcement]:
    """Read announcements by start."""
    return await services.store.announcements(query)


async def read_announcement(services: Services, announcement_id: int, *, by: Caller) -> Announcement:
    """Read one; users find only what is publishable.

    Raises:
        NotFoundError: there is none, or not for this caller.
    """
    found = await services.store.announcement(announcement_id)
    if found is None or not (found.draft.publishable or by.role is Role.ADMIN):
        raise NotFoundError(what="announcement", id=announcement_id)
    return found


async def add_announcement(services: Services, draft: AnnouncementDraft, *, by: Caller) -> int:
    """Add one; gives its id.

    Raises:
        BadRequestError: it ends before it starts.
    """
    _must_make_sense(draft)
    audit = Audit(who=by.name, action="announcement.add", subject="", before=None, after=told(draft))
    return await services.store.apply(AddAnnouncement(draft=draft, at=services.clock.now(), audit=audit))


async def change_announcement(
    services: Services, announcement_id: int, changes: Mapping[str, Any], *, by: Caller
) -> None:
    """Change attributes of one.

    Raises:
        NotFoundError: there is no such announcement.
        BadRequestError: it would end before it starts.
    """
    before = (await read_announcement(services, announcement_id, by=by)).draft
    _must_make_sense(replace(before, **changes))
    audit = Audit(
        who=by.name,
        action="announcement.change",
        subject=str(announcement_id),
        before={key: value for key, value in told(before).items() if key in changes},
        after=told(changes),
    )
    outcome = await services.store.apply(
        ChangeAnnouncement(
            announcement_id=announcement_id, changes=changes, at=services.clock.now(), audit=audit
        )
    )
    _must_be_there(outcome, announcement_id)


async def drop_announcement(services: Services, announcement_id: int, *, by: Caller) -> None:
    """Remove one.

    Raises:
        NotFoundError: there is no such announcement.
    """
    before = told((await read_announcement(services, announcement_id, by=by)).draft)
    audit = Audit(
        who=by.name, action="announcement.drop", subject=str(announcement_id), before=before, after=None
    )
    outcome = await services.store.apply(
        DropAnnouncement(announcement_id=announcement_id, at=services.clock.now(), audit=audit)
    )
    _must_be_there(outcome, announcement_id)


def _must_make_sense(draft: AnnouncementDraft) -> None:
    if draft.end_time < draft.start_time:
        raise BadRequestError("'end_time' is before 'start_time'.", field="end_time")


def _must_be_there(outcome: Written, announcement_id: int) -> None:
    if outcome is Written.MISSING:
        raise NotFoundError(what="announcement", id=announcement_id)
