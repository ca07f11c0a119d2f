"""The console signs in and out; one's browsers."""

from __future__ import annotations

from typing import Final

from qumulus.domain.account import Token
from qumulus.domain.errors import BadRequestError, NotAuthenticatedError
from qumulus.domain.ids import TokenId
from qumulus.http.call import Call
from qumulus.http.cookie import forget_session, must_be_ours, session_in, set_session
from qumulus.http.endpoint import NO_STORE, delete, get, post
from qumulus.http.guest import Guest
from qumulus.http.reply import Reply, encode
from qumulus.service.accounts import Minted
from qumulus.service.services import Services
from qumulus.service.sessions import (
    close_session,
    end_former,
    end_of_session,
    list_sessions,
    make_code,
    open_with_code,
    open_with_token,
    read_session,
)
from qumulus.wire.session import OpenSession, SessionBody, SessionCode


@post("/session", body=OpenSession, answer=SessionBody, errors=(403,))
async def open_session(guest: Guest) -> Reply:
    """Sign a browser in with a token, or with the code of a link that works once; sets a cookie."""
    must_be_ours(guest.request.headers)
    wanted = await guest.read(OpenSession)
    if (wanted.token is None) == (wanted.code is None):
        raise BadRequestError("Send either 'token' or 'code'.")
    try:
        minted = await _open(guest, wanted)
    except NotAuthenticatedError:
        guest.note_failure()
        raise
    services = guest.services
    former = session_in(guest.request.headers, method="GET")
    await end_former(services, former, successor=minted.token)
    life = services.settings.session_life
    cookie = set_session(
        f"{minted.token.id}.{minted.secret}",
        guest.request.headers,
        guest.settings,
        max_age_s=int(life.total_seconds()),
    )
    body = encode(_body(services, minted.token, current=minted.token.id))
    return Reply(body, headers=[cookie, *NO_STORE])


@get("/session", response_headers=NO_STORE, errors=(404,))
async def this_session(call: Call) -> SessionBody:
    """Read the session that makes this call."""
    session = await read_session(call.services, call.caller.token_id)
    return _body(call.services, session, current=session.id)


@delete("/session", errors=(404,), is_read=True)
async def sign_out(call: Call) -> Reply:
    """End the session that makes this call, and forget the cookie."""
    await close_session(call.services, call.caller.token_id, by=call.caller)
    return Reply(b"", headers=[forget_session(call.request.headers, call.settings)])


@post("/session/code", response_headers=NO_STORE)
async def session_code(call: Call) -> SessionCode:
    """Make a link that signs a browser in as you, once, within minutes."""
    minted = await make_code(call.services, by=call.caller)
    code = f"{minted.token.id}.{minted.secret}"
    assert minted.token.expires_at is not None  # every code has an end
    url = f"{call.public_url().rstrip('/')}/sign-in#code={code}"
    return SessionCode(code=code, url=url, expires_at=minted.token.expires_at)


@get("/sessions", response_headers=NO_STORE)
async def sessions(call: Call) -> list[SessionBody]:
    """List the browsers you are signed in with, the newest first."""
    found = await list_sessions(call.services, by=call.caller)
    return [_body(call.services, one, current=call.caller.token_id) for one in found]


@delete("/sessions/{session_id}", errors=(404,))
async def end_session(session_id: str, call: Call) -> Reply:
    """Sign one of your browsers out."""
    await close_session(call.services, TokenId(session_id), by=call.caller)
    return Reply(b"")


async def _open(guest: Guest, wanted: OpenSession) -> Minted:
    agent = guest.request.headers.get(b"user-agent", b"").decode("latin-1")
    if wanted.code is not None:
        return await open_with_code(guest.services, wanted.code, agent=agent)
    assert wanted.token is not None  # one of the two came
    return await open_with_token(guest.services, wanted.token, agent=agent)


def _body(services: Services, session: Token, *, current: TokenId) -> SessionBody:
    return SessionBody(
        session_id=session.id,
        user_id=session.owner or "",
        scope=session.scope.value,
        created_at=session.created_at,
        last_used_at=session.used_at,
        expires_at=end_of_session(services, session),
        user_agent=session.agent,
        is_current=session.id == current,
    )


ENDPOINTS: Final = (open_session, this_session, sign_out, session_code, sessions, end_session)
