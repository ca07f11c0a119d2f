"""Server-sent events, at the reader's pace."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

from qumulus.domain.job import JobEvent
from qumulus.http.asgi import Send
from qumulus.http.departure import Departure
from qumulus.http.reply import Reply, encode
from qumulus.http.translate import event_body
from qumulus.service.events import EventPage


class EventStream(Reply):
    """Events as ``text/event-stream``; a comment now and then keeps the line open.

    Nothing is read ahead: the next page is asked for when the last one was sent.
    """

    __slots__ = ("departure", "keep_alive_s", "pages")

    def __init__(self, pages: AsyncIterator[EventPage], departure: Departure, *, keep_alive_s: float) -> None:
        super().__init__(b"", headers=[(b"cache-control", b"no-store")], media_type=b"text/event-stream")
        self.pages = pages
        self.departure = departure
        self.keep_alive_s = keep_alive_s

    async def leave(self, send: Send, *, is_head: bool) -> None:
        """Send events until the last one, or until the caller is gone."""
        headers = [*self.headers, (b"content-type", self.media_type)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if not is_head:
            with self.departure:
                await self._send_all(send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_all(self, send: Send) -> None:
        await send({"type": "http.response.body", "body": b": here you are\n\n", "more_body": True})
        sent_at, has_begun = time.monotonic(), False
        async for page in self.pages:
            if page.events:
                body = b"".join(_frame(event) for event in page.events)
            elif not has_begun:
                # A reader who is cut off before the first event goes on from where this stream began.
                body = b": from here on\nid: %s\n\n" % page.cursor.encode()
            elif time.monotonic() - sent_at >= self.keep_alive_s:
                body = b": still here\n\n"
            else:
                continue
            await send({"type": "http.response.body", "body": body, "more_body": True})
            sent_at, has_begun = time.monotonic(), True


def _frame(event: JobEvent) -> bytes:
    return b"id: %s\ndata: %s\n\n" % (event.cursor.encode(), encode(event_body(event)))
