"""Event streams deliver every event once and in order, across reconnects and processes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from campaign.checker.facts import FINAL, Facts
from campaign.checker.history import Stream
from campaign.checker.store import Event
from campaign.checker.violation import Violation

Delivered = Mapping[str, Any]


def check_streams(facts: Facts) -> Iterator[Violation]:
    """Each stream shows what the store holds."""
    for stream in facts.history.streams.values():
        yield from _check_order(facts, stream)
        yield from _check_jobs(facts, stream)
        if stream.ending in {"ended", "closed"}:
            yield from _check_complete(facts, stream)


def _check_order(facts: Facts, stream: Stream) -> Iterator[Violation]:
    """Events that still stand in the store come in the order in which they stand there."""
    places = {(event.job_id, event.seq): place for place, event in enumerate(facts.state.events)}
    last, last_key = -1, None
    for _, event in stream.deliveries:
        key = (event["job_id"], event["seq"])
        place = places.get(key)
        if place is None:
            continue
        if place < last:
            yield Violation("stream_order", stream.id, f"{key} came after {last_key}")
        last, last_key = place, key
    cursors = [cursor for cursor, _ in stream.deliveries]
    if len(set(cursors)) < len(cursors):
        yield Violation("stream_repeats", stream.id, "a cursor came twice")


def _check_jobs(facts: Facts, stream: Stream) -> Iterator[Violation]:
    by_job: dict[str, list[Delivered]] = defaultdict(list)
    for _, event in stream.deliveries:
        by_job[event["job_id"]].append(event)
    for job_id, events in by_job.items():
        job = facts.jobs.get(job_id)
        if (stream.job_id or job_id) != job_id or (job is not None and job.owner != stream.owner):
            yield Violation("stream_alien", stream.id, f"it shows the job {job_id}")
        stored = {event.seq: event for event in facts.events.get(job_id, [])}
        last = 0
        for event in events:
            seq = event["seq"]
            if seq <= last:
                yield Violation("stream_repeats", stream.id, f"{job_id}: event {seq} came after {last}")
            elif seq != last + 1 and event["to"] is not None:  # a deleted job's events may be gone before
                yield Violation("stream_gap", stream.id, f"{job_id}: event {seq} came after {last}")
            last = max(last, seq)
            if seq in stored and _shown(stored[seq]) != _seen(event):
                text = f"{job_id}: shows {_seen(event)}, stored {_shown(stored[seq])}"
                yield Violation("stream_differs", stream.id, text)


def _check_complete(facts: Facts, stream: Stream) -> Iterator[Violation]:
    """Whoever read to the end has seen all that stands in the store."""
    seen = {(event["job_id"], event["seq"]) for _, event in stream.deliveries}
    for event in facts.state.events:
        is_meant = event.owner == stream.owner and stream.job_id in {None, event.job_id}
        if not is_meant or (event.job_id, event.seq) in seen:
            continue
        if stream.job_id is not None and _came_after_the_end(event):
            continue
        yield Violation("stream_gap", stream.id, f"{event.job_id}: event {event.seq} never came")


def _came_after_the_end(event: Event) -> bool:
    """The stream of one job ends with its final status."""
    return event.source in FINAL


def _shown(event: Event) -> tuple[object, ...]:
    return (event.actor, event.source, event.target, round(event.at * 1e6), event.detail)


def _seen(event: Delivered) -> tuple[object, ...]:
    at = datetime.fromisoformat(event["at"]).timestamp()
    return (event["actor"], event["from"], event["to"], round(at * 1e6), event["detail"])
