"""Put the web console into what is shipped: built with npm where it is missing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
PAGE = ROOT / "src/qumulus/http/console/assets/index.html"


class ConsoleHook(BuildHookInterface[Any]):
    """An editable installation is left alone: there ``make console`` builds."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatch's signature
        """Build the console once; without npm go on: the APIs work, and ``/`` says how to get it."""
        if version == "editable" or PAGE.exists():
            return
        npm = shutil.which("npm")
        if npm is None:
            self.app.display_warning(
                "Without the web console: it needs npm of Node 20.19 or later to be built."
            )
            return
        for words in (["ci", "--no-audit", "--no-fund"], ["run", "types"], ["run", "build"]):
            subprocess.run([npm, *words], cwd=ROOT / "console", check=True)
