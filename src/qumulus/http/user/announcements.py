"""What the operators tell."""

from __future__ import annotations

from typing import Final

from qumulus.http.announcing import read_id, read_list
from qumulus.http.call import Call
from qumulus.http.endpoint import get
from qumulus.http.translate import announcement_body
from qumulus.service.announcements import list_announcements, read_announcement
from qumulus.wire.queries import AnnouncementsQuery
from qumulus.wire.user import AnnouncementBody, AnnouncementsPage


@get("/announcements", query=AnnouncementsQuery)
async def announcements(call: Call) -> AnnouncementsPage:
    """List announcements by start."""
    query = read_list(call.query(AnnouncementsQuery), publishable_only=True)
    found = await list_announcements(call.services, query)
    return AnnouncementsPage(announcements=[announcement_body(each) for each in found])


@get("/announcements/{announcement_id}", errors=(404,))
async def announcement(announcement_id: str, call: Call) -> AnnouncementBody:
    """Read an announcement."""
    return announcement_body(await read_announcement(call.services, read_id(announcement_id), by=call.caller))


ENDPOINTS: Final = (announcements, announcement)
