"""The whitelist: how it is asked for and written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qumulus.domain.whitelist import Invitation
from qumulus.ports.operations import Audit, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class WhitelistQuery:
    """A list of expected people; ``sort`` is ``id`` or an attribute of ``Invitation`` but devices."""

    email: str | None = None
    group_id: str | None = None
    display_name: str | None = None
    organization: str | None = None
    has_account: bool | None = None
    sort: str = "id"
    descending: bool = False
    offset: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AddInvitations(Operation[tuple[str, ...]]):
    """All or none; gives the e-mails that are known already, in which case nothing is stored."""

    invitations: tuple[Invitation, ...]
    at: datetime
    audit: Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class DropInvitations(Operation[int]):
    """Gives how many of these e-mails were known; their invitations are gone."""

    emails: tuple[str, ...]
    at: datetime
    audit: Audit
