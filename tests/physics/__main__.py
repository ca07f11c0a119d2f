"""The long form with fresh seeds, as ``make physics`` runs it; ``PHYSICS_SEED=n`` repeats one."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys


def main() -> int:
    """Print the seed, then run; gives pytest's exit code."""
    seed = os.environ.setdefault("PHYSICS_SEED", str(secrets.randbelow(1 << 31)))
    print(f"PHYSICS_SEED={seed}", flush=True)
    command = [sys.executable, "-m", "pytest", "tests/physics", "--timeout", "600", *sys.argv[1:]]
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main())
