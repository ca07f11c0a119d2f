"""``qumulus admin announcement``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from qumulus.cli.admin.calls import ask, changes, given, path_of, remove, tell
from qumulus.cli.output import Columns, Output, OutputOption, confirm, show_done, show_fields, show_rows
from qumulus.cli.times import ahead
from qumulus.sdk.records import read_answer
from qumulus.wire.admin import (
    AdminAnnouncementBody,
    AdminAnnouncementsPage,
    AnnouncementAdded,
    ChangeAnnouncement,
    NewAnnouncement,
)

app = typer.Typer(no_args_is_help=True, add_completion=False)

COLUMNS: Final[Columns] = {
    "Announcement": lambda notice: notice.id,
    "Title": lambda notice: notice.title,
    "From": lambda notice: notice.start_time,
    "Until": lambda notice: notice.end_time,
    "Seen": lambda notice: "by users" if notice.publishable else "by operators",
    "Updated": lambda notice: notice.updated_at,
}
FIELDS: Final[Columns] = {**COLUMNS, "Text": lambda notice: notice.content}

AnnouncementArgument = Annotated[int, typer.Argument(metavar="ANNOUNCEMENT", help="Its number.")]
Text = Annotated[str | None, typer.Option("--text", help="What to tell, in Markdown.")]
File = Annotated[
    Path | None, typer.Option("--file", help="File of the text (Markdown).", exists=True, dir_okay=False)
]
Title = Annotated[str | None, typer.Option("--title", help="New title.")]
Start = Annotated[str | None, typer.Option("--from", help="Such as 2026-01-31T12:00, or 2h from now.")]
End = Annotated[str | None, typer.Option("--until", help="As --from.")]
Draft = Annotated[bool | None, typer.Option("--draft/--publish", help="Only operators see a draft.")]


@app.command()
def add(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="In a few words.")],
    text: Text = None,
    file: File = None,
    start: Start = "0s",
    end: End = "7d",
    draft: Draft = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Tell users something, from now for a week unless told otherwise."""
    fields = _fields(text, file, start, end=end, draft=draft)
    body = NewAnnouncement(title=title, **{"content": "", **fields})
    added = read_answer(tell(ctx, "POST", "/announcements", body), AnnouncementAdded)
    show_done(str(added.announcement_id), "added", output)


@app.command("list")
def list_announcements(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most this many.")] = 100,
    output: OutputOption = Output.TABLE,
) -> None:
    """List announcements, the latest first."""
    page = ask(ctx, "/announcements", AdminAnnouncementsPage, params={"limit": limit, "order": "DESC"})
    show_rows(page.announcements, COLUMNS, output, empty="Nothing has been announced.")


@app.command()
def show(ctx: typer.Context, announcement: AnnouncementArgument, output: OutputOption = Output.TABLE) -> None:
    """Show one announcement."""
    path = path_of("announcements", str(announcement))
    show_fields(ask(ctx, path, AdminAnnouncementBody), FIELDS, output)


@app.command()
def change(
    ctx: typer.Context,
    announcement: AnnouncementArgument,
    title: Title = None,
    text: Text = None,
    file: File = None,
    start: Start = None,
    end: End = None,
    draft: Draft = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Change what is given; the rest stays."""
    fields = {**given(title=title), **_fields(text, file, start, end=end, draft=draft)}
    tell(ctx, "PATCH", path_of("announcements", str(announcement)), ChangeAnnouncement(**changes(fields)))
    show_done(str(announcement), "changed", output)


@app.command()
def delete(
    ctx: typer.Context,
    announcement: AnnouncementArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Delete an announcement."""
    confirm(f"Delete announcement {announcement}?", yes=yes)
    remove(ctx, path_of("announcements", str(announcement)))
    show_done(str(announcement), "deleted", output)


def _fields(
    text: str | None, file: Path | None, start: str | None, *, end: str | None, draft: bool | None
) -> dict[str, Any]:
    return given(
        content=text if file is None else file.read_text(encoding="utf-8"),
        start_time=None if start is None else ahead(start),
        end_time=None if end is None else ahead(end),
        publishable=None if draft is None else not draft,
    )
