"""Read a request's body as bytes, never more than the limit."""

from __future__ import annotations

from qumulus.domain.errors import BadRequestError, TooLargeError
from qumulus.http.request import Request

_NUL = rb"\u0000"


async def read_body(request: Request, *, limit: int) -> bytes:
    """Read it all; the announced length is checked first, then what really comes.

    Raises:
        TooLargeError: more than ``limit`` bytes.
        BadRequestError: cut short, not UTF-8, or text with NUL characters, which no store takes.
    """
    announced = request.headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced) > limit:
        raise TooLargeError(limit=limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await request.receive()
        if message["type"] != "http.request":
            raise BadRequestError("The request ended before its body did.")
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


def _refuse_bad_text(body: bytes) -> None:
    """The decoder looks only into strings that it builds, not into parts that are kept as they came."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise BadRequestError(f"The body is not UTF-8: {error.reason} at byte {error.start}.") from error
