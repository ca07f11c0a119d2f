"""How a job and its result are shown."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, Final

from qumulus.cli.histogram import DEFAULT_TOP, histogram
from qumulus.cli.output import Columns, cell
from qumulus.cli.times import seconds

if TYPE_CHECKING:
    from qumulus.sdk import JobEvent, JobRecord, JobResult

JOB_FIELDS: Final[Columns] = {
    "Job": lambda job: job.id,
    "Status": lambda job: job.status,
    "Name": lambda job: job.name,
    "Description": lambda job: job.description,
    "Device": lambda job: job.device_id,
    "Type": lambda job: job.job_type,
    "Shots": lambda job: job.shots,
    "Priority": lambda job: job.priority,
    "Jobs ahead": lambda job: job.queue_position,
    "Expected wait": lambda job: seconds(job.expected_wait_s),
    "Attempt": lambda job: job.attempt,
    "Submitted": lambda job: job.submitted_at,
    "Ready": lambda job: job.ready_at,
    "Running": lambda job: job.running_at,
    "Ended": lambda job: job.ended_at,
    "Execution": lambda job: seconds(job.execution_time_s),
    "Transpiler": lambda job: _info(job.transpiler_info),
    "Simulator": lambda job: _info(job.simulator_info),
    "Mitigation": lambda job: _info(job.mitigation_info),
}


def result_lines(result: JobResult, *, top: int = DEFAULT_TOP) -> Iterator[str]:
    """A result in plain text."""
    from qumulus.sdk import BindingsResult, EstimationResult

    if isinstance(result, BindingsResult):
        for number, each in enumerate(result.bindings):
            yield f"binding {number}"
            yield from result_lines(each, top=top)
        return
    if isinstance(result, EstimationResult):
        yield f"expectation value  {result.exp_value:.6g} ± {result.stds:.2g}"
        return
    if not result.divided_counts:
        yield from _histogram(result.counts, top)
        return
    for index, counts in result.divided_counts.items():
        yield f"program {index}"
        yield from _histogram(counts, top)
    yield "all together"
    yield from _histogram(result.counts, top)


def _histogram(counts: Mapping[str, int], top: int) -> Iterator[str]:
    return histogram(counts, width=get_terminal_size().columns, top=top, unicode=_can_unicode())


def program_lines(job: JobRecord) -> Iterator[str]:
    """The program as submitted."""
    info = job.job_info or {}
    program = info.get("code") or info.get("program") or ""
    for text in [program] if isinstance(program, str) else program:
        yield from str(text).rstrip().splitlines()


def event_line(event: JobEvent) -> str:
    """One line of a timeline."""
    at = event.at.astimezone().strftime("%H:%M:%S.%f")[:-3]
    move = f"{event.source or 'new'} → {event.target or 'deleted'}"
    detail = "  ".join(f"{key}={cell(value)}" for key, value in event.detail.items() if value is not None)
    return f"{at}  {move:<24}  by {event.actor}" + (f"  {detail}" if detail else "")


def _info(info: Mapping[str, Any] | None) -> str:
    return ", ".join(f"{key}={value}" for key, value in (info or {}).items())


def _can_unicode() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") in {"utf8", "utf16"}
