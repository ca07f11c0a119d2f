"""What the worker tells its children of the machine: shipped at first, measured when there is time."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import Final

import msgspec

from qumulus.provider.engines.resources import Costs, Resources
from qumulus.provider.messages import MEASURE
from qumulus.provider.slots import Cores
from qumulus.sandbox import Limits, Sandbox, SandboxError

log = logging.getLogger("qumulus.provider.tuning")

ENGINES: Final = "qumulus.engines"
"""Group of entry points: engines of other packages."""
FILE: Final = "engine-costs.json"
EDITION: Final = 3
"""Of what is measured, and how."""
QUIET_S: Final = 60.0
"""After the start, and between two looks for a moment without jobs."""
_LIMITS: Final = Limits(memory_bytes=None, wall_s=60.0)
_PACKAGES: Final = ("qulacs", "stim", "qiskit-aer")


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Costs, and of what they are."""

    machine: str
    costs: Costs


class Tuning:
    """``resources`` are what each job is told; they change once the machine has been measured."""

    def __init__(self, directory: Path, cores: Cores) -> None:
        self._file = directory / FILE
        self._cores = cores
        self._machine = describe_machine()
        self._known = self._read()
        self.resources = Resources(
            costs=self._known or Costs(), engines=tuple(entry.value for entry in entry_points(group=ENGINES))
        )

    async def run(self, resident: Sandbox, *, quiet_s: float = QUIET_S) -> None:
        """Measure once, when nothing runs; what fails is tried again at the next start."""
        while self._known is None:
            await asyncio.sleep(quiet_s)
            if not self._cores.is_idle:
                continue
            try:
                self._known = await self._measure(resident)
            except (SandboxError, msgspec.DecodeError) as error:
                log.warning("engines_not_measured", extra={"error": str(error)})
                return
            self.resources = msgspec.structs.replace(self.resources, costs=self._known)
            self._write(self._known)

    async def _measure(self, resident: Sandbox) -> Costs:
        execution = await resident.run(MEASURE, _LIMITS)
        try:
            answer = await execution.receive()
        except asyncio.CancelledError:
            execution.kill()
            raise
        if answer is None:
            raise SandboxError("the engines' costs could not be measured")
        return msgspec.msgpack.decode(answer, type=Costs)

    def _read(self) -> Costs | None:
        try:
            kept = msgspec.json.decode(self._file.read_bytes(), type=Measured)
        except (OSError, msgspec.DecodeError):
            return None
        return kept.costs if kept.machine == self._machine else None

    def _write(self, costs: Costs) -> None:
        try:
            self._file.write_bytes(msgspec.json.encode(Measured(machine=self._machine, costs=costs)))
        except OSError as error:  # measured again at the next start
            log.warning("costs_not_kept", extra={"error": str(error)})


def describe_machine() -> str:
    """Costs of another machine, of other packages or measured otherwise do not count."""
    return ", ".join(
        (_processor(), f"{os.cpu_count()} cores", *_versions(_PACKAGES), f"edition {EDITION} of the costs")
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _versions(packages: Sequence[str]) -> list[str]:
    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"no {package}")
    return found
