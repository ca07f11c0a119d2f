"""Operators note whom they expect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qumulus.domain.account import Caller
from qumulus.domain.errors import BadRequestError
from qumulus.domain.whitelist import Invitation, WhitelistEntry
from qumulus.ports.operations import Audit
from qumulus.ports.whitelist import AddInvitations, DropInvitations, WhitelistQuery
from qumulus.service.devices import must_exist
from qumulus.service.services import Services

__all__ = ["WhitelistQuery", "add_invitations", "drop_invitations", "list_whitelist"]


async def list_whitelist(services: Services, query: WhitelistQuery) -> Sequence[WhitelistEntry]:
    """Read the people who are expected."""
    return await services.store.whitelist(query)


async def add_invitations(services: Services, invitations: Sequence[Invitation], *, by: Caller) -> None:
    """Add all or none.

    Raises:
        BadRequestError: an e-mail stands there twice, or is on the whitelist already; or there is no such
            device as one of them may use.
    """
    await must_exist(services, {device for each in invitations for device in each.devices or ()})
    counts = Counter(invitation.email for invitation in invitations)
    twice = [email for email, n_times in counts.items() if n_times > 1]
    if twice:
        raise BadRequestError(f"Nothing was added: {', '.join(twice)} named twice.", field="email")
    audit = _audit("add", list(counts), by)
    known = await services.store.apply(
        AddInvitations(invitations=tuple(invitations), at=services.clock.now(), audit=audit)
    )
    if known:
        names = ", ".join(known)
        raise BadRequestError(f"Nothing was added: {names} on the whitelist already.", field="email")


async def drop_invitations(services: Services, emails: Sequence[str], *, by: Caller) -> int:
    """Remove those of these people who are expected; gives how many."""
    return await services.store.apply(
        DropInvitations(emails=tuple(emails), at=services.clock.now(), audit=_audit("drop", emails, by))
    )


def _audit(action: str, emails: Sequence[str], by: Caller) -> Audit:
    told = {"emails": list(emails)}
    is_new = action == "add"
    return Audit(
        who=by.name,
        action=f"whitelist.{action}",
        subject=emails[0] if len(emails) == 1 else f"{len(emails)} people",
        before=None if is_new else told,
        after=told if is_new else None,
    )
