"""Submit jobs: one or a batch, all or none, durable before the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from qumulus.domain.account import Caller
from qumulus.domain.device import Device, DeviceStatus
from qumulus.domain.errors import (
    BadRequestError,
    DeviceUnusableError,
    KeyReusedError,
    QumulusError,
    UnsupportedJobTypeError,
)
from qumulus.domain.ids import DeviceId, JobId, UserId, new_job_id
from qumulus.domain.job import JobForm, JobType, NewJob
from qumulus.domain.lifecycle import JobStatus
from qumulus.ports.operations import IdempotencyKey, KeyReused, Replayed, SubmitJobs
from qumulus.service.services import Services

SUPPORTED: Final = frozenset({JobType.SAMPLING, JobType.ESTIMATION, JobType.MULTI_MANUAL})
MAX_KEY_LENGTH: Final = 255
_MOST_NAMED: Final = 10
"""Devices in an error's sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A job as asked for; None where the user said nothing."""

    device_id: DeviceId
    form: JobForm
    job_type: str
    shots: int
    input: str
    name: str
    description: str
    priority: int
    transpiler_info: Mapping[str, Any] | None
    simulator_info: Mapping[str, Any]
    mitigation_info: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An idempotency key as it came: with the route and the raw body it stands for."""

    key: str
    route: str
    body: bytes


Answer = Callable[[Sequence[JobId]], bytes]


async def submit_job(
    services: Services, draft: Draft, *, by: Caller, answer: Answer, key: Key | None
) -> bytes:
    """Store one job and queue it; give the answer, or the one given before for this key.

    Raises:
        WrongDeviceError: the user may not use the device.
        DeviceUnusableError: it is unknown or takes no jobs now.
        UnsupportedJobTypeError: no Provider computes such jobs.
        KeyReusedError: the key came with another body before.
    """
    try:
        job = checked(draft, new_job_id(), await services.devices(), by=by)
    except QumulusError as refusal:
        return await said_before(services, refusal, by=by, key=key)
    return await _store(services, (job,), by=by, answer=answer, key=key)


async def submit_batch(
    services: Services, drafts: Sequence[Draft], *, by: Caller, answer: Answer, key: Key | None
) -> bytes:
    """Do the same for many; an error names the index of its job."""
    devices = await services.devices()
    ids = sorted(new_job_id() for _ in drafts)  # in the batch's order, also within a millisecond
    jobs = []
    for index, (job_id, draft) in enumerate(zip(ids, drafts, strict=True)):
        try:
            jobs.append(checked(draft, job_id, devices, by=by))
        except QumulusError as error:
            return await said_before(services, at_index(error, index), by=by, key=key)
    if not jobs:
        raise BadRequestError("The batch is empty: give at least one job.")
    return await _store(services, tuple(jobs), by=by, answer=answer, key=key)


def at_index(error: QumulusError, index: int) -> QumulusError:
    """Say the same of one job of a batch."""
    return type(error)(f"Job {index}: {error}", **{**error.facts, "index": index})


async def said_before(services: Services, refusal: QumulusError, *, by: Caller, key: Key | None) -> bytes:
    """Repeat an answer though the same would be refused now, as when the device has gone since."""
    if key is None:
        raise refusal
    asked = stored_key(key, by.owner(), b"")
    found = await services.store.known_answer(asked.owner, asked.route, asked.key)
    if found is None:
        raise refusal
    body_hash, answer = found
    if body_hash != asked.body_hash:
        raise KeyReusedError
    return answer


async def _store(
    services: Services, jobs: tuple[NewJob, ...], *, by: Caller, answer: Answer, key: Key | None
) -> bytes:
    said = answer([job.id for job in jobs])
    outcome = await services.store.apply(
        SubmitJobs(
            jobs=jobs,
            at=services.clock.now(),
            may_prioritise=by.may_prioritise,
            key=None if key is None else stored_key(key, by.owner(), said),
        )
    )
    if isinstance(outcome, Replayed):
        return outcome.answer
    if isinstance(outcome, KeyReused):
        raise KeyReusedError
    services.meters.moved[JobStatus.SUBMITTED] += len(jobs)
    return said


def stored_key(key: Key, owner: UserId, answer: bytes) -> IdempotencyKey:
    """Make what the store remembers of a key."""
    if not 0 < len(key.key) <= MAX_KEY_LENGTH or not key.key.isprintable():
        raise BadRequestError(f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} printable characters.")
    return IdempotencyKey(
        owner=owner,
        route=key.route,
        key=key.key,
        body_hash=hashlib.sha256(key.body).digest(),
        answer=answer,
    )


def checked(draft: Draft, job_id: JobId, devices: Mapping[DeviceId, Device], *, by: Caller) -> NewJob:
    """Make a job of a draft, if the caller may have it."""
    by.must_reach(draft.device_id)
    _check_device(draft.device_id, devices, by=by)
    return NewJob(
        id=job_id,
        owner=by.owner(),
        device_id=draft.device_id,
        form=draft.form,
        job_type=_job_type(draft.job_type),
        shots=draft.shots,
        input=draft.input,
        name=draft.name,
        description=draft.description,
        priority=draft.priority,
        transpiler_info=_transpiler_info(draft),
        simulator_info=draft.simulator_info,
        mitigation_info=draft.mitigation_info,
    )


def _check_device(device_id: DeviceId, devices: Mapping[DeviceId, Device], *, by: Caller) -> None:
    device = devices.get(device_id)
    if device is None:
        usable = sorted(known for known in devices if by.devices is None or known in by.devices)
        which = f"use one of {', '.join(usable[:_MOST_NAMED])}." if usable else "there is none yet."
        raise DeviceUnusableError(f"There is no device '{device_id}': {which}")
    if device.status is not DeviceStatus.AVAILABLE:
        raise DeviceUnusableError(f"Device '{device_id}' is {device.status} and takes no jobs now.")


def _job_type(word: str) -> JobType:
    if word not in SUPPORTED:
        known = ", ".join(sorted(SUPPORTED))
        raise UnsupportedJobTypeError(f"Job type '{word}' is not supported here: use one of {known}.")
    return JobType(word)


def _transpiler_info(draft: Draft) -> Mapping[str, Any] | None:
    """In the seed's form saying nothing has a meaning of its own; in the others it means ``{}``."""
    if draft.transpiler_info is None and draft.form is not JobForm.TEXT:
        return {}
    return draft.transpiler_info
