"""``qumulus jobs``: your jobs, from submit to delete."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Final

import typer

from qumulus.cli.evidence import diff, evidence_lines, replay
from qumulus.cli.output import (
    Columns,
    Output,
    OutputOption,
    confirm,
    do_each,
    show_fields,
    show_json,
    show_lines,
    show_rows,
)
from qumulus.cli.session import user_client
from qumulus.cli.show import JOB_FIELDS, event_line, program_lines, result_lines
from qumulus.cli.times import ago
from qumulus.cli.times import since as read_since
from qumulus.domain.lifecycle import JobStatus

app = typer.Typer(no_args_is_help=True, add_completion=False)

COLUMNS: Final[Columns] = {
    "Job": lambda job: job.id,
    "Name": lambda job: job.name,
    "Device": lambda job: job.device_id,
    "Status": lambda job: job.status,
    "Shots": lambda job: job.shots,
    "Submitted": lambda job: ago(job.submitted_at),
}

COUNT_COLUMNS: Final[Columns] = {"Status": lambda row: row[0], "Jobs": lambda row: row[1]}

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="Id of the job.")]
JobArguments = Annotated[list[str], typer.Argument(metavar="JOB", help="Ids of jobs.")]


@app.command("list")
def list_jobs(
    ctx: typer.Context,
    status: Annotated[JobStatus | None, typer.Option("--status", help="Only of this status.")] = None,
    device: Annotated[str | None, typer.Option("--device", "-d", help="Only of this device.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Such as 2h, 3d, 2026-01-31T12:00.")] = None,
    search: Annotated[str | None, typer.Option("--search", help="Part of id, name or description.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most this many.")] = 20,
    output: OutputOption = Output.TABLE,
) -> None:
    """List your jobs, newest first."""
    with user_client(ctx) as client:
        jobs = client.jobs(
            status=status,
            device=device,
            since=None if since is None else read_since(since),
            text=search,
            newest_first=True,
            page_size=min(limit, 100),
        )
        records = [job.record for job in islice(jobs, limit)]
    show_rows(records, COLUMNS, output, empty="There is no such job.")


@app.command()
def counts(
    ctx: typer.Context,
    device: Annotated[str | None, typer.Option("--device", "-d", help="Only of this device.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Such as 2h, 3d, 2026-01-31T12:00.")] = None,
    search: Annotated[str | None, typer.Option("--search", help="Part of id, name or description.")] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Count your jobs by status."""
    with user_client(ctx) as client:
        found = client.count_jobs(
            device=device, since=None if since is None else read_since(since), text=search
        )
    if output is Output.JSON:
        show_json({status.value: count for status, count in found.items()})
        return
    rows = [(status.value, count) for status, count in found.items() if count]
    show_rows(rows, COUNT_COLUMNS, output, empty="There is no such job.")


@app.command()
def show(
    ctx: typer.Context,
    job: JobArgument,
    evidence: Annotated[bool, typer.Option("--evidence", help="How the result came to be.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show a job with its program, and its result or what went wrong."""
    with user_client(ctx) as client:
        found = client.job(job)
        proof = found.evidence() if evidence else None
    if proof is not None and output is not Output.ID:
        if output is Output.JSON:
            show_json(proof)
        else:
            show_lines(evidence_lines(proof))
        return
    record = found.record
    show_fields(record, JOB_FIELDS, output)
    if output is not Output.TABLE or record is None:
        return
    show_lines(["", *program_lines(record)])
    reason = found.job_info.get("reason") or found.job_info.get("message")
    if reason:
        show_lines(["", f"Reason: {reason}"])
    if found.status is JobStatus.SUCCEEDED:
        show_lines(["", *result_lines(found.result())])


@app.command()
def status(ctx: typer.Context, job: JobArgument, output: OutputOption = Output.TABLE) -> None:
    """Show the status of a job, in one word."""
    with user_client(ctx) as client:
        word = client.attach(job).ask_status()
    if output is Output.JSON:
        show_json({"job_id": job, "status": word})
    else:
        typer.echo(word.value)


@app.command()
def wait(
    ctx: typer.Context,
    job: JobArgument,
    timeout: Annotated[float | None, typer.Option("--timeout", min=0, help="Seconds; default: none.")] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Wait until a job has ended, and show its result; exit code 1 if it did not succeed."""
    with user_client(ctx) as client:
        found = client.attach(job)
        result = found.result(timeout)
    if output is Output.JSON:
        show_json(result)
    elif output is Output.ID:
        typer.echo(found.id)
    else:
        show_lines(result_lines(result))


@app.command()
def events(
    ctx: typer.Context,
    job: JobArgument,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the job has ended.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show what has happened to a job."""
    with user_client(ctx) as client:
        found = client.attach(job)
        if output is Output.JSON:
            show_json(list(found.events()) if follow else found.timeline())
            return
        show_lines(event_line(event) for event in (found.events() if follow else found.timeline()))


@app.command()
def cancel(ctx: typer.Context, jobs: JobArguments, output: OutputOption = Output.TABLE) -> None:
    """Cancel jobs; running ones are stopped."""
    with user_client(ctx) as client:
        do_each(jobs, lambda job_id: client.attach(job_id).cancel(), "cancelled", output)


@app.command()
def delete(
    ctx: typer.Context,
    jobs: JobArguments,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Delete jobs that have ended, with their results."""
    confirm(f"Delete {len(jobs)} job(s) with their results?", yes=yes)
    with user_client(ctx) as client:
        do_each(jobs, lambda job_id: client.attach(job_id).delete(), "deleted", output)


app.command()(replay)
app.command()(diff)
