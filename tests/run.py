"""The whole suite, as ``make test`` and CI run it.

First what is measured for coverage, then what starts processes and servers, two at a time, then the
console. The environments of the clients that ``tests/compat`` runs are made meanwhile, the first time.
"""

from __future__ import annotations

import os
import shutil
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


def run_console(*more: str) -> int:
    """Test the console: its parts by vitest, the whole in a browser. What is missing is said last, loudly."""
    npm, browser = shutil.which("npm"), shutil.which("chromium")
    failed = [
        npm is not None and subprocess.call([npm, "test"], cwd="console"),
        browser is not None and npm is not None and run("pytest", "tests/browser", *more),
    ]
    for is_there, what in ((npm, "Node 20.19 or later with npm"), (browser, "Debian's chromium")):
        if is_there is None:
            print(f"NOT RUN: tests of the console; {what} is missing.", flush=True)
    return int(any(failed))


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
        run_console(*more),
    ]
    return int(any(failed))


if __name__ == "__main__":
    sys.exit(main())
