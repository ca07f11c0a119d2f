"""The text format of server-sent events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event; ``id`` is the cursor after it."""

    id: str
    event: str
    data: str


class EventParser:
    """Bytes of ``text/event-stream`` in, events out, by the HTML standard; lines end in LF or CRLF."""

    def __init__(self) -> None:
        self.last_id = ""
        """Where to go on: the id of the last block that was whole, even one without data."""
        self._rest = b""
        self._id = ""
        self._event = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[ServerEvent]:
        """Give the events that are complete with this chunk."""
        lines = (self._rest + chunk).replace(b"\r\n", b"\n").split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            if line:
                self._take(line.decode("utf-8", "replace"))
                continue
            self.last_id = self._id
            if self._data:
                yield ServerEvent(self._id, self._event or "message", "\n".join(self._data))
            self._event, self._data = "", []

    def _take(self, line: str) -> None:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._event = value
        elif field == "id" and "\0" not in value:
            self._id = value
