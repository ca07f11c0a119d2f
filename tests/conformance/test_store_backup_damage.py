"""Copies of a database that are damaged, or none: refused, and nothing is changed."""
# ruff: noqa: ASYNC240 - nothing else runs while a test looks at its small files

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest

from qumulus.domain.errors import BadRequestError, UnavailableError
from qumulus.store import back_up, is_empty, restore
from qumulus.store.opening import sqlite_file
from tests.conformance.test_store_backup import NewUrl, opened
from tests.conformance.world import World


async def test_a_damaged_backup_is_refused_and_changes_nothing(
    world: World, new_url: NewUrl, copy: Path
) -> None:
    await world.submit_many(200)
    await back_up(world.url, copy)
    whole = copy.read_bytes()
    url = await new_url()
    pages = [whole[start : start + 4096] for start in range(0, len(whole), 4096)]
    spoilt = b"".join(page if n < 1 else bytes(64) + page[64:] for n, page in enumerate(pages))
    for damaged in (whole[: len(whole) // 2], spoilt):
        copy.write_bytes(damaged)
        with pytest.raises(BadRequestError):
            await restore(copy, url, may_replace=False)
        assert await is_empty(url)


async def test_a_file_that_was_never_a_backup_is_not_called_damaged(new_url: NewUrl, copy: Path) -> None:
    copy.parent.mkdir()
    copy.write_text("OPENQASM 3;\n" * 200)
    with pytest.raises(BadRequestError, match="is no backup"):
        await restore(copy, await new_url(), may_replace=False)


async def test_a_single_changed_letter_of_a_backup_is_found(
    world: World, new_url: NewUrl, copy: Path
) -> None:
    await world.submit(name="precious")
    await back_up(world.url, copy)
    whole = copy.read_bytes()
    place = _place_of(b"precious", copy)
    copy.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    url = await new_url()
    with pytest.raises(BadRequestError, match="damaged"):
        await restore(copy, url, may_replace=False)
    assert await is_empty(url)
    copy.write_bytes(whole)
    assert (await restore(copy, url, may_replace=False)).n_jobs == 1


def _place_of(text: bytes, copy: Path) -> int:
    """Where a job's text stands in a backup: as it is, or within the compressed rows of its table."""
    whole = copy.read_bytes()
    if not is_zipfile(copy):
        return whole.index(text)
    with ZipFile(copy) as archive:
        (jobs,) = (one for one in archive.infolist() if one.filename.startswith("jobs."))
    n_name, n_extra = struct.unpack_from("<HH", whole, jobs.header_offset + 26)
    return int(jobs.header_offset + 30 + n_name + n_extra + jobs.compress_size // 2)


async def test_a_file_that_is_no_backup_is_refused(engine: str, new_url: NewUrl, copy: Path) -> None:
    copy.parent.mkdir()
    url = await new_url()
    with ZipFile(copy, "w") as archive:
        archive.writestr("letter.txt", "Dear lab")
    with pytest.raises(BadRequestError, match="no backup"):
        await restore(copy, url, may_replace=False)
    copy.write_text("Dear lab")
    with pytest.raises(BadRequestError):
        await restore(copy, url, may_replace=False)
    copy.unlink()
    with closing(sqlite3.connect(copy)) as other:
        other.execute("CREATE TABLE letters (text)")
    with pytest.raises(BadRequestError):
        await restore(copy, url, may_replace=False)
    assert await is_empty(url)


@pytest.mark.parametrize("tail", [b"\n", b"", b"0" * 20], ids=["longer", "cut", "another"])
async def test_damage_does_not_hide_behind_a_damaged_checksum(
    sqlite_url: str, copy: Path, tmp_path: Path, tail: bytes
) -> None:
    async with opened(sqlite_url) as world:
        await world.submit(name="precious")
    await back_up(sqlite_url, copy)
    whole = copy.read_bytes().replace(b"precious", b"prec1ous")
    copy.write_bytes((whole if tail == b"\n" else whole[:-20]) + tail)
    with pytest.raises(BadRequestError, match="damaged"):
        await restore(copy, f"sqlite:///{tmp_path / 'new' / 'q.db'}", may_replace=False)


async def test_no_backup_is_made_of_a_damaged_file(sqlite_url: str, copy: Path) -> None:
    async with opened(sqlite_url) as world:
        await world.submit_many(500)
    file = sqlite_file(sqlite_url)
    with file.open("r+b") as damaged:
        for page in range(2, file.stat().st_size // 4096):
            damaged.seek(page * 4096)
            damaged.write(bytes(64))
    with pytest.raises(UnavailableError):
        await back_up(sqlite_url, copy)
    assert list(copy.parent.iterdir()) == []
