"""A browser signs in: with a token, or with a link that works once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime

from qumulus.domain.account import Caller, Role, Token, TokenKind, new_token_id
from qumulus.domain.errors import NotAllowedError, NotAuthenticatedError, NotFoundError
from qumulus.domain.ids import TokenId
from qumulus.ports.operations import AddToken, Audit, DropToken, SwapToken, Written
from qumulus.service.accounts import Minted, mint
from qumulus.service.authenticate import authenticate
from qumulus.service.services import Services

MAX_AGENT = 200
"""Characters of a browser's name that are kept."""

MAX_SESSIONS = 50
"""One user's sessions, and as many links: a new one ends the oldest."""


async def open_with_token(services: Services, token: str, *, agent: str) -> Minted:
    """Open a session for the user a token belongs to, with the token's scope and no longer than it lives.

    Raises:
        NotAuthenticatedError: the token is not good.
        NotAllowedError: it is not a user's.
    """
    by = await authenticate(services, token)
    if by.role is not Role.USER:
        raise NotAllowedError(f"The console is for users; this token is of role {by.role}.")
    minted = await _new_session(services, by, agent=agent)
    operation = AddToken(
        token=minted.token, at=services.clock.now(), audit=_audit("session.open", by, minted.token)
    )
    if await services.store.apply(operation) is not Written.DONE:
        raise NotAuthenticatedError
    return minted


async def open_with_code(services: Services, code: str, *, agent: str) -> Minted:
    """Open a session by a link that works once.

    Raises:
        NotAuthenticatedError: the code is unknown, used or too old.
    """
    by = await authenticate(services, code, kind=TokenKind.CODE)
    minted = await _new_session(services, by, agent=agent)
    operation = SwapToken(
        given=by.token_id,
        token=minted.token,
        at=services.clock.now(),
        audit=_audit("session.open", by, minted.token),
    )
    outcome = await services.store.apply(operation)
    services.drop_accounts()
    if outcome is not Written.DONE:
        raise NotAuthenticatedError("This link has been used already.")
    return minted


async def end_former(services: Services, session: str | None, *, successor: Token) -> None:
    """End the session whose cookie a new one has just replaced; one that is not good is none.

    What was opened with a session ends with it: one that opened its successor is left to its time.
    """
    if session is not None:
        with suppress(NotAuthenticatedError, NotAllowedError, NotFoundError):
            by = await authenticate(services, session, kind=TokenKind.SESSION)
            if not await _is_opened_by(services, successor, by.token_id):
                await close_session(services, by.token_id, by=by)


async def _is_opened_by(services: Services, token: Token, opener: TokenId) -> bool:
    """Whether it was, directly or by way of others."""
    known: Token | None = token
    while known is not None and known.opened_by is not None:
        if known.opened_by == opener:
            return True
        known = await services.store.token(known.opened_by)
    return False


async def make_code(services: Services, *, by: Caller) -> Minted:
    """Make the secret part of a link that signs the caller in, once."""
    now = services.clock.now()
    await _make_room(services, TokenKind.CODE, by=by)
    minted = mint(
        Token(
            id=new_token_id(),
            secret_hash=b"",
            role=Role.USER,
            owner=by.owner(),
            created_at=now,
            expires_at=now + services.settings.code_life,
            kind=TokenKind.CODE,
            scope=by.scope,
            opened_by=by.token_id,
        )
    )
    await services.store.apply(
        AddToken(token=minted.token, at=now, audit=_audit("session.link", by, minted.token))
    )
    return minted


async def read_session(services: Services, session_id: TokenId) -> Token:
    """Read the session that makes this call.

    Raises:
        NotFoundError: the call is made with a token.
    """
    token = await services.store.token(session_id)
    if token is None or token.kind is not TokenKind.SESSION:
        raise NotFoundError(what="session", id=session_id)
    return token


async def list_sessions(services: Services, *, by: Caller) -> Sequence[Token]:
    """Read the caller's open sessions, the newest first."""
    now = services.clock.now()
    found = await services.store.tokens(owner=by.owner(), kind=TokenKind.SESSION)
    return [one for one in reversed(found) if end_of_session(services, one) > now]


def end_of_session(services: Services, session: Token) -> datetime:
    """When a session ends if it is not used again."""
    idle_end = (session.used_at or session.created_at) + services.settings.session_idle
    return idle_end if session.expires_at is None else min(idle_end, session.expires_at)


async def close_session(services: Services, session_id: TokenId, *, by: Caller) -> None:
    """End one of the caller's sessions.

    Raises:
        NotFoundError: there is none of this id.
    """
    session = await services.store.token(session_id)
    if session is None or session.owner != by.owner() or session.kind is not TokenKind.SESSION:
        raise NotFoundError(what="session", id=session_id)
    await services.store.apply(
        DropToken(token_id=session_id, at=services.clock.now(), audit=_audit("session.close", by, session))
    )
    services.drop_accounts()


async def _new_session(services: Services, by: Caller, *, agent: str) -> Minted:
    """Open it for the token behind ``by``, or behind the code that is ``by``: it ends with that token."""
    now = services.clock.now()
    given = await services.store.token(by.token_id)
    opener = (
        given if given is None or given.opened_by is None else await services.store.token(given.opened_by)
    )
    if opener is None:
        raise NotAuthenticatedError
    await _make_room(services, TokenKind.SESSION, by=by, spared={by.token_id, opener.id})
    end = now + services.settings.session_life
    return mint(
        Token(
            id=new_token_id(),
            secret_hash=b"",
            role=Role.USER,
            owner=by.owner(),
            created_at=now,
            expires_at=end if opener.expires_at is None else min(end, opener.expires_at),
            kind=TokenKind.SESSION,
            scope=by.scope,
            agent=agent[:MAX_AGENT],
            opened_by=opener.id,
        )
    )


async def _make_room(
    services: Services, kind: TokenKind, *, by: Caller, spared: Collection[TokenId] = ()
) -> None:
    """End the caller's oldest of a kind, so that there is room for one more."""
    kept = await services.store.tokens(owner=by.owner(), kind=kind)
    oldest = [one for one in kept if one.id not in spared]
    for one in oldest[: max(0, len(kept) - MAX_SESSIONS + 1)]:
        audit = _audit("session.close", by, one)
        await services.store.apply(DropToken(token_id=one.id, at=services.clock.now(), audit=audit))
        services.drop_accounts()


def _audit(action: str, by: Caller, token: Token) -> Audit:
    return Audit(who=by.name, action=action, subject=token.id, before=None, after={"owner": token.owner})
