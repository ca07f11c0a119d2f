"""Who is calling."""

from __future__ import annotations

import hmac

from qumulus.domain.account import Caller, Role, Token, TokenKind, UserStatus, hash_secret
from qumulus.domain.errors import NotAllowedError, NotAuthenticatedError
from qumulus.domain.ids import TokenId
from qumulus.service.services import KnownToken, Services

_NO_HASH = bytes(32)


async def authenticate(services: Services, token: str, *, kind: TokenKind = TokenKind.TOKEN) -> Caller:
    """Turn ``<id>.<secret>`` into the caller.

    Raises:
        NotAuthenticatedError: malformed, unknown, expired, of another kind, or the wrong secret.
        NotAllowedError: the token is good but its owner may not work.
    """
    token_id, dot, secret = token.partition(".")
    if not dot or not token_id or not secret or "." in secret:
        raise NotAuthenticatedError
    known = await services.tokens.get(TokenId(token_id))
    expected = _NO_HASH if known is None else known.token.secret_hash
    is_right = hmac.compare_digest(hash_secret(secret), expected)
    if known is None or not is_right or known.token.kind is not kind:
        raise NotAuthenticatedError
    caller = _caller(services, known)
    services.note_use(known.token)
    return caller


async def must_go_on(services: Services, by: Caller) -> None:
    """Ask again for a caller who has been waiting: the token may have ended meanwhile.

    Raises:
        NotAuthenticatedError: it has.
        NotAllowedError: its owner may no longer work.
    """
    known = await services.tokens.get(by.token_id)
    if known is None:
        raise NotAuthenticatedError
    _caller(services, known)


def _caller(services: Services, known: KnownToken) -> Caller:
    token, owner = known.token, known.owner
    if _has_ended(services, token):
        raise NotAuthenticatedError(f"This {token.kind} has expired.")
    if token.owner is not None and owner is None:
        raise NotAuthenticatedError
    if owner is not None and owner.status is not UserStatus.APPROVED:
        raise NotAllowedError(f"The account of this token is {owner.status}.")
    if token.role is Role.PROVIDER:
        return Caller(role=token.role, token_id=token.id, user=token.owner, devices=token.devices)
    if token.role is Role.ADMIN or owner is None:
        return Caller(role=token.role, token_id=token.id, user=token.owner, devices=None)
    return Caller(
        role=token.role,
        token_id=token.id,
        user=owner.id,
        devices=owner.devices,
        may_prioritise=owner.may_prioritise,
        scope=token.scope,
    )


def _has_ended(services: Services, token: Token) -> bool:
    now = services.clock.now()
    if token.expires_at is not None and token.expires_at <= now:
        return True
    idle_since = token.used_at or token.created_at
    return token.kind is TokenKind.SESSION and idle_since + services.settings.session_idle <= now
