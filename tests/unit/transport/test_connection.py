"""The connection itself, against a server on this machine that behaves as told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from qumulus.transport import HttpClient, NoAnswerError
from qumulus.transport._generated.connection import SyncConnection
from qumulus.transport.connection import Connection

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"

Behaviour = Callable[[int], tuple[bytes, bool]]
"""The number of a request → what to answer, and whether to close the connection then."""


class Server:
    """Answers as its behaviour says; counts connections and requests."""

    def __init__(self, behave: Behaviour) -> None:
        self._behave = behave
        self.connections = 0
        self.requests = 0
        self.url = ""
        self.closed = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.requests += 1
                answer, closes = self._behave(self.requests)
                writer.write(answer)
                await writer.drain()
                if closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self.closed.set()


@asynccontextmanager
async def serving(behave: Behaviour) -> AsyncIterator[Server]:
    server = Server(behave)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Connection]:
    connection = Connection(server.url)
    try:
        yield connection
    finally:
        await connection.close()


async def exchange(connection: Connection, server: Server, *, timeout_s: float = 10.0) -> bytes:
    answer = await connection.exchange("GET", server.url + "/x", headers={}, body=None, timeout_s=timeout_s)
    return answer.body


async def test_one_connection_serves_many_requests() -> None:
    async with serving(lambda _: (OK, False)) as server, connected(server) as connection:
        for _ in range(5):
            assert await exchange(connection, server) == b"{}"
    assert (server.connections, server.requests) == (1, 5)


async def test_a_connection_closed_while_idle_costs_no_request() -> None:
    async with serving(lambda _: (OK, True)) as server, connected(server) as connection:
        await exchange(connection, server)
        await server.closed.wait()
        assert await exchange(connection, server) == b"{}"
    assert (server.connections, server.requests) == (2, 2)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", b"not http\r\n\r\n"]
)
async def test_an_answer_cut_off_is_none_and_may_have_arrived(answer: bytes) -> None:
    async with serving(lambda _: (answer, True)) as server, connected(server) as connection:
        with pytest.raises(NoAnswerError) as caught:
            await exchange(connection, server)
    assert caught.value.may_have_arrived


async def test_a_silent_server_is_not_waited_for_longer_than_said() -> None:
    async with serving(lambda _: (b"", False)) as server, connected(server) as connection:
        with pytest.raises(NoAnswerError, match="timed out") as caught:
            await exchange(connection, server, timeout_s=0.05)
    assert caught.value.may_have_arrived


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_refused_connection_surely_did_nothing() -> None:
    connection = Connection(url := f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NoAnswerError) as caught:
        await connection.exchange("POST", url, headers={}, body=b"{}", timeout_s=5)
    assert not caught.value.may_have_arrived
    await connection.close()


async def test_a_stream_gives_chunks_as_they_come_and_its_cut_is_told() -> None:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    async with serving(lambda _: (head + b"3\r\none\r\n5\r\ncu", True)) as server:
        found = bytearray()

        async def read() -> None:
            async with HttpClient(server.url, "t") as http, http.stream("/x", timeout_s=5) as chunks:
                async for chunk in chunks:
                    found.extend(chunk)

        with pytest.raises(NoAnswerError):
            await read()
    assert found.startswith(b"one")


async def test_the_blocking_connection_does_the_same() -> None:
    def use(url: str) -> bytes:
        connection = SyncConnection(url)
        try:
            for _ in range(2):
                answer = connection.exchange("GET", url + "/x", headers={}, body=None, timeout_s=5)
            return answer.body
        finally:
            connection.close()

    async with serving(lambda _: (OK, False)) as server:
        assert await asyncio.to_thread(use, server.url) == b"{}"
    assert (server.connections, server.requests) == (1, 2)
