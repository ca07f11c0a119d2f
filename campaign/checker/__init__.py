"""Tells from a recorded history and the final store whether the cloud kept its promises.

It shares no code with the cloud: what is legal stands here a second time, written from the contract.
"""

from __future__ import annotations

from campaign.checker.facts import Facts
from campaign.checker.history import History, read_history
from campaign.checker.promises import check_promises
from campaign.checker.providers import check_providers
from campaign.checker.rows import check_rows
from campaign.checker.runs import check_runs
from campaign.checker.store import StoreState
from campaign.checker.streams import check_streams
from campaign.checker.submits import check_submits
from campaign.checker.timelines import check_timelines
from campaign.checker.violation import Violation

__all__ = ["History", "StoreState", "Violation", "check", "read_history"]

_CHECKS = (
    check_rows,
    check_timelines,
    check_submits,
    check_promises,
    check_providers,
    check_runs,
    check_streams,
)


def check(history: History, state: StoreState) -> list[Violation]:
    """Give every broken promise; none is the good answer."""
    facts = Facts(history, state)
    return [violation for rule in _CHECKS for violation in rule(facts)]
