"""Times as clients write them."""

from __future__ import annotations

from datetime import UTC, datetime

from qumulus.domain.errors import BadRequestError


def read_moment(text: str, name: str) -> datetime | None:
    """Read RFC 3339, with or without a colon in the offset; no offset means UTC. Blank is None.

    Raises:
        BadRequestError: it is no time.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequestError(
            f"'{name}' is no time: write it as 2026-01-31T12:00:00Z.", field=name
        ) from error


def as_utc(moment: datetime | None) -> datetime | None:
    """Read a decoded time that may be missing, as ``in_utc`` does."""
    return None if moment is None else in_utc(moment)


def in_utc(moment: datetime) -> datetime:
    """Read a decoded time without offset as UTC.

    Raises:
        BadRequestError: in UTC it would fall outside the years 1 to 9999.
    """
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise BadRequestError(f"'{moment.isoformat()}' is no time of the years 1 to 9999.") from error
