"""The life of a job: its statuses and the one table of moves between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from qumulus.domain.errors import IllegalMoveError


class JobStatus(StrEnum):
    """Where a job stands."""

    REGISTERED = "registered"
    SUBMITTED = "submitted"
    READY = "ready"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Nothing but deletion leaves a final status."""
        return self in FINAL


class Actor(StrEnum):
    """Who makes a move."""

    USER = "user"
    PROVIDER = "provider"
    ADMIN = "admin"
    CLOUD = "cloud"


class Action(StrEnum):
    """What an actor does to a job."""

    REGISTER = "register"
    SUBMIT = "submit"
    FETCH = "fetch"
    START = "start"
    SUCCEED = "succeed"
    SUCCEED_UNSTARTED = "succeed_unstarted"
    """A result in the files form, whose ``running`` call may have been lost."""
    FAIL = "fail"
    SUCCEED_LATE = "succeed_late"
    """A result of an attempt whose lease was lost, while nobody has claimed the job again."""
    FAIL_LATE = "fail_late"
    CANCEL = "cancel"
    ANNOTATE = "annotate"
    """The Provider's last word on a cancelled job: a reason or a partial result."""
    RELEASE = "release"
    EXPIRE = "expire"
    ABANDON = "abandon"
    """A lease ran out once too often, or on hardware that must not repeat."""
    REQUEUE = "requeue"
    FORGET = "forget"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table; ``source`` None: the job is new, ``target`` None: it is gone."""

    action: Action
    source: JobStatus | None
    target: JobStatus | None
    actor: Actor


FINAL: Final = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED})
CLAIMED: Final = frozenset({JobStatus.READY, JobStatus.RUNNING})

MOVES: Final[tuple[Move, ...]] = (
    Move(Action.REGISTER, None, JobStatus.REGISTERED, Actor.USER),
    Move(Action.SUBMIT, None, JobStatus.SUBMITTED, Actor.USER),
    Move(Action.SUBMIT, JobStatus.REGISTERED, JobStatus.SUBMITTED, Actor.USER),
    Move(Action.FETCH, JobStatus.SUBMITTED, JobStatus.READY, Actor.PROVIDER),
    Move(Action.START, JobStatus.READY, JobStatus.RUNNING, Actor.PROVIDER),
    Move(Action.SUCCEED, JobStatus.RUNNING, JobStatus.SUCCEEDED, Actor.PROVIDER),
    Move(Action.SUCCEED_UNSTARTED, JobStatus.READY, JobStatus.SUCCEEDED, Actor.PROVIDER),
    Move(Action.FAIL, JobStatus.READY, JobStatus.FAILED, Actor.PROVIDER),
    Move(Action.FAIL, JobStatus.RUNNING, JobStatus.FAILED, Actor.PROVIDER),
    Move(Action.SUCCEED_LATE, JobStatus.SUBMITTED, JobStatus.SUCCEEDED, Actor.PROVIDER),
    Move(Action.FAIL_LATE, JobStatus.SUBMITTED, JobStatus.FAILED, Actor.PROVIDER),
    Move(Action.CANCEL, JobStatus.REGISTERED, JobStatus.CANCELLED, Actor.USER),
    Move(Action.CANCEL, JobStatus.SUBMITTED, JobStatus.CANCELLED, Actor.USER),
    Move(Action.CANCEL, JobStatus.READY, JobStatus.CANCELLED, Actor.USER),
    Move(Action.CANCEL, JobStatus.RUNNING, JobStatus.CANCELLED, Actor.USER),
    Move(Action.ANNOTATE, JobStatus.CANCELLED, JobStatus.CANCELLED, Actor.PROVIDER),
    Move(Action.RELEASE, JobStatus.READY, JobStatus.SUBMITTED, Actor.PROVIDER),
    Move(Action.RELEASE, JobStatus.RUNNING, JobStatus.SUBMITTED, Actor.PROVIDER),
    Move(Action.EXPIRE, JobStatus.READY, JobStatus.SUBMITTED, Actor.CLOUD),
    Move(Action.EXPIRE, JobStatus.RUNNING, JobStatus.SUBMITTED, Actor.CLOUD),
    Move(Action.ABANDON, JobStatus.READY, JobStatus.FAILED, Actor.CLOUD),
    Move(Action.ABANDON, JobStatus.RUNNING, JobStatus.FAILED, Actor.CLOUD),
    Move(Action.REQUEUE, JobStatus.READY, JobStatus.SUBMITTED, Actor.ADMIN),
    Move(Action.REQUEUE, JobStatus.RUNNING, JobStatus.SUBMITTED, Actor.ADMIN),
    Move(Action.FAIL, JobStatus.READY, JobStatus.FAILED, Actor.ADMIN),
    Move(Action.FAIL, JobStatus.RUNNING, JobStatus.FAILED, Actor.ADMIN),
    Move(Action.FORGET, JobStatus.REGISTERED, None, Actor.CLOUD),
    Move(Action.DELETE, JobStatus.SUCCEEDED, None, Actor.USER),
    Move(Action.DELETE, JobStatus.FAILED, None, Actor.USER),
    Move(Action.DELETE, JobStatus.CANCELLED, None, Actor.USER),
)

_BY_KEY: Final = MappingProxyType({(move.source, move.action, move.actor): move for move in MOVES})


def find_move(status: JobStatus | None, action: Action, *, by: Actor) -> Move | None:
    """Look the move up in the table; None when the table does not allow it."""
    return _BY_KEY.get((status, action, by))


def advance(status: JobStatus | None, action: Action, *, by: Actor) -> JobStatus | None:
    """Give the status that follows; None when the job is gone.

    Raises:
        IllegalMoveError: the table has no such move.
    """
    move = find_move(status, action, by=by)
    if move is None:
        raise IllegalMoveError(status=status, action=action)
    return move.target
