"""Users and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from qumulus.domain.account import Role, User, UserStatus
from qumulus.domain.errors import BadRequestError
from qumulus.domain.ids import DeviceId, TokenId, UserId
from qumulus.http.call import Call
from qumulus.http.endpoint import NO_STORE, delete, get, patch, post
from qumulus.http.listing import read_sort
from qumulus.http.translate import account_body, token_body
from qumulus.service.manage_accounts import (
    TokenDraft,
    UserQuery,
    add_token,
    add_user,
    change_user,
    drop_token,
    drop_user,
    list_tokens,
    list_users,
    read_user,
)
from qumulus.wire.admin import (
    AccountBody,
    AccountsPage,
    ChangeAccount,
    MintedToken,
    NewAccount,
    NewToken,
    TokenBody,
)
from qumulus.wire.moments import as_utc
from qumulus.wire.queries import TokensQuery, UsersQuery

_SORTABLE: Final = {
    "id": "id",
    "user_id": "id",
    "email": "email",
    "display_name": "display_name",
    "organization": "organization",
    "group_id": "group_id",
    "status": "status",
    "created_at": "created_at",
}


@get("/users", query=UsersQuery)
async def users(call: Call) -> AccountsPage:
    """List accounts."""
    wanted = call.query(UsersQuery)
    found = await list_users(call.services, _user_query(wanted))
    return AccountsPage(
        offset=wanted.offset, limit=wanted.limit, users=[account_body(user) for user in found]
    )


@post("/users", body=NewAccount, errors=(409,), example={"id": "bob", "available_devices": ["SVSim"]})
async def new_user(call: Call) -> AccountBody:
    """Add an account."""
    body = await call.read(NewAccount)
    user = User(
        id=UserId(body.id),
        email=body.email,
        display_name=body.display_name,
        organization=body.organization,
        group_id=body.group_id,
        status=_status(body.status),
        devices=read_device_ids(body.available_devices),
        may_prioritise=body.may_prioritise,
        created_at=call.services.clock.now(),
    )
    await add_user(call.services, user, by=call.caller)
    return account_body(user)


@get("/users/{user_id}", errors=(404,))
async def user(user_id: str, call: Call) -> AccountBody:
    """Read an account."""
    return account_body(await read_user(call.services, UserId(user_id)))


@patch("/users/{user_id}", body=ChangeAccount, errors=(404,))
async def update_account(user_id: str, call: Call) -> AccountBody:
    """Change an account; what is absent stays."""
    changes = _changes(await call.read(ChangeAccount))
    return account_body(await change_user(call.services, UserId(user_id), changes, by=call.caller))


@delete("/users/{user_id}", status=204, errors=(404, 409))
async def remove_account(user_id: str, call: Call) -> None:
    """Remove an account with its tokens and jobs; 409 while jobs are unfinished."""
    await drop_user(call.services, UserId(user_id), by=call.caller)


@get("/tokens", query=TokensQuery)
async def tokens(call: Call) -> list[TokenBody]:
    """List tokens, oldest first."""
    wanted = call.query(TokensQuery)
    owner = UserId(wanted.owner) if wanted.owner else None
    role = Role(wanted.role) if wanted.role else None
    return [token_body(token) for token in await list_tokens(call.services, owner=owner, role=role)]


@post(
    "/tokens",
    body=NewToken,
    errors=(404,),
    response_headers=NO_STORE,
    example={"role": "provider", "devices": ["SVSim"], "name": "rack 3"},
)
async def new_token(call: Call) -> MintedToken:
    """Make a token; this answer alone shows it."""
    body = await call.read(NewToken)
    draft = TokenDraft(
        role=Role(body.role),
        owner=UserId(body.owner) if body.owner else None,
        devices=frozenset(DeviceId(device) for device in body.devices),
        name=body.name,
        expires_at=as_utc(body.expires_at),
    )
    minted = await add_token(call.services, draft, by=call.caller)
    token = minted.token
    return MintedToken(
        id=token.id,
        token=f"{token.id}.{minted.secret}",
        role=token.role,
        name=token.name,
        owner=token.owner,
        devices=tuple(sorted(token.devices)),
        expires_at=token.expires_at,
    )


@delete("/tokens/{token_id}", status=204, errors=(404,))
async def remove_token(token_id: str, call: Call) -> None:
    """Revoke a token, at once."""
    await drop_token(call.services, TokenId(token_id), by=call.caller)


def _user_query(wanted: UsersQuery) -> UserQuery:
    column, descending = read_sort(wanted.sort, _SORTABLE)
    return UserQuery(
        user_id=UserId(wanted.user_id) if wanted.user_id else None,
        email=wanted.email,
        display_name=wanted.display_name,
        organization=wanted.organization,
        group_id=wanted.group_id,
        status=_status(wanted.status) if wanted.status else None,
        sort=_SORTABLE[column] if column else "id",
        descending=descending,
        offset=wanted.offset,
        limit=wanted.limit,
    )


def _changes(body: ChangeAccount) -> dict[str, Any]:
    changes: dict[str, Any] = {
        name: value
        for name in body.__struct_fields__
        if (value := getattr(body, name)) is not None and name not in {"status", "available_devices"}
    }
    if body.status is not None:
        changes["status"] = _status(body.status)
    if body.available_devices is not None:
        changes["devices"] = read_device_ids(body.available_devices)
    return changes


def _status(word: str) -> UserStatus:
    if word not in set(UserStatus):
        raise BadRequestError(f"'{word}' is no status of users: one of {', '.join(UserStatus)}.")
    return UserStatus(word)


def read_device_ids(devices: str | Sequence[str]) -> frozenset[DeviceId] | None:
    """Read ``*`` (None: every device) or a list of ids."""
    return None if devices == "*" else frozenset(DeviceId(device) for device in devices)


ENDPOINTS: Final = (users, new_user, user, update_account, remove_account, tokens, new_token, remove_token)
