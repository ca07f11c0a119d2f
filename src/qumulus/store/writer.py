"""The group-commit writer: gathers operations, commits many at once, then answers each caller."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from qumulus.domain.errors import UnavailableError
from qumulus.ports.bell import Bell
from qumulus.ports.operations import Operation
from qumulus.store.batch import cut
from qumulus.supervise import supervise

R = TypeVar("R")


class RejectedError(Exception):
    """The database took none of a batch because of something in it; ``cause`` is what it said."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Committed:
    """Outcomes in the operations' order, and whom to wake."""

    outcomes: Sequence[Any]
    topics: set[str]


class Engine(Protocol):
    """Carries out a batch in one transaction."""

    @property
    def mixes_claims(self) -> bool:
        """Whether claims may share a batch with other writes."""
        ...

    async def run(self, operations: Sequence[Operation[Any]], *, writer: int) -> Committed:
        """Carry out all or none; ``writer`` tells concurrent writers apart.

        Raises:
            RejectedError: something in the batch was wrong; nothing was changed.
            UnavailableError: nothing was changed.
            OutcomeUnknownError: the connection was lost at commit.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Entry:
    operation: Operation[Any]
    future: asyncio.Future[Any]


def _operation(entry: _Entry) -> Operation[Any]:
    return entry.operation


class Writer:
    """Hands operations to the engine in batches; ``n_writers`` of them at the same time."""

    def __init__(self, engine: Engine, bell: Bell, *, n_writers: int = 1) -> None:
        self._engine = engine
        self._bell = bell
        self._waiting: deque[_Entry] = deque()
        self._idle: list[asyncio.Future[None]] = []
        self._is_closed = False
        self._tasks = [
            asyncio.create_task(supervise("store_writer", lambda i=i: self._serve(i)))  # type: ignore[misc]
            for i in range(n_writers)
        ]

    async def apply(self, operation: Operation[R]) -> R:
        """Queue an operation and wait for its outcome; it is carried out even if nobody waits any more."""
        if self._is_closed:
            raise UnavailableError("The store is closed.")
        entry = _Entry(operation, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        self._wake()
        outcome: R = await entry.future
        return outcome

    async def close(self) -> None:
        """Carry out what was accepted, then stop."""
        self._is_closed = True
        while self._idle:
            self._wake()
        await asyncio.gather(*self._tasks)

    def _wake(self) -> None:
        while self._idle:
            idle = self._idle.pop()
            if not idle.done():
                idle.set_result(None)
                return

    async def _serve(self, writer: int) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0)  # who comes in this turn of the loop joins the batch
            if self._waiting:
                await self._commit(
                    cut(self._waiting, _operation, mixes_claims=self._engine.mixes_claims), writer
                )
            elif self._is_closed:
                return
            else:
                idle = loop.create_future()
                self._idle.append(idle)
                await idle

    async def _commit(self, batch: Sequence[_Entry], writer: int) -> None:
        try:
            committed = await self._engine.run([entry.operation for entry in batch], writer=writer)
        except UnavailableError as error:
            _refuse(batch, error)
        except RejectedError as error:
            if len(batch) == 1:
                _refuse(batch, error.cause)
            else:
                for entry in batch:  # one caller's fault must not fail another's
                    await self._commit([entry], writer)
        else:
            await self._bell.ring(committed.topics)
            for entry, outcome in zip(batch, committed.outcomes, strict=True):
                if not entry.future.done():
                    entry.future.set_result(outcome)
        finally:
            _refuse(batch, UnavailableError("The store's writer failed."))


def _refuse(batch: Sequence[_Entry], error: Exception) -> None:
    for entry in batch:
        if not entry.future.done():
            entry.future.set_exception(error)
