"""The processes of a cloud, and their operator: starts them, breaks them when told, starts them again."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import psutil

from campaign.clock import Clock
from campaign.device import BROKEN, RUNS, WORKER
from qumulus.testing.postgres import PostgresServer

READY_WITHIN_S: Final = 40.0
_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None)


class Program:
    """A program that is kept running; ``kill`` and ``stop`` are its fate, ``start`` its operator."""

    def __init__(
        self, name: str, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "qumulus", *arguments]
        self._log = folder / f"{name}.log"
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it dies with this process."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - calls nothing that takes a lock
            )

    @property
    def is_alive(self) -> bool:
        """It runs, or is stopped."""
        return self._process is not None and self._process.poll() is None

    @property
    def died_of(self) -> str:
        """How it ended though it was to run; empty: it runs."""
        code = None if self._process is None else self._process.poll()
        return "" if code is None else f"exit code {code}; its last words are in {self._log.name}"

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process alone."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    async def end(self, number: signal.Signals = signal.SIGTERM, *, within_s: float = 20.0) -> None:
        """Send a signal that ends it, and wait for the end; insist when that takes too long."""
        if self._process is None:
            return
        self.send(number)
        try:
            await asyncio.to_thread(self._process.wait, within_s)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            await asyncio.to_thread(self._process.wait)

    def family(self) -> list[psutil.Process]:
        """All processes that it started, and theirs."""
        return [] if self._process is None else psutil.Process(self._process.pid).children(recursive=True)

    def descendants(self, module: str) -> list[psutil.Process]:
        """Its child processes that run a Python module."""
        if not self.is_alive or self._process is None:
            return []
        try:
            children = psutil.Process(self._process.pid).children()
            return [child for child in children if module in child.cmdline()]
        except psutil.Error:
            return []


class Cloud(Program):
    """One Cloud process with a clock of its own."""

    def __init__(self, name: str, *, folder: Path, database: str | None, is_first: bool) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address: tuple[str, int] = probe.getsockname()
        self.data = folder / name
        self.data.mkdir()
        self.clock = Clock(folder, name)
        arguments = ["cloud", "--port", str(self.address[1]), "--data", str(self.data)]
        arguments += ["--database", database] if database else []
        arguments += ["--first-start"] if is_first else []
        super().__init__(name, arguments, folder=folder, environment=self.clock.environment)

    async def ready(self) -> None:
        """Wait until it serves; one that gave up, as while its database recovers, is started again.

        Raises:
            TimeoutError: it does not.
        """
        async with asyncio.timeout(READY_WITHIN_S):
            while not await self._says_ready():
                if not self.is_alive:
                    self.start()
                await asyncio.sleep(0.1)

    async def _says_ready(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection(*self.address)
            try:
                writer.write(b"GET /readyz HTTP/1.1\r\nhost: cloud\r\nconnection: close\r\n\r\n")
                async with asyncio.timeout(5):
                    return b" 200 " in await reader.readline()
            finally:
                writer.close()
        except (OSError, TimeoutError):
            return False

    def credentials(self) -> dict[str, dict[str, str] | str]:
        """What the first start wrote."""
        found: dict[str, dict[str, str] | str] = json.loads((self.data / "credentials.json").read_text())
        return found


class Provider(Program):
    """One real Provider process of SVSim, with the campaign's driver."""

    def __init__(
        self,
        name: str,
        *,
        folder: Path,
        url: str,
        token: str,
        runs: Path,
        lease_s: float = 5.0,
        device: str = "SVSim",
    ) -> None:
        self.device = device
        self._broken = folder / f"{name}.broken"
        data = folder / name
        data.mkdir()
        (data / "config.toml").write_text(
            f'[provider]\nurl = "{url}"\nworker = "{name}"\nlease_s = {lease_s}\n\n'
            f'[[provider.devices]]\nid = "{device}"\ndriver = "campaign"\ntoken = "{token}"\nslots = 4\n'
        )
        environment = {
            "PYTHONPATH": os.pathsep.join(
                [str(_plug_in(folder)), str(Path(__file__).parents[1]), *_python_path()]
            ),
            RUNS: str(runs),
            WORKER: name,
            BROKEN: str(self._broken),
        }
        super().__init__(name, ["provider", "--data", str(data)], folder=folder, environment=environment)

    def break_driver(self, *, is_broken: bool) -> None:
        """Let the driver kill whatever it runs in, or work again."""
        if is_broken:
            self._broken.touch()
        else:
            self._broken.unlink(missing_ok=True)

    def zygotes(self) -> list[psutil.Process]:
        """The process that forks its children."""
        return self.descendants("qumulus.sandbox.zygote")

    def residents(self) -> list[psutil.Process]:
        """Its resident workers."""
        return self.descendants("qumulus.sandbox.worker")


class Postgres:
    """A PostgreSQL server that crashes and recovers."""

    def __init__(self) -> None:
        self._server = PostgresServer()

    async def start(self) -> str:
        """Give the URL of an empty database."""
        await asyncio.to_thread(self._server.start)
        return await self._server.new_database()

    async def crash(self, *, away_s: float) -> None:
        """SIGKILL the main process; start it again when its children have noticed."""
        os.kill(self._server.pid, signal.SIGKILL)
        await asyncio.sleep(away_s)
        await asyncio.to_thread(self._server.kill)
        for pause_s in (0.25,) * 40:
            try:
                await asyncio.to_thread(self._server.resume)
            except RuntimeError:
                await asyncio.sleep(pause_s)
            else:
                return
        raise RuntimeError("the PostgreSQL server does not come back")

    async def freeze(self, seconds: float) -> None:
        """SIGSTOP the server with all its children for a while."""
        main = psutil.Process(self._server.pid)
        processes = [main, *main.children()]
        for process in processes:
            _send(process, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        for process in processes:
            _send(process, signal.SIGCONT)

    async def stop(self) -> None:
        """End it and remove its files."""
        await asyncio.to_thread(self._server.stop)


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _plug_in(folder: Path) -> Path:
    """Register the driver as an installed package would."""
    about = folder / "plug-in" / "campaign_driver-0.dist-info"
    about.mkdir(parents=True, exist_ok=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: campaign-driver\nVersion: 0\n")
    (about / "entry_points.txt").write_text("[qumulus.drivers]\ncampaign = campaign.device:CampaignDriver\n")
    return about.parent


def _python_path() -> list[str]:
    return list(filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))


def _die_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
