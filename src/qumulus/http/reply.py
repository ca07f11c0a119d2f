"""Answers: bytes with a length, made once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from qumulus.http.asgi import Send

JSON: Final = b"application/json"
NO_BODY: Final = frozenset({204, 304})

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

    async def leave(self, send: Send, *, is_head: bool) -> None:
        """Send it; ``is_head``: its head alone."""
        headers: list[tuple[bytes, bytes]] = [*self.headers]
        if self.status not in NO_BODY:
            headers.append((b"content-type", self.media_type))
            headers.append((b"content-length", b"%d" % len(self.body)))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        body = b"" if is_head else self.body
        await send({"type": "http.response.body", "body": body, "more_body": False})
