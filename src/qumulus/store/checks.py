"""Invariants over the whole store, each a query that answers one line per violation."""

from __future__ import annotations

from typing import Final

CHECKS: Final = (
    "check_unqueued",
    "check_queued",
    "check_places",
    "check_leases",
    "check_unleased",
    "check_inputs",
    "check_registrations",
    "check_orphans",
    "check_counts",
    "check_last_event",
    "check_chain",
    "check_unexplained",
    "check_tokens",
    "check_stamps",
)
