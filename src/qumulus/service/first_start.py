"""What a new cloud needs before anybody can call it: an administrator, a user, devices, tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from qumulus.domain.account import Role, Token, User, hash_secret, new_secret, new_token_id
from qumulus.domain.device import Device
from qumulus.domain.ids import DeviceId, TokenId, UserId
from qumulus.ports.clock import Clock
from qumulus.ports.operations import AddDevice, AddToken, AddUser, Audit
from qumulus.ports.store import Store

FIRST_USER: Final = UserId("alice")
_WHO: Final = "first start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Tokens as their holders send them, ``<id>.<secret>``."""

    admin_token: str
    users: Mapping[str, str]
    providers: Mapping[str, str]

    def all(self) -> Sequence[str]:
        """Every token."""
        return (self.admin_token, *self.users.values(), *self.providers.values())


async def are_good(credentials: Credentials, *, store: Store) -> bool:
    """Tell whether the store knows every one of these tokens."""
    for text in credentials.all():
        token_id, _, secret = text.partition(".")
        token = await store.token(TokenId(token_id))
        if token is None or token.secret_hash != hash_secret(secret):
            return False
    return True


async def found_cloud(store: Store, clock: Clock, devices: Sequence[Device]) -> Credentials:
    """Create the first user and the devices where they are missing, and mint new tokens for all."""
    at = clock.now()
    user = User(id=FIRST_USER, display_name="Alice", created_at=at)
    await store.apply(AddUser(user=user, at=at, audit=_audit("user.add", FIRST_USER)))
    for device in devices:
        await store.apply(AddDevice(device=device, at=at, audit=_audit("device.add", device.id)))
    return Credentials(
        admin_token=await mint(store, at, role=Role.ADMIN, name="administrator"),
        users={FIRST_USER: await mint(store, at, role=Role.USER, name="first token", owner=FIRST_USER)},
        providers={
            device.id: await mint(
                store, at, role=Role.PROVIDER, name=f"provider of {device.id}", device=device.id
            )
            for device in devices
        },
    )


async def mint(
    store: Store,
    at: datetime,
    *,
    role: Role,
    name: str,
    owner: UserId | None = None,
    device: DeviceId | None = None,
) -> str:
    """Make a token without an end and give its text; the secret is stored nowhere."""
    secret = new_secret()
    token = Token(
        id=new_token_id(),
        secret_hash=hash_secret(secret),
        role=role,
        name=name,
        owner=owner,
        devices=frozenset() if device is None else frozenset({device}),
        created_at=at,
    )
    await store.apply(AddToken(token=token, at=at, audit=_audit("token.add", token.id)))
    return f"{token.id}.{secret}"


def _audit(action: str, subject: str) -> Audit:
    return Audit(who=_WHO, action=action, subject=subject, before=None, after=None)
