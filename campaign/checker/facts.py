"""History and store, sorted by what the rules ask for."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from campaign.checker.history import Call, History
from campaign.checker.store import Event, Job, StoreState

FINAL = frozenset({"succeeded", "failed", "cancelled"})

_JOB_PATH = re.compile(r"^/user/jobs/([^/?]+)(?:/(\w+))?(?:\?.*)?$")
_SUBMITS = frozenset({"/user/jobs", "/user/jobs/batch"})


@dataclass(frozen=True, slots=True)
class Submit:
    """One job of a submit call; ``job_id`` None: the call brought no answer."""

    call: Call
    spec: dict[str, Any]
    job_id: str | None

    @property
    def name(self) -> str:
        """The mark that the campaign gave the job."""
        return str(self.spec["name"])


class Facts:
    """What happened and what is stored."""

    def __init__(self, history: History, state: StoreState) -> None:
        self.history = history
        self.state = state
        self.jobs: dict[str, Job] = {job.id: job for job in state.jobs}

    @cached_property
    def clocks_jumped(self) -> bool:
        """The store's time stamps need not agree with the callers' clock."""
        return any(fault.what == "jump_clock" for fault in self.history.faults)

    @cached_property
    def events(self) -> dict[str, list[Event]]:
        """Events by job, by ``seq``."""
        found: dict[str, list[Event]] = defaultdict(list)
        for event in self.state.events:
            found[event.job_id].append(event)
        for events in found.values():
            events.sort(key=lambda event: event.seq)
        return dict(found)

    @cached_property
    def submits(self) -> list[Submit]:
        """Every job that somebody tried to submit, once per call."""
        return [submit for call in self.history.calls for submit in _submits_of(call)]

    @cached_property
    def names(self) -> dict[str, list[Submit]]:
        """Submits by the mark of their job."""
        found: dict[str, list[Submit]] = defaultdict(list)
        for submit in self.submits:
            found[submit.name].append(submit)
        return dict(found)

    @cached_property
    def jobs_by_name(self) -> dict[str, list[Job]]:
        """Stored jobs by their mark."""
        found: dict[str, list[Job]] = defaultdict(list)
        for job in self.state.jobs:
            found[job.name].append(job)
        return dict(found)

    @cached_property
    def deletes(self) -> dict[str, list[Call]]:
        """DELETE calls that were done or may have been, by job."""
        found: dict[str, list[Call]] = defaultdict(list)
        for call in self.history.calls:
            if (
                call.method == "DELETE"
                and (job_id := job_of(call))
                and (call.may_be_done or call.status == 404)
            ):
                found[job_id].append(call)
        return dict(found)

    @cached_property
    def cancels(self) -> list[tuple[str, Call]]:
        """Acknowledged cancels, with their job."""
        return [
            (job_id, call)
            for call in self.history.calls
            if call.is_acknowledged and action_of(call) == "cancel" and (job_id := job_of(call))
        ]

    @cached_property
    def reads(self) -> dict[str, list[Call]]:
        """Reads of one job that brought an answer, by job, by time."""
        found: dict[str, list[Call]] = defaultdict(list)
        for call in self.history.calls:
            is_read = call.method == "GET" and action_of(call) in {None, "status"}
            if is_read and call.status in {200, 404} and (job_id := job_of(call)):
                found[job_id].append(call)
        return dict(found)

    def is_single(self, name: str) -> bool:
        """No copy of the job's submit was delivered without a key, to make a twin of it."""
        return all(
            submit.call.key is not None or self.copies(submit.call) == 1 for submit in self.names[name]
        )

    def copies(self, call: Call) -> int:
        """How often the proxy delivered a call at most."""
        return 1 + self.history.messages.get(call.n, []).count("duplicated")


def job_of(call: Call) -> str | None:
    """The job that a user's call is about."""
    match = _JOB_PATH.match(call.path)
    return match[1] if match and match[1] != "batch" else None


def action_of(call: Call) -> str | None:
    """The last part of the path of a user's call about one job."""
    match = _JOB_PATH.match(call.path)
    return match[2] if match else ""


def contents(job_info: Any) -> Any:
    """``job_info`` as an object, whichever form it came in."""
    return json.loads(job_info) if isinstance(job_info, str) else job_info


def _submits_of(call: Call) -> Iterator[Submit]:
    if call.method != "POST" or call.path not in _SUBMITS:
        return
    specs = call.request if isinstance(call.request, list) else [call.request]
    answers: list[Any] = [None] * len(specs)
    if call.is_acknowledged:
        answers = call.answer if isinstance(call.answer, list) else [call.answer]
    for spec, answer in zip(specs, answers, strict=True):
        yield Submit(call, spec, answer and answer["job_id"])
