"""``qumulus admin job``: for jobs that are stuck."""

from __future__ import annotations

from typing import Annotated

import typer

from qumulus.cli.admin.calls import path_of, tell
from qumulus.cli.output import Output, OutputOption, do_each
from qumulus.wire.admin import Reason

app = typer.Typer(no_args_is_help=True, add_completion=False)

JobArguments = Annotated[list[str], typer.Argument(metavar="JOB", help="Ids of jobs.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Kept in the job's timeline.")]


@app.command()
def requeue(
    ctx: typer.Context, jobs: JobArguments, reason: ReasonOption = "", output: OutputOption = Output.TABLE
) -> None:
    """Take claimed jobs from their Provider and queue them again."""
    why = Reason(reason=reason)
    do_each(jobs, lambda job: tell(ctx, "POST", path_of("jobs", job, "requeue"), why), "requeued", output)


@app.command()
def fail(
    ctx: typer.Context, jobs: JobArguments, reason: ReasonOption = "", output: OutputOption = Output.TABLE
) -> None:
    """End claimed jobs as failed; their user reads the reason."""
    why = Reason(reason=reason)
    do_each(jobs, lambda job: tell(ctx, "POST", path_of("jobs", job, "fail"), why), "failed", output)
