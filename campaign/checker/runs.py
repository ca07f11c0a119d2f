"""Executions, seen from outside: a cancelled job's ends, no attempt runs at two Providers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaign.checker.facts import Facts
from campaign.checker.history import Call, Run
from campaign.checker.violation import Violation

STOP_WITHIN_S = 3.0
"""From the answer to a cancel, or from the end of the last disturbance, to the end of the process."""
SETTLES_WITHIN_S = 10.0
"""After a disturbance, connections are made again and leases run out."""

_NUMBER = re.compile(r"-(\d+)$")


def check_runs(facts: Facts) -> Iterator[Violation]:
    """No process goes on for nothing."""
    cancelled = _cancelled(facts)
    for run in facts.history.runs:
        if run.end is None:
            yield Violation("run_left", f"process {run.pid}", f"job {run.number} still runs when all is over")
        elif (call := cancelled.get(run.number)) is not None:
            yield from _check_stopped(facts, run, call)


def _cancelled(facts: Facts) -> dict[int, Call]:
    """Acknowledged cancels by the number of the job, if it is the only job of that number."""
    found: dict[int, Call] = {}
    for job_id, call in facts.cancels:
        job = facts.jobs.get(job_id)
        if job is not None and len(facts.jobs_by_name[job.name]) == 1 and facts.is_single(job.name):
            found.setdefault(_number_of(job.name), call)
    return found


def _check_stopped(facts: Facts, run: Run, call: Call) -> Iterator[Violation]:
    assert run.end is not None
    quiet = call.end
    for fault in sorted(facts.history.faults, key=lambda fault: fault.start):
        if fault.end > quiet - SETTLES_WITHIN_S and fault.start < quiet + STOP_WITHIN_S:
            quiet = max(quiet, fault.end + SETTLES_WITHIN_S)
    if run.end > quiet + STOP_WITHIN_S:
        late_s = run.end - call.end
        yield Violation("cancel_unheard", f"job {run.number}", f"its process went on for {late_s:.1f} s")


def _number_of(name: str) -> int:
    match = _NUMBER.search(name)
    return int(match[1]) if match else -1
