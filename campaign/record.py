"""Writes the history; see ``campaign.checker.history`` for what its lines mean."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Recorder:
    """One file of JSON lines; ``counts`` is for the summary."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", buffering=1 << 20)
        self._numbers = itertools.count(1)
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def number(self) -> int:
        """A number for a call or a job, used once."""
        return next(self._numbers)

    def add(self, kind: str, **fields: Any) -> None:
        """Write one line."""
        self._file.write(json.dumps({"kind": kind, **fields}) + "\n")

    def fault(self, what: str, target: str, start: float) -> None:
        """Something was broken from ``start`` until now."""
        self.counts[what] += 1
        self.add("fault", what=what, target=target, start=start, end=time.time())

    def message(self, n: int, what: str) -> None:
        """The proxy did something to a message of call ``n`` (0: not one of ours)."""
        self.counts[what] += 1
        if n:
            self.add("message", n=n, what=what)
