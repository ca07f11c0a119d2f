"""Stands between callers and Clouds: cuts, delays, truncates and duplicates requests and answers.

One decision for each exchange, from a seeded generator. Answers with an open end (event streams) are
passed on as they come, and cut after a while.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from campaign.record import Recorder

FAULTS: Final[dict[str, float]] = {
    "cut_request": 0.018,
    "truncated_request": 0.018,
    "cut_answer": 0.025,
    "truncated_answer": 0.018,
    "duplicated": 0.036,
    "duplicated_answer": 0.009,
    "delayed_request": 0.02,
    "delayed_answer": 0.02,
}
"""Probabilities; a duplicated request reaches the Cloud twice, its second copy possibly much later."""

STREAM_LIVES_S: Final = 6.0
"""Mean, until an event stream is cut."""
LONGEST_DELAY_S: Final = 2.0
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"
_CALL: Final = re.compile(rb"\r\nx-call: *(\d+)", re.IGNORECASE)

Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _CutError(Exception):
    """This connection ends here."""


@dataclass(frozen=True, slots=True)
class _Request:
    data: bytes
    call: int


class Proxy:
    """Listens on a free port; ``backends`` gives the addresses that are up at the moment."""

    def __init__(
        self, backends: Callable[[], Sequence[tuple[str, int]]], recorder: Recorder, *, seed: int
    ) -> None:
        self._backends = backends
        self._recorder = recorder
        self._random = random.Random(seed)
        self._server: asyncio.Server | None = None
        self._errands: set[asyncio.Task[None]] = set()
        self.is_calm = True
        """Pass everything on untouched."""

    async def start(self) -> tuple[str, int]:
        """Give the address to call instead of a Cloud's."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=2048)
        address: tuple[str, int] = self._server.sockets[0].getsockname()[:2]
        return address

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
        for errand in self._errands:
            errand.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream: Pair | None = None
        try:
            while True:
                request = await _read_request(reader)
                if upstream is None or upstream[0].at_eof():
                    upstream = await self._connect()
                await self._exchange((reader, writer), upstream, request)
        except (OSError, _CutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()
            if upstream is not None:
                upstream[1].close()

    async def _connect(self) -> Pair:
        """Reach one of the Clouds; one that is down is passed over."""
        addresses = list(self._backends())
        self._random.shuffle(addresses)
        for address in addresses:
            try:
                return await asyncio.open_connection(*address, limit=1 << 20)
            except OSError:
                continue
        raise _CutError

    def _choose(self) -> str:
        roll = self._random.random()
        for fault, probability in FAULTS.items():
            roll -= probability
            if roll < 0 and not self.is_calm:
                return fault
        return ""

    async def _exchange(self, client: Pair, upstream: Pair, request: _Request) -> None:
        fault = self._choose()
        if fault:
            self._recorder.message(request.call, fault)
        await self._send(upstream, request, fault)
        head = await self._await_answer(client, upstream[0])
        if fault == "cut_answer":
            raise _CutError
        if fault == "delayed_answer":
            await self._delay()
        length = _LENGTH.search(head)
        if length is None:
            await self._relay_stream(client, upstream, head)
        answer = head + await upstream[0].readexactly(int(length[1]) if length else 0)
        if fault == "truncated_answer":
            _put(client[1], answer[: self._random.randrange(1, len(answer))])
            await client[1].drain()
            raise _CutError
        if fault == "duplicated_answer":
            # On a connection that goes on, HTTP/1.1 could not tell the copy from the next answer.
            _put(client[1], 2 * answer.replace(b"\r\n", b"\r\nconnection: close\r\n", 1))
            raise _CutError
        _put(client[1], answer)
        await client[1].drain()

    async def _send(self, upstream: Pair, request: _Request, fault: str) -> None:
        if fault == "cut_request":
            raise _CutError
        if fault == "truncated_request":
            _put(upstream[1], request.data[: self._random.randrange(1, len(request.data))])
            await upstream[1].drain()
            raise _CutError
        if fault == "delayed_request":
            await self._delay()
        if fault == "duplicated":
            errand = asyncio.create_task(self._deliver_copy(request, self._random.choice((0.0, 0.3, 3.0))))
            self._errands.add(errand)
            errand.add_done_callback(self._errands.discard)
            if self._random.random() < 0.5:
                await asyncio.sleep(0.05)  # the copy comes first
        _put(upstream[1], request.data)
        await upstream[1].drain()

    async def _deliver_copy(self, request: _Request, after_s: float) -> None:
        await asyncio.sleep(after_s)
        try:
            async with asyncio.timeout(8):
                reader, writer = await self._connect()
                _put(writer, request.data)
                await reader.readuntil(b"\r\n\r\n")
                writer.close()
        except (OSError, _CutError, TimeoutError, asyncio.IncompleteReadError):
            return

    async def _delay(self) -> None:
        await asyncio.sleep(LONGEST_DELAY_S * self._random.random() ** 2)

    async def _await_answer(self, client: Pair, upstream: asyncio.StreamReader) -> bytes:
        """Wait for the answer's head; a client that leaves takes its request with it."""
        answer = asyncio.ensure_future(upstream.readuntil(b"\r\n\r\n"))
        left = asyncio.ensure_future(client[0].read(1))
        try:
            await asyncio.wait({answer, left}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise _CutError
            return answer.result()
        finally:
            answer.cancel()
            left.cancel()
            await asyncio.wait({answer, left})  # a reader has one reader

    async def _relay_stream(self, client: Pair, upstream: Pair, head: bytes) -> None:
        """Pass an answer with an open end on, until it ends or is cut; then the connection is over."""
        _put(client[1], head)
        lives_s = 3600.0 if self.is_calm else self._random.expovariate(1 / STREAM_LIVES_S)
        left = asyncio.ensure_future(client[0].read(1))
        tail = b""
        try:
            async with asyncio.timeout(lives_s):
                # After the last chunk a client sends its next request here, unless the connection is closed.
                while not (left.done() or tail.endswith(_LAST_CHUNK)):
                    if not (data := await upstream[0].read(1 << 16)):
                        break
                    tail = (tail + data)[-len(_LAST_CHUNK) :]
                    _put(client[1], data)
                    await client[1].drain()
        except TimeoutError:
            self._recorder.message(0, "cut_stream")
        finally:
            left.cancel()
        raise _CutError


def _put(writer: asyncio.StreamWriter, data: bytes) -> None:
    if writer.is_closing():
        raise _CutError
    writer.write(data)


async def _read_request(reader: asyncio.StreamReader) -> _Request:
    head = await reader.readuntil(b"\r\n\r\n")
    length, call = _LENGTH.search(head), _CALL.search(head)
    body = await reader.readexactly(int(length[1])) if length else b""
    return _Request(head + body, int(call[1]) if call else 0)
