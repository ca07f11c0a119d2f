"""A bare ASGI client for what a finished-answer client cannot do: streams, and hanging up."""

from __future__ import annotations

import asyncio
from typing import Any, Self

from tests.api.cloud import Cloud


class Held:
    """One request that goes on: read its pieces as they come, or hang up."""

    def __init__(self, cloud: Cloud, who: str, path: str, *, headers: dict[str, str] | None = None) -> None:
        path, _, query = path.partition("?")
        lines = {"authorization": f"Bearer {cloud.tokens[who]}", **(headers or {})}
        self._scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in lines.items()],
            "client": ("127.0.0.1", 1),
            "server": ("cloud", 80),
            "state": {},
        }
        self._app = cloud.app
        self._gone = asyncio.Event()
        self._asked = False
        self.is_watched = asyncio.Event()
        """Somebody waits for this caller to hang up."""
        self.reads_on = asyncio.Event()
        self.reads_on.set()
        self._sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.task = asyncio.create_task(self._app(self._scope, self._receive, self._send))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.task is not None
        self._gone.set()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    def hang_up(self) -> None:
        self._gone.set()

    async def ended(self) -> None:
        assert self.task is not None
        async with asyncio.timeout(10):
            await self.task

    async def piece(self) -> dict[str, Any]:
        """The next message of the answer."""
        async with asyncio.timeout(10):
            return await self._sent.get()

    async def line(self, start: str) -> str:
        """The next line of the body that begins so."""
        while True:
            body = (await self.piece()).get("body", b"").decode()
            for line in body.splitlines():
                if line.startswith(start):
                    return line

    async def body(self) -> bytes:
        """What is left of the body, to its end."""
        found = b""
        while True:
            message = await self.piece()
            found += message.get("body", b"")
            if message["type"] == "http.response.body" and not message.get("more_body"):
                return found

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        self.is_watched.set()
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        await self.reads_on.wait()
        await self._sent.put(message)
