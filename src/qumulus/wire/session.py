"""Sessions of the console, and a user's own tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Secret = Annotated[str, Meta(min_length=1, max_length=200)]


class OpenSession(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who signs in: by a user's ``token``, or by the ``code`` of a link."""

    token: Secret | None = None
    code: Secret | None = None


class SessionBody(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in browser. It ends at ``expires_at`` unless used before that."""

    session_id: str
    user_id: str
    scope: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    user_agent: str
    is_current: bool


class SessionCode(msgspec.Struct, frozen=True, kw_only=True):
    """A link for one's own browser; it works once."""

    code: str
    url: str
    expires_at: datetime


class MakeToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to make; ``scope`` "read": it can change nothing. Without ``expires_at`` it has no end."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scope: Literal["full", "read"] = "full"
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class MintedToken(msgspec.Struct, frozen=True, kw_only=True):
    """A new token; nobody can read it again."""

    token_id: str
    token: str


class OwnToken(msgspec.Struct, frozen=True, kw_only=True):
    """One of your tokens; ``last_used_at`` is at most a minute old."""

    token_id: str
    name: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    is_current: bool
