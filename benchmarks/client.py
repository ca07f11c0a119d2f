"""A bare HTTP/1.1 client, so that a benchmark measures the server and not the client."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of an answer; one without ``Content-Length`` has none."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body, which must be that of a success."""
        assert self.status == 200, (self.status, self.body)
        return json.loads(self.body)


class Connection:
    """One kept-alive connection; one request at a time."""

    def __init__(self, address: tuple[str, int], token: str) -> None:
        self._address = address
        self._head = f"Host: {address[0]}\r\nAuthorization: Bearer {token}\r\n"

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(*self._address)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def send(self, method: str, path: str, body: bytes = b"", extra: str = "") -> None:
        """Send a request and do not wait for its answer."""
        head = f"{method} {path} HTTP/1.1\r\n{self._head}{extra}Content-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        await self._writer.drain()

    async def receive(self) -> Answer:
        """Read the next answer."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        return Answer(int(head[9:12]), await self._reader.readexactly(length))

    async def head(self) -> bytes:
        """Read the head of an answer that has no end."""
        return await self._reader.readuntil(b"\r\n\r\n")

    async def line(self) -> bytes:
        """Read one line of an answer that has no end."""
        return await self._reader.readline()

    async def call(self, method: str, path: str, body: bytes = b"") -> Answer:
        """Send a request, read its answer."""
        await self.send(method, path, body)
        return await self.receive()
