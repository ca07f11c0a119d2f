"""Laws of the decision on a wish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qumulus.domain.decision import JobState, Refusal, Repeat, Wish, decide, expire, is_loss
from qumulus.domain.device import OnLostLease
from qumulus.domain.errors import IllegalMoveError
from qumulus.domain.job import MAX_EXPIRIES, MAX_LOSSES
from qumulus.domain.lifecycle import CLAIMED, Action, Actor, JobStatus, Move, find_move

LATE = {Action.SUCCEED_LATE, Action.FAIL_LATE}
hashes = st.sampled_from([None, b"one", b"two"])
states = st.builds(
    JobState,
    status=st.sampled_from(JobStatus),
    attempt=st.integers(0, 2),
    lease_lost=st.booleans(),
    report_hash=hashes,
)
wishes = st.builds(
    Wish,
    actions=st.lists(st.sampled_from(Action), max_size=3).map(tuple),
    actor=st.sampled_from(Actor),
    attempt=st.none() | st.integers(0, 2),
    report_hash=hashes,
)


@given(states, wishes)
def test_another_attempt_is_stale_whatever_it_wants(state: JobState, wish: Wish) -> None:
    is_other = wish.attempt is not None and wish.attempt != state.attempt
    assert (decide(state, wish) is Refusal.STALE) == is_other


@given(states, wishes)
def test_a_granted_move_is_in_the_table_and_was_wished(state: JobState, wish: Wish) -> None:
    decision = decide(state, wish)
    if isinstance(decision, Move):
        assert decision.action in wish.actions
        assert decision == find_move(state.status, decision.action, by=wish.actor)


@given(states, wishes)
def test_the_first_possible_wish_is_taken(state: JobState, wish: Wish) -> None:
    decision = decide(state, wish)
    if isinstance(decision, Move):
        before = wish.actions[: wish.actions.index(decision.action)]
        possible = [action for action in before if find_move(state.status, action, by=wish.actor)]
        assert set(possible) <= LATE


@given(states, wishes)
def test_a_late_result_needs_its_attempt_and_a_lost_lease(state: JobState, wish: Wish) -> None:
    decision = decide(state, wish)
    if isinstance(decision, Move) and decision.action in LATE:
        assert wish.attempt == state.attempt
        assert state.lease_lost


@given(states, wishes)
def test_a_repeat_says_what_was_taken_before(state: JobState, wish: Wish) -> None:
    if decide(state, wish) is not Repeat.SAME:
        return
    if wish.actor is Actor.USER:
        assert wish.actions == (Action.CANCEL,)
        assert state.status is JobStatus.CANCELLED
    else:
        assert wish.attempt == state.attempt
        assert wish.report_hash is not None
        assert wish.report_hash == state.report_hash


@given(states, hashes)
def test_without_an_attempt_no_report_is_a_repeat(state: JobState, said: bytes | None) -> None:
    wish = Wish(actions=(Action.SUCCEED,), actor=Actor.PROVIDER, report_hash=said)
    assert decide(state, wish) is not Repeat.SAME


@pytest.mark.parametrize("status", sorted(CLAIMED))
@pytest.mark.parametrize("policy", OnLostLease)
@pytest.mark.parametrize("losses", range(MAX_LOSSES + 2))
@pytest.mark.parametrize("expiries", [1, MAX_EXPIRIES - 1, MAX_EXPIRIES])
def test_a_lost_lease_requeues_until_the_last_or_on_hardware_that_runs(
    status: JobStatus, policy: OnLostLease, losses: int, expiries: int
) -> None:
    fails = (
        losses >= MAX_LOSSES
        or expiries >= MAX_EXPIRIES
        or (policy is OnLostLease.FAIL and status is JobStatus.RUNNING)
    )
    expected = JobStatus.FAILED if fails else JobStatus.SUBMITTED
    assert expire(status, losses=losses, expiries=expiries, policy=policy) is expected


def test_a_lease_counts_as_lost_once_its_provider_was_heard_of() -> None:
    assert not is_loss(JobStatus.READY, beat=0)
    assert is_loss(JobStatus.READY, beat=1)
    assert is_loss(JobStatus.RUNNING, beat=0)


@pytest.mark.parametrize("status", sorted(set(JobStatus) - CLAIMED))
def test_only_claimed_jobs_lose_a_lease(status: JobStatus) -> None:
    with pytest.raises(IllegalMoveError):
        expire(status, losses=1, expiries=1, policy=OnLostLease.REQUEUE)
