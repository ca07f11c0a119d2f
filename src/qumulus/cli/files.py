"""Program files that are named on the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import typer


def read_program(file: str) -> str:
    """The text of a file, or standard input for ``-``.

    Raises:
        typer.BadParameter: it cannot be read, or there is nothing in it.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise typer.BadParameter(f"cannot read {file}: {why}") from error
    if not text.strip():
        raise typer.BadParameter(f"{'standard input' if file == '-' else file} is empty")
    return text
