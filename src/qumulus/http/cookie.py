"""The session cookie of the console, and when it is obeyed.

A browser sends it by itself, so a call that comes with it must prove that a page of ours made it: every
call but a plain read needs a header that no foreign page can set, and none may come from another site.
One cookie per port: browsers share cookies between the ports of one machine.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlsplit

from qumulus.domain.errors import NotAllowedError
from qumulus.http.settings import HttpSettings

NAME: Final = "qumulus_session"
PROOF: Final = b"x-qumulus-console"
_OURS: Final = frozenset({b"same-origin", b"none"})
_READS: Final = frozenset({"GET", "HEAD"})
_FAR_PAST: Final = "Thu, 01 Jan 1970 00:00:00 GMT"

Headers = dict[bytes, bytes]


def session_in(headers: Headers, *, method: str) -> str | None:
    """Give the session's ``<id>.<secret>``; None if no cookie came.

    Raises:
        NotAllowedError: a page that is not ours may have made this call.
    """
    sent = headers.get(b"cookie")
    if sent is None:
        return None
    try:
        found = SimpleCookie(sent.decode("latin-1")).get(_name(headers))
    except CookieError:
        return None
    if found is None:
        return None
    must_be_ours(headers)
    if method not in _READS and PROOF not in headers:
        raise NotAllowedError("A call with a session needs the header X-Qumulus-Console.")
    return found.value


def must_be_ours(headers: Headers) -> None:
    """Refuse what a page of another site makes a browser send.

    Raises:
        NotAllowedError: the browser says that such a page did.
    """
    if headers.get(b"sec-fetch-site", b"same-origin") not in _OURS:
        raise NotAllowedError("A session is only obeyed when the console itself calls.")


def set_session(
    text: str, headers: Headers, settings: HttpSettings, *, max_age_s: int
) -> tuple[bytes, bytes]:
    """Give the header that keeps a session in the browser."""
    return _header(f"{_name(headers)}={text}; Max-Age={max_age_s}", settings)


def forget_session(headers: Headers, settings: HttpSettings) -> tuple[bytes, bytes]:
    """Give the header that makes the browser forget it."""
    return _header(f"{_name(headers)}=; Max-Age=0; Expires={_FAR_PAST}", settings)


def _header(pair: str, settings: HttpSettings) -> tuple[bytes, bytes]:
    is_secure = (settings.public_url or "").startswith("https:")
    text = f"{pair}; Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if is_secure else "")
    return b"set-cookie", text.encode("latin-1")


def _name(headers: Headers) -> str:
    try:
        port = urlsplit("//" + headers.get(b"host", b"").decode("latin-1")).port
    except ValueError:
        port = None
    return NAME if port is None else f"{NAME}_{port}"
