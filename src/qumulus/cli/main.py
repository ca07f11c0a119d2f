"""The command line ``qumulus``: its commands, and the options of all."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from qumulus import __version__
from qumulus.cli.lazy import Entry, LazyGroup
from qumulus.cli.session import Session

EPILOG = (
    "Exit codes: 0 done · 1 the job failed or was cancelled · 2 wrong usage · "
    "3 the cloud cannot be reached or refused · 4 still waiting · 130 interrupted"
)


class Root(LazyGroup):
    """All commands, each with the module that holds it."""

    entries = {
        "run": Entry(target="qumulus.cli.run:run", help="Run a program on a device and show its result."),
        "jobs": Entry(target="qumulus.cli.jobs:app", help="List, show, wait for, cancel, delete your jobs."),
        "qasm": Entry(target="qumulus.cli.qasm:app", help="Check, count, draw programs on this machine."),
        "devices": Entry(target="qumulus.cli.devices:app", help="List and show devices."),
        "tokens": Entry(target="qumulus.cli.tokens:app", help="List, make, revoke tokens of your own."),
        "console": Entry(target="qumulus.cli.console:console", help="Sign a browser in to the console."),
        "up": Entry(target="qumulus.cli.servers:up", help="Start a whole cloud on this machine."),
        "demo": Entry(target="qumulus.cli.demo:demo", help="Play the life of three jobs, step by step."),
        "cloud": Entry(target="qumulus.cli.servers:cloud", help="Start a Cloud process."),
        "provider": Entry(target="qumulus.cli.servers:provider", help="Start a Provider for devices."),
        "db": Entry(target="qumulus.cli.db:app", help="Back up, restore, upgrade and check the database."),
        "admin": Entry(target="qumulus.cli.admin:app", help="Users, tokens, devices, stuck jobs, audit."),
    }


# Plain tracebacks: a framed one is no use in the logs of servers.
app = typer.Typer(
    cls=Root,
    no_args_is_help=True,
    epilog=EPILOG,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},  # commands inherit it
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"qumulus {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    url: Annotated[
        str | None, typer.Option("--url", help="The cloud; else QUMULUS_URL, else that of 'qumulus up'.")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option("--token", help="Who you are; else QUMULUS_TOKEN, else as 'qumulus up' made."),
    ] = None,
    user: Annotated[
        str | None, typer.Option("--user", help="One of the users that 'qumulus up' knows.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Qumulus: a quantum cloud that anyone can run."""
    del version
    ctx.obj = Session(url=url, token=token, user=user)


def run() -> None:
    """Entry point of the command ``qumulus``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no Unicode is no reason to fail
    sys.exit(app())
