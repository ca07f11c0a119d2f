"""A bell between processes: LISTEN and NOTIFY on one connection of its own."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any, Final

import asyncpg

from qumulus.bell.memory import EVERYBODY, MemoryBell
from qumulus.ports.bell import Waiter
from qumulus.supervise import supervise

log = logging.getLogger("qumulus.bell")

CHANNEL: Final = "qumulus"
MAX_PAYLOAD_BYTES: Final = 7900
"""PostgreSQL takes less than 8,000."""
CONNECT_TIMEOUT_S: Final = 5.0
GATHER_S: Final = 0.005
"""So long after a NOTIFY the next is gathered: each costs a transaction."""
START_WITHIN_S: Final = 2.0
"""A start does not wait longer for the server: the loop goes on trying."""
_LOST: Final = (OSError, asyncpg.InterfaceError, asyncpg.PostgresError)


class PostgresBell:
    """Rings in this process at once and in all others by one coalesced NOTIFY per turn.

    After a lost connection it wakes everybody, here and elsewhere: what was rung meanwhile may not
    have been heard.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._near = MemoryBell()
        self._name = secrets.token_hex(4)
        self._pending: set[str] = set()
        self._has_news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def listen(self, topics: Collection[str]) -> Waiter:
        """Register at once."""
        return self._near.listen(topics)

    async def ring(self, topics: Collection[str]) -> None:
        """Wake those who wait here now, and those elsewhere soon."""
        if topics:
            self._near.ring_now(topics)
            if EVERYBODY not in self._pending:
                self._pending.update(topics)
            self._has_news.set()

    async def start(self) -> None:
        """Begin to hear other processes."""
        is_listening = asyncio.Event()
        self._task = asyncio.create_task(supervise("bell", lambda: self._serve(is_listening)))
        with suppress(TimeoutError):
            await asyncio.wait_for(is_listening.wait(), START_WITHIN_S)

    async def close(self) -> None:
        """Wake everybody for good."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._near.close()

    async def _serve(self, is_listening: asyncio.Event) -> None:
        connection = await asyncpg.connect(
            self._url,
            timeout=CONNECT_TIMEOUT_S,
            command_timeout=30,
            server_settings={"application_name": "qumulus bell"},
        )
        try:
            connection.add_termination_listener(lambda _: self._has_news.set())
            await connection.add_listener(CHANNEL, self._hear)
            self._near.ring_now({EVERYBODY})
            is_listening.set()
            while not connection.is_closed():
                topics, self._pending = self._pending, set()
                for payload in payloads(self._name, topics):
                    await connection.fetchval("SELECT pg_notify($1, $2)", CHANNEL, payload)
                await asyncio.sleep(GATHER_S if topics else 0)
                await self._has_news.wait()
                self._has_news.clear()
            raise ConnectionResetError("the bell's connection was lost")
        finally:
            self._pending = {EVERYBODY}
            connection.terminate()

    def _hear(self, connection: Any, pid: int, channel: str, payload: str) -> None:  # noqa: ARG002 - asyncpg's shape
        name, *topics = json.loads(payload)
        if name != self._name:
            self._near.ring_now(topics)


def payloads(sender: str, topics: Collection[str]) -> Iterator[str]:
    """Cut topics into texts that NOTIFY can carry; too many of them become one for everybody."""
    if not topics:
        return
    text = json.dumps([sender, *sorted(topics)])
    if len(text) <= MAX_PAYLOAD_BYTES:
        yield text
        return
    chunk: list[str] = []
    size = room = MAX_PAYLOAD_BYTES - len(json.dumps([sender]))
    for topic in sorted(topics):
        needed = len(json.dumps(topic)) + 2
        if needed > room:
            yield json.dumps([sender, EVERYBODY])
            continue
        if needed > size:
            yield json.dumps([sender, *chunk])
            chunk, size = [], room
        chunk.append(topic)
        size -= needed
    if chunk:
        yield json.dumps([sender, *chunk])
