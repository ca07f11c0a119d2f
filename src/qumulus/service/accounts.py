"""One's own account and API token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from qumulus.domain.account import Caller, Role, Token, User, hash_secret, new_secret, new_token_id
from qumulus.domain.errors import NotAuthenticatedError, NotFoundError
from qumulus.ports.operations import AddToken, Audit, DropToken, Written
from qumulus.service.services import Services

SELF_MADE: Final = "api-token"
"""The name that marks the one token a user makes for oneself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """A new token and its secret, which nobody can read again."""

    token: Token
    secret: str


async def read_account(services: Services, *, by: Caller) -> User:
    """Read the caller's account.

    Raises:
        NotAllowedError: the token belongs to no user.
    """
    user = await services.store.user(by.owner())
    if user is None:
        raise NotAuthenticatedError
    return user


async def read_token_end(services: Services, *, by: Caller) -> datetime | None:
    """When the token used for this call ends; None: never."""
    known = await services.tokens.get(by.token_id)
    if known is None:
        raise NotAuthenticatedError
    return known.token.expires_at


async def renew_api_token(services: Services, *, by: Caller) -> Minted:
    """Make a token for the caller; it replaces at once the one made here before, no other."""
    owner = by.owner()
    now = services.clock.now()
    minted = mint(
        Token(
            id=new_token_id(),
            secret_hash=b"",
            role=Role.USER,
            name=SELF_MADE,
            owner=owner,
            expires_at=now + services.settings.api_token_life,
            created_at=now,
        )
    )
    old = await _api_tokens(services, by=by)
    outcome = await services.store.apply(
        AddToken(
            token=minted.token,
            at=now,
            audit=Audit(
                who=by.name,
                action="token.renew",
                subject=minted.token.id,
                before=None,
                after={"owner": owner},
            ),
            replaces=old[-1].id if old else None,
        )
    )
    services.drop_accounts()
    if outcome is Written.MISSING:
        raise NotAuthenticatedError
    # Of calls at the same time each adds one: the newest stays.
    await _drop(services, (await _api_tokens(services, by=by))[:-1], by=by)
    return minted


async def drop_api_token(services: Services, *, by: Caller) -> None:
    """Revoke the token that the caller made for oneself.

    Raises:
        NotFoundError: there is none.
    """
    tokens = await _api_tokens(services, by=by)
    if not tokens:
        raise NotFoundError("You have made no API token.")
    await _drop(services, tokens, by=by)


def mint(token: Token) -> Minted:
    """Give a token a secret."""
    secret = new_secret()
    return Minted(
        token=Token(
            id=token.id,
            secret_hash=hash_secret(secret),
            role=token.role,
            name=token.name,
            owner=token.owner,
            devices=token.devices,
            expires_at=token.expires_at,
            created_at=token.created_at,
        ),
        secret=secret,
    )


async def _drop(services: Services, tokens: Sequence[Token], *, by: Caller) -> None:
    for token in tokens:
        audit = Audit(
            who=by.name, action="token.drop", subject=token.id, before={"owner": token.owner}, after=None
        )
        await services.store.apply(DropToken(token_id=token.id, at=services.clock.now(), audit=audit))
    if tokens:
        services.drop_accounts()


async def _api_tokens(services: Services, *, by: Caller) -> list[Token]:
    tokens = await services.store.tokens(owner=by.owner(), role=Role.USER)
    found = [token for token in tokens if token.name == SELF_MADE]
    return sorted(found, key=lambda token: (token.created_at, token.id))
