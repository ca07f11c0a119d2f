"""Server-sent events, followed across cut connections by ``Last-Event-ID``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from qumulus.transport.answer import NoAnswerError
from qumulus.transport.errors import CloudUnavailableError, CloudUnreachableError
from qumulus.transport.http import HttpClient
from qumulus.transport.sse import EventParser, ServerEvent

SILENCE_S: Final = 60.0
"""A stream this long without even a comment is taken for dead and opened again."""


async def follow_events(
    client: HttpClient, path: str, *, last_event_id: str | None = None
) -> AsyncIterator[ServerEvent | None]:
    """Events without end and without gaps: a cut connection is opened again at the last event.

    Gives None where the server ended the stream by itself, so that the caller can decide to stop.

    Raises:
        ApiError: the server refused; with 410 the cursor is too old.
        CloudUnreachableError: the server stayed away for longer than the client's patience.
    """
    tries = client.tries()
    while True:
        headers = {"accept": "text/event-stream"}
        if last_event_id:
            headers["last-event-id"] = last_event_id
        parser = EventParser()
        try:
            async with client.stream(path, headers=headers, timeout_s=SILENCE_S) as chunks:
                async for chunk in chunks:
                    tries = client.tries()
                    for event in parser.feed(chunk):
                        last_event_id = parser.last_id or last_event_id
                        yield event
                    last_event_id = parser.last_id or last_event_id
            yield None
            failure = NoAnswerError("the stream ended", may_have_arrived=True)
        except NoAnswerError as error:
            failure = error
        except CloudUnavailableError as error:
            failure = NoAnswerError(error.message, may_have_arrived=True)
        pause_s = tries.after_no_answer(failure)
        if pause_s is None:
            raise CloudUnreachableError(client.base_url, failure.reason, may_have_been_done=False)
        await asyncio.sleep(pause_s)
