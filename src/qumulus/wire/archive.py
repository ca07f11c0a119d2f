"""Zip archives of one entry, as OQTOPUS sends contents about.

Reading is written here for what hostile archives try: many entries, a directory that lies about its
size, contents that are huge when they are unpacked. No more than the limit is ever unpacked.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from qumulus.domain.errors import BadArchiveError

STORED: Final = 0
DEFLATED: Final = 8
LEVEL: Final = 1
"""Counts and programs shrink nearly as well as at higher levels, in a third of the time."""

_END: Final = struct.Struct("<4s4H2LH")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT: Final = 65_535
_VERSION: Final = 20
_UTF8: Final = 0x800
_ENCRYPTED: Final = 0x1
_YEAR_1980: Final = 0x21
"""The first day of 1980, the first that the format knows: an archive depends on its contents only."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the directory says of the one entry."""

    flags: int
    method: int
    crc: int
    packed: int
    size: int
    local_at: int


def pack(name: str, content: bytes) -> bytes:
    """Make an archive of one entry."""
    squeezer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = squeezer.compress(content) + squeezer.flush()
    title = name.encode()
    crc = zlib.crc32(content)
    sizes = (0, _YEAR_1980, crc, len(packed), len(content), len(title))
    local = _LOCAL.pack(b"PK\x03\x04", _VERSION, _UTF8, DEFLATED, *sizes, 0)
    entry = _ENTRY.pack(
        b"PK\x01\x02", _VERSION, _VERSION, _UTF8, DEFLATED, *sizes, 0, 0, 0, 0, 0o600 << 16, 0
    )
    at = len(local) + len(title) + len(packed)
    end = _END.pack(b"PK\x05\x06", 0, 0, 1, 1, len(entry) + len(title), at, 0)
    return b"".join((local, title, packed, entry, title, end))


def unpack(archive: bytes, *, limit: int) -> bytes:
    """Give the contents of an archive's only entry.

    Raises:
        BadArchiveError: no archive, not exactly one entry, or more than ``limit`` bytes in it.
    """
    try:
        entry = _only_entry(archive)
        packed = _packed(archive, entry)
    except struct.error as error:
        raise BadArchiveError("The archive is cut short.") from error
    if entry.flags & _ENCRYPTED:
        raise BadArchiveError("The archive is encrypted.")
    content = _unpacked(packed, entry, limit)
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise BadArchiveError("The archive's contents are damaged.")
    return content


def _only_entry(archive: bytes) -> _Entry:
    at = archive.rfind(b"PK\x05\x06", max(0, len(archive) - _LONGEST_COMMENT - _END.size))
    if at < 0:
        raise BadArchiveError("This is no zip archive.")
    _, _, _, _, n_entries, directory_size, directory_at, _ = _END.unpack_from(archive, at)
    if n_entries != 1:
        raise BadArchiveError(f"The archive must hold exactly one file; this one has {n_entries} entries.")
    ahead = at - directory_size - directory_at  # bytes that stand before the archive proper
    if ahead < 0:
        raise BadArchiveError("The archive's directory is damaged.")
    found = _ENTRY.unpack_from(archive, directory_at + ahead)
    magic, _, _, flags, method, _, _, crc, packed, size, *lengths, _, _, _, local_at = found
    if magic != b"PK\x01\x02" or directory_size != _ENTRY.size + sum(lengths):
        raise BadArchiveError("The archive's directory is damaged.")
    return _Entry(flags, method, crc, packed, size, local_at + ahead)


def _packed(archive: bytes, entry: _Entry) -> memoryview:
    magic, *_, title, extra = _LOCAL.unpack_from(archive, entry.local_at)
    start = entry.local_at + _LOCAL.size + title + extra
    if magic != b"PK\x03\x04" or start + entry.packed > len(archive):
        raise BadArchiveError("The archive is damaged.")
    return memoryview(archive)[start : start + entry.packed]


def _unpacked(packed: memoryview, entry: _Entry, limit: int) -> bytes:
    if entry.size > limit:
        raise BadArchiveError(f"The archive holds more than {limit} bytes.")
    if entry.method == STORED:
        return bytes(packed)
    if entry.method != DEFLATED:
        raise BadArchiveError("The archive is packed by a method that is not known here: use deflate.")
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.size + 1)
    except zlib.error as error:
        raise BadArchiveError("The archive's contents are damaged.") from error
