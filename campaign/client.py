"""A bare HTTP/1.1 client that records every call as its caller saw it, and repeats nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from campaign.record import Recorder

ANSWER_WITHIN_S: Final = 12.0
"""Beyond a call's own wait."""
SILENCE_S: Final = 20.0


class NoAnswerError(Exception):
    """The connection broke, or the answer was cut."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` None: none came, and the call may or may not have been done."""

    status: int | None
    body: Any = None
    link: str = ""

    @property
    def is_ok(self) -> bool:
        """The cloud said yes."""
        return self.status == 200


class Client:
    """One caller with one kept-alive connection; one call at a time."""

    def __init__(
        self, address: tuple[str, int], token: str, recorder: Recorder, *, actor: str, owner: str = ""
    ) -> None:
        self._address = address
        self._token = token
        self._recorder = recorder
        self._actor = actor
        self.owner = owner
        self._connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @property
    def recorder(self) -> Recorder:
        """Where the calls are recorded."""
        return self._recorder

    def close(self) -> None:
        """Drop the connection."""
        if self._connection is not None:
            self._connection[1].close()
            self._connection = None

    async def call(
        self,
        method: str,
        path: str,
        request: Any = None,
        *,
        key: str | None = None,
        wait_s: float = 0.0,
        is_recorded: bool = True,
    ) -> Answer:
        """Make one call, once."""
        n = self._recorder.number()
        start, error = time.time(), None
        try:
            async with asyncio.timeout(wait_s + ANSWER_WITHIN_S):
                answer = await self._exchange(method, path, request, {"x-call": str(n)} | _key(key))
        except (OSError, NoAnswerError, TimeoutError, asyncio.IncompleteReadError, ValueError) as caught:
            self.close()
            answer, error = Answer(None), f"{type(caught).__name__} {caught}"
        except asyncio.CancelledError:
            self.close()
            raise
        if is_recorded:
            self._recorder.add(
                "call",
                n=n,
                actor=self._actor,
                owner=self.owner,
                start=start,
                end=time.time(),
                method=method,
                path=path,
                request=request,
                key=key,
                status=answer.status,
                answer=answer.body,
                error=error,
            )
        return answer

    async def events(self, path: str, *, cursor: str | None) -> AsyncIterator[tuple[str, Any]]:
        """Read an event stream until the server ends it.

        Raises:
            NoAnswerError: it was cut, or refused with 503.
            LookupError: 404.
        """
        headers = {"accept": "text/event-stream"} | ({"last-event-id": cursor} if cursor else {})
        reader, writer = await asyncio.open_connection(*self._address)
        try:
            writer.write(self._head("GET", path, headers, 0))
            status, fields = await _read_head(reader)
            if status == 404:
                raise LookupError(path)
            if status != 200:
                raise NoAnswerError(f"{status} {await _read_body(reader, fields)!r}")
            async for event in _events(reader):
                yield event
        finally:
            writer.close()

    async def _exchange(self, method: str, path: str, request: Any, headers: Mapping[str, str]) -> Answer:
        if self._connection is None or self._connection[1].is_closing() or self._connection[0].at_eof():
            self._connection = await asyncio.open_connection(*self._address)
        reader, writer = self._connection
        body = b"" if request is None else json.dumps(request).encode()
        writer.write(self._head(method, path, headers, len(body)) + body)
        status, fields = await _read_head(reader)
        content = await _read_body(reader, fields)
        if fields.get("connection") == "close":
            self.close()
        return Answer(status, json.loads(content) if content else None, fields.get("link", ""))

    def _head(self, method: str, path: str, headers: Mapping[str, str], length: int) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", "host: cloud", f"authorization: Bearer {self._token}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, f"content-length: {length}", "", ""]).encode()


def _key(key: str | None) -> dict[str, str]:
    return {} if key is None else {"idempotency-key": key}


async def _read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines)
    return int(first.split(" ", 2)[1]), {name.lower(): value for name, value in fields.items()}


async def _read_body(reader: asyncio.StreamReader, fields: Mapping[str, str]) -> bytes:
    return await reader.readexactly(int(fields["content-length"]))


async def _events(reader: asyncio.StreamReader) -> AsyncIterator[tuple[str, Any]]:
    """Events of a chunked body; the chunk of length 0 is its proper end."""
    text = b""
    while True:
        async with asyncio.timeout(SILENCE_S):
            size = int((await reader.readuntil(b"\r\n")).decode(), 16)
            text += (await reader.readexactly(size + 2))[:-2]
        if size == 0:
            return
        *frames, text = text.split(b"\n\n")
        for frame in frames:
            fields = dict(
                line.split(": ", 1) for line in frame.decode().split("\n") if not line.startswith(":")
            )
            if "data" in fields:
                yield fields["id"], json.loads(fields["data"])
