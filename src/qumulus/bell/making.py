"""Which bell fits which database."""

from __future__ import annotations

from qumulus.bell.memory import MemoryBell
from qumulus.ports.bell import Bell


def make_bell(url: str) -> Bell:
    """Make the bell of a database: in memory for SQLite, else over PostgreSQL."""
    if url.startswith("sqlite:"):
        return MemoryBell()
    from qumulus.bell.postgres import PostgresBell

    return PostgresBell(url)
