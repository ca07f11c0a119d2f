"""Messages on a byte stream: a 4-byte big-endian length whose top bit marks control frames, then the body."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from qumulus.sandbox.contract import Limits

MAX_MESSAGE_BYTES: Final = 256 * 2**20
HEADER: Final = struct.Struct("!I")
_CONTROL_BIT: Final = 1 << 31
_LIMITS: Final = struct.Struct("!qd")
_NO_LIMIT: Final = -1

FINISHED: Final = b""
"""Body of the child's control frame for "ready" and "the target returned"; else an exception's name."""


class Frame(NamedTuple):
    """One message; control frames are between the two ends of the sandbox, never for target or caller."""

    control: bool
    body: bytes


class FrameError(Exception):
    """The stream announces a message longer than allowed."""


def encode_header(size: int, *, control: bool = False) -> bytes:
    """Header of a body of ``size`` bytes.

    Raises:
        ValueError: the body is too long to send.
    """
    if size > MAX_MESSAGE_BYTES:
        raise ValueError(f"a message of {size} bytes is over the limit of {MAX_MESSAGE_BYTES}")
    return HEADER.pack(size | _CONTROL_BIT if control else size)


def decode_header(header: bytes) -> tuple[int, bool]:
    """Body size in bytes, and whether the frame is a control frame."""
    (word,) = HEADER.unpack(header)
    size = word & ~_CONTROL_BIT
    if size > MAX_MESSAGE_BYTES:
        raise FrameError(f"a message of {size} bytes is over the limit of {MAX_MESSAGE_BYTES}")
    return size, bool(word & _CONTROL_BIT)


def encode_limits(limits: Limits) -> bytes:
    """Body of the parent's control frame that begins a task; the task is the next frame."""
    memory = _NO_LIMIT if limits.memory_bytes is None else limits.memory_bytes
    cpu = _NO_LIMIT if limits.cpu_s is None else limits.cpu_s
    return _LIMITS.pack(memory, cpu)


def decode_limits(body: bytes) -> Limits:
    """The limits that the child sets on itself; the wall time stays with the parent."""
    memory, cpu = _LIMITS.unpack(body)
    return Limits(
        memory_bytes=None if memory == _NO_LIMIT else memory,
        wall_s=None,
        cpu_s=None if cpu == _NO_LIMIT else cpu,
    )


class FrameDecoder:
    """Cuts a byte stream, fed in pieces of any size, into frames; each byte is copied once more at most."""

    def __init__(self) -> None:
        self._parts: list[memoryview] = []
        self._missing = HEADER.size
        self._control: bool | None = None

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that ``data`` completes.

        Raises:
            FrameError: a header announces too much; the stream is of no further use.
        """
        rest = memoryview(data)
        while rest:
            part = rest[: self._missing]
            self._parts.append(part)
            self._missing -= len(part)
            rest = rest[len(part) :]
            if not self._missing:
                yield from self._section_complete()

    def _section_complete(self) -> Iterator[Frame]:
        section = b"".join(self._parts)
        self._parts.clear()
        if self._control is None:
            self._missing, self._control = decode_header(section)
            if self._missing:
                return
            section = b""
        frame = Frame(self._control, section)
        self._missing, self._control = HEADER.size, None
        yield frame
