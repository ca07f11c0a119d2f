"""Announcements in the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from qumulus.domain.announcement import Announcement, AnnouncementDraft
from qumulus.ports.announcements import (
    AddAnnouncement,
    AnnouncementQuery,
    ChangeAnnouncement,
    DropAnnouncement,
)
from qumulus.ports.operations import Operation, Written
from qumulus.store.audited import done
from qumulus.store.rows import from_micros, to_micros
from qumulus.store.script import AskOnce, Script, Writes
from qumulus.store.statements import Dialect, Row, Statement, compose


def read_announcement(row: Row) -> Announcement:
    """Read the columns of ``announcement_columns``."""
    draft = AnnouncementDraft(
        title=row[1],
        content=row[2],
        start_time=from_micros(row[3]),
        end_time=from_micros(row[4]),
        publishable=bool(row[5]),
    )
    return Announcement(id=row[0], draft=draft, updated_at=from_micros(row[6]))


def announcement_list(dialect: Dialect, query: AnnouncementQuery) -> tuple[Statement, dict[str, Any]]:
    """Give the statement of a list of announcements."""
    values: dict[str, Any] = {"limit": query.limit, "offset": query.offset}
    names = ["from_announcements"]
    if query.publishable_only:
        names.append("and_publishable")
    if query.current is not None:
        values["current"] = to_micros(query.current)
        names.append("and_current")
    names += ["latest_first" if query.descending else "earliest_first", "page"]
    return compose(dialect, "SELECT {announcement_columns}", tuple(names)), values


def _columns(draft: AnnouncementDraft, at: int) -> dict[str, Any]:
    return {
        "title": draft.title,
        "content": draft.content,
        "start_time": to_micros(draft.start_time),
        "end_time": to_micros(draft.end_time),
        "publishable": draft.publishable,
        "updated_at": at,
    }


def _add(operation: AddAnnouncement, writes: Writes) -> Script[int]:  # noqa: ARG001 - nobody waits for it
    at = to_micros(operation.at)
    rows = yield AskOnce("insert_announcement", _columns(operation.draft, at))
    new_id: int = rows[0][0]
    yield from done(replace(operation.audit, subject=str(new_id)), at)
    return new_id


def _change(operation: ChangeAnnouncement, writes: Writes) -> Script[Written]:  # noqa: ARG001 - as above
    at = to_micros(operation.at)
    rows = yield AskOnce("lock_announcement", {"id": operation.announcement_id})
    if not rows:
        return Written.MISSING
    draft = replace(read_announcement(rows[0]).draft, **operation.changes)
    yield AskOnce("update_announcement", {"id": operation.announcement_id, **_columns(draft, at)})
    return (yield from done(operation.audit, at))


def _drop(operation: DropAnnouncement, writes: Writes) -> Script[Written]:  # noqa: ARG001 - as above
    if not (yield AskOnce("delete_announcement", {"id": operation.announcement_id})):
        return Written.MISSING
    return (yield from done(operation.audit, to_micros(operation.at)))


SCRIPTS: Final[Mapping[type[Operation[Any]], Callable[[Any, Writes], Script[Any]]]] = MappingProxyType(
    {AddAnnouncement: _add, ChangeAnnouncement: _change, DropAnnouncement: _drop}
)
