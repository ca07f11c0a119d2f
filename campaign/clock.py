"""Clocks that jump: a library put before libc shifts the wall clock of one process, and no other clock.

It is compiled on the spot; without a C compiler no clock jumps, and the campaign says so.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path
from typing import Final

VARIABLE: Final = "CAMPAIGN_CLOCK"

_SOURCE: Final = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const int64_t *shift_ns;

__attribute__((constructor)) static void find(void) {
    const char *path = getenv("CAMPAIGN_CLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *page = mmap(0, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
    if (page != MAP_FAILED) shift_ns = page;
    close(fd);
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    int failed = syscall(SYS_clock_gettime, clock, at);
    if (failed || !shift_ns || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return failed;
    int64_t ns = (int64_t)at->tv_sec * 1000000000 + at->tv_nsec + *shift_ns;
    at->tv_sec = ns / 1000000000;
    at->tv_nsec = ns % 1000000000;
    return 0;
}
"""


class Clock:
    """The wall clock of one process started with ``environment``."""

    def __init__(self, folder: Path, name: str) -> None:
        self._file = folder / f"{name}.clock"
        self._library = folder / "clock.so"
        self.shift(0.0)
        compiler = shutil.which("cc")
        if compiler is not None and not self._library.exists():
            source = folder / "clock.c"
            source.write_text(_SOURCE)
            subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", self._library, source], check=True)

    @property
    def can_jump(self) -> bool:
        """There was a compiler."""
        return self._library.exists()

    @property
    def environment(self) -> dict[str, str]:
        """What the process must be started with."""
        if not self.can_jump:
            return {}
        return {"LD_PRELOAD": str(self._library), VARIABLE: str(self._file)}

    def shift(self, seconds: float) -> None:
        """Set the clock so many seconds ahead of the machine's, from now on."""
        with self._file.open("r+b" if self._file.exists() else "w+b") as file:
            file.write(struct.pack("=q", round(seconds * 1e9)))
