"""What happened to one's own jobs: as JSON, or as a stream that goes on."""

from __future__ import annotations

from typing import Final

from qumulus.domain.ids import JobId
from qumulus.http.call import Call
from qumulus.http.endpoint import get
from qumulus.http.reply import Reply, encode
from qumulus.http.streams import EventStream
from qumulus.http.translate import event_body
from qumulus.service.events import follow_job, follow_own, read_job_events, read_own_events
from qumulus.wire.queries import EventsQuery
from qumulus.wire.user import JobEventBody

STREAM: Final = "text/event-stream"


@get(
    "/jobs/{job_id}/events",
    query=EventsQuery,
    answer=list[JobEventBody],
    errors=(404, 410),
    media=(STREAM,),
    headers={"Last-Event-ID": "Go on after this event."},
)
async def job_events(job_id: str, call: Call) -> Reply:
    """Read a job's timeline; as `text/event-stream` it goes on until the last event."""
    after = _after(call, call.query(EventsQuery))
    if _wants_stream(call):
        departure = call.departure()
        pages = await follow_job(
            call.services, JobId(job_id), by=call.caller, after=after, gone=departure.is_gone
        )
        return EventStream(pages, departure, keep_alive_s=call.settings.keep_alive_s)
    events = await read_job_events(call.services, JobId(job_id), by=call.caller, after=after)
    return Reply(encode([event_body(event) for event in events]))


@get(
    "/events",
    query=EventsQuery,
    answer=list[JobEventBody],
    errors=(410,),
    media=(STREAM,),
    headers={"Last-Event-ID": "Go on after this event."},
)
async def own_events(call: Call) -> Reply:
    """Read the events of all your jobs after a cursor; as a stream without one, from now on.

    `Link: rel="next"` holds the cursor to go on from.
    """
    wanted = call.query(EventsQuery)
    after = _after(call, wanted)
    if _wants_stream(call):
        departure = call.departure()
        pages = await follow_own(call.services, by=call.caller, after=after, gone=departure.is_gone)
        return EventStream(pages, departure, keep_alive_s=call.settings.keep_alive_s)
    page = await read_own_events(call.services, by=call.caller, after=after, limit=wanted.limit)
    link = f'<{call.at("/user/events")}?cursor={page.cursor}&limit={wanted.limit}>; rel="next"'
    return Reply(
        encode([event_body(event) for event in page.events]), headers=[(b"link", link.encode("latin-1"))]
    )


def _after(call: Call, wanted: EventsQuery) -> str | None:
    return call.header(b"last-event-id") or wanted.cursor or None


def _wants_stream(call: Call) -> bool:
    return STREAM in (call.header(b"accept") or "")


ENDPOINTS: Final = (job_events, own_events)
