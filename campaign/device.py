"""A device driver for the campaign: SVSim, but each run says when it begins and can last or crash.

The first two rotations of a program are messages to it: ``rz(NUMBER)`` names the job, ``rz(SECONDS)``
says how long to sleep before computing; less than 0 stands for a program that kills its own process.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qumulus.circuits import Circuit
from qumulus.execution.counts import Counts
from qumulus.execution.pauli import Pauli
from qumulus.execution.settings import Settings
from qumulus.provider.drivers.base import Runnable
from qumulus.provider.drivers.statevector import StatevectorDriver

RUNS = "CAMPAIGN_RUNS"
"""The environment variable that names the file where runs are announced."""
WORKER = "CAMPAIGN_WORKER"
BROKEN = "CAMPAIGN_BROKEN"
"""Names a file: while it is there, the driver kills every process that prepares a program."""


def program(number: int, sleep_s: float = 0.0) -> str:
    """A Bell pair with the two messages."""
    return (
        'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; '
        f"rz({number}) q[0]; rz({sleep_s}) q[0]; h q[0]; cx q[0], q[1]; c = measure q;"
    )


@dataclass(frozen=True, kw_only=True)
class CampaignDriver(StatevectorDriver):
    """The simulator, watched."""

    kind: ClassVar[str] = "campaign"

    def prepare(self, circuit: Circuit, settings: Settings) -> Runnable:
        """Take the messages out of the program."""
        if os.path.exists(os.environ.get(BROKEN, "")):  # noqa: PTH110 - the zygote imports no pathlib
            os.kill(os.getpid(), signal.SIGKILL)
        angles = [operation.params[0] for operation in circuit.operations if operation.name == "rz"]
        runnable = super().prepare(circuit, settings)
        return _Watched(runnable, int(angles[0]), angles[1]) if len(angles) > 1 else runnable


class _Watched:
    """A circuit that announces its run."""

    def __init__(self, runnable: Runnable, number: int, sleep_s: float) -> None:
        self._runnable = runnable
        self._number = number
        self._sleep_s = sleep_s

    @property
    def engine(self) -> str:
        return self._runnable.engine

    @property
    def method(self) -> str:
        return self._runnable.method

    @property
    def needs_resident(self) -> bool:
        return self._runnable.needs_resident

    def versions(self) -> Mapping[str, str]:
        return self._runnable.versions()

    def check(self) -> None:
        self._runnable.check()

    def sample(self, *, shots: int, seed: int) -> Counts:
        self._announce()
        if self._sleep_s < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self._sleep_s)
        return self._runnable.sample(shots=shots, seed=seed)

    def expectations(self, paulis: Sequence[Pauli]) -> tuple[float, ...]:
        return self._runnable.expectations(paulis)

    def _announce(self) -> None:
        line: dict[str, Any] = {"number": self._number, "pid": os.getpid(), "worker": os.environ[WORKER]}
        line["start"] = time.time()
        file = os.open(os.environ[RUNS], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, json.dumps(line).encode() + b"\n")
        os.close(file)
