"""Operators manage users and tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qumulus.domain.account import Caller, Role, Token, User, new_token_id
from qumulus.domain.errors import BadRequestError, ConflictError, NotFoundError
from qumulus.domain.ids import DeviceId, TokenId, UserId
from qumulus.ports.operations import (
    AddToken,
    AddUser,
    Audit,
    ChangeUser,
    DropToken,
    DropUser,
    Written,
)
from qumulus.ports.store import UserQuery
from qumulus.service.accounts import Minted, mint, must_not_be_reserved
from qumulus.service.devices import must_exist
from qumulus.service.services import Services
from qumulus.service.told import told

__all__ = [
    "TokenDraft",
    "UserQuery",
    "add_token",
    "add_user",
    "change_user",
    "drop_token",
    "drop_user",
    "list_tokens",
    "list_users",
    "read_user",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenDraft:
    """A token as asked for."""

    role: Role
    owner: UserId | None
    devices: frozenset[DeviceId]
    name: str
    expires_at: datetime | None


async def list_users(services: Services, query: UserQuery) -> Sequence[User]:
    """Read users."""
    return await services.store.users(query)


async def read_user(services: Services, user_id: UserId) -> User:
    """Read one user.

    Raises:
        NotFoundError: there is none.
    """
    user = await services.store.user(user_id)
    if user is None:
        raise NotFoundError(what="user", id=user_id)
    return user


async def add_user(services: Services, user: User, *, by: Caller) -> None:
    """Add a user.

    Raises:
        BadRequestError: there is no such device as the user may use.
        ConflictError: the id is taken.
    """
    await must_exist(services, user.devices or ())
    audit = Audit(who=by.name, action="user.add", subject=user.id, before=None, after=told(user))
    outcome = await services.store.apply(AddUser(user=user, at=user.created_at, audit=audit))
    services.drop_accounts()
    if outcome is Written.EXISTS:
        raise ConflictError(f"There is a user '{user.id}' already.")


async def change_user(services: Services, user_id: UserId, changes: Mapping[str, Any], *, by: Caller) -> User:
    """Change attributes of a user; what may be done with its tokens changes at once.

    Raises:
        BadRequestError: there is no such device as the user may use now.
        NotFoundError: there is no such user.
    """
    user = await read_user(services, user_id)
    before = told(user)
    await must_exist(services, (changes.get("devices") or frozenset()) - (user.devices or frozenset()))
    audit = Audit(
        who=by.name,
        action="user.change",
        subject=user_id,
        before={key: before[key] for key in changes},
        after=told(changes),
    )
    await services.store.apply(
        ChangeUser(user_id=user_id, changes=changes, at=services.clock.now(), audit=audit)
    )
    services.drop_accounts()
    return await read_user(services, user_id)


async def drop_user(services: Services, user_id: UserId, *, by: Caller) -> None:
    """Remove a user with tokens and jobs.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: it has unfinished jobs.
    """
    before = told(await read_user(services, user_id))
    audit = Audit(who=by.name, action="user.drop", subject=user_id, before=before, after=None)
    outcome = await services.store.apply(DropUser(user_id=user_id, at=services.clock.now(), audit=audit))
    services.drop_accounts()
    if outcome is Written.IN_USE:
        raise ConflictError(f"User '{user_id}' has unfinished jobs: cancel them first.")
    if outcome is Written.MISSING:
        raise NotFoundError(what="user", id=user_id)


async def list_tokens(services: Services, *, owner: UserId | None, role: Role | None) -> Sequence[Token]:
    """Read tokens, oldest first."""
    return await services.store.tokens(owner=owner, role=role)


async def add_token(services: Services, draft: TokenDraft, *, by: Caller) -> Minted:
    """Make a token.

    Raises:
        BadRequestError: a user's without an owner, a Provider's without devices or with unknown ones,
            devices for anybody else, a reserved name.
        NotFoundError: the owner does not exist.
    """
    await _check(services, draft)
    now = services.clock.now()
    minted = mint(
        Token(
            id=new_token_id(),
            secret_hash=b"",
            role=draft.role,
            name=draft.name,
            owner=draft.owner,
            devices=draft.devices,
            expires_at=draft.expires_at,
            created_at=now,
        )
    )
    audit = Audit(who=by.name, action="token.add", subject=minted.token.id, before=None, after=told(draft))
    outcome = await services.store.apply(AddToken(token=minted.token, at=now, audit=audit))
    services.drop_accounts()
    if outcome is Written.MISSING:
        raise NotFoundError(what="user", id=draft.owner)
    return minted


async def drop_token(services: Services, token_id: TokenId, *, by: Caller) -> None:
    """Revoke a token; it is worth nothing from now on.

    Raises:
        NotFoundError: there is no such token.
    """
    token = await services.store.token(token_id)
    if token is None:
        raise NotFoundError(what="token", id=token_id)
    audit = Audit(who=by.name, action="token.drop", subject=token_id, before=told(token), after=None)
    await services.store.apply(DropToken(token_id=token_id, at=services.clock.now(), audit=audit))
    services.drop_accounts()


async def _check(services: Services, draft: TokenDraft) -> None:
    must_not_be_reserved(draft.name)
    if draft.role is Role.USER and draft.owner is None:
        raise BadRequestError("A user's token needs an 'owner'.")
    if draft.role is Role.PROVIDER and not draft.devices:
        raise BadRequestError("A provider's token needs 'devices'.")
    if draft.role is not Role.PROVIDER and draft.devices:
        raise BadRequestError(
            f"'devices' binds tokens of Providers; this one is of role {draft.role}. "
            "What a user may use is said by the user's 'available_devices'."
        )
    await must_exist(services, draft.devices)
