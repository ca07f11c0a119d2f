"""What becomes of a wished move, given how the job stands: pure, decided under the row's lock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from qumulus.domain.device import OnLostLease
from qumulus.domain.job import MAX_EXPIRIES, MAX_LOSSES
from qumulus.domain.lifecycle import Action, Actor, JobStatus, Move, advance, find_move

_LATE: Final = frozenset({Action.SUCCEED_LATE, Action.FAIL_LATE})


class Refusal(StrEnum):
    """Why a wish was not granted."""

    MISSING = "missing"
    STALE = "stale"
    ILLEGAL = "illegal"


class Repeat(StrEnum):
    """The wish was granted before; saying it again is no error."""

    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """How a job stands, as far as moves are concerned."""

    status: JobStatus
    attempt: int
    lease_lost: bool
    """The present attempt lost its lease and nobody has claimed the job since."""
    report_hash: bytes | None
    """Of the Provider's last report that was taken in this attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A move somebody asks for; of ``actions`` the first that the table allows is taken.

    ``attempt`` fences: None stands for a caller that does not know of attempts. ``report_hash``
    tells a repeated report from another one.
    """

    actions: tuple[Action, ...]
    actor: Actor
    attempt: int | None = None
    report_hash: bytes | None = None


def decide(state: JobState, wish: Wish) -> Move | Repeat | Refusal:
    """Grant a wish, recognise its repetition, or refuse it."""
    if wish.attempt is not None and wish.attempt != state.attempt:
        return Refusal.STALE
    if _is_repeat(state, wish):
        return Repeat.SAME
    for action in wish.actions:
        if action in _LATE and (wish.attempt is None or not state.lease_lost):
            continue
        move = find_move(state.status, action, by=wish.actor)
        if move is not None:
            return move
    return Refusal.ILLEGAL


def _is_repeat(state: JobState, wish: Wish) -> bool:
    if wish.actor is Actor.USER:
        return wish.actions == (Action.CANCEL,) and state.status is JobStatus.CANCELLED
    if wish.attempt is None or wish.report_hash is None or wish.report_hash != state.report_hash:
        return False
    targets = {move.target for move in _moves_to(wish)}
    return state.status in targets


def _moves_to(wish: Wish) -> list[Move]:
    found = (find_move(status, action, by=wish.actor) for action in wish.actions for status in JobStatus)
    return [move for move in found if move is not None]


def is_loss(status: JobStatus, *, beat: int) -> bool:
    """Whether a lease that ran out counts against its job: the Provider was heard of under it.

    The answer to a claim may have been lost on its way; then nobody had the job.
    """
    return status is not JobStatus.READY or beat > 0


def expire(status: JobStatus, *, losses: int, expiries: int, policy: OnLostLease) -> JobStatus:
    """Give the status of a claimed job whose lease ran out; ``losses`` and ``expiries`` count this one.

    Raises:
        IllegalMoveError: the job is not claimed.
    """
    is_worn = losses >= MAX_LOSSES or expiries >= MAX_EXPIRIES
    is_over = is_worn or (policy is OnLostLease.FAIL and status is JobStatus.RUNNING)
    action = Action.ABANDON if is_over else Action.EXPIRE
    target = advance(status, action, by=Actor.CLOUD)
    assert target is not None  # neither action removes a job
    return target
