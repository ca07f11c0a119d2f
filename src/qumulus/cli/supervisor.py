"""``qumulus up``: one Cloud and one Provider process, kept alive, ended together."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

log = logging.getLogger("qumulus.up")

STOP_WITHIN_S: Final = 12.0
"""The Cloud drains for up to 10 s."""
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 10.0
ANSWER_WITHIN_S: Final = 5.0


class StartFailedError(Exception):
    """A process ended before it was ready; its own log lines say why."""


def bind(host: str, port: int) -> socket.socket:
    """Take the address now, for the Cloud and every successor of it.

    Clients that come while a Cloud is being replaced wait in the socket's backlog.

    Raises:
        OSError: somebody else has the address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(2048)
    listener.set_inheritable(True)
    return listener


async def is_ready(host: str, port: int) -> bool:
    """Ask ``/readyz``."""
    writer = None
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return (await reader.readline()).split()[1:2] == [b"200"]
    except OSError:  # a TimeoutError is one
        return False
    finally:
        if writer is not None:
            writer.close()


class Kept:
    """A child process that is started again when it ends, until it is stopped."""

    def __init__(self, name: str, arguments: Sequence[str], *, fds: Sequence[int] = ()) -> None:
        self._name = name
        self._command = [sys.executable, "-m", "qumulus", *arguments]
        self._fds = tuple(fds)
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Start the process once."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command, pass_fds=self._fds, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
        )

    async def ended(self) -> int:
        """Wait for the present process to end."""
        assert self._process is not None, "start() comes first"
        return await self._process.wait()

    async def keep(self) -> None:
        """Start it again, after a growing pause, whenever it ends."""
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            started = time.monotonic()
            code = await self.ended()
            if self._stopping.is_set():
                return
            log.error("process_ended", extra={"child": self._name, "exit_code": code, "again_in_s": pause_s})
            await asyncio.sleep(pause_s)
            lasted = time.monotonic() - started
            pause_s = FIRST_PAUSE_S if lasted > LONGEST_PAUSE_S else min(2 * pause_s, LONGEST_PAUSE_S)
            if not self._stopping.is_set():
                await self.start()

    async def stop(self) -> None:
        """Ask it to end; insist when it takes too long."""
        self._stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
        except TimeoutError:
            log.warning("process_killed", extra={"child": self._name})
            process.kill()
            await process.wait()


async def _until_ready(cloud: Kept, host: str, port: int) -> None:
    ended = asyncio.ensure_future(cloud.ended())
    try:
        while True:
            asked = asyncio.ensure_future(is_ready(host, port))
            await asyncio.wait({asked, ended}, return_when=asyncio.FIRST_COMPLETED)
            if asked.done() and asked.result():  # also if it has died since: keep() starts another
                return
            if ended.done():  # a request to nobody would wait in the socket's backlog
                asked.cancel()
                raise StartFailedError("The Cloud ended before it was ready.")
            await asyncio.sleep(0.05)
    finally:
        ended.cancel()


async def supervise_cloud(
    address: tuple[str, int], cloud: Kept, provider: Kept | None, *, on_ready: Callable[[], None]
) -> None:
    """Run both until SIGTERM or SIGINT.

    Raises:
        StartFailedError: the Cloud never became ready.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    kept = [cloud]
    await cloud.start()
    ready = asyncio.ensure_future(_until_ready(cloud, *address))
    stopped = asyncio.ensure_future(stop.wait())
    keepers: list[asyncio.Future[None]] = []
    try:
        await asyncio.wait({ready, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            ready.result()
            if provider is not None:
                kept.append(provider)
                await provider.start()
            on_ready()
            keepers = [asyncio.ensure_future(one.keep()) for one in kept]
            await stopped
    finally:
        ready.cancel()
        for one in reversed(kept):  # the Provider first: it hands back what it holds
            await one.stop()
        for keeper in keepers:
            keeper.cancel()
