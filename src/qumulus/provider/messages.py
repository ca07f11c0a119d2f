"""What a worker and its job's child process tell each other: msgpack, one struct for each message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from qumulus.provider.engines.resources import Resources
from qumulus.provider.notes import Note


class JobTask(msgspec.Struct, kw_only=True):
    """Worker → child: the job, and which driver is to run it with which settings."""

    job_id: str
    attempt: int
    device_id: str
    job_type: str
    shots: int
    form: Literal["text", "object"]
    """How the job was submitted; decides whether it is transpiled by default."""
    job_info: dict[str, Any]
    transpiler_info: dict[str, Any] | None
    """None: the job has none, which is not the same as an empty one."""
    simulator_info: dict[str, Any]
    mitigation_info: dict[str, Any]
    driver: str
    options: dict[str, Any]
    wait_for_go: bool
    """Run only after :data:`GO`: hardware must not start before the Cloud took ``running``."""
    worker: str = ""
    """Who runs it, for the evidence."""
    calibration: bytes | None = None
    """A ``device_info`` text to run on; None: the driver's own."""
    factory: str = ""
    """Where the driver's class is, as ``module:class``; empty: look for its kind."""
    resources: Resources = Resources()


class Redirect(msgspec.Struct, tag="redirect", kw_only=True):
    """Child → worker: run this job in another process; it is still ``ready``.

    ``alone``: in a forked one of its own, because it is no small job.
    """

    to: Literal["resident", "alone"]


class Prepared(msgspec.Struct, tag="prepared", kw_only=True):
    """Child → worker: parsed, planned and transpiled; running comes next."""

    transpile_result: dict[str, Any] | None
    transpiler_info: dict[str, Any] | None
    """The default that was used, to be shown by the job; None: as it was sent."""
    combined_program: str | None = None
    """OpenQASM 3: what several programs became; None: there is only one."""


class Finished(msgspec.Struct, tag="finished", kw_only=True):
    """Child → worker: the result in its wire shape, with provenance."""

    result: dict[str, Any]
    execution_time_s: float


class Failed(msgspec.Struct, tag="failed", kw_only=True):
    """Child → worker: why not; ``stage`` prepare fails the job from ``ready``, run from ``running``."""

    code: str
    message: str
    stage: Literal["prepare", "run"]
    notes: list[Note] = []
    """For the Provider's log."""


class Announced(msgspec.Struct, tag="announced", kw_only=True):
    """Child → worker: what the device calls the run, in order to stop it there when the child is killed."""

    reference: str


class Unavailable(msgspec.Struct, tag="unavailable", kw_only=True):
    """Child → worker: the device takes no jobs now, so this one goes back; ``reason`` is for the log."""

    reason: str
    may_be_the_job: bool
    """The same job may meet the same end elsewhere: it does not go back for ever."""
    notes: list[Note] = []
    """For the log, too."""


ChildMessage = Redirect | Prepared | Announced | Finished | Failed | Unavailable

GO: Final = b"go"
MEASURE: Final = b"measure"
"""The task of a resident worker that measures the engines; its answer is ``Costs``."""
SESSION: Final = b"session"
"""The task of a child that runs small jobs: it receives their tasks and sends an answer for each."""

_encoder = msgspec.msgpack.Encoder()
_task_decoder = msgspec.msgpack.Decoder(JobTask)
_message_decoder: msgspec.msgpack.Decoder[ChildMessage] = msgspec.msgpack.Decoder(ChildMessage)
_answer_decoder: msgspec.msgpack.Decoder[list[ChildMessage]] = msgspec.msgpack.Decoder(list[ChildMessage])
_SHORT_ARRAY: Final = 0x90


def encode(message: JobTask | ChildMessage) -> bytes:
    """Encode any of the messages."""
    return _encoder.encode(message)


def decode_task(data: bytes) -> JobTask:
    """Decode what the worker sent.

    Raises:
        msgspec.DecodeError: it is not a task.
    """
    return _task_decoder.decode(data)


def decode_child_message(data: bytes) -> ChildMessage:
    """Decode what the child sent.

    Raises:
        msgspec.DecodeError: it is none of the messages.
    """
    return _message_decoder.decode(data)


def join_answer(messages: Sequence[bytes]) -> bytes:
    """Up to 15 encoded messages about one job as one."""
    return bytes((_SHORT_ARRAY + len(messages),)) + b"".join(messages)


def decode_answer(data: bytes) -> list[ChildMessage]:
    """Take them apart.

    Raises:
        msgspec.DecodeError: it is no such answer.
    """
    return _answer_decoder.decode(data)
