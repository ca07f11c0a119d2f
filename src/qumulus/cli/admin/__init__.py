"""``qumulus admin``: what operators do, over HTTP."""

from __future__ import annotations

import typer

from qumulus.cli.admin import accounts, announcements, audit, devices, jobs, tokens, whitelist

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Users, tokens, devices, stuck jobs, audit."
)
app.add_typer(accounts.app, name="user", help="Accounts of people.")
app.add_typer(tokens.app, name="token", help="Credentials of users, Providers and administrators.")
app.add_typer(devices.app, name="device", help="Devices that the cloud offers.")
app.add_typer(jobs.app, name="job", help="Jobs that are stuck.")
app.add_typer(announcements.app, name="announcement", help="What users are told.")
app.add_typer(whitelist.app, name="whitelist", help="People who are expected.")
app.command("audit")(audit.audit)
