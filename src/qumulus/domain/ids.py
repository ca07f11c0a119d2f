"""Identifiers, each a string of its own type."""

from __future__ import annotations

import os
import time
import uuid
from typing import NewType

JobId = NewType("JobId", str)
DeviceId = NewType("DeviceId", str)
UserId = NewType("UserId", str)
TokenId = NewType("TokenId", str)
CalibrationId = NewType("CalibrationId", str)


def new_job_id() -> JobId:
    """Make a UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds since 1970, then 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (stamp & 0xFFFF_FFFF_FFFF) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return JobId(str(uuid.UUID(int=value)))
