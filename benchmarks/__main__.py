"""Run all benchmarks or the named ones; print tables, write ``benchmarks/results/latest.json``."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvloop

from benchmarks import claims, engines, lifecycle, programs, recovery, replay, start, storage, waiters, worker
from benchmarks.table import Figure, show
from qumulus.testing.postgres import PostgresServer

RESULTS = Path(__file__).parent / "results"


def _on_both(measure: Callable[..., list[Figure]]) -> Callable[[], list[Figure]]:
    def run() -> list[Figure]:
        found = measure()
        server = PostgresServer()
        server.start()
        try:
            found += measure(database=asyncio.run(server.new_database()), name="PostgreSQL")
        finally:
            server.stop()
        return found

    return run


BENCHMARKS: Final[dict[str, Callable[[], list[Figure]]]] = {
    "start": start.figures,
    "lifecycle": _on_both(lifecycle.figures),
    "worker": worker.figures,
    "engines": engines.figures,
    "waiters": waiters.figures,
    "claims": _on_both(claims.figures),
    "programs": programs.figures,
    "recovery": _on_both(recovery.figures),
    "replay": replay.figures,
    "storage": storage.figures,
}


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names or list(BENCHMARKS)
    uvloop.install()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    found: dict[str, list[Figure]] = {}
    for name in names:
        print(f"\n## {name}", flush=True)
        found[name] = BENCHMARKS[name]()
        print(show(found[name]), flush=True)
    RESULTS.mkdir(exist_ok=True)
    document = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "figures": {
            name: [dataclasses.asdict(figure) for figure in figures] for name, figures in found.items()
        },
    }
    (RESULTS / "latest.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
