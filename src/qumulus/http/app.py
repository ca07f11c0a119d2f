"""The one ASGI application: an API for each audience, and the operators' pages."""

from __future__ import annotations

import re
from time import perf_counter
from typing import Final

from qumulus.domain.errors import BadRequestError
from qumulus.http.apis import APIS, make_api
from qumulus.http.asgi import App, Message, Receive, Scope, Send
from qumulus.http.console.files import Console
from qumulus.http.errors import sheltered
from qumulus.http.metrics import RequestMeter
from qumulus.http.operations import Operations
from qumulus.http.reply import Headers, Reply
from qumulus.http.request import Answering, Request
from qumulus.http.settings import HttpSettings
from qumulus.http.signup import NO_SIGNUP, SIGNUP_PATHS
from qumulus.http.storage.api import make_storage
from qumulus.service import Services

__all__ = ["Dispatcher", "HttpSettings", "build_app"]

_HOST: Final = re.compile(rb"[0-9A-Za-z!$&'()*+,;=\-._~:\[\]@%]*")
_PREFLIGHT: Final = Reply(
    b"",
    status=204,
    headers=(
        (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
        (
            b"access-control-allow-headers",
            b"Authorization, Content-Type, Idempotency-Key, Last-Event-ID, q-api-token, X-Api-Key",
        ),
        (b"access-control-max-age", b"600"),
    ),
)
_OF_A_BROWSER: Final = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
"""With a session nobody may read an answer again after it, nor take it for anything but data."""
_ONE_MEANING: Final = frozenset({b"host", b"authorization", b"q-api-token", b"x-api-key", b"idempotency-key"})
"""Where a proxy before us may have looked at another of several, they must say the same."""
_EXPOSED: Final = (b"access-control-expose-headers", b"Link, Retry-After")


def build_app(services: Services, *, settings: HttpSettings | None = None) -> App:
    """Build the application; whoever serves it starts and stops the services."""
    return Dispatcher(services, settings or HttpSettings())


class Dispatcher:
    """Hands a request to its part of the application; does once what all need: CORS, errors, counting."""

    def __init__(self, services: Services, settings: HttpSettings) -> None:
        self._meter = RequestMeter()
        self._apis: dict[str, Answering] = {api.role.value: make_api(api, services, settings) for api in APIS}
        self._apis["storage"] = make_storage(services)
        self._operations = Operations(services, settings, self._meter, Console(settings.console))
        self._origins = frozenset(origin.encode() for origin in settings.allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http":
            await self._serve(Request(scope, receive), send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
        else:
            await _live(receive, send)

    async def _serve(self, request: Request, send: Send) -> None:
        started = perf_counter()
        status = 500
        cors, private = self._cors_headers(request), self._headers_for_browsers(request)
        if cors or private:
            send = _adding(cors, private, send)
        try:
            reply = await sheltered(self._answer, request)
            status = reply.status
            await reply.leave(send, is_head=request.is_head)
        finally:
            key = (request.template, request.scope["method"], status)
            self._meter.note(key, perf_counter() - started)

    async def _answer(self, request: Request) -> Reply:
        if len(request.headers) < len(request.scope["headers"]):
            _refuse_doubt(request)
        if request.method == "OPTIONS" and self._cors_headers(request):
            return _PREFLIGHT
        head = _head(request)
        api = self._apis.get(head)
        if api is None:
            return NO_SIGNUP if head in SIGNUP_PATHS else await self._operations.answer(request)
        if not _HOST.fullmatch(request.headers.get(b"host", b"")):
            raise BadRequestError("Invalid host header")
        return await api(request)

    def _cors_headers(self, request: Request) -> Headers:
        origin = request.headers.get(b"origin")
        if origin is None:
            return ()
        if b"*" in self._origins:
            return ((b"access-control-allow-origin", b"*"), _EXPOSED)
        if origin in self._origins:
            return ((b"access-control-allow-origin", origin), (b"vary", b"Origin"), _EXPOSED)
        return ()

    def _headers_for_browsers(self, request: Request) -> Headers:
        return _OF_A_BROWSER if b"cookie" in request.headers and _head(request) in self._apis else ()


def _head(request: Request) -> str:
    """The first part of the path: which API is meant."""
    return request.path.lstrip("/").partition("/")[0]


def _refuse_doubt(request: Request) -> None:
    """Refuse headers of one name that say different things where that matters."""
    for name, value in request.scope["headers"]:
        if name in _ONE_MEANING and request.headers[name] != value:
            raise BadRequestError(f"The header '{name.decode()}' came more than once.")


def _adding(always: Headers, missing: Headers, send: Send) -> Send:
    """Send with more headers: some always, some where an answer has none of that name."""

    async def send_more(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message["headers"]
            known = {name for name, _ in headers}
            added = [one for one in missing if one[0] not in known]
            message = {**message, "headers": [*headers, *always, *added]}
        await send(message)

    return send_more


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})
