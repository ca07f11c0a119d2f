"""The tables agree with one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from campaign.checker.facts import Facts
from campaign.checker.violation import Violation

POISONOUS = ("crash-", "doomed-")
"""How the campaign names programs that kill their process, and jobs that their Providers forget."""


def check_rows(facts: Facts) -> Iterator[Violation]:
    """Nothing is left of what is gone, nothing is missing of what is there."""
    for text in facts.state.damage:
        yield Violation("damaged_store", "database", text)
    yield from _check_queue(facts)
    yield from _check_leases(facts)
    yield from _check_payloads(facts)
    yield from _check_orphans(facts)
    yield from _check_poison(facts)


def _check_queue(facts: Facts) -> Iterator[Violation]:
    places = Counter(job_id for _, job_id in facts.state.queue)
    for device, job_id in facts.state.queue:
        job = facts.jobs.get(job_id)
        if job is None or job.status != "submitted" or job.device_id != device:
            yield Violation(
                "queue_wrong", job_id, f"stands in the queue of {device}, but is {job and job.status}"
            )
    for job in facts.state.jobs:
        if job.status == "submitted" and places[job.id] != 1:
            yield Violation("queue_wrong", job.id, f"is submitted and stands in {places[job.id]} queues")


def _check_leases(facts: Facts) -> Iterator[Violation]:
    held = dict(facts.state.leases)
    for job_id, attempt in held.items():
        job = facts.jobs.get(job_id)
        if job is None or job.status not in {"ready", "running"} or job.attempt != attempt:
            yield Violation("lease_wrong", job_id, f"a lease of attempt {attempt} is left of it")
    for job in facts.state.jobs:
        if job.status in {"ready", "running"} and job.id not in held:
            yield Violation("lease_wrong", job.id, f"is {job.status} and nobody holds it")


def _check_payloads(facts: Facts) -> Iterator[Violation]:
    for job in facts.state.jobs:
        outputs = facts.state.outputs.get(job.id, {})
        if job.id not in facts.state.inputs:
            yield Violation("input_lost", job.id, "the program is gone")
        if job.status == "succeeded" and "result" not in outputs:
            yield Violation("result_lost", job.id, "succeeded without a result")
        if job.status == "failed" and not outputs.get("reason"):
            yield Violation("reason_lost", job.id, "failed without a reason")
        if job.status == "failed" and "result" in outputs:
            yield Violation("result_stale", job.id, "failed, but a result stands")


def _check_orphans(facts: Facts) -> Iterator[Violation]:
    events = {job_id for job_id, events in facts.events.items() if events[-1].target is not None}
    tables = {
        "inputs": facts.state.inputs.keys(),
        "outputs": facts.state.outputs.keys(),
        "job_events": events,
    }
    for table, ids in tables.items():
        for job_id in ids - facts.jobs.keys():
            yield Violation("orphan", job_id, f"rows of {table} are left of a job that does not exist")


def _check_poison(facts: Facts) -> Iterator[Violation]:
    """What kills each process or Provider that touches it fails, and says why."""
    for job in facts.state.jobs:
        if job.name.startswith(POISONOUS) and job.status == "succeeded":
            yield Violation("poison_survived", job.id, f"{job.name} cannot succeed")
        is_given_up = job.status == "failed" and facts.events[job.id][-1].actor == "cloud"
        code = facts.state.outputs.get(job.id, {}).get("reason_code")
        if is_given_up and code != "provider_lost":
            yield Violation("reason_lost", job.id, f"given up by the cloud, with the reason code {code}")
