"""What operators tell their users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementDraft:
    """A text (``content`` in Markdown) for a time; users see it only when ``publishable``."""

    title: str
    content: str
    start_time: datetime
    end_time: datetime
    publishable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A draft that is kept."""

    id: int
    draft: AnnouncementDraft
    updated_at: datetime
