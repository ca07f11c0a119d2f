"""``qumulus up`` asks its Cloud whether it is ready, and gives up when that has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from qumulus.cli import supervisor
from qumulus.cli.supervisor import Kept, StartFailedError, _until_ready, bind, is_ready


@asynccontextmanager
async def answering(line: bytes) -> AsyncIterator[tuple[str, int]]:
    """A server that says the same to everybody."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(line)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n200", False),
        (b"", False),
        (b"\r\n", False),
        (b"200\r\n", False),
    ],
)
async def test_only_200_is_ready(line: bytes, expected: bool) -> None:
    async with answering(line) as address:
        assert await is_ready(*address) is expected


async def test_nobody_there_is_not_ready() -> None:
    listener = bind("127.0.0.1", 0)
    address = listener.getsockname()
    listener.close()
    assert not await is_ready(*address)


class Ended(Kept):
    """A Cloud that never came up."""

    async def ended(self) -> int:
        return 1


async def test_a_cloud_that_ended_is_not_waited_for() -> None:
    with bind("127.0.0.1", 0) as listener:  # takes calls, and nobody answers them
        async with asyncio.timeout(3):
            with pytest.raises(StartFailedError):
                await _until_ready(Ended("cloud", []), *listener.getsockname())


async def test_a_cloud_that_was_ready_and_ended_before_anybody_looked_has_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def said_yes(host: str, port: int) -> bool:
        return True

    monkeypatch.setattr(supervisor, "is_ready", said_yes)
    await _until_ready(Ended("cloud", []), "127.0.0.1", 1)


def test_an_address_that_is_taken_is_an_error() -> None:
    with bind("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        bind(*first.getsockname())
