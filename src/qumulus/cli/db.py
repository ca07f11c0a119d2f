"""``qumulus db``: the only commands that open the database themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from qumulus.cli.extras import require
from qumulus.cli.paths import read_path
from qumulus.cli.servers import Config, Data, Database
from qumulus.config import CloudSettings, SettingsError, load, unknown_variables
from qumulus.domain.errors import QumulusError, UnavailableError

R = TypeVar("R")

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Back up, upgrade and check the database.")


def _settings(data: Data, database: Database, config: Config) -> CloudSettings:
    require("cloud")
    for name, meant in unknown_variables().items():
        hint = f": did you mean {meant}?" if meant else "."
        typer.echo(f"Warning: {name} is no setting of Qumulus{hint}", err=True)
    try:
        return load(CloudSettings, "cloud", flags={"data": data, "database": database}, file=config)
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error


def _wait(question: Coroutine[Any, Any, R]) -> R:
    try:
        return asyncio.run(question)
    except QumulusError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error


@app.command()
def upgrade(data: Data = None, database: Database = None, config: Config = None) -> None:
    """Bring the schema to this version; a SQLite database is copied first."""
    from qumulus.store import upgrade as upgrade_store

    done = _wait(upgrade_store(_settings(data, database, config).database_url))
    typer.echo(f"{done} migrations applied." if done else "The schema is of this version already.")


@app.command()
def check(data: Data = None, database: Database = None, config: Config = None) -> None:
    """Check every rule that the stored jobs must keep; exit code 1 if one is broken."""
    from qumulus.store import check as check_store

    url = _settings(data, database, config).database_url
    _wait(_must_exist(url))
    _tell(_wait(check_store(url)))
    typer.echo("0 violations")


@app.command()
def backup(
    data: Data = None,
    database: Database = None,
    config: Config = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            parser=read_path,
            metavar="PATH",
            help="New file; default: named by the time, in backups of --data.",
        ),
    ] = None,
) -> None:
    """Copy the whole database to a file, as of one moment, and check the copy; Clouds may be at work."""
    from qumulus.store import back_up

    settings = _settings(data, database, config)
    _wait(_must_exist(settings.database_url))
    target = (to or settings.data / "backups" / f"qumulus-{_stamp()}.backup").absolute()
    copied = _wait(back_up(settings.database_url, target))
    typer.echo(f"{copied.file}: {copied.n_jobs} jobs, {copied.file.stat().st_size} bytes")
    if not copied.is_current:
        typer.echo("The schema is an earlier version's: its rules were not checked.", err=True)
    _tell(copied.problems)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.", exists=True, dir_okay=False)],
    data: Data = None,
    database: Database = None,
    config: Config = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the database that is there.")] = False,
) -> None:
    """Put a backup in the place of the database, at this version's schema; no Cloud may run."""
    from qumulus.store import restore as restore_store

    settings = _settings(data, database, config)
    copied = _wait(restore_store(file.absolute(), settings.database_url, may_replace=force))
    typer.echo(f"{copied.n_jobs} jobs restored. Event streams begin anew.")
    _tell(copied.problems)


@app.command()
def adopt(data: Data = None, database: Database = None, config: Config = None) -> None:
    """Make a database that other tools restored fit to serve; no Cloud may run."""
    from qumulus.store import adopt as adopt_store

    url = _settings(data, database, config).database_url
    _wait(_must_exist(url))
    _wait(adopt_store(url))
    typer.echo("The database is fit to serve. Event streams begin anew.")


@app.command("admin-token")
def admin_token(
    data: Data = None,
    database: Database = None,
    config: Config = None,
    name: Annotated[str, typer.Option(help="What the token is for.")] = "administrator",
) -> None:
    """Mint an administrator's token straight in the database: for a first one, or a lost one."""
    typer.echo(_wait(_mint(_settings(data, database, config).database_url, name)))


def _tell(broken: Sequence[str]) -> None:
    for line in broken:
        typer.echo(line)
    if broken:
        typer.echo(f"{len(broken)} violations", err=True)
        raise typer.Exit(1)


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


async def _mint(database_url: str, name: str) -> str:
    from qumulus.bell import make_bell
    from qumulus.domain.account import Role
    from qumulus.ports.clock import SystemClock
    from qumulus.service.first_start import mint
    from qumulus.store import open_store

    await _must_exist(database_url)
    store = await open_store(database_url, bell=make_bell(database_url), migrate=False)
    try:
        await store.ping()
        return await mint(store, SystemClock().now(), role=Role.ADMIN, name=name)
    finally:
        await store.close()


async def _must_exist(database_url: str) -> None:
    from qumulus.store import is_empty

    if await is_empty(database_url):
        raise UnavailableError(
            "There is no Qumulus database here yet: look at --data and --database, "
            "or start one with 'qumulus up'."
        )
