"""Whom operators expect: people who may get an account."""

from __future__ import annotations

from dataclasses import dataclass

from qumulus.domain.ids import DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One expected person by e-mail; ``devices`` None: every device."""

    email: str
    group_id: str
    display_name: str = ""
    organization: str = ""
    devices: frozenset[DeviceId] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhitelistEntry:
    """An invitation that is kept; ``has_account``: a user has this e-mail, or has it as id."""

    id: int
    invitation: Invitation
    has_account: bool
