"""Names of blobs, which are also names of files and of objects in buckets."""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_LONGEST: Final = 200


def checked(name: str) -> str:
    """Give the name back if it can lead nowhere else.

    Raises:
        ValueError: it cannot be a name.
    """
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise ValueError("a blob's name is of letters, digits, '_', '-' and dots between them")
    return name


def is_ours(shelf: str, name: str) -> bool:
    """Tell a blob from what else may lie at its place, which is never touched."""
    return len(name) <= _LONGEST and _NAME.fullmatch(name) is not None and shelf_of(name) == shelf


def shelf_of(name: str) -> str:
    """Give the folder of a blob: many small folders are quicker to list than one large."""
    job_id = name.partition(".")[0]
    return job_id[-2:]
