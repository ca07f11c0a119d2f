"""How announcements are asked for, by users and operators alike."""

from __future__ import annotations

from typing import Final

from qumulus.domain.errors import NotFoundError
from qumulus.http.listing import read_order
from qumulus.service.announcements import AnnouncementQuery
from qumulus.wire.moments import read_moment
from qumulus.wire.queries import AnnouncementsQuery

_MAX_ID: Final = 2**62


def read_list(wanted: AnnouncementsQuery, *, publishable_only: bool) -> AnnouncementQuery:
    """Read what a list is asked for.

    Raises:
        BadRequestError: a parameter makes no sense.
    """
    return AnnouncementQuery(
        publishable_only=publishable_only,
        current=read_moment(wanted.current_time, "current_time"),
        descending=read_order(wanted.order),
        offset=wanted.offset,
        limit=wanted.limit,
    )


def read_id(text: str) -> int:
    """Read the number in a path.

    Raises:
        NotFoundError: it is none.
    """
    if not (text.isascii() and text.isdecimal()) or len(text) > 18 or int(text) > _MAX_ID:
        raise NotFoundError(what="announcement", id=text)
    return int(text)
