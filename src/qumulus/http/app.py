"""The one ASGI application: an API for each audience, and the operators' pages."""

from __future__ import annotations

from contextlib import AsyncExitStack
from time import perf_counter
from typing import Any, Final

from litestar import Litestar

from qumulus.http.apis import APIS, make_api
from qumulus.http.asgi import App, Message, Receive, Scope, Send
from qumulus.http.console.files import Console
from qumulus.http.metrics import RequestMeter
from qumulus.http.operations import Operations
from qumulus.http.reply import Headers, Reply
from qumulus.http.settings import HttpSettings
from qumulus.http.signup import NO_SIGNUP, SIGNUP_PATHS
from qumulus.http.storage.api import make_storage_api
from qumulus.service import Services

__all__ = ["Dispatcher", "HttpSettings", "build_app"]

_PREFLIGHT: Final = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"Authorization, Content-Type, Idempotency-Key, Last-Event-ID, q-api-token, X-Api-Key",
    ),
    (b"access-control-max-age", b"600"),
)
_OF_A_BROWSER: Final = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
"""With a session nobody may read an answer again after it, nor take it for anything but data."""
_EXPOSED: Final = (b"access-control-expose-headers", b"Link, Retry-After")


def build_app(services: Services, *, settings: HttpSettings | None = None) -> App:
    """Build the application; whoever serves it starts and stops the services."""
    return Dispatcher(services, settings or HttpSettings())


class Dispatcher:
    """Hands a request to its API; does once what all need: HEAD, CORS, counting, lifespans."""

    def __init__(self, services: Services, settings: HttpSettings) -> None:
        self._meter = RequestMeter()
        self._apis: dict[str, Litestar] = {api.role.value: make_api(api, services, settings) for api in APIS}
        self._apis["storage"] = make_storage_api(services)
        self._operations = Operations(services, settings, self._meter, Console(settings.console))
        self._origins = frozenset(origin.encode() for origin in settings.allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
        else:
            await self._live(receive, send)

    async def _serve(self, scope: Any, receive: Receive, send: Send) -> None:
        started = perf_counter()
        status = 500
        method: str = scope["method"]
        is_head = method == "HEAD"
        if is_head:
            scope = {**scope, "method": "GET", "is_head": True}
        cors = self._cors_headers(scope["headers"])
        private = self._headers_for_browsers(scope)

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                known = {name for name, _ in message["headers"]} if private else ()
                added = [*cors, *(one for one in private if one[0] not in known)]
                if added:
                    message["headers"] = [*message["headers"], *added]
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app_for(scope, is_preflight=bool(cors) and method == "OPTIONS")(
                scope, receive, answer
            )
        finally:
            key = (scope.get("path_template", "none"), method, status)
            self._meter.note(key, perf_counter() - started)

    def _app_for(self, scope: Any, *, is_preflight: bool) -> App:
        if is_preflight:
            return Reply(b"", status=204, headers=_PREFLIGHT)
        head = _head(scope)
        if head in SIGNUP_PATHS:
            return NO_SIGNUP
        found: App = self._apis.get(head) or self._operations
        return found

    def _cors_headers(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        origin = next((value for name, value in headers if name == b"origin"), None)
        if origin is None:
            return []
        if b"*" in self._origins:
            return [(b"access-control-allow-origin", b"*"), _EXPOSED]
        if origin in self._origins:
            return [(b"access-control-allow-origin", origin), (b"vary", b"Origin"), _EXPOSED]
        return []

    def _headers_for_browsers(self, scope: Any) -> Headers:
        if all(name != b"cookie" for name, _ in scope["headers"]) or _head(scope) not in self._apis:
            return ()
        return _OF_A_BROWSER

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            for api in self._apis.values():
                await stack.enter_async_context(api.lifespan())
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def _head(scope: Any) -> str:
    """The first part of the path: which API is meant."""
    path: str = scope["path"]
    return path.lstrip("/").partition("/")[0]
