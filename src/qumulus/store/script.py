"""What a batch asks of the database, without saying of which: the engines run scripts.

A script is a generator. It yields an ``Ask`` and is sent the rows, or ``Writes`` and is sent none; it
returns the outcomes. All of it happens in one transaction, whose rows are locked by the asking.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from qumulus.store.statements import Row

T = TypeVar("T")

WRITE_ORDER: Final = (
    "delete_queue",
    "refill_queue",
    "delete_leases",
    "delete_unexplained",
    "delete_events",
    "delete_outputs",
    "delete_inputs",
    "delete_objects",
    "delete_registrations",
    "delete_jobs",
    "update_jobs",
    "fill_jobs",
    "set_slots",
    "set_transpiler_info",
    "renew_leases",
    "insert_jobs",
    "queue_new_jobs",
    "insert_inputs",
    "insert_queue",
    "insert_registrations",
    "insert_leases",
    "insert_unexplained",
    "upsert_outputs",
    "upsert_objects",
    "insert_events",
    "insert_audits",
    "insert_key",
    "note_seen",
)
"""The statements that write for many rows at once, in the order in which they are executed.

PostgreSQL executes them together, and what the end of the statement reads first (``combine``): jobs are
locked before all else, as those do who lock them by a question.
"""


@dataclass(frozen=True, slots=True)
class Ask:
    """A statement that answers rows, for each of these parameters; a write may ask too (RETURNING)."""

    name: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class AskOnce:
    """A statement that answers rows, with its parameters by name."""

    name: str
    values: Mapping[str, Any]


@dataclass(slots=True)
class Writes:
    """Rows to write by statement, and whom to wake."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    topics: set[str] = field(default_factory=set)

    def add(self, name: str, row: Row) -> None:
        """Write one more row."""
        rows = self.rows.get(name)
        if rows is None:
            self.rows[name] = [row]
        else:
            rows.append(row)

    def in_order(self) -> list[tuple[str, list[Row]]]:
        """Give the rows in the order of ``WRITE_ORDER``."""
        return [(name, self.rows[name]) for name in WRITE_ORDER if name in self.rows]


Script = Generator[Ask | AskOnce | Writes, Sequence[Row], T]


class OvertakenError(Exception):
    """Somebody was faster: roll back and run the script again.

    A younger transaction moved one of the jobs first, and events would be ordered against the job's own
    history; or a job came to a user who is being removed.
    """
