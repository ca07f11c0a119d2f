"""How quickly things start and what they weigh when idle."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.cloud import running
from benchmarks.table import Figure


def _import_s(module: str) -> float:
    def once() -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
        return time.perf_counter() - started

    once()
    return statistics.median(once() for _ in range(7))


def _started() -> tuple[float, float]:
    with running() as cloud:
        time.sleep(1.0)
        return cloud.started_in_s, cloud.process().memory_info().rss / 2**20


def figures() -> list[Figure]:
    """Measure cold processes on a warm disk cache."""
    bare = _import_s("sys")
    runs = [_started() for _ in range(3)]
    return [
        Figure(
            "qumulus up to ready, first start, median of 3",
            statistics.median(run[0] for run in runs),
            "s",
            "<=",
            1.5,
        ),
        Figure(
            "Cloud, resident memory when idle", statistics.median(run[1] for run in runs), "MB", "<=", 120
        ),
        Figure("import qumulus, beyond Python's own start", _import_s("qumulus") - bare, "s", "<=", 0.25),
        Figure("from qumulus import Client, beyond Python's own start", _import_s("qumulus.sdk") - bare, "s"),
    ]
