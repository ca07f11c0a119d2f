"""What a worker and its job's child process tell each other: msgpack, one struct for each message."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec


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


class Redirect(msgspec.Struct, tag="redirect", kw_only=True):
    """Child → worker: run this job in the other kind of sandbox; it is still ``ready``."""

    to: Literal["resident"]


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


ChildMessage = Redirect | Prepared | Finished | Failed

GO: Final = b"go"

_encoder = msgspec.msgpack.Encoder()
_task_decoder = msgspec.msgpack.Decoder(JobTask)
_message_decoder: msgspec.msgpack.Decoder[ChildMessage] = msgspec.msgpack.Decoder(ChildMessage)


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
