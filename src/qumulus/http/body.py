"""Read a request's body as bytes, never more than the limit."""

from __future__ import annotations

import asyncio
from typing import Final

from qumulus.domain.errors import BadRequestError, TooLargeError
from qumulus.http.asgi import Message, Receive

SILENCE_S: Final = 30.0
"""So long may the rest of a body keep us waiting."""
_NUL = rb"\u0000"


async def read_body(receive: Receive, headers: dict[bytes, bytes], *, limit: int) -> bytes:
    """Read it all; the announced length is checked first, then what really comes.

    Raises:
        TooLargeError: more than ``limit`` bytes.
        BadRequestError: cut short, not UTF-8, or text with NUL characters, which no store takes.
    """
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced) > limit:
        raise TooLargeError(limit=limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await _next_part(receive)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise TooLargeError(limit=limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            break
    body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    if not body.isascii():
        _refuse_bad_text(body)
    if _NUL in body:
        raise BadRequestError("The body holds a NUL character (\\u0000), which is not taken.")
    return body


async def _next_part(receive: Receive) -> Message:
    try:
        async with asyncio.timeout(SILENCE_S):
            message = await receive()
    except TimeoutError as error:
        raise BadRequestError(f"The body stopped coming for {SILENCE_S:g} s: send it again.") from error
    if message["type"] != "http.request":
        raise BadRequestError("The request ended before its body did.")
    return message


def _refuse_bad_text(body: bytes) -> None:
    """The decoder looks only into strings that it builds, not into parts that are kept as they came."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise BadRequestError(f"The body is not UTF-8: {error.reason} at byte {error.start}.") from error
