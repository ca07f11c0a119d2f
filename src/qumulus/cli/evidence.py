"""``qumulus jobs replay`` and ``diff``, and how evidence is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from qumulus.cli.failures import ExitCode
from qumulus.cli.output import Output, OutputOption, cell, show_json, show_lines
from qumulus.cli.session import user_client

if TYPE_CHECKING:
    from qumulus.sdk import CountsComparison, Difference, Evidence, JobDiff, Replay, ValueComparison

VERDICTS: Final = {
    "identical": "identical: every number is the same",
    "consistent": "consistent: the numbers differ by no more than chance",
    "different": "different: the numbers differ by more than chance",
}
LONGEST: Final = 60
"""Characters of a value beside another one."""

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="Id of the job.")]
OtherArgument = Annotated[str, typer.Argument(metavar="OTHER", help="Id of the other job.")]


def replay(
    ctx: typer.Context,
    job: JobArgument,
    timeout: Annotated[float | None, typer.Option("--timeout", min=0, help="Seconds; default: none.")] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Run a job again, with its seeds and on the calibration of then; exit code 1 if it disagrees."""
    with user_client(ctx) as client:
        found = client.replay(job, timeout_s=timeout)
    if output is Output.JSON:
        show_json(_replay_document(found))
    elif output is Output.ID:
        typer.echo(found.job_id)
    else:
        show_lines(replay_lines(found))
    if not found.agrees:
        raise typer.Exit(ExitCode.JOB_NOT_SUCCEEDED)


def diff(
    ctx: typer.Context, job: JobArgument, other: OtherArgument, output: OutputOption = Output.TABLE
) -> None:
    """Show in what two jobs differ: inputs, settings, provenance, results."""
    with user_client(ctx) as client:
        found = client.diff(job, other)
    if output is Output.JSON:
        show_json(found)
    elif output is Output.ID:
        show_lines([job, other])
    else:
        show_lines(diff_lines(found))


def replay_lines(found: Replay) -> Iterator[str]:
    """What a replay shows."""
    yield f"Replay   {found.job_id}"
    yield f"Verdict  {VERDICTS[found.verdict]}"
    yield from _comparison_lines(found.comparisons)
    if found.differences:
        yield from ("", "Not as it was then:")
        yield from _difference_lines(found.differences)


def diff_lines(found: JobDiff) -> Iterator[str]:
    """In what two jobs differ."""
    parts = {"Inputs": found.inputs, "Settings": found.settings, "Provenance": found.provenance}
    for heading, differences in parts.items():
        yield heading if differences else f"{heading}: the same"
        yield from _difference_lines(differences)
    if not found.comparisons:
        yield "Results: not comparable"
        return
    is_same = all(each.is_identical for each in found.comparisons)
    yield "Results: the same" if is_same else "Results"
    yield from _comparison_lines(found.comparisons)


def evidence_lines(evidence: Evidence) -> Iterator[str]:
    """How a result came to be, a line for each fact."""
    facts = dict(_facts(evidence.provenance))
    if not facts:
        yield "There is no evidence: the job has no result that tells how it came to be."
        return
    width = max(map(len, facts))
    for name, value in facts.items():
        yield f"{name:<{width}}  {value}"


def _facts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _facts(inner, f"{name}.{key}" if name else str(key))
    elif name:
        yield name, cell(value) if value is not None else "–"


def _comparison_lines(comparisons: Sequence[CountsComparison | ValueComparison]) -> Iterator[str]:
    from qumulus.sdk import CountsComparison

    width = max((len(each.part) for each in comparisons), default=0)
    for each in comparisons:
        name = f"  {each.part:<{width}}  " if width else "  "
        if isinstance(each, CountsComparison):
            yield (
                f"{name}total variation {each.total_variation:.4f}, chi-square {each.chi_square:.2f} "
                f"with {each.degrees_of_freedom} degrees of freedom, p = {each.p_value:.3g}"
            )
        else:
            yield f"{name}difference {each.difference:.6g}, {each.sigmas:.2f} sigma, p = {each.p_value:.3g}"


def _difference_lines(differences: Sequence[Difference]) -> Iterator[str]:
    width = max((len(each.what) for each in differences), default=0)
    for each in differences:
        yield f"  {each.what:<{width}}  {_short(each.one)} → {_short(each.other)}"


def _short(value: Any) -> str:
    text = "–" if value is None else " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _replay_document(found: Replay) -> dict[str, Any]:
    return {
        "job_id": found.job_id,
        "original_id": found.original_id,
        "verdict": found.verdict,
        "agrees": found.agrees,
        "is_repeatable": found.is_repeatable,
        "comparisons": found.comparisons,
        "differences": found.differences,
    }
