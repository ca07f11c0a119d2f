"""One's own account and API token."""

from __future__ import annotations

from typing import Final

from qumulus.http.call import TheCall
from qumulus.http.endpoint import NO_STORE, delete, get, post
from qumulus.http.reply import Reply
from qumulus.service.accounts import drop_api_token, read_account, read_token_end, renew_api_token
from qumulus.wire.user import ApiToken, ApiTokenStatus, UserBody


@get("/users/me")
async def me(call: TheCall) -> UserBody:
    """Read your account."""
    user = await read_account(call.services, by=call.caller)
    return UserBody(
        id=user.id,
        email=user.email,
        name=user.display_name,
        organization=user.organization,
        created_at=user.created_at,
    )


@get("/api-token/status")
async def token_status(call: TheCall) -> ApiTokenStatus:
    """Tell when the token used for this call ends."""
    return ApiTokenStatus(api_token_expiration=await read_token_end(call.services, by=call.caller))


@post("/api-token", response_headers=NO_STORE)
async def renew_token(call: TheCall) -> ApiToken:
    """Make an API token; it replaces the one made here before, at once."""
    minted = await renew_api_token(call.services, by=call.caller)
    return ApiToken(
        api_token_id=minted.token.id,
        api_token_secret=minted.secret,
        api_token_expiration=minted.token.expires_at,
    )


@delete("/api-token", errors=(404,))
async def drop_token(call: TheCall) -> Reply:
    """Revoke the API token made here."""
    await drop_api_token(call.services, by=call.caller)
    return Reply(b"")


ENDPOINTS: Final = (me, token_status, renew_token, drop_token)
