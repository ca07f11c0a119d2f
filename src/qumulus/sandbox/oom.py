"""Whether the kernel took memory back by force; for the parent's side only."""

from __future__ import annotations

from pathlib import Path


class OomWatch:
    """Tells whether the kernel's out-of-memory killer was at work since the last question."""

    def __init__(self) -> None:
        self._seen = _oom_kills()

    def was_at_work(self) -> bool:
        """Compare the kernel's counter with the last one seen."""
        seen, self._seen = self._seen, _oom_kills()
        return self._seen > seen


def _oom_kills() -> int:
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
