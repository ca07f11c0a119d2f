"""``qumulus qasm``: look at a program on this machine, without a cloud unless a device is named.

Programs may come from anywhere, so a child process with limits reads them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from shutil import get_terminal_size
from typing import Annotated, Any

import typer

from qumulus.cli.failures import ExitCode
from qumulus.cli.files import read_program
from qumulus.cli.output import Output, OutputOption, show_json, show_lines
from qumulus.cli.session import user_client

app = typer.Typer(no_args_is_help=True, add_completion=False)

File = Annotated[str, typer.Argument(metavar="FILE", help="OpenQASM 2 or 3; - reads standard input.")]


@app.command()
def check(
    ctx: typer.Context,
    file: File,
    device: Annotated[
        str | None, typer.Option("--device", "-d", help="Also what this device of the cloud cannot do.")
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Check a program: what is wrong with it, and where; exit code 1 if there is an error."""
    found = _checked(file, ctx, device)
    if output is Output.JSON:
        show_json(found)
    else:
        show_lines(_diagnostic_line(file, each) for each in found["diagnostics"])
        if found["ok"] and not found["diagnostics"]:
            typer.echo(f"{file}: fine")
    if not found["ok"]:
        raise typer.Exit(ExitCode.JOB_NOT_SUCCEEDED)


@app.command()
def stats(file: File, output: OutputOption = Output.TABLE) -> None:
    """Count what a program consists of: qubits, gates, depth."""
    found = _looked_at(file, "check", device=None)
    _refuse_unreadable(file, found["diagnostics"])
    if found["statistics"] is None:
        show_lines(_diagnostic_line(file, each) for each in found["diagnostics"])
        raise typer.Exit(ExitCode.JOB_NOT_SUCCEEDED)
    if output is Output.JSON:
        show_json({**found["statistics"], "parameters": found["parameters"]})
        return
    show_lines(_statistics_lines(found["statistics"], found["parameters"]))


@app.command()
def draw(
    file: File,
    width: Annotated[
        int | None, typer.Option("--width", min=20, help="Columns; default: those of the terminal.")
    ] = None,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="Plain characters only.")] = False,
) -> None:
    """Draw a program as text, as wide as the terminal."""
    is_plain = ascii_only or (getattr(sys.stdout, "encoding", None) or "").lower() not in ("utf-8", "utf8")
    columns = width or get_terminal_size().columns
    show_lines(_looked_at(file, "draw", width=columns, is_plain=is_plain)["lines"])


def _checked(file: str, ctx: typer.Context, device: str | None) -> dict[str, Any]:
    if device is None:
        return _looked_at(file, "check", device=None)
    import msgspec

    with user_client(ctx) as client:
        found: dict[str, Any] = msgspec.to_builtins(client.check(read_program(file), device=device))
    return found


def _looked_at(file: str, call: str, **more: Any) -> dict[str, Any]:
    """What the child process answers; ends the command if the program cannot be read."""
    from qumulus.domain.errors import QumulusError
    from qumulus.programs.alone import UnreadableError, look

    try:
        return look(call, read_program(file), **more)
    except UnreadableError as error:
        typer.echo(_diagnostic_line(file, error.diagnostic), err=True)
    except QumulusError as error:
        typer.echo(f"{file}: {error}", err=True)
    raise typer.Exit(ExitCode.JOB_NOT_SUCCEEDED)


def _refuse_unreadable(file: str, diagnostics: Iterable[Mapping[str, Any]]) -> None:
    errors = [each for each in diagnostics if each["severity"] == "error"]
    for each in errors:
        typer.echo(_diagnostic_line(file, each), err=True)
    if errors:
        raise typer.Exit(ExitCode.JOB_NOT_SUCCEEDED)


def _diagnostic_line(file: str, diagnostic: Mapping[str, Any]) -> str:
    """As compilers write it, so that editors find the place."""
    place = f":{diagnostic['line']}:{diagnostic['column']}" if diagnostic["line"] else ""
    hint = f" ({diagnostic['hint']})" if diagnostic["hint"] else ""
    return f"{file}{place}: {diagnostic['severity']}: {diagnostic['message']}{hint} [{diagnostic['code']}]"


def _statistics_lines(found: Mapping[str, Any], parameters: Iterable[str]) -> Iterable[str]:
    names = ", ".join(parameters)
    rows = {
        "Qubits": found["n_qubits"],
        "Classical bits": found["n_clbits"],
        "Gates": found["n_gates"],
        "on one qubit": found["n_gates_1q"],
        "on two": found["n_gates_2q"],
        "on more": found["n_gates_multi"],
        "Measurements": found["n_measurements"],
        "Depth": found["depth"],
        "Clifford": "yes" if found["is_clifford"] else "no",
        "Parameters": names or "none",
    }
    yield from (f"{heading:<16}{value}" for heading, value in rows.items())
    yield ""
    yield from (f"{name:<16}{number}" for name, number in found["operations"].items())
