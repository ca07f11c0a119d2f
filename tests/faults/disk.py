"""A disk that forgets what was not synced, and that fails on command: a library loaded into a process."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

BLOCK = 512
"""What a disk writes whole or not at all."""
_SOURCE = Path(__file__).with_name("disk.c")


def built_library(folder: Path) -> Path:
    """Compile it; without a compiler the test fails."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.fail("a C compiler is needed: install gcc or clang")
    library = folder / "disk.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", str(library)]
    subprocess.run([*command, str(_SOURCE), "-ldl"], check=True, timeout=60)
    return library


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The disk of one folder, for processes started with ``variables``."""

    library: Path
    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        """What a process needs in its environment."""
        return {
            "LD_PRELOAD": str(self.library),
            "DISK_FOLDER": f"{self.folder}/",
            "DISK_MIRROR": str(self.synced),
            "DISK_SWITCH": str(self._switch),
        }

    @property
    def synced(self) -> Path:
        """What a power cut would leave; make this folder first."""
        return self.folder.with_name("synced")

    @property
    def _switch(self) -> Path:
        return self.folder.with_name("disk.switch")

    def fail(self, how: str) -> None:
        """From now on: ``full``, ``read-only``, or ``sync`` fails."""
        new = self._switch.with_suffix(".new")
        new.write_text(how)
        new.replace(self._switch)

    def mend(self) -> None:
        """Work as it should."""
        self._switch.unlink(missing_ok=True)

    def cut_power(self, folder: Path, *, seed: int | None) -> Path:
        """Write down what is left; with a seed, some blocks that nobody synced came through as well."""
        folder.mkdir()
        for file in self.synced.iterdir():
            if file.suffix not in {".db", ".db-wal"}:
                continue
            kept, newest = file.read_bytes(), (self.folder / file.name).read_bytes()
            (folder / file.name).write_bytes(kept if seed is None else _mixed(kept, newest, seed))
        return folder


def _mixed(kept: bytes, newest: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    n_bytes = max(len(kept), len(newest)) if chance.random() < 0.5 else len(kept)
    blocks = []
    for start in range(0, n_bytes, BLOCK):
        old, new = kept[start : start + BLOCK], newest[start : start + BLOCK]
        blocks.append((new if chance.random() < 0.5 and new else old).ljust(BLOCK, b"\0"))
    return b"".join(blocks)[:n_bytes]


def environment(disk: Disk) -> dict[str, str]:
    """This process's, with the disk."""
    return {**os.environ, **disk.variables}
