"""Users, tokens, and who is calling."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qumulus.domain.errors import NotAllowedError, WrongDeviceError
from qumulus.domain.ids import DeviceId, TokenId, UserId


class Role(StrEnum):
    """What a token is for."""

    USER = "user"
    PROVIDER = "provider"
    ADMIN = "admin"


class TokenKind(StrEnum):
    """What bears a token: programs, a browser's cookie, or a link that signs in once."""

    TOKEN = "token"  # noqa: S105 - a word, no secret
    SESSION = "session"
    CODE = "code"


class Scope(StrEnum):
    """How much of its owner's rights a token has."""

    FULL = "full"
    READ = "read"


class UserStatus(StrEnum):
    """Whether a user may work; the words are those of OQTOPUS."""

    APPROVED = "approved"
    UNAPPROVED = "unapproved"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account; ``devices`` None: every device."""

    id: UserId
    email: str = ""
    display_name: str = ""
    organization: str = ""
    group_id: str = ""
    status: UserStatus = UserStatus.APPROVED
    devices: frozenset[DeviceId] | None = None
    may_prioritise: bool = False
    """The user's priorities count against everybody's jobs, not just among the user's own."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A stored token; of the secret only ``secret_hash`` is kept. ``devices`` binds a Provider.

    ``used_at`` is at most a minute old; ``agent`` names the browser of a session, which ends together
    with the token that it was ``opened_by``.
    """

    id: TokenId
    secret_hash: bytes
    role: Role
    name: str = ""
    owner: UserId | None
    devices: frozenset[DeviceId] = frozenset()
    expires_at: datetime | None = None
    created_at: datetime
    kind: TokenKind = TokenKind.TOKEN
    scope: Scope = Scope.FULL
    used_at: datetime | None = None
    agent: str = ""
    opened_by: TokenId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who makes a call, as its token says. ``devices`` None: every device."""

    role: Role
    token_id: TokenId
    user: UserId | None = None
    devices: frozenset[DeviceId] | None = frozenset()
    may_prioritise: bool = False
    scope: Scope = Scope.FULL

    @property
    def name(self) -> str:
        """For events and the audit: the user, else the token."""
        return self.user or self.token_id

    def owner(self) -> UserId:
        """The user whose jobs these are.

        Raises:
            NotAllowedError: the token belongs to no user.
        """
        if self.user is None:
            raise NotAllowedError("This token belongs to no user.")
        return self.user

    def must_reach(self, device_id: DeviceId) -> None:
        """Refuse a device that the caller may not use.

        Raises:
            WrongDeviceError: it is none of the caller's.
        """
        if self.devices is not None and device_id not in self.devices:
            raise WrongDeviceError(device_id=device_id)


def hash_secret(secret: str) -> bytes:
    """SHA-256; enough for secrets of 128 random bits, which nobody can guess from a list."""
    return hashlib.sha256(secret.encode()).digest()


def new_secret() -> str:
    """128 random bits as URL-safe base64."""
    return secrets.token_urlsafe(16)


def new_token_id() -> TokenId:
    """A random id, URL-safe; none begins with ``-``, which a command line takes for an option."""
    token_id = secrets.token_urlsafe(12)
    return new_token_id() if token_id.startswith("-") else TokenId(token_id)
