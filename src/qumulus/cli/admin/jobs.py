"""``qumulus admin job``: for jobs that are stuck."""

from __future__ import annotations

from typing import Annotated

import typer

from qumulus.cli.admin.calls import path_of, tell
from qumulus.cli.output import Output, OutputOption, show_done
from qumulus.wire.admin import Reason

app = typer.Typer(no_args_is_help=True, add_completion=False)

JobArguments = Annotated[list[str], typer.Argument(metavar="JOB", help="Ids of jobs.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Kept in the job's timeline.")]


@app.command()
def requeue(
    ctx: typer.Context, jobs: JobArguments, reason: ReasonOption = "", output: OutputOption = Output.TABLE
) -> None:
    """Take claimed jobs from their Provider and queue them again."""
    for job in jobs:
        tell(ctx, "POST", path_of("jobs", job, "requeue"), Reason(reason=reason))
        show_done(job, "requeued", output)


@app.command()
def fail(
    ctx: typer.Context, jobs: JobArguments, reason: ReasonOption = "", output: OutputOption = Output.TABLE
) -> None:
    """End claimed jobs as failed; their user reads the reason."""
    for job in jobs:
        tell(ctx, "POST", path_of("jobs", job, "fail"), Reason(reason=reason))
        show_done(job, "failed", output)
