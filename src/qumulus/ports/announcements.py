"""Announcements: how they are asked for and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qumulus.domain.announcement import AnnouncementDraft
from qumulus.ports.operations import Audit, Operation, Written


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementQuery:
    """A list by start, then id; ``current``: only those whose time it is then."""

    publishable_only: bool
    current: datetime | None = None
    descending: bool = False
    offset: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAnnouncement(Operation[int]):
    """Gives the new id, which is also the audit row's subject."""

    draft: AnnouncementDraft
    at: datetime
    audit: Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAnnouncement(Operation[Written]):
    """Set the named attributes of ``AnnouncementDraft``; MISSING if there is no such announcement."""

    announcement_id: int
    changes: Mapping[str, Any]
    at: datetime
    audit: Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class DropAnnouncement(Operation[Written]):
    """MISSING if there is no such announcement."""

    announcement_id: int
    at: datetime
    audit: Audit
