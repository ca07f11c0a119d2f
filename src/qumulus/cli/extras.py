"""Which extras of the package a command needs, said before it starts anything."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final, Literal

import typer

from qumulus.cli.failures import ExitCode

Extra = Literal["cloud", "provider"]

MARKS: Final[dict[Extra, str]] = {"cloud": "uvicorn", "provider": "qulacs"}
"""Extra → a package that comes with no other."""


def require(*extras: Extra) -> None:
    """End the command with advice when an extra is not installed."""
    missing = [extra for extra in extras if find_spec(MARKS[extra]) is None]
    if missing:
        what = f"pip install '.[{','.join(missing)}]' in the directory of the project"
        typer.echo(f"This needs a part of Qumulus that is not installed: {what}", err=True)
        raise typer.Exit(ExitCode.WRONG_USAGE)
