"""``qumulus tokens``: tokens of one's own."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from qumulus.cli.output import Columns, Output, OutputOption, confirm, show_done, show_once, show_rows
from qumulus.cli.session import user_client
from qumulus.cli.times import ago, span

app = typer.Typer(no_args_is_help=True, add_completion=False)

COLUMNS: Final[Columns] = {
    "Token": lambda token: token.token_id,
    "Name": lambda token: token.name,
    "Scope": lambda token: token.scope,
    "Expires": lambda token: token.expires_at,
    "Used": lambda token: ago(token.last_used_at),
    "Created": lambda token: token.created_at,
    "": lambda token: "this one" if token.is_current else "",
}


@app.command("list")
def list_tokens(ctx: typer.Context, output: OutputOption = Output.TABLE) -> None:
    """List your tokens, the oldest first; their secrets are known to nobody but their holders."""
    with user_client(ctx) as client:
        found = client.tokens()
    show_rows(found, COLUMNS, output, empty="There is no token.")


@app.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for, such as laptop.")],
    read_only: Annotated[bool, typer.Option("--read-only", help="It can change nothing.")] = False,
    expires: Annotated[str | None, typer.Option("--expires", help="Such as 90d; default: never.")] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Make a token of your own. It is shown once, here: only a hash of it is kept."""
    with user_client(ctx) as client:
        minted = client.create_token(
            name, read_only=read_only, lives=None if expires is None else span(expires)
        )
    show_once(minted, output, id=minted.token_id, secret=minted.token)


@app.command()
def revoke(
    ctx: typer.Context,
    token: Annotated[
        str, typer.Argument(metavar="TOKEN", help="Id of the token: what stands before the dot.")
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Revoke one of your tokens; browsers that it signed in are signed out at once."""
    token_id = token.partition(".")[0]
    confirm(f"Revoke token {token_id}?", yes=yes)
    with user_client(ctx) as client:
        client.revoke_token(token_id)
    show_done(token_id, "revoked", output)
