"""Writes about jobs whose input comes as a file: registered, uploaded, submitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qumulus.domain.ids import JobId, UserId
from qumulus.domain.item import StoredObject
from qumulus.domain.job import NewJob
from qumulus.ports.operations import IdempotencyKey, KeyReused, Operation, Refused, Replayed, Submitted


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The job has its id and waits for its input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationsFull:
    """So many jobs of the owner wait for their submit already."""

    n_registered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterJob(Operation[Registered | Replayed | KeyReused | Refused | RegistrationsFull]):
    """Make a job of which nothing but the owner is known yet.

    Refused as MISSING if there is no such owner. ``at_most``: jobs of the owner that may wait for their
    submit, with this one; None: any number.
    """

    job_id: JobId
    owner: UserId
    at: datetime
    at_most: int | None = None
    key: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputReplaced:
    """Another input was uploaded since the caller looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitRegistered(Operation[Submitted | Replayed | KeyReused | InputReplaced | Refused]):
    """Say all of a registered job and queue it, behind the jobs that wait already.

    ``blob`` is the upload from which ``job.input`` was read: no other may have taken its place. Refused
    as MISSING if there is no such job of ``job.owner``, as ILLEGAL if it is not registered.
    """

    job: NewJob
    blob: str
    at: datetime
    may_prioritise: bool = False
    key: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectKept:
    """The upload counts; ``replaced`` is the blob whose place it took, to be deleted."""

    replaced: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepObject(Operation[ObjectKept | Refused]):
    """Let an uploaded archive count.

    An input needs a registered job. Anything else needs a claimed one at the object's attempt: another
    attempt is refused as STALE. A job in any other status is ILLEGAL, no job MISSING.
    """

    object: StoredObject


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepSecret(Operation[str]):
    """Keep a text that all processes of a cluster share; answers the one kept first."""

    name: str
    value: str
