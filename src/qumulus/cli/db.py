"""``qumulus db``: the only commands that open the database themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

import typer

from qumulus.cli.extras import require
from qumulus.cli.servers import Config, Data, Database
from qumulus.config import CloudSettings, SettingsError, load
from qumulus.domain.errors import QumulusError, UnavailableError

R = TypeVar("R")

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Upgrade and check the database.")


def _settings(data: Data, database: Database, config: Config) -> CloudSettings:
    require("cloud")
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
    broken = _wait(check_store(url))
    for line in broken:
        typer.echo(line)
    typer.echo(f"{len(broken)} violations" if broken else "0 violations", err=bool(broken))
    if broken:
        raise typer.Exit(1)


@app.command("admin-token")
def admin_token(
    data: Data = None,
    database: Database = None,
    config: Config = None,
    name: Annotated[str, typer.Option(help="What the token is for.")] = "administrator",
) -> None:
    """Mint an administrator's token straight in the database: for a first one, or a lost one."""
    typer.echo(_wait(_mint(_settings(data, database, config).database_url, name)))


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
