"""What anybody may send before being asked for a token has bounds."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from qumulus.http import protocol
from qumulus.http.protocol import MAX_HEAD_BYTES, BoundedProtocol
from tests.api.cloud import Cloud

PIECE = b"a" * 4096
N_PIECES = 2 * MAX_HEAD_BYTES // len(PIECE)
HEADS = {
    "one header": b"GET / HTTP/1.1\r\nX: ",
    "the request line": b"GET /?",
    "a trailer": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: ",
    "a chunk's extension": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;",
}


class Line(asyncio.Transport):
    """A connection that only remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = asyncio.Event()
        self.reads = asyncio.Event()
        self.reads.set()

    @property
    def written(self) -> bytes:
        return b"".join(self.writes)

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def close(self) -> None:
        self.closed.set()

    def is_closing(self) -> bool:
        return self.closed.is_set()

    def pause_reading(self) -> None:
        self.reads.clear()

    def resume_reading(self) -> None:
        self.reads.set()


async def answer(scope: Any, receive: Any, send: Any) -> None:
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def connect(app: Any = answer) -> tuple[BoundedProtocol, Line]:
    config = Config(app, http=BoundedProtocol, ws="none", lifespan="off", log_config=None)
    config.load()
    line = Line()
    made = BoundedProtocol(config, ServerState(), {})
    made.connection_made(line)
    return made, line


@pytest.mark.parametrize("start", HEADS.values(), ids=HEADS)
async def test_a_head_without_end_is_refused(start: bytes) -> None:
    made, line = connect()
    made.data_received(start)
    for _ in range(N_PIECES):
        if line.is_closing():
            break
        made.data_received(PIECE)
    assert line.is_closing()
    assert b"400 Bad Request" in line.written
    made.connection_lost(None)


async def test_many_headers_are_refused_together() -> None:
    made, line = connect()
    made.data_received(b"GET / HTTP/1.1\r\n")
    for _ in range(N_PIECES):
        if line.is_closing():
            break
        made.data_received(b"X: " + PIECE + b"\r\n")
    assert b"400 Bad Request" in line.written
    made.connection_lost(None)


async def test_bodies_and_later_requests_do_not_count_as_heads() -> None:
    made, line = connect()
    for n in (1, 2):
        made.data_received(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (N_PIECES * len(PIECE)))
        for _ in range(N_PIECES):
            made.data_received(PIECE)
        async with asyncio.timeout(10):
            while line.written.count(b"200 OK") < n:  # noqa: ASYNC110 - nothing tells of a write
                await asyncio.sleep(0.001)
    assert not line.is_closing()
    made.connection_lost(None)


@pytest.mark.parametrize("start", [b"", b"GET / HTTP/1.1\r\nX:"], ids=["nothing", "half a head"])
async def test_who_never_ends_a_head_is_hung_up_on(monkeypatch: pytest.MonkeyPatch, start: bytes) -> None:
    monkeypatch.setattr(protocol, "HEAD_WITHIN_S", 0.01)
    made, line = connect()
    made.data_received(start)
    async with asyncio.timeout(10):
        await line.closed.wait()
    made.connection_lost(None)


async def test_a_body_that_stops_coming_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "BODY_SILENCE_S", 0.05)
    made, line = connect()
    made.data_received(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n{")
    assert not line.is_closing()
    async with asyncio.timeout(5):
        await line.closed.wait()
    made.connection_lost(None)


async def test_a_body_that_trickles_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "BODY_GRACE_S", 0.05)
    made, line = connect()
    made.data_received(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
    async with asyncio.timeout(10):
        while not line.is_closing():
            made.data_received(b"1\r\nx\r\n")
            await asyncio.sleep(0.001)
    assert line.written == b""
    made.connection_lost(None)


async def test_a_body_may_take_as_long_as_it_comes_fast_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "BODY_GRACE_S", 0.01)
    monkeypatch.setattr(protocol, "BODY_BYTES_PER_S", 1)
    made, line = connect()
    made.data_received(b"POST / HTTP/1.1\r\nContent-Length: 4097\r\n\r\n" + PIECE)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await line.closed.wait()
    made.data_received(b"a")
    await told(line, b"4097")
    made.connection_lost(None)


async def test_nobody_is_slow_while_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "BODY_SILENCE_S", 0.01)
    monkeypatch.setattr(protocol, "BODY_GRACE_S", 0.01)
    reads = asyncio.Event()

    async def answer_later(scope: Any, receive: Any, send: Any) -> None:
        await reads.wait()
        await answer(scope, receive, send)

    made, line = connect(answer_later)
    made.data_received(b"POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n" + PIECE * 20)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await line.closed.wait()
    reads.set()
    async with asyncio.timeout(10):
        await line.closed.wait()
    made.connection_lost(None)


