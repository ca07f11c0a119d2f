"""Watches executions from outside: who announced a run, and when its process was gone."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaign.record import Recorder

EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class _Seen:
    run: dict[str, Any]
    born: str


class Watch:
    """Reads the announcements and records each run when it is over."""

    def __init__(self, announcements: Path, recorder: Recorder) -> None:
        announcements.touch()
        self._file = announcements.open("rb")
        self._unread = b""
        self._recorder = recorder
        self._alive: list[_Seen] = []
        self.ended: dict[int, float] = {}
        """When the last run of a job was over, by job number."""

    @property
    def alive(self) -> dict[int, int]:
        """Process by job number, of those running now."""
        return {seen.run["number"]: seen.run["pid"] for seen in self._alive}

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(EVERY_S)

    def look(self) -> None:
        """Note who came and who went."""
        # A line that is just being written may be seen in part.
        *lines, self._unread = (self._unread + self._file.read()).split(b"\n")
        for line in lines:
            run = json.loads(line)
            self._alive.append(_Seen(run, _birth(run["pid"])))
        for seen in list(self._alive):
            if not seen.born or _birth(seen.run["pid"]) != seen.born:
                self._alive.remove(seen)
                self.ended[seen.run["number"]] = time.time()
                self._recorder.add("run", **seen.run, end=time.time())

    def close(self) -> None:
        """Record what still runs as never over."""
        self.look()
        for seen in self._alive:
            self._recorder.add("run", **seen.run, end=None)
        self._file.close()


def _birth(pid: int) -> str:
    """The start time of a process; empty if it is gone or only waits to be reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]
