"""The clients of others as their users install them: unmodified, each in an environment of its own."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / ".venv-compat"
CLIENTS: Final = ("oqtopus-client", "quri-parts-oqtopus", "quri-parts-oqtopus-1.0")
INSTALL_WITHIN_S: Final = 600


def lock_of(client: str) -> Path:
    """The file that pins a client and all that it needs, with hashes."""
    return ROOT / "requirements" / f"compat-{client}.txt"


def python_of(client: str) -> Path:
    """The interpreter of a client's environment, which is made where it is missing or of another lock."""
    key = hashlib.sha256(lock_of(client).read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = FOLDER / f"{client}-{key}"
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{client}.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (home / "complete").exists():
            _make(client, home)
    return home / "bin" / "python"


def _make(client: str, home: Path) -> None:
    for old in FOLDER.glob(f"{client}-" + "[0-9a-f]" * 12):
        shutil.rmtree(old)
    uv = str(Path(sys.executable).with_name("uv"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    install = ["pip", "install", "--no-deps", "--require-hashes", "--python", str(home / "bin" / "python")]
    for words in (["venv", "--python", sys.executable, str(home)], [*install, "-r", str(lock_of(client))]):
        subprocess.run([uv, "--quiet", *words], check=True, timeout=INSTALL_WITHIN_S, env=kept)
    (home / "complete").touch()


if __name__ == "__main__":
    for each in CLIENTS:
        python_of(each)
