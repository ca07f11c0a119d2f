"""Archives of one entry: what others pack is read, what we pack others read, what is hostile is refused."""

from __future__ import annotations

import io
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qumulus.domain.errors import BadArchiveError
from qumulus.wire.archive import pack, unpack

LIMIT = 1_000_000


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    held = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(held, "w", method) as archive:
            for name, content in entries:
                archive.writestr(zipfile.ZipInfo(name), content, method)  # of no date: the same every time
            archive.comment = comment
    return held.getvalue()


@given(
    content=st.binary(max_size=5000), name=st.sampled_from(["input.json", "résult.json", "combined_program"])
)
def test_what_we_pack_others_read(content: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(pack(name, content))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [name]
        assert archive.read(name) == content


@given(
    content=st.binary(max_size=5000),
    method=st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]),
    comment=st.binary(max_size=100),
    ahead=st.binary(max_size=100),
)
def test_what_others_pack_we_read(content: bytes, method: int, comment: bytes, ahead: bytes) -> None:
    archive = ahead + zipped(("any name", content), method=method, comment=comment.replace(b"PK", b""))
    assert unpack(archive, limit=LIMIT) == content


def test_an_archive_written_in_a_stream_is_read() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.held = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.held += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        archive.writestr("input.json", b"{}" * 1000)
    assert unpack(pipe.held, limit=LIMIT) == b"{}" * 1000


GOOD = zipped(("a", b"x" * 1000))


@pytest.mark.parametrize(
    "archive",
    [
        b"",
        b"PK",
        b"no archive",
        zipped(),
        zipped(("a", b"1"), ("b", b"2")),
        zipped(("folder/", b""), ("folder/a", b"1")),
        zipped(("a", b"x"), method=zipfile.ZIP_BZIP2),
        zipped(("a", b"x" * (LIMIT + 1))),
        GOOD[:-30],
        GOOD[30:],
        GOOD.replace(zlib.crc32(b"x" * 1000).to_bytes(4, "little"), b"\0\0\0\0"),
        GOOD.replace(b"PK\x01\x02", b"PK\x01\x03"),
        GOOD.replace(b"PK\x03\x04", b"PK\x03\x05"),
    ],
)
def test_a_bad_archive_is_refused(archive: bytes) -> None:
    with pytest.raises(BadArchiveError):
        unpack(archive, limit=LIMIT)


def test_an_encrypted_archive_is_refused() -> None:
    at = GOOD.index(b"PK\x01\x02") + 8
    with pytest.raises(BadArchiveError, match="encrypted"):
        unpack(GOOD[:at] + b"\x01\x00" + GOOD[at + 2 :], limit=LIMIT)


@given(data=st.data())
def test_no_damage_leads_to_anything_but_a_refusal(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    damaged = GOOD[:at] + data.draw(st.binary(max_size=8)) + GOOD[at + data.draw(st.integers(0, 8)) :]
    with suppress(BadArchiveError):
        assert len(unpack(damaged, limit=LIMIT)) <= LIMIT


def test_a_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    bomb = pack("a", b"\0" * 200_000_000)
    assert len(bomb) < 1_000_000
    said = struct.pack("<L", 200_000_000)
    lying = bomb.replace(said, struct.pack("<L", 1000))
    for archive in (bomb, lying):
        tracemalloc.start()
        with pytest.raises(BadArchiveError):
            unpack(archive, limit=LIMIT)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 4 * LIMIT
