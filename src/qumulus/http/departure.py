"""Notice that a caller has hung up."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from qumulus.http.asgi import Receive


class Departure:
    """Watches a connection while its request is held; ``is_gone`` is cheap to ask.

    The watch begins with the first question: who is answered at once is never watched.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._watch: asyncio.Task[None] | None = None

    def is_gone(self) -> bool:
        """Has the caller hung up, as far as is known by now?"""
        if self._watch is None:
            self._watch = asyncio.create_task(self._until_gone())
        return self._watch.done()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watch is not None:
            self._watch.cancel()

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
