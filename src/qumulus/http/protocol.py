"""HTTP/1.1 as uvicorn speaks it, with bounds on what anybody may send before being asked for a token."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

from httptools import HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

MAX_HEAD_BYTES: Final = 64 * 1024
MAX_QUEUED: Final = 100
"""Requests of one connection that came before those ahead of them were answered."""
HEAD_WITHIN_S: Final = 30.0
BODY_SILENCE_S: Final = 30.0
"""So long may the next piece of a body keep us waiting."""
BODY_GRACE_S: Final = 60.0
BODY_BYTES_PER_S: Final = 4096
"""What a body that takes longer than its grace must bring on the average."""
BREATH_S: Final = 0.01
"""Between two looks at a body that was answered already: nobody waits for what it says."""


class BoundedProtocol(HttpToolsProtocol):
    """Refuses a request line and headers that are too long, and closes on callers who never finish.

    The parser itself takes any length, and its time grows with the square of one header's.
    """

    def __init__(self, *parts: Any, **more: Any) -> None:
        super().__init__(*parts, **more)
        self.parser = _Parser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it

    _is_in_head = True
    _is_whole = False
    _n_bytes = 0
    """Received since the last piece of a body, or since the last head was whole."""
    _n_body_bytes = 0
    _body_began = 0.0
    """Later by what we ourselves did not read in between."""
    _deadline: asyncio.TimerHandle | None = None
    _is_last = False
    """The connection ends with the body that is still coming."""
    _why = ""
    """What was refused, where the parser cannot know it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give the first request its time."""
        super().connection_made(transport)
        self.flow = _Flow(transport, self._reading_goes_on)
        self._expect_within(HEAD_WITHIN_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, unless a head (or what trails a body in chunks) has become too long."""
        if self._n_bytes > MAX_HEAD_BYTES:
            self.send_400_response(f"The request line and headers exceed {MAX_HEAD_BYTES} bytes.")
            return
        self._n_bytes += len(data)
        super().data_received(data)
        self._expect_more()
        if not (self._is_whole or self._is_in_head or self.transport.is_closing()):
            self._take_breath()

    def on_message_begin(self) -> None:
        """A head begins."""
        self._is_in_head, self._is_whole = True, False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A head is whole; one that offers another protocol comes again, without the offer."""
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise ValueError  # 400: this is no proxy
            return
        if self._is_last:
            return
        self._is_in_head = False
        self._n_bytes = self._n_body_bytes = 0
        self._body_began = self.loop.time()
        self._expect_nothing()
        if len(self.pipeline) >= MAX_QUEUED:
            self._why = f"More than {MAX_QUEUED} requests wait for those before them."
            raise ValueError
        super().on_headers_complete()
        self.headers = []  # what trails a body in chunks is no header of the request

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if cycle.scope["method"] != "HEAD":  # nothing follows that head
            last = self.transport if cycle.keep_alive else _LastWords(self.transport, self._end)
            cycle.transport = _Joining(cycle, last)  # type: ignore[assignment]  # a cycle needs no more of it
        super()._start_asgi_task(cycle, app)

    def on_body(self, body: bytes) -> None:
        """Count anew: bodies have bounds of their own."""
        self._n_bytes = 0
        self._n_body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole, or its head comes again."""
        if not self.parser.should_upgrade():
            self._is_whole = True
            super().on_message_complete()
        if self._is_last:
            self.transport.close()

    def head_without_offer(self) -> bytes:
        """Write the head that came last once more."""
        first = b"%s %s HTTP/%s" % (
            self.parser.get_method(),
            self.url,
            self.parser.get_http_version().encode(),
        )
        kept = [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join((first, *kept, b"\r\n"))

    def on_response_complete(self) -> None:
        """Go on with the next request; more are read when none is left."""
        super().on_response_complete()
        if self.pipeline:
            self.flow.pause_reading()

    def send_400_response(self, msg: str) -> None:
        """Say why, and close."""
        super().send_400_response(self._why or msg)

    def _end(self) -> None:
        """Close, but hear out whoever is sending still: what is left unread would undo the answer."""
        is_body_coming = not (self._is_whole or self._is_in_head or self.cycle.waiting_for_100_continue)
        self._is_last = self.cycle.response_complete and is_body_coming
        if not self._is_last:
            self.transport.close()

    def _take_breath(self) -> None:
        if self.cycle.response_complete:
            self.flow.pause_reading()
            self.loop.call_later(BREATH_S, self._read_on)

    def _read_on(self) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()

    def _expect_more(self) -> None:
        if self._is_whole or self.transport.is_closing() or self.flow.read_paused:
            self._expect_nothing()
        elif not self._is_in_head:
            may_take_s = max(BODY_GRACE_S, self._n_body_bytes / BODY_BYTES_PER_S)
            self._expect_within(min(BODY_SILENCE_S, self._body_began + may_take_s - self.loop.time()))
        elif self._deadline is None:
            self._expect_within(HEAD_WITHIN_S)

    def _reading_goes_on(self, stood_still_s: float) -> None:
        self._body_began += stood_still_s
        self._expect_more()

    def _expect_within(self, seconds: float) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _Parser(HttpRequestParser):
    """Has HTTP/1.1 go on where a caller offers another protocol, as Java's client offers HTTP/2.

    The parser itself stops there, and takes the body for the other protocol's.
    """

    def __init__(self, protocol: BoundedProtocol) -> None:
        super().__init__(protocol)
        self._protocol = protocol

    def feed_data(self, data: Any) -> None:
        """Parse; what was stopped at is begun anew."""
        rest = memoryview(data)
        while True:
            try:
                super().feed_data(rest)
            except HttpParserUpgrade as offer:
                super().feed_data(self._protocol.head_without_offer())
                rest = rest[offer.args[0] :]
            else:
                return


class _Flow(FlowControl):
    """Tells for how long nothing was read: nobody is slow meanwhile."""

    def __init__(self, transport: asyncio.Transport, goes_on: Callable[[float], None]) -> None:
        super().__init__(transport)
        self._goes_on = goes_on
        self._paused_at = 0.0

    def pause_reading(self) -> None:
        """Note when."""
        if not self.read_paused:
            self._paused_at = monotonic()
        super().pause_reading()

    def resume_reading(self) -> None:
        """Tell, if it had stopped."""
        was_paused = self.read_paused
        super().resume_reading()
        if was_paused:
            self._goes_on(monotonic() - self._paused_at)


class _Joining:
    """The transport as one answer sees it: its head leaves with the first of its body, in one packet.

    uvicorn writes both by themselves, and each body message at once, an empty one too.
    """

    __slots__ = ("_cycle", "_head", "_later", "_transport", "is_closing")

    def __init__(self, cycle: RequestResponseCycle, later: Any) -> None:
        self._cycle = cycle
        self._later = later
        """What the cycle has for a transport once its head has left."""
        self._transport = cycle.transport
        self._head: bytes | None = None
        self.is_closing = self._transport.is_closing

    def write(self, data: bytes) -> None:
        """Hold the head back, else write."""
        if self._head is None and self._cycle.response_started:
            self._head = data
        elif self._head:
            head, self._head = self._head, b""
            self._cycle.transport = self._later  # as a ring both would wait for the collector
            self._transport.writelines((head, data))  # uvloop copies neither
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Write what is left, then close."""
        if self._head:
            self._transport.write(self._head)
        self._transport.close()


class _LastWords:
    """The transport as the last answer of a connection sees it."""

    __slots__ = ("_end", "is_closing", "write")

    def __init__(self, transport: asyncio.Transport, end: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self._end: Callable[[], None] | None = end

    def close(self) -> None:
        """Let the connection end."""
        end, self._end = self._end, None
        if end is not None:
            end()
