"""A Provider says what became of its jobs: one by one in two dialects, or many at once."""

from __future__ import annotations

from typing import Any, Final

from qumulus.domain.errors import QumulusError
from qumulus.domain.ids import JobId
from qumulus.domain.job import JobType
from qumulus.http.call import Call
from qumulus.http.endpoint import patch, post
from qumulus.http.provider.jobs import same_job
from qumulus.service.cancelling import CANCELLING, hear_cancelling
from qumulus.service.report import Outcome, Report, report_job, report_jobs
from qumulus.service.report_files import report_files
from qumulus.wire.errors import Message
from qumulus.wire.files import read_output_archive
from qumulus.wire.provider import JobReport, ReportOutcome, StatusReport
from qumulus.wire.queries import FenceQuery
from qumulus.wire.reports import message_outputs, read_info_report, read_outputs, read_reports

UPDATED: Final = Message("job updated")


@patch(
    "/jobs/{job_id}",
    "/jobs/{job_id}/status",
    body=StatusReport,
    query=FenceQuery,
    errors=(403, 404, 409),
    example={"status": "running", "attempt": 1},
)
async def report_status(job_id: str, call: Call) -> Message:
    """Move a job: `running`, `succeeded` or `failed` (with its reason as `message`).

    `output_files` names archives that were uploaded; they are shown with the job from then on.
    """
    body, fence = await call.read(StatusReport), call.query(FenceQuery)
    same_job(job_id, body.job_id)
    attempt = fence.attempt if body.attempt is None else body.attempt
    if body.status == CANCELLING:
        await hear_cancelling(call.services, JobId(job_id), attempt, by=call.caller)
        return UPDATED
    report = Report(
        job_id=JobId(job_id),
        status=body.status,
        outputs=message_outputs(body.message, body.status),
        attempt=attempt,
        worker=body.worker or fence.worker,
        execution_time_s=body.execution_time,
    )
    if body.output_files:
        keys = body.output_files
        await report_files(call.services, report, keys, by=call.caller, read=read_output_archive)
    else:
        await report_job(call.services, report, by=call.caller)
    return UPDATED


@patch(
    "/jobs/{job_id}/job_info",
    body=dict[str, Any],
    query=FenceQuery,
    errors=(403, 404, 409),
    example={"result": {"sampling": {"counts": {"00": 507, "11": 493}}}, "attempt": 1},
)
async def report_info(job_id: str, call: Call) -> Message:
    """Write `result` (the job has succeeded), `reason` (it has failed) or other keys of `job_info`.

    They stand at the top level, or under `job_info` beside `overwrite_status` and `execution_time`.
    """
    body, fence = read_info_report(await call.body()), call.query(FenceQuery)
    same_job(job_id, body.job_id)
    report = Report(
        job_id=JobId(job_id),
        status=body.overwrite_status,
        outputs=body.outputs,
        attempt=fence.attempt if body.attempt is None else body.attempt,
        worker=body.worker or fence.worker,
        execution_time_s=body.execution_time,
        result_kind=None if body.result_kind is None else JobType(body.result_kind),
    )
    await report_job(call.services, report, by=call.caller)
    return UPDATED


@post(
    "/jobs/reports",
    body=list[JobReport],
    errors=(413,),
    example=[
        {
            "job_id": "0199...",
            "attempt": 1,
            "status": "succeeded",
            "job_info": {"result": {"sampling": {"counts": {"00": 507, "11": 493}}}},
            "execution_time": 0.012,
        }
    ],
)
async def reports(call: Call) -> list[ReportOutcome]:
    """Report many jobs in one transaction, in their order, each with its own outcome."""
    body = await call.body(limit=call.settings.max_batch_bytes)
    found = [_report(line) for line in read_reports(body)]
    return [_outcome(outcome) for outcome in await report_jobs(call.services, found, by=call.caller)]


def _report(line: JobReport) -> Report:
    return Report(
        job_id=JobId(line.job_id),
        status=line.status,
        outputs=read_outputs(line.job_info),
        attempt=line.attempt,
        worker=line.worker or "",
        execution_time_s=line.execution_time,
    )


def _outcome(outcome: Outcome) -> ReportOutcome:
    job_id, result = outcome.report.job_id, outcome.result
    if isinstance(result, QumulusError):
        return ReportOutcome(
            job_id=job_id,
            outcome=result.code,
            status=outcome.status,
            attempt=outcome.attempt,
            message=str(result),
        )
    word = "repeated" if result.is_repeat else "moved"
    return ReportOutcome(job_id=job_id, outcome=word, status=outcome.status, attempt=outcome.attempt)


ENDPOINTS: Final = (report_status, report_info, reports)
