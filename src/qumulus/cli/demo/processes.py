"""The demo's own Cloud and Provider: real processes, ended with the demo."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from qumulus.bootstrap import CredentialsFile
from qumulus.cli.supervisor import STOP_WITHIN_S, StartFailedError

READY_WITHIN_S: Final = 30.0

PROVIDER: Final = """\
[provider]
url = "{url}"

[[provider.devices]]
id = "{device}"
driver = "{driver}"
options = {options}
"""


@contextmanager
def cloud(data: Path) -> Iterator[CredentialsFile]:
    """Run ``qumulus up --no-providers`` on a free port; gives its URL and tokens.

    Raises:
        StartFailedError: it was not ready in time.
    """
    with _process(
        ["up", "--no-providers", "--port", "0", "--data", str(data)], data / "cloud.log", says="ready at"
    ):
        known = CredentialsFile.read(data)
        if known is None:
            raise StartFailedError("The Cloud wrote no credentials.")
        yield known


@contextmanager
def provider(data: Path, *, url: str, device: str, driver: str, options: str = "{}") -> Iterator[None]:
    """Run ``qumulus provider`` for one device; ``options`` is a TOML table for its driver."""
    config = data / f"provider-{device}.toml"
    config.write_text(PROVIDER.format(url=url, device=device, driver=driver, options=options))
    with _process(
        ["provider", "--data", str(data), "--config", str(config)], data / f"provider-{device}.log"
    ):
        yield


@contextmanager
def _process(arguments: Sequence[str], log: Path, *, says: str = "") -> Iterator[None]:
    command = [sys.executable, "-m", "qumulus", *arguments, *_with_parent(arguments)]
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _until_said(process, log, says)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(2 * STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _with_parent(arguments: Sequence[str]) -> Sequence[str]:
    return ["--parent", str(os.getpid())] if arguments[0] == "provider" else []


def _until_said(process: subprocess.Popen[bytes], log: Path, says: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while says and says not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise StartFailedError(f"The Cloud did not start:\n{log.read_text()}")
        time.sleep(0.02)
