"""A user's own tokens, each with a name, a scope and an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from qumulus.domain.account import Caller, Role, Scope, Token, TokenKind, new_token_id
from qumulus.domain.errors import BadRequestError, ConflictError, NotAuthenticatedError, NotFoundError
from qumulus.domain.ids import TokenId
from qumulus.ports.operations import AddToken, Audit, DropToken, Written
from qumulus.service.accounts import Minted, latest_end, mint, must_not_be_reserved
from qumulus.service.services import Services

MAX_TOKENS = 100
"""One user's."""


async def list_own_tokens(services: Services, *, by: Caller) -> Sequence[Token]:
    """Read the caller's tokens, the oldest first."""
    return await services.store.tokens(owner=by.owner(), role=Role.USER)


async def add_own_token(
    services: Services, *, name: str, scope: Scope, expires_at: datetime | None, by: Caller
) -> Minted:
    """Make a token for the caller.

    Raises:
        BadRequestError: its end has passed or is later than that of the token of this call, or its name
            is reserved.
        ConflictError: the caller has too many.
    """
    must_not_be_reserved(name)
    now = services.clock.now()
    if expires_at is not None and expires_at <= now:
        raise BadRequestError("'expires_at' has passed.")
    latest = await latest_end(services, by=by)
    if latest is not None and (expires_at is None or expires_at > latest):
        raise BadRequestError(
            f"The token that you use ends at {latest:%Y-%m-%dT%H:%M:%SZ}, and what it makes can last no "
            "longer: give an 'expires_at' no later than that, or use a token without an end."
        )
    minted = mint(
        Token(
            id=new_token_id(),
            secret_hash=b"",
            role=Role.USER,
            name=name,
            owner=by.owner(),
            expires_at=expires_at,
            created_at=now,
            scope=scope,
        )
    )
    after = {"owner": by.owner(), "name": name, "scope": scope.value}
    audit = Audit(who=by.name, action="token.add", subject=minted.token.id, before=None, after=after)
    outcome = await services.store.apply(
        AddToken(token=minted.token, at=now, audit=audit, at_most=MAX_TOKENS)
    )
    if outcome is Written.MISSING:
        raise NotAuthenticatedError
    if outcome is Written.FULL:
        raise ConflictError(f"You have {MAX_TOKENS} tokens: revoke one that you do not use.")
    return minted


async def drop_own_token(services: Services, token_id: TokenId, *, by: Caller) -> None:
    """Revoke one of the caller's tokens, at once.

    Raises:
        NotFoundError: the caller has none of this id.
    """
    token = await services.store.token(token_id)
    if token is None or token.owner != by.owner() or token.kind is not TokenKind.TOKEN:
        raise NotFoundError(what="token", id=token_id)
    before = {"owner": token.owner, "name": token.name}
    audit = Audit(who=by.name, action="token.drop", subject=token_id, before=before, after=None)
    await services.store.apply(DropToken(token_id=token_id, at=services.clock.now(), audit=audit))
    services.drop_accounts()
