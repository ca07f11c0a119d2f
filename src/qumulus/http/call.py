"""A call: who makes it, what it carries, and the services that can serve it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from qumulus.domain.account import Caller, Role, TokenKind
from qumulus.domain.account import Scope as TokenScope
from qumulus.domain.errors import NotAllowedError, NotAuthenticatedError
from qumulus.http.body import read_body
from qumulus.http.cookie import session_in
from qumulus.http.departure import Departure
from qumulus.http.limits import RateLimit
from qumulus.http.request import Request
from qumulus.http.settings import HttpSettings
from qumulus.http.storage.signing import Signer
from qumulus.service import Services
from qumulus.service.authenticate import authenticate
from qumulus.wire.decode import decode
from qumulus.wire.queries import read_query

_KEYS: Final = frozenset({b"authorization", b"q-api-token", b"x-api-key"})
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Desk:
    """What all calls of one API share; ``tries`` bounds the failed ones of guests."""

    services: Services
    settings: HttpSettings
    role: Role
    rate_limit: RateLimit | None
    tries: RateLimit


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated call."""

    services: Services
    settings: HttpSettings
    caller: Caller
    request: Request

    async def body(self, *, limit: int | None = None) -> bytes:
        """Read the body."""
        limit = self.settings.max_body_bytes if limit is None else limit
        return await read_body(self.request, limit=limit)

    async def read(self, shape: type[T]) -> T:
        """Read the body as a struct."""
        return decode(await self.body(), shape)

    async def read_or(self, shape: type[S]) -> S:
        """Read the body as a struct; an empty one stands for ``{}``."""
        return decode(await self.body() or b"{}", shape)

    def query(self, shape: type[S]) -> S:
        """Read the query parameters as a struct."""
        return read_query(self.request.query, shape)

    def departure(self) -> Departure:
        """Watch for the caller hanging up."""
        return Departure(self.request.receive)

    @property
    def is_head(self) -> bool:
        """The caller wants headers only; nothing may happen."""
        return self.request.is_head

    @property
    def brings_engine_key(self) -> bool:
        """OQTOPUS engines authenticate so; they know the object form only."""
        return b"x-api-key" in self.request.headers and b"q-api-token" not in self.request.headers

    def header(self, name: bytes) -> str | None:
        """Give one header, None if it did not come."""
        value = self.request.headers.get(name)
        return None if value is None else value.decode("latin-1")

    async def signer(self) -> Signer:
        """Make storage URLs for the caller."""
        services = self.services
        return Signer(await services.signing_key(), public_url=self.public_url(), now=services.clock.now())

    def public_url(self) -> str:
        """The public address, else the one by which the caller came."""
        if self.settings.public_url:
            return self.settings.public_url
        host = self.request.headers.get(b"host", b"").decode("latin-1")
        if not _HOST.fullmatch(host):
            name, port = self.request.scope.get("server") or ("127.0.0.1", 80)
            host = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
        return f"{self.request.scope['scheme']}://{host}"

    def at(self, path: str) -> str:
        """Make a link: absolute where the public address is known."""
        return (self.settings.public_url or "").rstrip("/") + path


async def make_call(desk: Desk, request: Request, *, is_read: bool) -> Call:
    """Authenticate; ``is_read``: nothing is changed, whatever the method is.

    Raises:
        NotAuthenticatedError: no good token came.
        NotAllowedError: it is not for this.
        TooManyRequestsError: it was used too often.
    """
    caller = await _who(desk.services, request)
    if caller.role is not desk.role:
        raise NotAllowedError(f"This is the {desk.role} API; your token is of role {caller.role}.")
    if caller.scope is TokenScope.READ and not is_read and request.method != "GET":
        raise NotAllowedError("This token may only read.")
    if desk.rate_limit is not None:
        desk.rate_limit.take(caller.token_id)
    return Call(desk.services, desk.settings, caller, request)


async def _who(services: Services, request: Request) -> Caller:
    headers = request.headers
    if _KEYS.isdisjoint(headers):
        session = session_in(headers, method=request.method)
        if session is not None:
            return await authenticate(services, session, kind=TokenKind.SESSION)
    return await authenticate(services, token_of(headers))


def token_of(headers: dict[bytes, bytes]) -> str:
    """Find the token; the two headers of OQTOPUS win over ``Authorization``.

    Raises:
        NotAuthenticatedError: there is none.
    """
    token = headers.get(b"q-api-token") or headers.get(b"x-api-key")
    if token is None:
        scheme, _, token = headers.get(b"authorization", b"").strip().partition(b" ")
        if scheme.lower() != b"bearer":
            raise NotAuthenticatedError
    return token.strip().decode("latin-1")
