"""The file of a PostgreSQL backup: a ZIP with one text of rows for each table, and what they are.

Rows are as ``COPY … TO`` writes them, in text; ``manifest.json`` comes last. Numbers of transactions
are left out: they mean nothing to another server.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, is_zipfile
from zlib import error as ZlibError  # noqa: N812 - a class

import msgspec

from qumulus.domain.errors import BadRequestError

MANIFEST: Final = "manifest.json"
_CHUNK_BYTES: Final = 1 << 20


class TableRows(msgspec.Struct, frozen=True):
    """One table: the columns in the order of each row's values."""

    columns: tuple[str, ...]
    n_rows: int


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup holds; ``sequences`` are the next numbers by ``table.column``."""

    format: int
    made_at: str
    made_by: str
    migrations: tuple[int, ...]
    tables: Mapping[str, TableRows]
    sequences: Mapping[str, int]


FORMAT: Final = 1


class Archive:
    """A backup being read; use it as a context."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            self._zip = ZipFile(file)
        except BadZipFile as error:
            raise BadRequestError(f"{file} is damaged: {error}.") from error
        self.manifest = _read_manifest(self._zip, file)

    def __enter__(self) -> Archive:
        """Begin to read."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the file."""
        self._zip.close()

    def rows(self, table: str) -> IO[bytes]:
        """Open the rows of a table."""
        return self._zip.open(_member(table))

    def check(self) -> None:
        """Read all of it.

        Raises:
            BadRequestError: a byte is not what was written, or rows are missing.
        """
        try:
            counted = {table: self._count(table) for table in self.manifest.tables}
        except (BadZipFile, ZlibError, EOFError, KeyError) as error:
            raise BadRequestError(f"{self._file} is damaged: {error}.") from error
        for table, rows in self.manifest.tables.items():
            if counted[table] != rows.n_rows:
                raise BadRequestError(f"{self._file} is damaged: rows of {table} are missing.")

    def _count(self, table: str) -> int:
        with self.rows(table) as rows:  # the end of a member compares its checksum
            return sum(chunk.count(b"\n") for chunk in iter(lambda: rows.read(_CHUNK_BYTES), b""))


def is_archive(file: Path) -> bool:
    """Tell whether it is such a file, rather than a SQLite database."""
    return is_zipfile(file)


def new_archive(file: Path) -> ZipFile:
    """Begin to write one."""
    return ZipFile(file, "w", ZIP_DEFLATED)


def new_member(archive: ZipFile, table: str) -> IO[bytes]:
    """Begin to write the rows of a table."""
    return archive.open(_member(table), "w", force_zip64=True)


def write_manifest(archive: ZipFile, manifest: Manifest) -> None:
    """Say what the archive holds."""
    archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))


def _member(table: str) -> str:
    return f"{table}.copy"


def _read_manifest(archive: ZipFile, file: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    except (KeyError, BadZipFile, msgspec.DecodeError) as error:
        raise BadRequestError(f"{file} is no backup of Qumulus: {error}.") from error
    if manifest.format != FORMAT:
        raise BadRequestError(f"{file} was made by a later version of Qumulus ({manifest.made_by}).")
    return manifest
