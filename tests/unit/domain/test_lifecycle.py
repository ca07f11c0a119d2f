"""The table of moves, against one written by hand from the contract."""

from __future__ import annotations

from itertools import product

import pytest

from qumulus.domain.errors import IllegalMoveError
from qumulus.domain.lifecycle import CLAIMED, FINAL, MOVES, Action, Actor, JobStatus, advance, find_move

NEW = None
GONE = None
CONTRACT = """
new        register          user      registered
new        submit            user      submitted
registered submit            user      submitted
registered cancel            user      cancelled
registered forget            cloud     gone
submitted  fetch             provider  ready
submitted  succeed_late      provider  succeeded
submitted  fail_late         provider  failed
submitted  cancel            user      cancelled
ready      start             provider  running
ready      succeed_unstarted provider  succeeded
ready      fail              provider  failed
ready      release           provider  submitted
ready      expire            cloud     submitted
ready      abandon           cloud     failed
ready      requeue           admin     submitted
ready      fail              admin     failed
ready      cancel            user      cancelled
running    succeed           provider  succeeded
running    fail              provider  failed
running    release           provider  submitted
running    expire            cloud     submitted
running    abandon           cloud     failed
running    requeue           admin     submitted
running    fail              admin     failed
running    cancel            user      cancelled
cancelled  annotate          provider  cancelled
succeeded  delete            user      gone
failed     delete            user      gone
cancelled  delete            user      gone
"""


def contract() -> dict[tuple[str, str, str], str]:
    rows = [line.split() for line in CONTRACT.split("\n") if line]
    return {(source, action, actor): target for source, action, actor, target in rows}


@pytest.mark.parametrize(("status", "action", "actor"), list(product([None, *JobStatus], Action, Actor)))
def test_every_move_is_the_contracts(status: JobStatus | None, action: Action, actor: Actor) -> None:
    expected = contract().get((status or "new", action, actor))
    move = find_move(status, action, by=actor)
    if expected is None:
        assert move is None
        with pytest.raises(IllegalMoveError):
            advance(status, action, by=actor)
    else:
        assert move is not None
        assert (move.target or "gone") == expected
        assert advance(status, action, by=actor) == move.target


def test_the_table_has_no_row_twice() -> None:
    keys = [(move.source, move.action, move.actor) for move in MOVES]
    assert len(keys) == len(set(keys)) == len(contract())


def test_nothing_but_deletion_and_a_last_word_leaves_a_final_status() -> None:
    leaving = {(move.action, move.target) for move in MOVES if move.source in FINAL}
    assert leaving == {(Action.DELETE, None), (Action.ANNOTATE, JobStatus.CANCELLED)}


def test_every_status_but_the_final_ones_leads_to_a_final_one() -> None:
    for status in JobStatus:
        reached = {move.target for move in MOVES if move.source is status}
        assert status.is_final or reached & FINAL


def test_only_a_fetch_claims() -> None:
    into = {move.action for move in MOVES if move.target in CLAIMED and move.source not in CLAIMED}
    assert into == {Action.FETCH}
