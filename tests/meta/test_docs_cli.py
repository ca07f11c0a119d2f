"""The page of the command line lists every command with its options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click
import pytest
from typer.main import get_command

from qumulus.cli.failures import ExitCode
from qumulus.cli.main import app
from tests.meta.documents import REFERENCE, section, table

PAGE = REFERENCE / "cli.md"
COMPLETION = {"--install-completion", "--show-completion"}


def commands(command: Any, name: str = "qumulus") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its full name."""
    if not isinstance(command, click.Group) and not hasattr(command, "list_commands"):
        yield name, command
        return
    context = click.Context(command)
    for word in command.list_commands(context):
        yield from commands(command.get_command(context, word), f"{name} {word}")


COMMANDS = dict(commands(get_command(app)))


def documented() -> dict[str, str]:
    """Heading of each documented command, by the command's name."""
    headings = re.findall(r"^#{2,3} `qumulus .+`$", PAGE.read_text(), re.MULTILINE)
    return {re.sub(r" [\[A-Z].*", "", heading.lstrip("# ").strip("`")): heading for heading in headings}


def test_every_command_is_documented() -> None:
    assert documented().keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented(name: str) -> None:
    shown = [p for p in COMMANDS[name].params if p.param_type_name == "option" and not p.hidden]
    known = {option for p in shown for option in (*p.opts, *p.secondary_opts)} - COMPLETION
    text = section(PAGE, documented()[name])
    rows = table(text) if "\n| option" in text else []
    told = {option for row in rows for option in re.findall(r"--?[a-z][a-z-]*", row["option"])}
    assert told == known - {"--output", "-o"}


def test_the_options_of_all_commands_are_documented() -> None:
    told = {row["option"] for row in table(section(PAGE, "## For all commands"))}
    known = {option for p in get_command(app).params for option in p.opts}
    assert told == known - COMPLETION


def test_the_exit_codes_are_documented() -> None:
    text = section(PAGE, "## For all commands").split("\n| exit code")[1]
    assert [int(row["exit code"]) for row in table("| exit code" + text)] == list(ExitCode)
