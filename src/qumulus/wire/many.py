"""Many jobs at once: what comes and what goes."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from qumulus.wire.user import MAX_BATCH


class ManyJobs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which jobs."""

    job_ids: Annotated[list[str], Meta(min_length=1, max_length=MAX_BATCH)]


class JobOutcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one job; ``outcome`` "done", or the code of an error with its ``message``."""

    job_id: str
    outcome: str
    message: str | None = None


class JobCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many jobs stand in each status."""

    registered: int = 0
    submitted: int = 0
    ready: int = 0
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
