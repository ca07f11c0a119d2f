"""``qumulus admin whitelist``: people who are expected."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from qumulus.cli.admin.calls import ask, device_choice, given, remove, tell
from qumulus.cli.output import Columns, Output, OutputOption, show_done, show_rows
from qumulus.wire.admin import DropWhitelist, NewWhitelist, NewWhitelistUser, Whitelist

app = typer.Typer(no_args_is_help=True, add_completion=False)

COLUMNS: Final[Columns] = {
    "Email": lambda user: user.email,
    "Name": lambda user: user.display_name,
    "Organization": lambda user: user.organization,
    "Group": lambda user: user.group_id,
    "Devices": lambda user: user.available_devices,
    "Account": lambda user: "yes" if user.is_signup_completed else "",
}

Emails = Annotated[list[str], typer.Argument(metavar="EMAIL", help="Mail addresses.")]


@app.command()
def add(
    ctx: typer.Context,
    emails: Emails,
    group: Annotated[str, typer.Option("--group", help="Group of them all.")] = "",
    organization: Annotated[str | None, typer.Option("--organization", help="Of them all.")] = None,
    devices: Annotated[str, typer.Option("--devices", help="Such as SC,SVSim; * for every device.")] = "*",
    output: OutputOption = Output.TABLE,
) -> None:
    """Expect these people: all, or none if one of them is expected already."""
    fields = given(organization=organization, available_devices=device_choice(devices))
    users = [NewWhitelistUser(email=email, group_id=group, **fields) for email in emails]
    tell(ctx, "POST", "/whitelist_users", NewWhitelist(users=users))
    for email in emails:
        show_done(email, "added", output)


@app.command("list")
def list_whitelist(
    ctx: typer.Context,
    group: Annotated[str | None, typer.Option("--group", help="Only of this group.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those without an account.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most this many.")] = 100,
    output: OutputOption = Output.TABLE,
) -> None:
    """List the people who are expected, and whether they have an account."""
    params = given(group_id=group, limit=limit, is_signup_completed="false" if waiting else None)
    found = ask(ctx, "/whitelist_users", Whitelist, params={**params, "sort": "email,asc"})
    show_rows(found.users, COLUMNS, output, empty="Nobody is expected.")


@app.command()
def delete(ctx: typer.Context, emails: Emails, output: OutputOption = Output.TABLE) -> None:
    """Expect these people no longer; accounts they have stay."""
    remove(ctx, "/whitelist_users", DropWhitelist(user_emails=emails))
    for email in emails:
        show_done(email, "deleted", output)
