"""One's own tokens."""

from __future__ import annotations

from typing import Final

from qumulus.domain.account import Scope, Token
from qumulus.domain.ids import TokenId
from qumulus.http.call import Call
from qumulus.http.endpoint import NO_STORE, delete, get, post
from qumulus.http.reply import Reply
from qumulus.service.tokens import add_own_token, drop_own_token, list_own_tokens
from qumulus.wire.moments import as_utc
from qumulus.wire.session import MakeToken, MintedToken, OwnToken


@get("/tokens", response_headers=NO_STORE)
async def own_tokens(call: Call) -> list[OwnToken]:
    """List your tokens, the oldest first; secrets are never shown again."""
    found = await list_own_tokens(call.services, by=call.caller)
    return [_body(token, current=call.caller.token_id) for token in found]


@post("/tokens", body=MakeToken, response_headers=NO_STORE, errors=(409,))
async def make_token(call: Call) -> MintedToken:
    """Make a token of your own; its secret is shown this once."""
    wanted = await call.read(MakeToken)
    minted = await add_own_token(
        call.services,
        name=wanted.name,
        scope=Scope(wanted.scope),
        expires_at=as_utc(wanted.expires_at),
        by=call.caller,
    )
    return MintedToken(token_id=minted.token.id, token=f"{minted.token.id}.{minted.secret}")


@delete("/tokens/{token_id}", errors=(404,))
async def revoke_token(token_id: str, call: Call) -> Reply:
    """Revoke one of your tokens, with the sessions it opened, at once."""
    await drop_own_token(call.services, TokenId(token_id), by=call.caller)
    return Reply(b"")


def _body(token: Token, *, current: TokenId) -> OwnToken:
    return OwnToken(
        token_id=token.id,
        name=token.name,
        scope=token.scope.value,
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.used_at,
        is_current=token.id == current,
    )


ENDPOINTS: Final = (own_tokens, make_token, revoke_token)
