"""A real ``qumulus up`` for the documents that are tried out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

READY_WITHIN_S = 30.0
STOP_WITHIN_S = 20.0

_open = build_opener(ProxyHandler({})).open


@contextmanager
def running_cloud(data: Path, *arguments: str) -> Iterator[Mapping[str, Any]]:
    """Run ``qumulus up`` on a free port; gives its credentials once it is ready."""
    command = [sys.executable, "-m", "qumulus", "up", "--port", "0", "--data", str(data), *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUMULUS_")}
    data.mkdir(parents=True, exist_ok=True)
    log = data.parent / "up.log"
    with log.open("w") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        yield _credentials_of(process, data, log)
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _credentials_of(process: subprocess.Popen[bytes], data: Path, log: Path) -> Mapping[str, Any]:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            found: Mapping[str, Any] = json.loads((data / "credentials.json").read_text())
            _open(found["url"] + "/readyz", timeout=5).close()
        except (FileNotFoundError, URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return found
    raise AssertionError(f"qumulus up is not ready: {log.read_text()}")
