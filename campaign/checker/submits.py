"""Each acknowledged submit exists exactly once, with and without idempotency keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from campaign.checker.facts import Facts, Submit, contents
from campaign.checker.violation import Violation

SLACK_S = 0.05
"""Two clocks of one machine, read one after the other."""
JUMP_S = 3600.0
"""No clock was made to jump further."""


def check_submits(facts: Facts) -> Iterator[Violation]:
    """What was submitted is there once, as it was submitted; nothing else is there."""
    for name, submits in facts.names.items():
        yield from _check_answers(facts, name, submits)
        yield from _check_number(facts, name, submits)
    for job in facts.state.jobs:
        submits = facts.names.get(job.name, [])
        if not submits:
            yield Violation("invented_job", job.id, f"nobody submitted {job.name!r}")
        elif (wrong := _difference(facts, job.id, submits[0])) is not None:
            yield Violation("content_changed", job.id, wrong)
    yield from _check_keys(facts)


def _check_answers(facts: Facts, name: str, submits: Sequence[Submit]) -> Iterator[Violation]:
    answered = Counter(submit.job_id for submit in submits if submit.job_id is not None)
    for job_id, n_answers in answered.items():
        job = facts.jobs.get(job_id)
        if job is None:
            yield from _check_gone(facts, name, job_id)
        elif job.name != name:
            yield Violation(
                "wrong_answer", job_id, f"the submit of {name} was answered with the job {job.name}"
            )
        elif not _created_during(facts, submits, job.created_at):
            yield Violation("time_order", job_id, f"{name} was created outside its submit's time")
        if submits[0].call.key is None and n_answers > 1:
            yield Violation("answered_twice", job_id, f"{n_answers} submits without a key gave one job")
    if submits[0].call.key is not None and len(answered) > 1:
        yield Violation("key_forgotten", name, f"one key gave the jobs {', '.join(sorted(answered))}")


def _check_gone(facts: Facts, name: str, job_id: str) -> Iterator[Violation]:
    if job_id not in facts.deletes:
        yield Violation("lost_job", job_id, f"{name} was acknowledged and does not exist")
    elif job_id not in facts.events:
        yield Violation("no_tombstone", job_id, f"{name} was deleted without a trace")


def _created_during(facts: Facts, submits: Sequence[Submit], created_at: float) -> bool:
    slack_s = SLACK_S + (JUMP_S if facts.clocks_jumped else 0.0)
    start = min(submit.call.start for submit in submits)
    end = max(submit.call.end for submit in submits if submit.job_id is not None)
    return start - slack_s <= created_at <= end + slack_s


def _check_number(facts: Facts, name: str, submits: Sequence[Submit]) -> Iterator[Violation]:
    """Without a key, as many as were delivered at most; with one, one."""
    known = {submit.job_id for submit in submits if submit.job_id is not None}
    stored = {job.id for job in facts.jobs_by_name.get(name, [])}
    n_jobs = len(known | stored)
    tries = [submit.call for submit in submits if submit.call.may_be_done]
    most = 1 if submits[0].call.key is not None else sum(facts.copies(call) for call in tries)
    if n_jobs > most:
        yield Violation("duplicated_job", name, f"{n_jobs} jobs of {len(tries)} submits, {most} at most")


def _difference(facts: Facts, job_id: str, submit: Submit) -> str | None:
    job, spec = facts.jobs[job_id], submit.spec
    stored = (job.owner, job.device_id, job.shots)
    sent = (submit.call.owner, spec["device_id"], spec["shots"])
    if stored != sent:
        return f"stored {stored}, submitted {sent}"
    if contents(facts.state.inputs.get(job_id)) != contents(spec["job_info"]):
        return "the program is not the one submitted"
    return None


def _check_keys(facts: Facts) -> Iterator[Violation]:
    """The store remembers the answer of every key that was acknowledged."""
    for call in facts.history.calls:
        if call.key is None or call.method != "POST" or not call.is_acknowledged:
            continue
        remembered = facts.state.keys.get((call.owner, f"POST {call.path.removeprefix('/user')}", call.key))
        if remembered != call.answer:
            yield Violation("key_forgotten", call.key, f"answered {call.answer}, remembered {remembered}")
