"""One's own account and API token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from qumulus.domain.account import Caller, Role, Token, User, hash_secret, new_secret, new_token_id
from qumulus.domain.errors import (
    BadRequestError,
    ConflictError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
)
from qumulus.ports.operations import AddToken, Audit, ChangeUser, DropToken, DropUser, Written
from qumulus.service.services import Services
from qumulus.service.told import told

SELF_MADE: Final = "api-token"
"""The name that marks the one token a user makes for oneself; no other token may bear it."""


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


async def edit_account(services: Services, changes: Mapping[str, str], *, by: Caller) -> User:
    """Change attributes of the caller's own account.

    Raises:
        NotAllowedError: this cloud lets users not edit one of them, or the token belongs to no user.
    """
    if changes.keys() - services.settings.users_may_edit:
        raise NotAllowedError("Not all of this may be changed by its owner: ask an administrator.")
    before = told(await read_account(services, by=by))
    audit = Audit(
        who=by.name,
        action="user.change",
        subject=by.owner(),
        before={key: before[key] for key in changes},
        after=dict(changes),
    )
    if changes:
        await services.store.apply(
            ChangeUser(user_id=by.owner(), changes=changes, at=services.clock.now(), audit=audit)
        )
        services.drop_accounts()
    return await read_account(services, by=by)


async def close_account(services: Services, *, by: Caller) -> None:
    """Delete the caller's own account with its tokens and jobs.

    Raises:
        NotAllowedError: this cloud does not let users do that, or the token belongs to no user.
        ConflictError: it has unfinished jobs.
    """
    if not services.settings.users_may_delete:
        raise NotAllowedError("An administrator must delete your account for you.")
    before = told(await read_account(services, by=by))
    audit = Audit(who=by.name, action="user.drop", subject=by.owner(), before=before, after=None)
    outcome = await services.store.apply(DropUser(user_id=by.owner(), at=services.clock.now(), audit=audit))
    services.drop_accounts()
    if outcome is Written.IN_USE:
        raise ConflictError("You have unfinished jobs: cancel them first.")
    if outcome is Written.MISSING:
        raise NotAuthenticatedError


async def read_token_end(services: Services, *, by: Caller) -> datetime | None:
    """When the token used for this call ends; None: never."""
    known = await services.tokens.get(by.token_id)
    if known is None:
        raise NotAuthenticatedError
    return known.token.expires_at


async def latest_end(services: Services, *, by: Caller) -> datetime | None:
    """When the token ends with which the caller signed in, perhaps in a browser; None: never.

    What the caller makes with it must end no later, or it would last for ever by way of its successors.

    Raises:
        NotAuthenticatedError: it was revoked meanwhile.
    """
    token = await services.store.token(by.token_id)
    while token is not None and token.opened_by is not None:
        token = await services.store.token(token.opened_by)
    if token is None:
        raise NotAuthenticatedError
    return token.expires_at


def must_not_be_reserved(name: str) -> None:
    """Refuse the name by which ``POST /api-token`` knows the token that it replaces.

    Raises:
        BadRequestError: it is that name.
    """
    if name == SELF_MADE:
        raise BadRequestError(f"The name '{SELF_MADE}' is kept for POST /user/api-token: take another.")


async def renew_api_token(services: Services, *, by: Caller) -> Minted:
    """Make a token for the caller; it replaces at once the one made here before, no other.

    It ends no later than the token of this call.
    """
    owner = by.owner()
    now = services.clock.now()
    end, latest = now + services.settings.api_token_life, await latest_end(services, by=by)
    minted = mint(
        Token(
            id=new_token_id(),
            secret_hash=b"",
            role=Role.USER,
            name=SELF_MADE,
            owner=owner,
            expires_at=end if latest is None else min(end, latest),
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


async def list_api_tokens(services: Services, *, by: Caller) -> Sequence[Token]:
    """Read the tokens that the caller made for oneself: one, or none."""
    return await _api_tokens(services, by=by)


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
        token=replace(token, secret_hash=hash_secret(secret)),
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
