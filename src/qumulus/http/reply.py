"""Answers: bytes with a length, made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from litestar import Response

from qumulus.http.asgi import Receive, Scope, Send

JSON: Final = b"application/json"
_NO_BODY: Final = frozenset({204, 304})

Headers = Sequence[tuple[bytes, bytes]]

_encoder: Final = msgspec.json.Encoder(enc_hook=str)


def encode(content: object) -> bytes:
    """Write JSON."""
    return _encoder.encode(content)


class Reply:
    """A whole answer, ready to be sent."""

    __slots__ = ("body", "headers", "media_type", "status")

    def __init__(
        self, body: bytes, *, status: int = 200, headers: Headers = (), media_type: bytes = JSON
    ) -> None:
        self.body = body
        self.status = status
        self.headers = headers
        self.media_type = media_type

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        """Send it."""
        headers: list[tuple[bytes, bytes]] = [*self.headers]
        if self.status not in _NO_BODY:
            headers.append((b"content-type", self.media_type))
            headers.append((b"content-length", b"%d" % len(self.body)))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class JsonResponse(Response[Any]):
    """What the framework makes of a value that an endpoint returns: a ``Reply``, and nothing more."""

    def __init__(
        self,
        content: Any,
        *,
        status_code: int | None = None,
        headers: Mapping[str, str] | None = None,
        **_unused: Any,
    ) -> None:
        self.content = content
        self.status_code = status_code
        self.headers = dict(headers or {})
        self.background = None
        self.cookies = []

    def to_asgi_response(self, app: Any, request: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - inherited
        """Encode; headers come from the error, or from the endpoint's declaration."""
        declared: Mapping[str, str] = kwargs.get("headers") or {}
        headers = [
            (name.lower().encode(), value.encode())
            for name, value in (*declared.items(), *self.headers.items())
        ]
        status = self.status_code or 200
        body = b"" if status in _NO_BODY else encode(self.content)
        return Reply(body, status=status, headers=headers)
