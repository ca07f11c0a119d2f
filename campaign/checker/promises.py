"""What users were told stays true: cancels, deletes, reads; and nobody is told nonsense."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.checker.facts import FINAL, Facts
from campaign.checker.history import Call, Fault
from campaign.checker.violation import Violation

_UNDERSTOOD = frozenset({200, 503})
_EXPECTED = {
    "cancel": frozenset({400, 404}),
    "delete": frozenset({400, 404}),
    "read": frozenset({404}),
    "submit": frozenset(),
    "provider": frozenset({404, 409}),
}
"""Refusals that races and deletions explain, by kind of call."""
MENDED_WITHIN_S = 30.0
"""After its driver was mended a device may stay withdrawn so long."""


def check_promises(facts: Facts) -> Iterator[Violation]:
    """A yes is for ever."""
    yield from _check_cancels(facts)
    yield from _check_deletes(facts)
    for job_id, reads in facts.reads.items():
        yield from _check_reads(facts, job_id, reads)
    for call in facts.history.calls:
        if not _is_withdrawn(facts, call):
            yield from _check_answer(call)
    yield from _check_broken_drivers(facts)


def _check_cancels(facts: Facts) -> Iterator[Violation]:
    for job_id, call in facts.cancels:
        job = facts.jobs.get(job_id)
        if job is None:
            if job_id not in facts.deletes:
                yield Violation("lost_job", job_id, "its cancel was acknowledged; it does not exist")
        elif job.status != "cancelled":
            yield Violation("cancel_undone", job_id, f"call {call.n} cancelled it; it is {job.status}")


def _check_deletes(facts: Facts) -> Iterator[Violation]:
    for job_id, calls in facts.deletes.items():
        if any(call.is_acknowledged for call in calls) and job_id in facts.jobs:
            yield Violation("delete_undone", job_id, "its deletion was acknowledged; it exists")
    for job_id, events in facts.events.items():
        if events[-1].target is None and job_id not in facts.deletes:
            yield Violation("deleted_unasked", job_id, "it was deleted, and nobody asked for that")


def _check_reads(facts: Facts, job_id: str, reads: list[Call]) -> Iterator[Violation]:
    """A final status that was once seen is the one seen ever after."""
    final: str | None = None
    seen_at = float("inf")
    for read in reads:
        if read.status == 404:
            if job_id not in facts.deletes:
                yield Violation("lost_job", job_id, f"read {read.n} found nothing")
            continue
        status = read.answer["status"]
        if read.start > seen_at and status != final:
            yield Violation(
                "read_went_back", job_id, f"read {read.n} met {status} after {final} had been seen"
            )
        if status in FINAL and read.end < seen_at:
            final, seen_at = status, read.end
    job = facts.jobs.get(job_id)
    if job is not None and final is not None and job.status != final:
        yield Violation("read_went_back", job_id, f"{final} was seen, {job.status} is stored")


def _is_withdrawn(facts: Facts, call: Call) -> bool:
    """A submit to a device that is withdrawn because its driver is broken may be refused."""
    if call.status != 400 or not isinstance(call.request, dict):
        return False
    return any(
        fault.target == call.request.get("device_id")
        and fault.start < call.end
        and call.start < fault.end + MENDED_WITHIN_S
        for fault in _broken_drivers(facts)
    )


def _check_broken_drivers(facts: Facts) -> Iterator[Violation]:
    """A broken driver is the Provider's trouble, never the end of a job."""
    broken = {fault.target for fault in _broken_drivers(facts)}
    for job in facts.state.jobs:
        if job.device_id in broken and job.status == "failed":
            yield Violation("burnt_job", job.id, f"it failed on {job.device_id}, whose driver was broken")


def _broken_drivers(facts: Facts) -> list[Fault]:
    return [fault for fault in facts.history.faults if fault.what == "break_driver"]


def _check_answer(call: Call) -> Iterator[Violation]:
    subject = f"call {call.n}"
    if call.status is None:
        if call.via == "sdk":
            yield Violation("sdk_error", subject, f"{call.actor}: {call.method} {call.path}: {call.error}")
    elif call.status not in _UNDERSTOOD | _EXPECTED[_kind_of(call)]:
        yield Violation("wrong_refusal", subject, f"{call.method} {call.path} -> {call.status} {call.answer}")


def _kind_of(call: Call) -> str:
    if call.path.startswith("/provider"):
        return "provider"
    if call.path.endswith("/cancel"):
        return "cancel"
    return {"DELETE": "delete", "GET": "read"}.get(call.method, "submit")
