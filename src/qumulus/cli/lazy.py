"""A group of commands whose modules are imported when they are called."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from qumulus.cli.failures import explain

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One command: where it is (``module:name`` of a function or a ``Typer``), and its line of help."""

    target: str
    help: str


class LazyGroup(TyperGroup):
    """Shows its table of ``entries`` as help, and imports a command only to run or complete it.

    Also the one place where errors of the client become a message and an exit code.
    """

    entries: Mapping[str, Entry] = {}

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self._is_listing = False
        for name, entry in self.entries.items():
            self.add_command(TyperCommand(name, help=entry.help, callback=None))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the command, unless only its line of help is wanted."""
        entry = self.entries.get(cmd_name)
        if entry is None or self._is_listing:
            return super().get_command(ctx, cmd_name)
        return _load(cmd_name, entry)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """List the table."""
        self._is_listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._is_listing = False

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Complete from the table."""
        self._is_listing = True
        try:
            return super().shell_complete(ctx, incomplete)
        finally:
            self._is_listing = False

    def invoke(self, ctx: Any) -> Any:
        """Run the command; say what went wrong, where, and what to do."""
        from qumulus.transport.errors import ClientError

        try:
            return super().invoke(ctx)
        except (ClientError, OSError) as error:
            failure = explain(error)
            if failure is None:
                raise
            failure.show()
            raise typer.Exit(failure.exit_code) from error


def _load(name: str, entry: Entry) -> Any:
    module, _, attribute = entry.target.partition(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        app = typer.Typer(add_completion=False)
        app.command(name)(found)
        found = app
    command = get_command(found)
    command.name = name
    return command
