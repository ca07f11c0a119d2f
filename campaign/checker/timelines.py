"""Each job's events are a legal path, written here from the contract's table of moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaign.checker.facts import FINAL, Facts
from campaign.checker.store import Event, Job
from campaign.checker.violation import Violation

MOST_LOSSES = 3
MOST_EXPIRIES = 10

_UNFINISHED = ("registered", "submitted", "ready", "running")
_CLAIMED = ("ready", "running")

LEGAL: frozenset[tuple[str | None, str | None, str]] = frozenset(
    {
        (None, "registered", "user"),
        (None, "submitted", "user"),
        ("registered", "submitted", "user"),
        ("submitted", "ready", "provider"),
        ("ready", "running", "provider"),
        ("running", "succeeded", "provider"),
        ("submitted", "succeeded", "provider"),
        ("submitted", "failed", "provider"),
        ("cancelled", "cancelled", "provider"),
        ("registered", None, "cloud"),
    }
    | {(source, "failed", actor) for source in _CLAIMED for actor in ("provider", "cloud", "admin")}
    | {(source, "submitted", actor) for source in _CLAIMED for actor in ("provider", "cloud", "admin")}
    | {(source, "cancelled", "user") for source in _UNFINISHED}
    | {(source, None, "user") for source in FINAL}
)
"""From, to, by; jobs of the files form, which may skip ``running``, are not played here."""


def check_timelines(facts: Facts) -> Iterator[Violation]:
    """Every event is a legal step from the one before; the row says what the last one says."""
    for job_id, events in facts.events.items():
        if events[-1].target is None:
            yield from _check_tombstone(facts, job_id, events)
        elif job_id in facts.jobs:
            yield from _check_path(events)
            yield from _check_fence(facts, facts.jobs[job_id], events)
            yield from _check_row(facts.jobs[job_id], events)
            yield from _check_stamps(facts.jobs[job_id], events)
    for job_id in facts.jobs.keys() - facts.events.keys():
        yield Violation("no_events", job_id, "the job has no event at all")


def _check_tombstone(facts: Facts, job_id: str, events: Sequence[Event]) -> Iterator[Violation]:
    if len(events) > 1 or job_id in facts.jobs:
        yield Violation("half_deleted", job_id, "the job was deleted but rows of it are left")
    stone = events[-1]
    if (stone.source, None, stone.actor) not in LEGAL:
        yield Violation("illegal_path", job_id, f"deleted by {stone.actor} while {stone.source}")


def _check_path(events: Sequence[Event]) -> Iterator[Violation]:
    job_id, status, at = events[0].job_id, None, 0.0
    for place, event in enumerate(events, 1):
        if event.seq != place:
            yield Violation("event_gap", job_id, f"event {place} has seq {event.seq}")
            return
        if event.source != status or (event.source, event.target, event.actor) not in LEGAL:
            step = f"{event.source} -> {event.target} by {event.actor}"
            yield Violation("illegal_path", job_id, f"event {place} is {step}; the job was {status}")
        if event.at < at:
            yield Violation("time_order", job_id, f"event {place} is earlier than the one before")
        status, at = event.target, event.at
    endings = [event for event in events if event.target in FINAL and event.source not in FINAL]
    if len(endings) > 1:
        texts = ", ".join(f"{event.target} (seq {event.seq})" for event in endings)
        yield Violation("ended_twice", job_id, f"the job ended {len(endings)} times: {texts}")


def _check_fence(facts: Facts, job: Job, events: Sequence[Event]) -> Iterator[Violation]:
    """Attempts grow by one with each claim, and only the present attempt moves the job."""
    attempt = losses = expiries = 0
    is_lost = False
    for event in events:
        said = event.detail.get("attempt")
        if event.target == "ready":
            attempt += 1
            is_lost = False
        elif event.source == "submitted" and event.target in {"succeeded", "failed"} and not is_lost:
            yield Violation("unheld_result", job.id, f"event {event.seq}: a result of a job nobody held")
        if event.actor in {"provider", "cloud"} and said != attempt:
            rule = "attempt_skipped" if event.target == "ready" else "stale_attempt"
            yield Violation(rule, job.id, f"event {event.seq} is of attempt {said}, the job's is {attempt}")
        if event.actor == "cloud":
            losses += not event.detail.get("unheard", False)
            expiries += 1
            is_lost = True
            yield from _check_loss(facts, job, event, losses=losses, expiries=expiries)
        elif event.target == "submitted":
            is_lost = False
    if (attempt, losses) != (job.attempt, job.losses):
        row = f"attempt {job.attempt}, {job.losses} losses"
        yield Violation("row_differs", job.id, f"row: {row}; events: attempt {attempt}, {losses} losses")


def _check_loss(facts: Facts, job: Job, event: Event, *, losses: int, expiries: int) -> Iterator[Violation]:
    on_hardware = job.device_id in facts.state.fails_on_lost_lease and event.source == "running"
    is_over = losses >= MOST_LOSSES or expiries >= MOST_EXPIRIES or on_hardware
    if (event.target == "failed") != is_over:
        where = " on hardware" if on_hardware else ""
        text = f"loss {losses}{where}, lease {expiries} that ran out, made the job {event.target}"
        yield Violation("wrong_loss", job.id, text)
    if event.source == "running" and event.detail.get("unheard"):
        yield Violation("wrong_loss", job.id, f"event {event.seq}: it ran, and no loss was counted")


def _check_row(job: Job, events: Sequence[Event]) -> Iterator[Violation]:
    last = events[-1]
    if job.status != last.target or job.n_events != last.seq:
        yield Violation(
            "row_differs",
            job.id,
            f"row: {job.status}, {job.n_events} events; last event: {last.target}, seq {last.seq}",
        )
    if job.status not in FINAL:
        yield Violation("stuck", job.id, f"{job.name} on {job.device_id} is still {job.status}")


def _check_stamps(job: Job, events: Sequence[Event]) -> Iterator[Violation]:
    """Stamps are those of the first event of their status, and in order."""
    for name, stamp, targets in (
        ("submitted_at", job.submitted_at, {"submitted"}),
        ("ready_at", job.ready_at, {"ready"}),
        ("running_at", job.running_at, {"running"}),
        ("ended_at", job.ended_at, FINAL),
    ):
        first = next((event.at for event in events if event.target in targets), None)
        if stamp != first:
            yield Violation("stamp_differs", job.id, f"{name} is {stamp}, the event says {first}")
    given = [job.created_at, job.submitted_at, job.ready_at, job.running_at, job.ended_at]
    stamps = [stamp for stamp in given if stamp is not None]
    if stamps != sorted(stamps):
        yield Violation("time_order", job.id, f"the stamps are not in order: {given}")
