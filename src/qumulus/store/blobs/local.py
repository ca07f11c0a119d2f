"""Blobs as files of a directory: on disk before ``put`` returns, whole or not at all."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from qumulus.domain.errors import NotFoundError, UnavailableError
from qumulus.ports.blobs import Blob, BlobEntry
from qumulus.store.blobs.names import checked, is_ours, shelf_of

P = ParamSpec("P")
T = TypeVar("T")

PIECE_BYTES: Final = 256 * 1024
"""Written and read at a time, in a thread: smaller pieces cost more turns than they save memory."""

_PART: Final = ".part"


class LocalBlobs:
    """``ports.blobs.Blobs`` in a directory, for its owner alone."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, name: str, body: AsyncIterator[bytes]) -> int:
        """Write beside the final place, sync, then move it there."""
        upload = _Upload(self._path(name))
        size = 0
        held: list[bytes] = []
        n_held = 0
        try:
            async for chunk in body:
                size += len(chunk)
                n_held += len(chunk)
                held.append(chunk)
                if n_held >= PIECE_BYTES:
                    await _in_thread(upload.write, held)
                    held, n_held = [], 0
            await _in_thread(upload.finish, held)
        finally:
            upload.abandon()
        return size

    @asynccontextmanager
    async def open(self, name: str) -> AsyncIterator[Blob]:
        """Open the file; it can be read to its end even if it is deleted meanwhile."""
        try:
            file = await _in_thread(_open, self._path(name))
        except UnavailableError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise NotFoundError(what="object", id=name) from error
            raise
        with file:
            yield Blob(size=os.fstat(file.fileno()).st_size, chunks=_pieces(file))

    async def delete(self, names: Sequence[str]) -> None:
        """Unlink them."""
        if names:
            await _in_thread(_unlink, [self._path(name) for name in names])

    async def entries(self) -> AsyncIterator[BlobEntry]:
        """List one folder after the other."""
        for shelf in await _in_thread(_folders, self._root):
            for entry in await _in_thread(_entries, shelf):
                yield entry

    def _path(self, name: str) -> Path:
        return self._root / shelf_of(name) / checked(name)


class _Upload:
    """A file on its way to its place; each step runs in a thread, one after the other."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._part = target.with_name(target.name + _PART)
        self._file: FileIO | None = None
        self._is_done = False

    def write(self, pieces: Sequence[bytes]) -> None:
        """Append."""
        if self._file is None:
            _make_folder(self._target.parent)
            self._file = FileIO(self._part, "xb", opener=_for_owner)
        for piece in pieces:
            _write_all(self._file, piece)

    def finish(self, pieces: Sequence[bytes]) -> None:
        """Append, sync, and put it in its place."""
        self.write(pieces)
        assert self._file is not None  # write() opened it
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.rename(self._target)
        _sync_folder(self._target.parent)
        self._is_done = True

    def abandon(self) -> None:
        """Leave nothing of an upload that did not finish."""
        if self._is_done or self._file is None:
            return
        with suppress(OSError):
            self._file.close()
            self._part.unlink(missing_ok=True)


async def _in_thread(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    try:
        return await asyncio.to_thread(work, *arguments, **options)
    except OSError as error:
        raise UnavailableError(f"The storage does not work now: {error.strerror}.") from error


async def _pieces(file: FileIO) -> AsyncIterator[bytes]:
    while piece := await _in_thread(file.read, PIECE_BYTES):
        yield piece


def _open(path: Path) -> FileIO:
    return FileIO(path, "rb")


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def _write_all(file: FileIO, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[file.write(view) :]


def _make_folder(folder: Path) -> None:
    """Make it, and see that it is still there after a power cut."""
    for missing in [path for path in (folder.parent, folder) if not path.exists()]:
        missing.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(missing.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unlink(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _folders(root: Path) -> list[Path]:
    try:
        return [path for path in root.iterdir() if path.is_dir()]
    except FileNotFoundError:
        return []


def _entries(folder: Path) -> list[BlobEntry]:
    found = []
    with os.scandir(folder) as files:
        for file in files:
            if not is_ours(folder.name, file.name):
                continue
            with suppress(FileNotFoundError):  # deleted meanwhile
                at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                found.append(BlobEntry(name=file.name, stored_at=at))
    return found
