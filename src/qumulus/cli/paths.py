"""Paths as they are typed."""

from __future__ import annotations

from pathlib import Path

import typer


def read_path(text: str) -> Path:
    """Read a path; an empty one is nobody's wish, and would be the folder in which one stands."""
    if not text:
        raise typer.BadParameter("it is empty: is a variable not set?")
    return Path(text)
