"""Times and durations as people type and read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import typer

PRESENT_S: Final = 60.0
"""A Provider that serves a device calls more often than that."""

_LONGEST: Final = timedelta(days=365_000)
"""Beyond it the calendar ends."""

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")


def span(text: str) -> timedelta:
    """Read ``90s``, ``15m``, ``2h``, ``3d`` or ``1w``."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no duration: write 90s, 15m, 2h, 3d or 1w")
    try:
        length = timedelta(**{_UNITS[found[2]]: float(found[1])})
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        raise typer.BadParameter(f"{text!r} is too long")
    return length


def since(text: str, *, now: datetime | None = None) -> datetime:
    """Read a duration before now, or a time such as ``2026-01-31T12:00`` (local without a zone)."""
    if _SPAN.fullmatch(text.strip()):
        return (now or datetime.now(UTC)) - span(text)
    return _time(text)


def ahead(text: str, *, now: datetime | None = None) -> datetime:
    """Read a duration from now, or a time such as ``2026-01-31T12:00`` (local without a zone)."""
    if _SPAN.fullmatch(text.strip()):
        return (now or datetime.now(UTC)) + span(text)
    return _time(text)


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"{text!r} is no time: write 2h, 3d or 2026-01-31T12:00") from error


def seconds(value: float | None) -> str:
    """A duration in seconds, for people."""
    if value is None:
        return ""
    if value < 60:
        return f"{value:.3g} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def ago(at: datetime | None, *, now: datetime | None = None) -> str:
    """How long ago, in one unit."""
    if at is None:
        return ""
    past_s = max(0, round(((now or datetime.now(UTC)) - at).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if past_s >= size:
            return f"{past_s // size} {unit} ago"
    return f"{past_s} s ago"


def presence(seen_at: datetime | None, *, now: datetime | None = None) -> str:
    """Say whether a Provider of a device is there, by when it last called."""
    if seen_at is None:
        return "never seen"
    silent_s = ((now or datetime.now(UTC)) - seen_at).total_seconds()
    return "connected" if silent_s < PRESENT_S else f"away for {seconds(silent_s)}"
