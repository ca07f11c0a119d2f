"""A checksum at the end of a backup of SQLite, behind the last page, where SQLite does not look.

Its own check knows the structure of a file, not what the jobs in it said.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import IO, Final

_SEAL: Final = re.compile(rb"\nqumulus sha256 ([0-9a-f]{64})\n")
_LENGTH: Final = len("\nqumulus sha256 \n") + 64
_SMALLEST_PAGE_BYTES: Final = 512
"""SQLite's; a file of larger pages is a multiple too."""
_CHUNK_BYTES: Final = 1 << 20


def seal(file: Path) -> None:
    """Write the checksum of all that is there behind it."""
    with file.open("r+b") as opened:
        digest = _digest(opened, opened.seek(0, 2))
        opened.write(b"\nqumulus sha256 %s\n" % digest)


def is_broken(file: Path) -> bool:
    """Tell whether a file is not what it was when it was sealed.

    One of whole pages never was; one that ends otherwise had a seal that was whole.
    """
    with file.open("rb") as opened:
        n_all = opened.seek(0, 2)
        n_bytes = max(0, n_all - _LENGTH)
        opened.seek(n_bytes)
        found = _SEAL.fullmatch(opened.read())
        if found is None:
            return n_all % _SMALLEST_PAGE_BYTES != 0
        return _digest(opened, n_bytes) != found[1]


def _digest(opened: IO[bytes], n_bytes: int) -> bytes:
    """Of the first bytes; leaves the place behind them."""
    digest = hashlib.sha256()
    opened.seek(0)
    while n_bytes and (chunk := opened.read(min(_CHUNK_BYTES, n_bytes))):
        digest.update(chunk)
        n_bytes -= len(chunk)
    return digest.hexdigest().encode()
