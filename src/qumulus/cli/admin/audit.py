"""``qumulus admin audit``: who changed what."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from qumulus.cli.admin.calls import ask
from qumulus.cli.output import Columns, Output, OutputOption, show_rows
from qumulus.wire.admin import AuditBody


def _changes(row: AuditBody) -> str:
    before, after = row.before or {}, row.after or {}
    if not before or not after:
        return ", ".join(f"{key}: {value}" for key, value in (after or before).items() if value)
    changed = (key for key in {**before, **after} if before.get(key) != after.get(key))
    return ", ".join(f"{key}: {before.get(key)} → {after.get(key)}" for key in changed)


COLUMNS: Final[Columns] = {
    "Row": lambda row: row.id,
    "At": lambda row: row.at,
    "Who": lambda row: row.who,
    "Action": lambda row: row.action,
    "Subject": lambda row: row.subject,
    "Changed": _changes,
}


def audit(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most this many.")] = 50,
    output: OutputOption = Output.TABLE,
) -> None:
    """List administrative changes, newest first."""
    rows = ask(ctx, "/audit", list[AuditBody], params={"limit": limit})
    show_rows(rows, COLUMNS, output, empty="Nothing has been changed yet.")
