"""The Admin API: what comes and what goes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from qumulus.wire.patterns import EMAIL, IDENTIFIER
from qumulus.wire.user import LARGEST, AnnouncementBody, DeviceBody, Instant

Identifier = Annotated[str, Meta(min_length=1, max_length=255, pattern=IDENTIFIER)]
Label = Annotated[str, Meta(max_length=255)]
DeviceIds = list[Identifier]
Seconds = Annotated[float, Meta(gt=0)]


class AccountBody(msgspec.Struct, frozen=True, kw_only=True):
    """An account; ``available_devices`` "*" stands for every device."""

    id: str
    email: str
    display_name: str
    organization: str
    group_id: str
    status: str
    available_devices: Literal["*"] | tuple[str, ...]
    may_prioritise: bool
    created_at: Instant


class AccountsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of accounts."""

    offset: int
    limit: int
    users: list[AccountBody]


class NewAccount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """``POST /users``."""

    id: Identifier
    email: Label = ""
    display_name: Label = ""
    organization: Label = ""
    group_id: Label = ""
    status: str = "approved"
    available_devices: Literal["*"] | DeviceIds = "*"
    may_prioritise: bool = False


class ChangeAccount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``PATCH /users/{id}``: what is absent or null stays."""

    email: Label | None = None
    display_name: Label | None = None
    organization: Label | None = None
    group_id: Label | None = None
    status: str | None = None
    available_devices: Literal["*"] | DeviceIds | None = None
    may_prioritise: bool | None = None


class TokenBody(msgspec.Struct, frozen=True, kw_only=True):
    """A token without its secret; ``devices`` binds a Provider's token."""

    id: str
    role: str
    name: str
    owner: str | None
    devices: tuple[str, ...]
    expires_at: Instant | None
    created_at: Instant


class NewToken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """``POST /tokens``: a user's has an ``owner``, a Provider's has ``devices``."""

    role: Literal["user", "provider", "admin"]
    owner: Identifier | None = None
    devices: DeviceIds = []
    name: Label = ""
    expires_at: datetime | None = None


class MintedToken(msgspec.Struct, frozen=True, kw_only=True):
    """A new token; ``token`` is ``<id>.<secret>`` and shown only here."""

    id: str
    token: str
    role: str
    name: str
    owner: str | None
    devices: tuple[str, ...]
    expires_at: Instant | None


class AdminDeviceBody(DeviceBody, frozen=True, kw_only=True):
    """A device with what only operators set; ``claim_timeout`` in seconds.

    ``is_held``: an operator took it out of service, and only one brings it back.
    """

    on_lost_lease: str
    claim_timeout: float | None
    is_held: bool = False


class DeviceSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``POST /devices`` and ``PATCH /devices/{id}``; what is absent stays, or gets its default.

    A new device needs ``device_id`` here or inside ``device_info`` (a JSON text).
    """

    device_id: Identifier | UnsetType = UNSET
    device_type: Literal["QPU", "simulator"] | UnsetType = UNSET
    status: Literal["available", "unavailable"] | UnsetType = UNSET
    available_at: datetime | UnsetType | None = UNSET
    n_qubits: Annotated[int, Meta(ge=0, le=LARGEST)] | UnsetType | None = UNSET
    max_shots: Annotated[int, Meta(ge=1, le=LARGEST)] | UnsetType | None = UNSET
    basis_gates: list[str] | UnsetType = UNSET
    supported_instructions: list[str] | UnsetType = UNSET
    device_info: str | UnsetType | None = UNSET
    calibrated_at: datetime | UnsetType | None = UNSET
    description: str | UnsetType = UNSET
    on_lost_lease: Literal["requeue", "fail"] | UnsetType = UNSET
    claim_timeout: Seconds | UnsetType | None = UNSET


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """``POST /jobs/{id}/requeue`` and ``/fail``."""

    reason: Annotated[str, Meta(max_length=65_536)] = ""


class AuditBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed what, when, from what to what."""

    id: int
    at: Instant
    who: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AdminAnnouncementBody(AnnouncementBody, frozen=True, kw_only=True):
    """An announcement as operators see it."""

    updated_at: Instant


class AdminAnnouncementsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of announcements by start."""

    announcements: list[AdminAnnouncementBody]


class AnnouncementAdded(msgspec.Struct, frozen=True, kw_only=True):
    """The announcement is stored."""

    announcement_id: int
    message: str = "announcement added"


class NewAnnouncement(msgspec.Struct, frozen=True, kw_only=True):
    """``POST /announcements``; ``content`` is Markdown, users see it only when ``publishable``."""

    title: Annotated[str, Meta(max_length=1024)]
    content: Annotated[str, Meta(max_length=65_536)]
    start_time: datetime
    end_time: datetime
    publishable: bool


class ChangeAnnouncement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``PATCH /announcements/{id}``: what is absent or null stays."""

    title: Annotated[str, Meta(max_length=1024)] | None = None
    content: Annotated[str, Meta(max_length=65_536)] | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    publishable: bool | None = None


class WhitelistUser(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody expected; ``is_signup_completed``: there is an account with this e-mail, or with it as id."""

    id: int
    group_id: str
    email: str
    display_name: str
    organization: str
    is_signup_completed: bool
    available_devices: Literal["*"] | tuple[str, ...]


class Whitelist(msgspec.Struct, frozen=True, kw_only=True):
    """The people who are expected."""

    users: list[WhitelistUser]


class NewWhitelistUser(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody to expect."""

    email: Annotated[str, Meta(min_length=3, max_length=255, pattern=EMAIL)]
    group_id: Label
    available_devices: Literal["*"] | DeviceIds
    display_name: Label | None = None
    organization: Label | None = None


class NewWhitelist(msgspec.Struct, frozen=True, kw_only=True):
    """``POST /whitelist_users``: all or none."""

    users: Annotated[list[NewWhitelistUser], Meta(min_length=1, max_length=1000)]


class DropWhitelist(msgspec.Struct, frozen=True, kw_only=True):
    """``DELETE /whitelist_users``."""

    user_emails: Annotated[list[Label], Meta(min_length=1, max_length=1000)]
