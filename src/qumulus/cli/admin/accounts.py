"""``qumulus admin user``."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from qumulus.cli.admin.calls import (
    ask,
    changes,
    device_choice,
    given,
    path_of,
    remove,
    tell,
    tell_of_unknown_devices,
)
from qumulus.cli.output import Columns, Output, OutputOption, confirm, show_done, show_fields, show_rows
from qumulus.domain.account import UserStatus
from qumulus.wire.admin import AccountBody, AccountsPage, ChangeAccount, NewAccount

app = typer.Typer(no_args_is_help=True, add_completion=False)

COLUMNS: Final[Columns] = {
    "User": lambda user: user.id,
    "Status": lambda user: user.status,
    "Name": lambda user: user.display_name,
    "Email": lambda user: user.email,
    "Organization": lambda user: user.organization,
    "Group": lambda user: user.group_id,
    "Devices": lambda user: user.available_devices,
    "Prioritises": lambda user: "yes" if user.may_prioritise else "",
    "Created": lambda user: user.created_at,
}

UserArgument = Annotated[str, typer.Argument(metavar="USER", help="Id of the user.")]
Name = Annotated[str | None, typer.Option("--name", help="Shown name.")]
Email = Annotated[str | None, typer.Option("--email")]
Organization = Annotated[str | None, typer.Option("--organization")]
Group = Annotated[str | None, typer.Option("--group")]
Devices = Annotated[str | None, typer.Option("--devices", help="Such as SC,SVSim; * for every device.")]
Status = Annotated[UserStatus | None, typer.Option("--status", help="Only approved users may work.")]
Prioritise = Annotated[
    bool | None,
    typer.Option("--prioritise/--no-prioritise", help="Priorities count against everybody's jobs."),
]


@app.command()
def add(
    ctx: typer.Context,
    user: UserArgument,
    name: Name = None,
    email: Email = None,
    organization: Organization = None,
    group: Group = None,
    devices: Devices = "*",
    status: Status = None,
    prioritise: Prioritise = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Add a user; a token comes next: 'qumulus admin token add --owner USER'."""
    fields = given(
        email=email,
        display_name=name,
        organization=organization,
        group_id=group,
        status=status,
        available_devices=device_choice(devices),
        may_prioritise=prioritise,
    )
    tell_of_unknown_devices(ctx, fields.get("available_devices"))
    tell(ctx, "POST", "/users", NewAccount(id=user, **fields))
    show_done(user, "added", output)


@app.command("list")
def list_users(
    ctx: typer.Context,
    status: Annotated[UserStatus | None, typer.Option("--status", help="Only of this status.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1)] = 100,
    offset: Annotated[int, typer.Option("--offset", min=0)] = 0,
    output: OutputOption = Output.TABLE,
) -> None:
    """List users."""
    params = given(status=status, limit=limit, offset=offset)
    page = ask(ctx, "/users", AccountsPage, params=params)
    show_rows(page.users, COLUMNS, output, empty="There is no such user.")


@app.command()
def show(ctx: typer.Context, user: UserArgument, output: OutputOption = Output.TABLE) -> None:
    """Show one user."""
    show_fields(ask(ctx, path_of("users", user), AccountBody), COLUMNS, output)


@app.command()
def change(
    ctx: typer.Context,
    user: UserArgument,
    name: Name = None,
    email: Email = None,
    organization: Organization = None,
    group: Group = None,
    devices: Devices = None,
    status: Status = None,
    prioritise: Prioritise = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Change what is given; the rest stays."""
    fields = given(
        email=email,
        display_name=name,
        organization=organization,
        group_id=group,
        status=status,
        available_devices=device_choice(devices),
        may_prioritise=prioritise,
    )
    body = ChangeAccount(**changes(fields))
    tell_of_unknown_devices(ctx, fields.get("available_devices"))
    tell(ctx, "PATCH", path_of("users", user), body)
    show_done(user, "changed", output)


@app.command()
def delete(
    ctx: typer.Context,
    user: UserArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Delete a user with tokens and jobs; refused while jobs are unfinished."""
    confirm(f"Delete user {user} with all tokens and jobs?", yes=yes)
    remove(ctx, path_of("users", user))
    show_done(user, "deleted", output)
