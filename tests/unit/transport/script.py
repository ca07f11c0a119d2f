"""A transport that plays a script: one entry per request, an answer or an exception."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx

Entry = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Script(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """Plays to asynchronous and blocking clients alike, and remembers what was asked."""

    def __init__(self, *entries: Entry) -> None:
        self._entries = list(entries)
        self.requests: list[httpx.Request] = []

    @property
    def is_over(self) -> bool:
        return not self._entries

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        entry = self._entries.pop(0)
        if isinstance(entry, Exception):
            raise entry
        return entry if isinstance(entry, httpx.Response) else entry(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


class Chunks(httpx.AsyncByteStream, httpx.SyncByteStream):
    """A body in chunks that ends well, or with an exception."""

    def __init__(self, *chunks: bytes | Exception) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


def ok(body: Any = None, **headers: str) -> httpx.Response:
    return httpx.Response(200, json={} if body is None else body, headers=headers)


def refusal(status: int, code: str = "some_code", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"code": code, "message": f"No: {code}."}, headers=named)


def stream(*chunks: bytes | Exception) -> httpx.Response:
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Chunks(*chunks))
