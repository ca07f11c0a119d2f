"""What is logged in a child goes to the Provider's log: nobody reads the standard error."""

from __future__ import annotations

import logging
from typing import Final, Self

import msgspec

MOST_LINES: Final = 20
MOST_CHARACTERS: Final = 10_000
"""Of one field, such as a traceback."""

_OWN: Final = logging.makeLogRecord({}).__dict__.keys() | {"message", "asctime"}


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One event with its fields."""

    event: str
    fields: dict[str, str]


class Notes(logging.Handler):
    """Keeps warnings and errors of the house while a job is computed, one job after the other."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.taken: list[Note] = []

    def __enter__(self) -> Self:
        self.taken = []
        logging.getLogger("qumulus").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("qumulus").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, within bounds; one that cannot be written is not the trouble of whoever logs it."""
        if len(self.taken) >= MOST_LINES:
            return
        try:
            fields = {name: _short(value) for name, value in record.__dict__.items() if name not in _OWN}
            self.taken.append(Note(event=_short(record.getMessage()), fields=fields))
        except (TypeError, ValueError, KeyError):
            self.handleError(record)


def _short(value: object) -> str:
    return str(value)[-MOST_CHARACTERS:]
