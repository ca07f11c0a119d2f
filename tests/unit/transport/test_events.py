from __future__ import annotations

from itertools import islice, pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qumulus.transport import ApiError, CloudUnreachableError, HttpClient, RetryPolicy
from qumulus.transport._generated import events as blocking
from qumulus.transport._generated.http import SyncHttpClient
from qumulus.transport.events import follow_events
from qumulus.transport.sse import EventParser, ServerEvent
from tests.unit.transport.script import Entry, Script, refusal, stream

EAGER = RetryPolicy(first_pause_s=0.0)
TEXT = (
    b": hello\n\nid: 1\nevent: move\ndata: one\n\n"
    b"id: 2\r\ndata: two\r\ndata:  lines\r\n\r\n"
    b": keep-alive\n\ndata:three\nunknown: x\n\nid: 9\n\ndata: cut off"
)
EVENTS = [
    ServerEvent("1", "move", "one"),
    ServerEvent("2", "message", "two\n lines"),
    ServerEvent("2", "message", "three"),
]


@given(st.lists(st.integers(0, len(TEXT))))
def test_events_do_not_depend_on_how_the_bytes_are_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TEXT)]
    parser = EventParser()
    found = [event for start, end in pairwise(places) for event in parser.feed(TEXT[start:end])]
    assert found == EVENTS


async def collect(http: HttpClient, count: int, last_event_id: str | None = None) -> list[ServerEvent | None]:
    found: list[ServerEvent | None] = []
    async for event in follow_events(http, "/user/events", last_event_id=last_event_id):
        found.append(event)
        if len(found) == count:
            break
    return found


def client(*entries: Entry, retries: RetryPolicy = EAGER) -> tuple[HttpClient, Script]:
    script = Script(*entries)
    return HttpClient("http://cloud.test", "t", retries=retries, transport=script), script


def event(number: int) -> ServerEvent:
    return ServerEvent(str(number), "message", f"e{number}")


def chunk(number: int) -> bytes:
    return b"id: %d\ndata: e%d\n\n" % (number, number)


async def test_a_cut_stream_goes_on_after_the_last_event() -> None:
    http, script = client(
        stream(chunk(1), chunk(2), httpx.ReadError("reset")),
        httpx.ConnectError("refused"),
        refusal(503, "unavailable"),
        stream(chunk(3)),
    )
    assert await collect(http, 3) == [event(1), event(2), event(3)]
    assert [request.headers.get("last-event-id") for request in script.requests] == [None, "2", "2", "2"]
    assert script.requests[0].headers["accept"] == "text/event-stream"


async def test_half_an_event_is_not_given_and_comes_again() -> None:
    http, script = client(stream(chunk(1), b"id: 2\nda", httpx.ReadError("reset")), stream(chunk(2)))
    assert await collect(http, 2) == [event(1), event(2)]
    assert script.requests[1].headers["last-event-id"] == "1"


async def test_an_id_alone_says_where_to_go_on_before_the_first_event() -> None:
    http, script = client(
        stream(b"id: 7\n\n: waiting\n\nid: 8\n", httpx.ReadError("reset")), stream(chunk(8))
    )
    assert await collect(http, 1) == [event(8)]
    assert script.requests[1].headers["last-event-id"] == "7"


async def test_an_end_by_the_server_is_told_and_then_followed() -> None:
    http, script = client(stream(chunk(1)), stream(chunk(2)))
    assert await collect(http, 4, last_event_id="0") == [event(1), None, event(2), None]
    assert [request.headers["last-event-id"] for request in script.requests] == ["0", "1"]


async def test_a_cursor_too_old_is_an_error() -> None:
    http, _ = client(refusal(410, "cursor_too_old"))
    with pytest.raises(ApiError) as caught:
        await collect(http, 1)
    assert caught.value.code == "cursor_too_old"


async def test_a_cloud_that_stays_away_is_given_up() -> None:
    http, _ = client(stream(chunk(1), httpx.ReadError("reset")), retries=RetryPolicy(total_s=0.0))
    with pytest.raises(CloudUnreachableError):
        await collect(http, 2)


def test_the_blocking_reader_follows_the_same_laws() -> None:
    script = Script(stream(chunk(1), httpx.ReadError("reset")), stream(chunk(2)))
    http = SyncHttpClient("http://cloud.test", "t", retries=EAGER, transport=script)
    assert list(islice(blocking.follow_events(http, "/user/events"), 2)) == [event(1), event(2)]
