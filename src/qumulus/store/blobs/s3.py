"""Blobs as objects of a bucket that speaks S3."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any, Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from qumulus.domain.errors import NotFoundError, QumulusError, UnavailableError
from qumulus.ports.blobs import Blob, BlobEntry
from qumulus.store.blobs.names import checked, is_ours, shelf_of

PART_BYTES: Final = 5 * 1024 * 1024
"""The smallest part that S3 takes of an upload in parts; smaller blobs go in one request."""

READ_BYTES: Final = 1024 * 1024
LISTED_AT_ONCE: Final = 1000
_RETRIES: Final[Any] = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}


class S3Blobs:
    """``ports.blobs.Blobs`` in a bucket, below a prefix.

    ``options`` are settings of the S3 client, such as ``endpoint`` and ``region``; the usual
    environment variables of AWS count where they are silent.
    """

    def __init__(self, bucket: str, prefix: str, options: Mapping[str, str]) -> None:
        given: Any = dict(options)
        plain = given.get("endpoint", "").startswith("http://")
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            config=given,
            client_options={"allow_http": plain},
            retry_config=_RETRIES,
        )

    async def put(self, name: str, body: AsyncIterator[bytes]) -> int:
        """Send a small blob in one request, a larger one in parts; a part or two are held in memory."""
        held: list[bytes] = []
        size = 0
        async for chunk in body:
            held.append(chunk)
            size += len(chunk)
            if size >= PART_BYTES:
                break
        if size < PART_BYTES:
            with _said():
                await obstore.put_async(self._store, _path(name), b"".join(held), use_multipart=False)
            return size
        counted = _Counted(held, body)
        try:
            with _said():
                await obstore.put_async(
                    self._store, _path(name), counted.chunks(), chunk_size=PART_BYTES, max_concurrency=1
                )
        except UnavailableError:
            if counted.problem is not None:
                raise counted.problem from None
            raise
        return counted.size

    @asynccontextmanager
    async def open(self, name: str) -> AsyncIterator[Blob]:
        """Ask for the object; its contents come as they are read."""
        try:
            with _said():
                found = await obstore.get_async(self._store, _path(name))
        except UnavailableError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise NotFoundError(what="object", id=name) from error
            raise
        yield Blob(size=found.meta["size"], chunks=_pieces(found))

    async def delete(self, names: Sequence[str]) -> None:
        """Delete them in few requests."""
        if names:
            with _said():
                await obstore.delete_async(self._store, [_path(name) for name in names])

    async def entries(self) -> AsyncIterator[BlobEntry]:
        """List page by page."""
        with _said():
            async for page in obstore.list(self._store, chunk_size=LISTED_AT_ONCE):
                for found in page:
                    shelf, _, name = found["path"].rpartition("/")
                    if is_ours(shelf, name):
                        yield BlobEntry(name=name, stored_at=found["last_modified"])


class _Counted:
    """The chunks of a body, and afterwards how many bytes they were and what went wrong in it."""

    def __init__(self, first: Sequence[bytes], rest: AsyncIterator[bytes]) -> None:
        self._first = first
        self._rest = rest
        self.size = 0
        self.problem: QumulusError | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        for chunk in self._first:
            self.size += len(chunk)
            yield chunk
        self._first = ()
        try:
            async for chunk in self._rest:
                self.size += len(chunk)
                yield chunk
        except QumulusError as error:
            self.problem = error
            raise


def _path(name: str) -> str:
    return f"{shelf_of(name)}/{checked(name)}"


async def _pieces(found: Any) -> AsyncIterator[bytes]:
    with _said():
        async for piece in found.stream(min_chunk_size=READ_BYTES):
            yield bytes(piece)


@contextmanager
def _said() -> Iterator[None]:
    """Say that the storage does not work, and not with which credentials it was asked."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise UnavailableError(f"The storage does not work now: {type(error).__name__}.") from error
