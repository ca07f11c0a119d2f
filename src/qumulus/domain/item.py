"""What a job's archives hold; each is known to the world as ``<job id>/<item>.zip``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from qumulus.domain.ids import JobId
from qumulus.domain.job import JobType


class Item(StrEnum):
    """One archive of a job, in OQTOPUS's words."""

    INPUT = "input"
    COMBINED_PROGRAM = "combined_program"
    TRANSPILE_RESULT = "transpile_result"
    RESULT = "result"
    SSE_LOG = "sse_log"
    DEVICE_INFO = "device_info"
    """Of a device, not of a job: its calibration, on the way in."""


OUTPUT_ITEMS: Final = frozenset({Item.COMBINED_PROGRAM, Item.TRANSPILE_RESULT, Item.RESULT, Item.SSE_LOG})
"""What a Provider writes."""

ONLY_OF: Final = {Item.COMBINED_PROGRAM: JobType.MULTI_MANUAL, Item.SSE_LOG: JobType.SSE}
"""Items that only jobs of one type have."""

UPLOADED: Final = "@"
"""Stands in place of an output that lies in the storage, as no JSON text can."""

MAX_INPUT_BYTES: Final = 16 * 1024 * 1024
"""Of an input once it is unpacked, and of any other contents that are to stand in an answer."""

MAX_OBJECT_BYTES: Final = 64 * 1024 * 1024
"""Of an archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An uploaded archive: where it lies, and in which attempt of its job it came (0: before the first)."""

    job_id: JobId
    item: Item
    blob: str
    size: int
    attempt: int
    at: datetime


def job_of(blob: str) -> JobId:
    """For which job a blob was stored: its name begins so."""
    return JobId(blob.partition(".")[0])
