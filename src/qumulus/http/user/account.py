"""One's own account and API token."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from qumulus.domain.account import User
from qumulus.http.call import Call
from qumulus.http.endpoint import NO_STORE, delete, get, patch, post
from qumulus.http.reply import Reply
from qumulus.service.accounts import (
    close_account,
    drop_api_token,
    edit_account,
    list_api_tokens,
    read_account,
    read_token_end,
    renew_api_token,
)
from qumulus.wire.user import ApiToken, ApiTokenLine, ApiTokenStatus, EditAccount, UserBody

EDITABLE: Final = MappingProxyType({"name": "display_name", "organization": "organization"})
"""What a user may change, if the settings allow it, and which attribute of ``User`` it is."""


@get("/users/me")
async def me(call: Call) -> UserBody:
    """Read your account."""
    return _body(await read_account(call.services, by=call.caller))


@patch("/users/me", body=EditAccount, errors=(403,))
async def edit_me(call: Call) -> UserBody:
    """Change your account; what is absent stays."""
    body = await call.read(EditAccount)
    changes = {
        attribute: value for name, attribute in EDITABLE.items() if (value := getattr(body, name)) is not None
    }
    return _body(await edit_account(call.services, changes, by=call.caller))


@delete("/users/me", status=204, errors=(403, 409))
async def remove_me(call: Call) -> None:
    """Delete your account with its tokens and jobs; 409 while jobs are unfinished."""
    await close_account(call.services, by=call.caller)


@get("/api-token/status")
async def token_status(call: Call) -> ApiTokenStatus:
    """Tell when the token used for this call ends."""
    return ApiTokenStatus(api_token_expiration=await read_token_end(call.services, by=call.caller))


@get("/api-token")
async def own_token(call: Call) -> list[ApiTokenLine]:
    """List the API token made here, if there is one; its secret cannot be read again."""
    return [
        ApiTokenLine(api_token_id=token.id, api_token_expiration=token.expires_at)
        for token in await list_api_tokens(call.services, by=call.caller)
    ]


@post("/api-token", response_headers=NO_STORE)
async def renew_token(call: Call) -> ApiToken:
    """Make an API token; it replaces the one made here before, at once."""
    minted = await renew_api_token(call.services, by=call.caller)
    return ApiToken(
        api_token_id=minted.token.id,
        api_token_secret=minted.secret,
        api_token_expiration=minted.token.expires_at,
    )


@delete("/api-token", errors=(404,))
async def drop_token(call: Call) -> Reply:
    """Revoke the API token made here."""
    await drop_api_token(call.services, by=call.caller)
    return Reply(b"")


def _body(user: User) -> UserBody:
    return UserBody(
        id=user.id,
        email=user.email,
        name=user.display_name,
        organization=user.organization,
        created_at=user.created_at,
    )


ENDPOINTS: Final = (me, edit_me, remove_me, token_status, own_token, renew_token, drop_token)
