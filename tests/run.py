"""The whole suite, as ``make test`` and CI run it.

First what is measured for coverage, then what starts processes and servers, two at a time. The
environments of the clients that ``tests/compat`` runs are made meanwhile, the first time.
"""

from __future__ import annotations

import os
import subprocess
import sys

MEASURED = ["tests/unit", "tests/api"]
PARALLEL = ["tests/conformance", "tests/faults", "tests/e2e", "tests/compat", "tests/meta", "tests/physics"]
COVERED = "src/qumulus/domain/*,src/qumulus/service/*"
LINES_COVERED_PERCENT = 95


def run(*command: str) -> int:
    """Run a Python module; gives its exit code."""
    print("+ python -m", *command, flush=True)
    return subprocess.call([sys.executable, "-m", *command])


def main() -> int:
    """Run everything, also when a part failed; gives 0 only if all passed."""
    more = sys.argv[1:]
    os.environ["COVERAGE_FILE"] = ".coverage"
    making = subprocess.Popen([sys.executable, "-m", "tests.compat.environments"])
    failed = [
        run("coverage", "run", "-m", "pytest", *MEASURED, *more),
        run("coverage", "report", f"--include={COVERED}", f"--fail-under={LINES_COVERED_PERCENT}"),
        making.wait(),
        run("pytest", "-n", "2", "--dist", "loadfile", *PARALLEL, *more),
    ]
    return int(any(failed))


if __name__ == "__main__":
    sys.exit(main())
