"""``qumulus admin token``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from qumulus.cli.admin.calls import ask, given, path_of, remove, tell
from qumulus.cli.output import Columns, Output, OutputOption, confirm, show_done, show_once, show_rows
from qumulus.cli.times import span
from qumulus.domain.account import Role
from qumulus.sdk.records import read_answer
from qumulus.wire.admin import MintedToken, NewToken, TokenBody

app = typer.Typer(no_args_is_help=True, add_completion=False)

COLUMNS: Final[Columns] = {
    "Token": lambda token: token.id,
    "Role": lambda token: token.role,
    "Owner": lambda token: token.owner,
    "Devices": lambda token: token.devices,
    "Name": lambda token: token.name,
    "Expires": lambda token: token.expires_at,
    "Created": lambda token: token.created_at,
}


@app.command()
def add(
    ctx: typer.Context,
    owner: Annotated[str | None, typer.Option("--owner", help="User whose token it is.")] = None,
    device: Annotated[
        list[str] | None, typer.Option("--device", help="Device of a Provider's token; repeatable.")
    ] = None,
    role: Annotated[
        Role | None, typer.Option("--role", help="Default: provider with --device, else user.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="What it is for.")] = None,
    expires: Annotated[str | None, typer.Option("--expires", help="Such as 90d; default: never.")] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Make a token. It is shown once, here: only a hash of it is kept."""
    role = role or (Role.PROVIDER if device else Role.USER)
    if role is Role.USER and owner is None:
        raise typer.BadParameter("a user's token needs --owner")
    if role is Role.PROVIDER and not device:
        raise typer.BadParameter("a Provider's token needs --device")
    fields = given(
        owner=owner,
        devices=device,
        name=name,
        expires_at=None if expires is None else datetime.now(UTC) + span(expires),
    )
    minted = read_answer(tell(ctx, "POST", "/tokens", NewToken(role=role.value, **fields)), MintedToken)
    show_once(minted, output, id=minted.id, secret=minted.token)


@app.command("list")
def list_tokens(ctx: typer.Context, output: OutputOption = Output.TABLE) -> None:
    """List tokens; their secrets are known to nobody but their holders."""
    show_rows(ask(ctx, "/tokens", list[TokenBody]), COLUMNS, output, empty="There is no token.")


@app.command()
def delete(
    ctx: typer.Context,
    token: Annotated[
        str, typer.Argument(metavar="TOKEN", help="Id of the token: what stands before the dot.")
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Revoke a token."""
    token = token.partition(".")[0]
    confirm(f"Revoke token {token}?", yes=yes)
    remove(ctx, path_of("tokens", token))
    show_done(token, "revoked", output)
