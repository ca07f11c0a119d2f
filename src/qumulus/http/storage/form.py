"""Read an upload form as it comes: its fields whole, its file in pieces."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

from multipart import MultipartError, PushMultipartParser, parse_options_header

from qumulus.domain.errors import BadRequestError, TooLargeError
from qumulus.http.asgi import Receive

FILE: Final = "file"
MAX_PARTS: Final = 16
MAX_FIELD_BYTES: Final = 4096
MAX_FORM_BYTES: Final = 64 * 1024
"""What may stand around the file."""

_CUT_SHORT: Final = "The form is cut short: it ends before its file does."


class UploadedForm:
    """A form being received; ``fields`` are known once ``read_fields`` has returned."""

    def __init__(self, receive: Receive, headers: dict[bytes, bytes], *, limit: int) -> None:
        announced = headers.get(b"content-length", b"")
        if announced.isdigit() and int(announced) > limit + MAX_FORM_BYTES:
            raise TooLargeError(limit=limit)
        self._receive = receive
        self._limit = limit
        self._parser = _parser_of(headers)
        self._events: Iterator[Any] = iter(())
        self._n_bytes = 0
        self._is_in_file = False
        self._is_over = False
        self.fields: dict[str, str] = {}

    async def read_fields(self) -> None:
        """Read up to the file's first byte.

        Raises:
            BadRequestError: it is no such form, or has no file.
            TooLargeError: the file does not begin soon enough.
        """
        name, held = "", b""
        async for event in self._all_events():
            if event is None:
                self.fields[name] = held.decode("utf-8", "replace")
            elif isinstance(event, bytes | bytearray):
                held += event
                if len(held) > MAX_FIELD_BYTES:
                    raise BadRequestError(f"The form's field '{name[:100]}' is too long.")
            else:
                name, held = event.name, b""
                if name == FILE:
                    self._is_in_file = True
                    return
        raise BadRequestError("The form has no part 'file'.")

    async def file(self) -> AsyncIterator[bytes]:
        """The file, and then the rest of the form, which must be there.

        Raises:
            TooLargeError: it is longer than the limit.
            BadRequestError: it is cut short, or something stands behind it.
        """
        size = 0
        is_whole = False
        async for event in self._all_events():
            if event is None:
                is_whole = True
            elif is_whole:
                raise BadRequestError("The part 'file' must be the last of the form.")
            else:
                size += len(event)
                if size > self._limit:
                    raise TooLargeError(limit=self._limit)
                yield bytes(event)
        if not is_whole:
            raise BadRequestError(_CUT_SHORT)

    async def _all_events(self) -> AsyncIterator[Any]:
        while True:
            for event in self._events:
                yield event
            if self._is_over:
                return
            if not self._is_in_file and self._n_bytes > MAX_FORM_BYTES:
                raise TooLargeError(limit=MAX_FORM_BYTES)
            message = await self._receive()
            if message["type"] != "http.request":
                raise BadRequestError("The request ended before its body did.")
            self._is_over = not message.get("more_body", False)
            self._events = self._parsed(message.get("body", b""))

    def _parsed(self, chunk: bytes) -> Iterator[Any]:
        self._n_bytes += len(chunk)
        if self._n_bytes > self._limit + MAX_FORM_BYTES:
            raise TooLargeError(limit=self._limit)
        try:
            if chunk:
                yield from self._parser.parse(chunk)
            if self._is_over:
                self._parser.close()
        except MultipartError as error:
            raise BadRequestError(f"The form cannot be read: {error}.") from error


def _parser_of(headers: dict[bytes, bytes]) -> PushMultipartParser:
    kind, options = parse_options_header(headers.get(b"content-type", b"").decode("latin-1"))
    boundary = options.get("boundary", "")
    if kind != "multipart/form-data" or not 0 < len(boundary) <= 200:
        raise BadRequestError("Send a form: Content-Type: multipart/form-data with a boundary.")
    try:
        return PushMultipartParser(boundary, max_segment_count=MAX_PARTS, max_header_size=2048)
    except MultipartError as error:
        raise BadRequestError(f"The form cannot be read: {error}.") from error
