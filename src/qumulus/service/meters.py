"""Plain counters of what the services did, read by whoever shows them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Meters:
    """Counts since the process started; ``open_…`` are present numbers."""

    moved: Counter[str] = field(default_factory=Counter)
    """Jobs that came to a status, by that status."""
    claims: int = 0
    """Claim calls that got at least one job."""
    expired: int = 0
    """Leases that ran out."""
    open_waits: int = 0
    open_streams: int = 0
