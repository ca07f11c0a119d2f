"""How answers are shown: as a table, as JSON, or as bare ids."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

from qumulus.cli.failures import ExitCode, explain, printable

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH: Final = 240
"""Columns when the output is no terminal: nothing is cut that somebody may search for."""

FOLDING: Final = frozenset({"Name", "Description", "Changed", "Devices", "Email", "Organization", "Group"})
"""Columns that give way where the screen is narrow."""


class Output(StrEnum):
    """Forms of output."""

    TABLE = "table"
    JSON = "json"
    ID = "id"


OutputOption: TypeAlias = Annotated[
    Output, typer.Option("--output", "-o", help="table for people, json for programs, id for pipes.")
]

Columns: TypeAlias = Mapping[str, Callable[[Any], object]]
"""Heading → how to read the cell from a row. The first column is the id."""


def console(*, err: bool = False) -> Console:
    """A console that does not cut lines when it writes into a pipe."""
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    return Console(stderr=err, width=None if stream.isatty() else PIPE_WIDTH, highlight=False, markup=False)


def show_rows(rows: Sequence[Any], columns: Columns, output: Output, *, empty: str) -> None:
    """Show a list; ``empty`` is said when there is nothing."""
    if output is Output.JSON:
        show_json(rows)
        return
    read_id = next(iter(columns.values()))
    if output is Output.ID:
        show_lines(str(read_id(row)) for row in rows)
        return
    if not rows:
        typer.echo(empty, err=True)
        return
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for heading in columns:
        table.add_column(heading, no_wrap=heading not in FOLDING, overflow="fold")
    texts = [[cell(read(row)) for read in columns.values()] for row in rows]
    for line in texts:
        table.add_row(*line)
    screen = console()
    screen.width = max(screen.width, _least_width(list(columns), texts))
    screen.print(table)


def _least_width(headings: Sequence[str], texts: Sequence[Sequence[str]]) -> int:
    """Columns below which something would be cut, such as the end of an id."""
    from rich.cells import cell_len

    width = 0
    for place, heading in enumerate(headings):
        cells = [] if heading in FOLDING else [line[place] for line in texts]
        width += 2 + max(map(cell_len, [heading, *cells]))
    return width


def show_fields(row: Any, columns: Columns, output: Output) -> None:
    """Show one thing, a line per field; fields that are empty are left out."""
    if output is Output.JSON:
        show_json(row)
        return
    if output is Output.ID:
        show_lines([str(next(iter(columns.values()))(row))])
        return
    cells = {heading: cell(read(row)) for heading, read in columns.items()}
    width = max(len(heading) for heading in cells)
    for heading, text in cells.items():
        if text:
            typer.echo(f"{heading:<{width}}  {text}")


def show_done(thing: str, verb: str, output: Output) -> None:
    """Say that something was done to the thing with this id."""
    if output is Output.ID:
        typer.echo(thing)
    elif output is Output.JSON:
        show_json({"id": thing, "done": verb})
    else:
        typer.echo(f"{thing} {verb}")


def do_each(things: Iterable[str], act: Callable[[str], object], verb: str, output: Output) -> None:
    """Do it to each of these ids; a refusal is told, and does not spare the rest."""
    from qumulus.transport.errors import NotAuthenticatedError, RefusedError

    code = ExitCode.DONE
    for thing in things:
        try:
            act(thing)
        except NotAuthenticatedError:
            raise  # so would all be
        except RefusedError as error:
            failure = explain(error)
            assert failure is not None, "explain() knows all refusals"
            failure.show()
            code = failure.exit_code
        else:
            show_done(thing, verb, output)
    if code is not ExitCode.DONE:
        raise typer.Exit(code)


def show_once(made: object, output: Output, *, id: str, secret: str) -> None:
    """Show a new secret, which nobody can read again; a person is told so beside it."""
    if output is Output.JSON:
        show_json(made)
    elif output is Output.ID:
        typer.echo(id)
    else:
        typer.echo("Keep it safe, it is not shown again:", err=True)
        typer.echo(secret)


def confirm(question: str, *, yes: bool) -> None:
    """Ask unless told not to; a no, or nobody to answer, ends the command as an interruption does."""
    try:
        if yes or typer.confirm(question, err=True):
            return
    except typer.Abort:
        typer.echo("\nNothing was done; --yes answers beforehand.", err=True)
    raise typer.Exit(ExitCode.INTERRUPTED)


def show_json(value: Any) -> None:
    """Show as indented JSON, in UTF-8 whatever the terminal speaks: programs read it."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(value, enc_hook=_plain), indent=2))


def show_lines(lines: Iterable[str]) -> None:
    """Show line by line."""
    for line in lines:
        typer.echo(printable(line))


def cell(value: object) -> str:
    """A value as a person reads it: times in the local zone, to the second; nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple | set | frozenset):
        return printable(" ".join(str(item) for item in value))
    return printable(str(value))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"cannot be shown as JSON: {type(value).__name__}")
