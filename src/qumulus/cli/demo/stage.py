"""What the demo prints, and how it notices that something is not as it should be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from typing import Any

from rich.console import Console
from rich.markup import escape

from qumulus.cli.demo.database import Database, Row

WIDTH = 40
PIPE_WIDTH = 150
"""Columns when the output is no terminal."""


def open_console() -> Console:
    """Standard output, wide enough for one exchange on one line."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPE_WIDTH)


class WrongStateError(Exception):
    """The store does not hold what the sequence says."""


class Stage:
    """Prints numbered steps and checks the stored job after each."""

    def __init__(self, console: Console, database: Database) -> None:
        self._console = console
        self._database = database

    def title(self, text: str) -> None:
        """Begin a sequence."""
        self._console.print()
        self._console.rule(f"[bold]{escape(text)}", align="left")

    def say(self, text: str) -> None:
        """Tell what is not an exchange."""
        self._console.print(f"      [dim]{escape(text)}[/]")

    def exchange(self, step: str, who: str, said: str) -> None:
        """Print one arrow of the diagram on one line."""
        line = f"[bold]{step:>5}[/] [cyan]{who}[/]  {escape(said)}"
        self._console.print(line, no_wrap=True, overflow="ellipsis")

    def stored(self, job_id: str, *, status: str, keys: Set[str], steps: int) -> Row:
        """Print the job as stored and compare it with the sequence.

        ``keys`` are those of ``job_info`` without additions, ``steps`` the number of events.

        Raises:
            WrongStateError: it differs.
        """
        row = self._database.job(job_id)
        told = f"status={row.status}  attempt={row.attempt}  job_info={shortened(row.job_info)}"
        self._console.print(f"      [green]jobs[/]   {escape(told)}", no_wrap=True, overflow="ellipsis")
        path = "  ".join(
            f"{seq}:{actor}:{source or '·'}→{target}" for seq, actor, source, target in row.events
        )
        self._console.print(f"      [green]events[/] {escape(path)}", soft_wrap=True)
        self._compare("status", row.status, status)
        missing = keys - row.job_info.keys()
        self._compare("keys missing in job_info", missing, set())
        extra = {"result", "reason"} & (row.job_info.keys() - keys)
        self._compare("keys too early in job_info", extra, set())
        self._compare("number of events", len(row.events), steps)
        self._compare("last event", row.events[-1][3], status)
        return row

    def _compare(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self._console.print(f"      [bold red]{what}: {found}, but the sequence says {wanted}[/]")
            raise WrongStateError(f"{what}: {found} instead of {wanted}")


def shortened(job_info: Mapping[str, Any]) -> str:
    """A JSON-like line with long values cut."""
    parts = []
    for key, value in job_info.items():
        text = json.dumps(value, ensure_ascii=False)
        parts.append(f'"{key}": {text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"}')
    return "{" + ", ".join(parts) + "}"
