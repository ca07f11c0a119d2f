"""The group-commit writer: gathers operations, commits many at once, then answers each caller."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
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
    def n_lanes(self) -> int:
        """How many batches may be carried out at the same time."""
        ...

    def lane(self, operation: Operation[Any]) -> int:
        """Say where an operation waits, from 0: those of one lane share batches, one after the other."""
        ...

    async def run(self, operations: Sequence[Operation[Any]], *, lane: int) -> Committed:
        """Carry out all or none; all are of this lane.

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


@dataclass(slots=True)
class _Lane:
    waiting: deque[_Entry] = field(default_factory=deque)
    idle: asyncio.Future[None] | None = None

    def wake(self) -> None:
        if self.idle is not None and not self.idle.done():
            self.idle.set_result(None)


class Writer:
    """Hands operations to the engine in batches, those of each lane one after the other."""

    def __init__(self, engine: Engine, bell: Bell) -> None:
        self._engine = engine
        self._bell = bell
        self._is_closed = False
        self._lanes = [_Lane() for _ in range(engine.n_lanes)]
        self._tasks = [
            asyncio.create_task(supervise("store_writer", lambda i=i: self._serve(i)))  # type: ignore[misc]
            for i in range(engine.n_lanes)
        ]

    async def apply(self, operation: Operation[R]) -> R:
        """Queue an operation and wait for its outcome; it is carried out even if nobody waits any more."""
        if self._is_closed:
            raise UnavailableError("The store is closed.")
        entry = _Entry(operation, asyncio.get_running_loop().create_future())
        lane = self._lanes[self._engine.lane(operation)]
        lane.waiting.append(entry)
        lane.wake()
        outcome: R = await entry.future
        return outcome

    async def close(self) -> None:
        """Carry out what was accepted, then stop."""
        self._is_closed = True
        for lane in self._lanes:
            lane.wake()
        await asyncio.gather(*self._tasks)

    async def _serve(self, number: int) -> None:
        loop, lane = asyncio.get_running_loop(), self._lanes[number]
        while True:
            await asyncio.sleep(0)  # who comes in this turn of the loop joins the batch
            if lane.waiting:
                await self._commit(cut(lane.waiting, _operation), number)
            elif self._is_closed:
                return
            else:
                lane.idle = loop.create_future()
                await lane.idle

    async def _commit(self, batch: Sequence[_Entry], lane: int) -> None:
        try:
            committed = await self._engine.run([entry.operation for entry in batch], lane=lane)
        except UnavailableError as error:
            _refuse(batch, error)
        except RejectedError as error:
            if len(batch) == 1:
                _refuse(batch, error.cause)
            else:
                for entry in batch:  # one caller's fault must not fail another's
                    await self._commit([entry], lane)
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
