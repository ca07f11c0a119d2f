"""Whom operators expect."""

from __future__ import annotations

from typing import Final

from qumulus.domain.whitelist import Invitation
from qumulus.http.admin.accounts import read_device_ids
from qumulus.http.call import Call
from qumulus.http.endpoint import delete, get, post
from qumulus.http.listing import read_sort
from qumulus.http.translate import whitelist_body
from qumulus.service.whitelist import WhitelistQuery, add_invitations, drop_invitations, list_whitelist
from qumulus.wire.admin import DropWhitelist, NewWhitelist, Whitelist
from qumulus.wire.errors import Message
from qumulus.wire.queries import WhitelistUsersQuery

_SORTABLE: Final = frozenset({"id", "email", "group_id", "display_name", "organization"})
_EXAMPLE: Final = {"users": [{"email": "eve@lab.org", "group_id": "lab", "available_devices": ["SC"]}]}


@get("/whitelist_users", query=WhitelistUsersQuery)
async def whitelist_users(call: Call) -> Whitelist:
    """List the people who are expected."""
    wanted = call.query(WhitelistUsersQuery)
    column, descending = read_sort(wanted.sort, _SORTABLE)
    query = WhitelistQuery(
        email=wanted.email,
        group_id=wanted.group_id,
        display_name=wanted.display_name,
        organization=wanted.organization,
        has_account=wanted.is_signup_completed,
        sort=column or "id",
        descending=descending,
        offset=wanted.offset,
        limit=wanted.limit,
    )
    return Whitelist(users=[whitelist_body(entry) for entry in await list_whitelist(call.services, query)])


@post("/whitelist_users", body=NewWhitelist, example=_EXAMPLE)
async def new_whitelist_users(call: Call) -> Message:
    """Expect more people: all or none."""
    body = await call.read(NewWhitelist)
    invitations = [
        Invitation(
            email=user.email,
            group_id=user.group_id,
            display_name=user.display_name or "",
            organization=user.organization or "",
            devices=read_device_ids(user.available_devices),
        )
        for user in body.users
    ]
    await add_invitations(call.services, invitations, by=call.caller)
    return Message("whitelist users added")


@delete("/whitelist_users", body=DropWhitelist, status=204)
async def remove_whitelist_users(call: Call) -> None:
    """Expect these people no longer; e-mails that nobody expects are passed over."""
    emails = (await call.read(DropWhitelist)).user_emails
    await drop_invitations(call.services, emails, by=call.caller)


ENDPOINTS: Final = (whitelist_users, new_whitelist_users, remove_whitelist_users)
