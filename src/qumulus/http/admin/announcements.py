"""What operators tell their users."""

from __future__ import annotations

from typing import Any, Final

from qumulus.domain.announcement import AnnouncementDraft
from qumulus.http.announcing import read_id, read_list
from qumulus.http.call import Call
from qumulus.http.endpoint import delete, get, patch, post
from qumulus.http.translate import admin_announcement_body
from qumulus.service.announcements import (
    add_announcement,
    change_announcement,
    drop_announcement,
    list_announcements,
    read_announcement,
)
from qumulus.wire.admin import (
    AdminAnnouncementBody,
    AdminAnnouncementsPage,
    AnnouncementAdded,
    ChangeAnnouncement,
    NewAnnouncement,
)
from qumulus.wire.errors import Message
from qumulus.wire.moments import in_utc
from qumulus.wire.queries import AnnouncementsQuery

_EXAMPLE: Final = {
    "title": "Maintenance",
    "content": "SC is cold again on **Friday**.",
    "start_time": "2026-01-05T00:00:00Z",
    "end_time": "2026-01-09T12:00:00Z",
    "publishable": True,
}
_TIMES: Final = frozenset({"start_time", "end_time"})


@get("/announcements", query=AnnouncementsQuery)
async def announcements(call: Call) -> AdminAnnouncementsPage:
    """List all announcements by start, those that users cannot see too."""
    query = read_list(call.query(AnnouncementsQuery), publishable_only=False)
    found = await list_announcements(call.services, query)
    return AdminAnnouncementsPage(announcements=[admin_announcement_body(each) for each in found])


@post("/announcements", body=NewAnnouncement, example=_EXAMPLE)
async def new_announcement(call: Call) -> AnnouncementAdded:
    """Tell users something, for a time."""
    body = await call.read(NewAnnouncement)
    draft = AnnouncementDraft(
        title=body.title,
        content=body.content,
        start_time=in_utc(body.start_time),
        end_time=in_utc(body.end_time),
        publishable=body.publishable,
    )
    return AnnouncementAdded(announcement_id=await add_announcement(call.services, draft, by=call.caller))


@get("/announcements/{announcement_id}", errors=(404,))
async def announcement(announcement_id: str, call: Call) -> AdminAnnouncementBody:
    """Read an announcement."""
    return admin_announcement_body(
        await read_announcement(call.services, read_id(announcement_id), by=call.caller)
    )


@patch("/announcements/{announcement_id}", body=ChangeAnnouncement, errors=(404,))
async def update_announcement(announcement_id: str, call: Call) -> Message:
    """Change an announcement; what is absent stays."""
    body = await call.read(ChangeAnnouncement)
    changes: dict[str, Any] = {
        name: in_utc(value) if name in _TIMES else value
        for name in body.__struct_fields__
        if (value := getattr(body, name)) is not None
    }
    await change_announcement(call.services, read_id(announcement_id), changes, by=call.caller)
    return Message("announcement updated")


@delete("/announcements/{announcement_id}", status=204, errors=(404,))
async def remove_announcement(announcement_id: str, call: Call) -> None:
    """Remove an announcement."""
    await drop_announcement(call.services, read_id(announcement_id), by=call.caller)


ENDPOINTS: Final = (
    announcements,
    new_announcement,
    announcement,
    update_announcement,
    remove_announcement,
)
