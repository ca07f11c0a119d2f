"""What the Cloud says of jobs, their events and devices, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from qumulus.domain.device import DeviceStatus, DeviceType
from qumulus.domain.ids import DeviceId, JobId
from qumulus.domain.lifecycle import Actor, JobStatus
from qumulus.sdk.errors import UnexpectedAnswerError
from qumulus.sdk.results import contents_of
from qumulus.wire.user import DeviceBody, JobBody, JobEventBody, JobStatusBody

T = TypeVar("T")
Word = TypeVar("Word", JobStatus, Actor, DeviceType, DeviceStatus)

_REGISTERED: Final = JobStatus.REGISTERED.value
LISTED_FIELDS: Final = tuple(
    name for name in JobBody.__struct_fields__ if name not in {"job_info", "queue_position", "expected_wait"}
)
"""What a list of jobs asks for: not programs and results, which may be large, nor places in the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job as the Cloud last told it.

    ``queue_position`` counts the jobs that go first, while the job waits; "1000+" above 1000.
    ``expected_wait_s`` None: it does not wait, or nothing is known of the device's pace.
    ``job_info`` None: not asked for, as in lists.
    """

    id: JobId
    status: JobStatus
    name: str
    description: str
    device_id: DeviceId
    job_type: str
    shots: int
    priority: int
    attempt: int
    transpiler_info: Mapping[str, Any] | None
    simulator_info: Mapping[str, Any]
    mitigation_info: Mapping[str, Any]
    execution_time_s: float | None
    created_at: datetime
    submitted_at: datetime | None
    ready_at: datetime | None
    running_at: datetime | None
    ended_at: datetime | None
    queue_position: int | str | None
    expected_wait_s: float | None = None
    job_info: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """One line of a job's timeline.

    ``source`` None: the job was new; ``target`` None: it was deleted. ``cursor`` is where a later
    ``events(since=…)`` goes on; "" in a timeline that was not streamed.
    """

    job_id: JobId
    seq: int
    at: datetime
    actor: Actor
    source: JobStatus | None
    target: JobStatus | None
    detail: Mapping[str, Any]
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that you may use.

    ``expected_wait_s`` is for a job submitted now, None if unknown. ``device_info`` holds the
    calibration, None if there is none. ``seen_at``: when a Provider of the device last called.
    ``max_shots``: of one job, None if nobody said.
    """

    id: DeviceId
    device_type: DeviceType
    status: DeviceStatus
    available_at: datetime | None
    n_pending_jobs: int
    n_qubits: int | None
    max_shots: int | None
    basis_gates: tuple[str, ...]
    supported_instructions: tuple[str, ...]
    calibrated_at: datetime | None
    description: str
    expected_wait_s: float | None
    seen_at: datetime | None
    device_info: Mapping[str, Any] | None = field(repr=False)


def read_answer(body: bytes, shape: type[T]) -> T:
    """Decode an answer.

    Raises:
        UnexpectedAnswerError: it is of another shape.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnexpectedAnswerError(f"The answer is not what a Qumulus cloud gives: {error}") from error


def job_record(body: bytes) -> JobRecord:
    """Read the answer of ``GET /jobs/{id}``."""
    job = read_answer(body, JobBody)
    return _job(job, contents_of(job.job_info))


def status_of(body: bytes) -> JobStatus:
    """Read the answer of ``GET /jobs/{id}/status``."""
    return _known(read_answer(body, JobStatusBody).status, JobStatus)


def listed_records(body: bytes) -> list[JobRecord]:
    """Read the answer of ``GET /jobs`` without ``job_info``; of registered jobs nothing is known yet."""
    rows = [row for row in read_answer(body, list[dict[str, Any]]) if row.get("status") != _REGISTERED]
    try:
        return [_job(msgspec.convert({**row, "job_info": None}, JobBody), None) for row in rows]
    except msgspec.ValidationError as error:
        raise UnexpectedAnswerError(f"The list of jobs is not what a Qumulus cloud gives: {error}") from error


def job_event(body: bytes | str, cursor: str) -> JobEvent:
    """Read one event of a stream."""
    return event_record(read_answer(body.encode() if isinstance(body, str) else body, JobEventBody), cursor)


def device_record(body: bytes) -> Device:
    """Read the answer of ``GET /devices/{id}``."""
    return _device(read_answer(body, DeviceBody))


def device_records(body: bytes) -> list[Device]:
    """Read the answer of ``GET /devices``."""
    return [_device(device) for device in read_answer(body, list[DeviceBody])]


def _job(job: JobBody, job_info: Mapping[str, Any] | None) -> JobRecord:
    return JobRecord(
        id=JobId(job.job_id),
        status=_known(job.status, JobStatus),
        name=job.name,
        description=job.description,
        device_id=DeviceId(job.device_id),
        job_type=job.job_type,
        shots=job.shots,
        priority=job.priority,
        attempt=job.attempt,
        transpiler_info=job.transpiler_info,
        simulator_info=job.simulator_info,
        mitigation_info=job.mitigation_info,
        execution_time_s=job.execution_time,
        created_at=job.created_at,
        submitted_at=job.submitted_at,
        ready_at=job.ready_at,
        running_at=job.running_at,
        ended_at=job.ended_at,
        queue_position=None if job.queue_position is msgspec.UNSET else job.queue_position,
        expected_wait_s=None if job.expected_wait is msgspec.UNSET else job.expected_wait,
        job_info=job_info,
    )


def event_record(event: JobEventBody, cursor: str = "") -> JobEvent:
    """Read one event of a timeline."""
    return JobEvent(
        job_id=JobId(event.job_id),
        seq=event.seq,
        at=event.at,
        actor=_known(event.actor, Actor),
        source=None if event.source is None else _known(event.source, JobStatus),
        target=None if event.target is None else _known(event.target, JobStatus),
        detail=event.detail,
        cursor=cursor,
    )


def _device(device: DeviceBody) -> Device:
    return Device(
        id=DeviceId(device.device_id),
        device_type=_known(device.device_type, DeviceType),
        status=_known(device.status, DeviceStatus),
        available_at=device.available_at,
        n_pending_jobs=device.n_pending_jobs,
        n_qubits=device.n_qubits,
        max_shots=device.max_shots,
        basis_gates=device.basis_gates,
        supported_instructions=device.supported_instructions,
        calibrated_at=device.calibrated_at,
        description=device.description,
        expected_wait_s=device.expected_wait,
        seen_at=device.seen_at,
        device_info=contents_of(device.device_info) if device.device_info else None,
    )


def _known(word: str, words: type[Word]) -> Word:
    try:
        return words(word)
    except ValueError as error:
        raise UnexpectedAnswerError(f"The cloud uses a word unknown here: {error}") from error
