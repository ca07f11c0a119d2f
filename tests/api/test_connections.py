"""What follows what on one connection: offers of other protocols, requests that pile up, the end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from qumulus.http import protocol
from tests.api.test_protocol import PIECE, answer, connect, told

OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"
OFFERED = {
    "length": OFFER + b"Content-Length: 5\r\n\r\nhello",
    "chunks": OFFER + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("size", [1, 1000], ids=["letter by letter", "at once"])
@pytest.mark.parametrize("offered", OFFERED.values(), ids=OFFERED)
async def test_a_body_that_comes_with_an_offer_of_another_protocol_is_read(offered: bytes, size: int) -> None:
    """Java's client makes this offer with its first request."""
    made, line = connect()
    sent = b"POST / HTTP/1.1\r\n" + offered + b"GET / HTTP/1.1\r\n\r\n"
    for i in range(0, len(sent), size):
        made.data_received(sent[i : i + size])
    await told(line, b"\r\n\r\n5HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n0")
    assert not line.is_closing()
    made.connection_lost(None)


async def refuse(scope: Any, receive: Any, send: Any) -> None:
    """Before the body is read."""
    await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def test_no_more_is_read_until_all_that_came_is_being_answered() -> None:
    """Else a caller's requests pile up faster than they are answered."""
    turns: asyncio.Queue[None] = asyncio.Queue()

    async def in_turn(scope: Any, receive: Any, send: Any) -> None:
        await turns.get()
        await answer(scope, receive, send)

    made, line = connect(in_turn)
    made.data_received(b"GET / HTTP/1.1\r\n\r\n" * 3)
    for n in (1, 2):
        turns.put_nowait(None)
        async with asyncio.timeout(10):
            while line.written.count(b"200 OK") < n:  # noqa: ASYNC110 - nothing tells of a write
                await asyncio.sleep(0.001)
        assert line.reads.is_set() == (n == 2)
    turns.put_nowait(None)
    made.connection_lost(None)


async def test_requests_that_pile_up_are_refused() -> None:
    made, line = connect()
    made.data_received(b"GET / HTTP/1.1\r\n\r\n" * (1 + protocol.MAX_QUEUED))
    assert not line.is_closing()
    made.data_received(b"GET / HTTP/1.1\r\n\r\n")
    assert line.is_closing()
    assert b"400 Bad Request" in line.written
    assert b"More than 100 requests wait" in line.written
    made.connection_lost(None)


async def test_a_body_that_goes_on_after_its_answer_is_read_with_pauses() -> None:
    made, line = connect(refuse)
    made.data_received(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (2 * len(PIECE)))
    await told(line, b"401 Unauthorized")
    made.data_received(PIECE)
    assert not line.reads.is_set()
    async with asyncio.timeout(10):
        await line.reads.wait()
    made.data_received(PIECE + b"GET / HTTP/1.1\r\n\r\n")
    assert line.reads.is_set()
    async with asyncio.timeout(10):
        while line.written.count(b"401 Unauthorized") < 2:  # noqa: ASYNC110 - nothing tells of a write
            await asyncio.sleep(0.001)
    made.connection_lost(None)


@pytest.mark.parametrize("behind", [b"", b"GET / HTTP/1.1\r\n\r\n"], ids=["nothing", "a request"])
async def test_who_still_sends_is_heard_out_before_the_connection_ends(behind: bytes) -> None:
    """An end with something unread resets the connection, and the answer may be lost."""
    made, line = connect(refuse)
    made.data_received(b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 10\r\n\r\n12345")
    await told(line, b"401 Unauthorized")
    assert not line.is_closing()
    made.data_received(b"678")
    assert not line.is_closing()
    made.data_received(b"90" + behind)
    assert line.is_closing()
    assert line.written.count(b"HTTP/1.1") == 1
    made.connection_lost(None)


@pytest.mark.parametrize("behind", [b"", b"GET / HTTP/1.1\r\n\r\n", b"GET / HT"], ids=["no", "a", "half a"])
async def test_the_last_answer_of_a_connection_ends_it(behind: bytes) -> None:
    made, line = connect()
    made.data_received(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n" + behind)
    async with asyncio.timeout(10):
        await line.closed.wait()
    assert line.written.count(b"HTTP/1.1") == 1
    made.connection_lost(None)


async def test_a_path_that_is_none_is_refused() -> None:
    made, line = connect()
    made.data_received(b"POST /\xff HTTP/1.1\r\nContent-Length: 2\r\n\r\n{")
    assert line.written.startswith(b"HTTP/1.1 400 Bad Request")
    assert line.is_closing()
    made.connection_lost(None)


async def test_nobody_is_connected_to_somebody_else() -> None:
    made, line = connect()
    made.data_received(b"CONNECT other:80 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n")
    assert line.written.startswith(b"HTTP/1.1 400 Bad Request")
    assert line.is_closing()
    made.connection_lost(None)


async def test_who_asked_whether_to_send_and_may_not_is_not_waited_for() -> None:
    made, line = connect(refuse)
    asked = b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n"
    made.data_received(b"POST / HTTP/1.1\r\n" + asked)
    async with asyncio.timeout(10):
        await line.closed.wait()
    assert line.written.startswith(b"HTTP/1.1 401 Unauthorized")
    made.connection_lost(None)


async def test_what_trails_a_body_is_no_header() -> None:
    async def count(scope: Any, receive: Any, send: Any) -> None:
        n_headers = b"%d" % len(scope["headers"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        await send({"type": "http.response.body", "body": n_headers})

    made, line = connect(count)
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    made.data_received(head + b"2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\n\r\n")
    await told(line, b"\r\n\r\n2")
    made.connection_lost(None)
