"""The recorded history: JSON lines, each of a ``kind``; times are seconds since 1970.

===========  =========================================================================================
call         ``n actor owner start end method path request key status answer error``; without an answer
             ``status`` is null. ``via`` tells who made it: ``raw``, or ``sdk`` (which repeats by itself)
message      what the proxy did to call ``n``: ``duplicated``, ``cut_request``, ``cut_answer``, …
stream       ``id owner job_id what at``; ``what``: ``opened``, ``cut``, ``ended`` (by the server),
             ``gone`` (404), ``closed`` (by the reader, who was to see everything until then)
event        one event as a stream delivered it: ``stream at cursor data``
run          an execution of job number ``number`` in process ``pid``: ``worker start end``
             (``end`` null: still alive when the campaign ended)
fault        what the nemesis did: ``what target start end``
===========  =========================================================================================
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, as its caller saw it; ``status`` None: no answer came."""

    n: int
    actor: str
    owner: str
    start: float
    end: float
    method: str
    path: str
    request: Any = None
    key: str | None = None
    status: int | None = None
    answer: Any = None
    error: str | None = None
    via: str = "raw"

    @property
    def is_acknowledged(self) -> bool:
        """The cloud said yes."""
        return self.status == 200

    @property
    def may_be_done(self) -> bool:
        """It said yes, or nothing that rules it out."""
        return self.status is None or self.status == 200 or self.status >= 500


@dataclass(slots=True, kw_only=True)
class Stream:
    """One subscription across its reconnects."""

    id: str
    owner: str
    job_id: str | None
    ending: str | None = None
    """``ended``, ``gone`` or ``closed``; None: it was broken off."""
    deliveries: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    """Cursor and event, in the order of arrival."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution, seen from outside; ``end`` None: it was never over."""

    number: int
    pid: int
    worker: str
    start: float
    end: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that the nemesis broke for a while."""

    what: str
    target: str
    start: float
    end: float


@dataclass(slots=True, kw_only=True)
class History:
    """All that was recorded."""

    calls: list[Call] = field(default_factory=list)
    streams: dict[str, Stream] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    messages: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What was done to the messages of a call."""


def read_history(lines: Path | Iterable[str]) -> History:
    """Read a recording; a last line that was cut is left out."""
    history = History()
    for line in lines.read_text().splitlines() if isinstance(lines, Path) else lines:
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        _READERS[record.pop("kind")](history, record)
    history.calls.sort(key=lambda call: call.start)
    return history


def _add_call(history: History, record: dict[str, Any]) -> None:
    history.calls.append(Call(**record))


def _add_message(history: History, record: dict[str, Any]) -> None:
    history.messages[record["n"]].append(record["what"])


def _add_stream(history: History, record: dict[str, Any]) -> None:
    stream = history.streams.setdefault(
        record["id"], Stream(id=record["id"], owner=record["owner"], job_id=record["job_id"])
    )
    if record["what"] not in {"opened", "cut"}:
        stream.ending = record["what"]


def _add_event(history: History, record: dict[str, Any]) -> None:
    history.streams[record["stream"]].deliveries.append((record["cursor"], record["data"]))


def _add_run(history: History, record: dict[str, Any]) -> None:
    history.runs.append(Run(**record))


def _add_fault(history: History, record: dict[str, Any]) -> None:
    history.faults.append(Fault(**record))


_READERS = {
    "call": _add_call,
    "message": _add_message,
    "stream": _add_stream,
    "event": _add_event,
    "run": _add_run,
    "fault": _add_fault,
}
