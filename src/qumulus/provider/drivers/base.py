"""What a device driver offers to the worker, and to the child process that runs a job."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, runtime_checkable

from qumulus.circuits import Circuit, DynamicProgram
from qumulus.domain.device import DeviceType
from qumulus.execution.counts import Counts
from qumulus.execution.device import TargetDevice
from qumulus.execution.pauli import Pauli
from qumulus.execution.settings import Settings
from qumulus.provider.messages import JobTask
from qumulus.provider.settings import ProviderStartError
from qumulus.sandbox.contract import Limits

DEFAULT_WALL_S: Final = 600.0
OVERHEAD_BYTES: Final = 512 << 20
"""What a job takes beside the simulated state: program, histogram, libraries' buffers."""

SUPPORTED_INSTRUCTIONS: Final = ("measure", "barrier", "reset", "delay")


class DriverSettingsError(ProviderStartError):
    """A driver cannot be made: unknown kind, unknown setting, or an unusable calibration document."""


class SandboxKind(StrEnum):
    """Where a job runs: in a fork without Qiskit, or in a warm worker that has it."""

    FORKED = "forked"
    RESIDENT = "resident"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceDescription:
    """What the Cloud publishes of a device; ``device_info`` has the keys of the reference."""

    device_type: DeviceType
    n_qubits: int
    basis_gates: tuple[str, ...]
    supported_instructions: tuple[str, ...]
    device_info: Mapping[str, Any]
    calibrated_at: str
    description: str
    max_shots: int


class Runnable(Protocol):
    """One circuit, made ready for the device."""

    @property
    def engine(self) -> str:
        """What runs it."""
        ...

    @property
    def method(self) -> str:
        """How it does."""
        ...

    @property
    def needs_resident(self) -> bool:
        """It cannot run in a forked child."""
        ...

    def versions(self) -> Mapping[str, str]:
        """Packages that make the numbers."""
        ...

    def check(self) -> None:
        """Raise an ExecutionError if it cannot run; called before anything runs."""
        ...

    def sample(self, *, shots: int, seed: int) -> Counts:
        """Run it; keys are as wide as the classical bits, values sum to ``shots``."""
        ...

    def expectations(self, paulis: Sequence[Pauli]) -> tuple[float, ...]:
        """Exact expectation values; only of what was made ready by ``prepare_exact``."""
        ...


class Driver(Protocol):
    """A device. Worker and child each load their own; neither side keeps state between jobs."""

    @property
    def kind(self) -> str:
        """Its name in the table of drivers."""
        ...

    @property
    def touches_hardware(self) -> bool:
        """A run cannot be repeated without harm: the worker reports ``running`` first."""
        ...

    @property
    def target(self) -> TargetDevice:
        """What planning and transpiling need to know."""
        ...

    def describe(self) -> DeviceDescription:
        """What to publish."""
        ...

    def sandbox_for(self, job: JobTask) -> SandboxKind:
        """Where to start a job, without parsing its program."""
        ...

    def limits_for(self, job: JobTask) -> Limits:
        """What the job may use."""
        ...

    def prepare(self, circuit: Circuit, settings: Settings) -> Runnable:
        """Make a circuit ready to be sampled.

        Raises:
            UnsupportedInstructionError: the device cannot do something in it.
        """
        ...

    def prepare_exact(self, circuit: Circuit, settings: Settings) -> Runnable:
        """Make a circuit ready for exact expectation values.

        Raises:
            UnsupportedInstructionError: the device has none, or not of this circuit.
        """
        ...


@runtime_checkable
class DynamicDriver(Protocol):
    """What a driver has besides if its device runs programs that measurements steer."""

    def prepare_dynamic(self, program: DynamicProgram, settings: Settings) -> Runnable:
        """Make a program ready to be sampled.

        Raises:
            UnsupportedInstructionError: not with these settings.
        """
        ...


def half_of_memory() -> int:
    """Bytes: the default limit of one job."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
