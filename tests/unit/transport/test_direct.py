"""The Provider's own connection, against a server on this machine that behaves as told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from qumulus.transport import NO_RETRIES, ApiError, ClientError, CloudUnreachableError, HttpClient, direct
from qumulus.transport.direct import DirectHttpClient
from tests.unit.transport.script import Script, ok
from tests.unit.transport.test_connection import OK, Server, free_port, serving

HEAD = b"HTTP/1.1 200 OK\r\n"


def client(server: Server, *, timeout_s: float = 10.0) -> HttpClient:
    return DirectHttpClient(server.url, "id.secret", timeout_s=timeout_s, retries=NO_RETRIES)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what another task does
            await asyncio.sleep(0.001)


async def test_one_connection_serves_many_requests() -> None:
    async with serving(lambda _: (OK, False)) as server, client(server) as http:
        for _ in range(5):
            assert (await http.request("GET", "/x", params={"a": "b c"})).body == b"{}"
    assert (server.connections, server.requests) == (1, 5)


async def test_requests_at_once_have_a_connection_each() -> None:
    async with serving(lambda _: (OK, False)) as server, client(server) as http:
        await asyncio.gather(*(http.request("GET", "/x") for _ in range(3)))
    assert (server.connections, server.requests) == (3, 3)


@pytest.mark.parametrize(
    "answer", [OK, HEAD + b"connection: close\r\ncontent-length: 2\r\n\r\n{}", HEAD + b"\r\n{}"]
)
async def test_a_connection_that_the_server_closes_costs_no_request(answer: bytes) -> None:
    async with serving(lambda _: (answer, True)) as server, client(server) as http:
        await http.request("GET", "/x")
        await server.closed.wait()
        assert (await http.request("GET", "/x")).body == b"{}"
    assert (server.connections, server.requests) == (2, 2)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;x=1\r\none\r\n2\r\n{}\r\n0\r\nt: 1\r\n\r\n", b"one{}"),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK, b"{}"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (HEAD + b"content-length: 300000\r\n\r\n" + b"x" * 300_000, b"x" * 300_000),
    ],
)
async def test_answers_are_read_to_their_end_and_no_further(answer: bytes, body: bytes) -> None:
    async with serving(lambda _: (answer, False)) as server, client(server) as http:
        for _ in range(2):
            assert (await http.request("GET", "/x")).body == body
    assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        HEAD + b"content-length: 9\r\n\r\n{",
        HEAD + b"content-length: some\r\n\r\n{}",
        HEAD + b"transfer-encoding: chunked\r\n\r\n3\r\non",
        b"not http\r\n\r\n",
        HEAD + b"x: " + b"y" * 200_000,
    ],
)
async def test_an_answer_cut_off_is_none_and_may_have_arrived(answer: bytes) -> None:
    async with serving(lambda _: (answer, True)) as server, client(server) as http:
        with pytest.raises(CloudUnreachableError) as caught:
            await http.request("POST", "/x", body=b"{}")
    assert caught.value.may_have_been_done


async def test_a_silent_server_is_not_waited_for_longer_than_said() -> None:
    async with serving(lambda _: (b"", False)) as server, client(server, timeout_s=0.05) as http:
        with pytest.raises(CloudUnreachableError, match="timed out") as caught:
            await http.request("POST", "/x", body=b"{}")
    assert caught.value.may_have_been_done


async def test_a_server_that_falls_silent_after_an_interim_answer_is_not_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(direct, "SLOWEST_S", 0.1)
    interim = b"HTTP/1.1 100 Continue\r\n\r\n"
    async with serving(lambda _: (interim, False)) as server, client(server, timeout_s=0.05) as http:
        async with asyncio.timeout(10):
            with pytest.raises(CloudUnreachableError, match="timed out") as caught:
                await http.request("GET", "/x")
    assert caught.value.may_have_been_done


async def test_a_refused_connection_surely_did_nothing() -> None:
    async with DirectHttpClient(f"http://127.0.0.1:{free_port()}", "t", retries=NO_RETRIES) as http:
        with pytest.raises(CloudUnreachableError) as caught:
            await http.request("POST", "/x", body=b"{}")
    assert not caught.value.may_have_been_done


async def test_a_cancelled_call_closes_its_connection() -> None:
    async with serving(lambda _: (b"", False)) as server, client(server) as http:
        call = asyncio.create_task(http.request("GET", "/x"))
        await until(lambda: server.requests == 1)
        call.cancel()
        await asyncio.wait([call])
        await asyncio.wait_for(server.closed.wait(), 5)


async def test_refusals_are_told_and_headers_hold_one_line() -> None:
    refusal = b'HTTP/1.1 409 Conflict\r\ncontent-length: 29\r\n\r\n{"error":"no","message":"no"}'
    async with serving(lambda _: (refusal, False)) as server, client(server) as http:
        with pytest.raises(ApiError) as caught:
            await http.request("GET", "/x")
        assert caught.value.status == 409
        with pytest.raises(ClientError, match="line break"):
            await http.request("GET", "/x", headers={"x-y": "a\r\nb: c"})
    assert server.requests == 1


async def test_what_is_not_plain_goes_by_httpx() -> None:
    script = Script(ok({"a": 1}))
    async with DirectHttpClient("http://cloud.test", "t", transport=script) as http:
        assert (await http.request("GET", "/x")).body == b'{"a":1}'
    assert isinstance(script, httpx.AsyncBaseTransport)