async def test_a_whole_request_may_be_answered_as_late_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "BODY_SILENCE_S", 0.01)
    monkeypatch.setattr(protocol, "HEAD_WITHIN_S", 0.01)
    made, line = connect()
    made.data_received(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await line.closed.wait()
    assert b"200 OK" in line.written
    made.connection_lost(None)


async def told(line: Line, text: bytes) -> None:
    async with asyncio.timeout(10):
        while text not in line.written:  # noqa: ASYNC110 - nothing tells of a write
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("n", [1, 2], ids=["one request", "two at once"])
async def test_an_answer_leaves_in_one_piece(n: int) -> None:
    made, line = connect()
    made.data_received(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}" * n)
    await told(line, b"2" + b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n2" * (n - 1))
    assert line.writes == [b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n2"] * n
    made.connection_lost(None)


async def test_an_answered_request_leaves_nothing_to_the_garbage_collector() -> None:
    made, line = connect()
    gc.disable()
    try:
        made.data_received(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
        first = weakref.ref(made.cycle)
        await told(line, b"\r\n\r\n2")
        made.data_received(b"HEAD / HTTP/1.1\r\n\r\n")
        await told(line, b"content-length: 1\r\n\r\n2HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n")
        assert first() is None
    finally:
        gc.enable()
    made.connection_lost(None)


async def test_no_call_leaves_anything_to_the_garbage_collector(cloud: Cloud) -> None:
    made, line = connect(cloud.app)
    call = b"GET /user/devices HTTP/1.1\r\nAuthorization: Bearer %s\r\n\r\n" % cloud.tokens["alice"].encode()
    made.data_received(call)
    await told(line, b"SVSim")
    left = []
    gc.disable()
    try:
        for _ in range(3):
            gc.collect()
            for _ in range(20):
                line.writes.clear()
                made.data_received(call)
                await told(line, b"SVSim")
            left.append(gc.collect())
    finally:
        gc.enable()
    assert min(left) < 20  # the house's own loops may leave some, now and then
    made.connection_lost(None)


async def test_the_head_alone_is_an_answer_too() -> None:
    made, line = connect()
    made.data_received(b"HEAD / HTTP/1.1\r\n\r\n")
    await told(line, b"content-length: 1\r\n\r\n")
    made.connection_lost(None)


async def test_a_caller_who_asks_whether_to_go_on_is_told_at_once() -> None:
    made, line = connect()
    made.data_received(b"POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    await told(line, b"100 Continue\r\n\r\n")
    made.data_received(b"{}")
    await told(line, b"200 OK\r\ncontent-length: 1\r\n\r\n2")
    made.connection_lost(None)


async def test_pieces_of_a_stream_leave_as_they_come() -> None:
    go_on = asyncio.Event()

    async def stream(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        await go_on.wait()
        await send({"type": "http.response.body", "body": b"second"})

    made, line = connect(stream)
    made.data_received(b"GET / HTTP/1.1\r\n\r\n")
    await told(line, b"first")
    go_on.set()
    await told(line, b"second")
    made.connection_lost(None)


async def test_the_head_of_an_answer_that_fails_is_not_kept() -> None:
    async def fail(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    made, line = connect(fail)
    made.data_received(b"GET / HTTP/1.1\r\n\r\n")
    async with asyncio.timeout(10):
        await line.closed.wait()
    assert line.written.startswith(b"HTTP/1.1 200 OK")
    made.connection_lost(None)
