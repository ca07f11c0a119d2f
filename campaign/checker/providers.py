"""What Providers were told stays true: claims are exclusive, taken reports stand, results are theirs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from campaign.checker.facts import Facts
from campaign.checker.history import Call
from campaign.checker.store import Job
from campaign.checker.violation import Violation

_ONE = re.compile(r"^/provider/jobs/([^/?]+)/?(\w+)?$")
_TAKEN = frozenset({"moved", "repeated"})

Report = tuple[str, int, str, Any, bool]
"""Job, attempt, status, result, taken for certain."""


def check_providers(facts: Facts) -> Iterator[Violation]:
    """Nobody's work is lost or overwritten."""
    yield from _check_claims(facts)
    results: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for call in facts.history.calls:
        for report in _reports_of(call):
            job_id, attempt, status, result, is_taken = report
            if result is not None:
                results[job_id, attempt].append(result)
            if is_taken and job_id in facts.jobs and not _happened(facts, job_id, attempt, status):
                text = f"call {call.n}: {status} of attempt {attempt} was taken, but did not happen"
                yield Violation("report_lost", job_id, text)
    for job in facts.state.jobs:
        yield from _check_result(facts, job, results)


def _check_claims(facts: Facts) -> Iterator[Violation]:
    holders: dict[tuple[str, int], Call] = {}
    for call in facts.history.calls:
        if call.method != "GET" or not call.path.startswith("/provider/jobs?") or not call.is_acknowledged:
            continue
        for claimed in call.answer:
            key = (claimed["job_id"], claimed["attempt"])
            first = holders.setdefault(key, call)
            if first is not call:
                text = f"attempt {key[1]} was given to {first.actor} and to {call.actor}"
                yield Violation("claimed_twice", key[0], text)
            if key[0] in facts.jobs and not _happened(facts, *key, "ready"):
                yield Violation("claim_lost", key[0], f"attempt {key[1]} was claimed, but did not happen")


def _happened(facts: Facts, job_id: str, attempt: int, status: str) -> bool:
    """The attempt made this move; a last word on a cancelled job is a move to where it was."""
    return any(
        event.target in {status, "cancelled"}
        and event.detail.get("attempt") == attempt
        and event.actor == "provider"
        for event in facts.events.get(job_id, [])
    )


def _check_result(facts: Facts, job: Job, results: dict[tuple[str, int], list[Any]]) -> Iterator[Violation]:
    result = facts.state.outputs.get(job.id, {}).get("result")
    if result is None or job.status != "succeeded":
        return
    made_by = result.get("provenance", {}).get("attempt")
    if made_by != job.attempt:
        yield Violation(
            "result_stale", job.id, f"the result of attempt {made_by} stands, not of {job.attempt}"
        )
    sent = results.get((job.id, job.attempt))
    if sent and result not in sent:
        yield Violation("result_changed", job.id, f"stored {result}, reported {sent}")
    counts = result.get("sampling", {}).get("counts")
    if counts is not None and sum(counts.values()) != job.shots:
        yield Violation("result_changed", job.id, f"{sum(counts.values())} counts of {job.shots} shots")


def _reports_of(call: Call) -> Iterator[Report]:
    """What a call of a Provider said of jobs, if it may have been heard."""
    if not call.may_be_done or call.request is None:
        return
    if call.path == "/provider/jobs/reports":
        yield from _many(call)
    elif match := _ONE.match(call.path):
        status = _status_said(call.request, match[2])
        if status is not None:
            yield match[1], call.request["attempt"], status, call.request.get("result"), call.is_acknowledged


def _status_said(said: Any, route: str | None) -> str | None:
    if route == "release":
        return "submitted"
    if "result" in said:
        return "succeeded"
    return "failed" if "reason" in said else said.get("status")


def _many(call: Call) -> Iterator[Report]:
    outcomes = call.answer if call.is_acknowledged else [None] * len(call.request)
    for line, outcome in zip(call.request, outcomes, strict=True):
        is_taken = outcome is not None and outcome["outcome"] in _TAKEN
        yield (
            line["job_id"],
            line["attempt"],
            line["status"],
            line.get("job_info", {}).get("result"),
            is_taken,
        )
