"""What a backup or a restore found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A copy that is on the disk; ``problems`` are broken rules of its jobs, not damage of the copy.

    The rules of jobs are known for this version's schema only: an earlier one's were not looked at.
    """

    file: Path
    n_jobs: int
    problems: tuple[str, ...]
    is_current: bool
