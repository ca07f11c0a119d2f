"""Where large things lie: archives that were uploaded, each under a name of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """An open blob: its length in bytes, and its contents, to be read once."""

    size: int
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobEntry:
    """A line of a listing."""

    name: str
    stored_at: datetime


class Blobs(Protocol):
    """Blobs by name; a name is of letters, digits, ``_``, ``-`` and dots between them.

    Every method may raise ``UnavailableError``. What a name stands for never changes: another upload
    gets another name.
    """

    async def put(self, name: str, body: AsyncIterator[bytes]) -> int:
        """Store it durably, whole or not at all; gives its length.

        What ``body`` raises is passed on, and nothing is kept.
        """
        ...

    def open(self, name: str) -> AbstractAsyncContextManager[Blob]:
        """Open it for reading in pieces.

        Raises:
            NotFoundError: there is none.
        """
        ...

    async def delete(self, names: Sequence[str]) -> None:
        """Remove blobs; those that are not there count as removed."""
        ...

    def entries(self) -> AsyncIterator[BlobEntry]:
        """List them all, in no order, with the leftovers of uploads that were cut short."""
        ...
