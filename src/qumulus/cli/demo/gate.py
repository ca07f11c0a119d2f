"""A gate between a Provider and its Cloud: it lets one exchange through at a time.

The Provider is the real one and at full speed a job is over before anybody could look; at the gate
the play decides when a request reaches the Cloud and when its answer reaches the Provider.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import httpx
import msgspec
import uvicorn

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HOP_BY_HOP: Final = {b"connection", b"keep-alive", b"transfer-encoding", b"host", b"content-length"}
LONGEST_POLL_S: Final = 90.0


class Exchange:
    """One request of the Provider and its answer, held at the gate."""

    def __init__(self, request: httpx.Request, client: httpx.AsyncClient) -> None:
        self.request = request
        self._client = client
        self._answer: httpx.Response | None = None
        self._is_released = asyncio.Event()

    @property
    def path(self) -> str:
        """As on the request line."""
        return self.request.url.raw_path.decode()

    async def forward(self) -> httpx.Response:
        """Let the request reach the Cloud, once; its answer is still held."""
        if self._answer is None:
            self._answer = await self._client.send(self.request)
        return self._answer

    def release(self) -> None:
        """Let the answer reach the Provider."""
        self._is_released.set()

    async def released(self) -> httpx.Response:
        """Wait for the answer to be let through."""
        await self._is_released.wait()
        return await self.forward()


class Gate:
    """An ASGI application: reports wait before they reach the Cloud, claimed jobs before the Provider."""

    def __init__(self, cloud_url: str) -> None:
        self._client = httpx.AsyncClient(base_url=cloud_url, timeout=LONGEST_POLL_S, trust_env=False)
        self._held: asyncio.Queue[Exchange] = asyncio.Queue()

    async def next(self, *, within_s: float = 60.0) -> Exchange:
        """Wait for the next held exchange.

        Raises:
            TimeoutError: none came.
        """
        async with asyncio.timeout(within_s):
            return await self._held.get()

    async def close(self) -> None:
        """End the connections to the Cloud."""
        await self._client.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Relay one request; when the Provider hangs up, so does the gate."""
        request = await self._read(scope, receive)
        relayed = asyncio.ensure_future(self._relay(Exchange(request, self._client)))
        gone = asyncio.ensure_future(receive())
        await asyncio.wait({relayed, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not relayed.done():
            relayed.cancel()
            return
        answer = relayed.result()
        kept = [(name, value) for name, value in answer.headers.raw if name.lower() not in HOP_BY_HOP]
        kept.append((b"content-length", str(len(answer.content)).encode()))
        await send({"type": "http.response.start", "status": answer.status_code, "headers": kept})
        await send({"type": "http.response.body", "body": answer.content})

    async def _relay(self, exchange: Exchange) -> httpx.Response:
        if not await self._is_held(exchange):
            return await exchange.forward()
        parts = self._singly(exchange)
        answers = []
        for part in parts:
            self._held.put_nowait(part)
            answers.append(await part.released())
        return answers[0] if len(answers) == 1 else _joined(answers)

    def _singly(self, exchange: Exchange) -> list[Exchange]:
        """Take reports that travel together apart: the play shows one step at a time."""
        request = exchange.request
        if request.url.path != "/provider/jobs/reports":
            return [exchange]
        headers = [(name, value) for name, value in request.headers.raw if name.lower() not in HOP_BY_HOP]
        return [
            Exchange(
                self._client.build_request(
                    request.method, request.url, headers=headers, content=b"[" + bytes(report) + b"]"
                ),
                self._client,
            )
            for report in msgspec.json.decode(request.content, type=list[msgspec.Raw])
        ]

    async def _read(self, scope: Scope, receive: Receive) -> httpx.Request:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        path = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        headers = [(name, value) for name, value in scope["headers"] if name not in HOP_BY_HOP]
        return self._client.build_request(scope["method"], path.decode(), headers=headers, content=body)

    async def _is_held(self, exchange: Exchange) -> bool:
        method, path = exchange.request.method, exchange.request.url.path
        if method == "GET" and path == "/provider/jobs":
            return bool((await exchange.forward()).json())
        is_report = method == "PATCH" and path.startswith("/provider/jobs/")
        return is_report or path == "/provider/jobs/reports"


def _joined(answers: list[httpx.Response]) -> httpx.Response:
    """One answer of many; a refusal speaks for all."""
    refused = next((answer for answer in answers if answer.status_code != 200), None)
    if refused is not None:
        return refused
    outcomes = [one for answer in answers for one in answer.json()]
    return httpx.Response(200, headers=answers[0].headers, content=msgspec.json.encode(outcomes))


@asynccontextmanager
async def open_gate(cloud_url: str) -> AsyncIterator[tuple[Gate, str]]:
    """Serve a gate on a free port of the loopback; gives the gate and its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    gate = Gate(cloud_url)
    server = _Server(uvicorn.Config(gate, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield gate, f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        await gate.close()


class _Server(uvicorn.Server):
    """Leaves the signals to the demo."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
