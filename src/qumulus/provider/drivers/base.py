"""What a device driver offers to the worker, and to the child process that runs a job."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
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
    """Where a job runs: in a fork without Qiskit, or in a warm worker that has it, cut off or not."""

    FORKED = "forked"
    RESIDENT = "resident"
    NETWORKED = "networked"
    """As resident, for devices that are reached over a network: the other kinds have none."""


class DeviceStatus(StrEnum):
    """What a device says of itself."""

    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"
    MAINTENANCE = "maintenance"


class DeviceUnavailableError(Exception):
    """The device takes no jobs now; the job is handed back and the device called unavailable until it does.

    ``may_be_the_job``: the job itself may be the cause, as when it runs for too long. The text is for
    the operator.
    """

    def __init__(self, reason: str, *, may_be_the_job: bool = False) -> None:
        super().__init__(reason)
        self.may_be_the_job = may_be_the_job


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


@runtime_checkable
class LiveDriver(Protocol):
    """What a driver has besides if its device goes away, comes back and changes while it is served.

    The worker calls these in threads of its own process, and :meth:`Driver.describe` too.
    """

    @property
    def refresh_s(self) -> float:
        """Seconds between two looks at the device."""
        ...

    @property
    def jobs_at_once(self) -> int:
        """How many jobs the device takes at the same time, at least 1."""
        ...

    def status(self) -> DeviceStatus:
        """Whether the device takes jobs.

        Raises:
            DeviceUnavailableError: it cannot be asked.
        """
        ...

    def cancel(self, reference: str) -> None:
        """Stop what :func:`announce` named, as far as the device can; called when its job was killed.

        Raises:
            DeviceUnavailableError: it cannot be told.
        """
        ...


ANNOUNCE: Final[ContextVar[Callable[[str], None] | None]] = ContextVar("announce", default=None)
"""Who is told, in a job's process, what the device calls the run."""


def announce(reference: str) -> None:
    """Tell the worker what the device calls a run, so that it can be stopped when this process is killed."""
    tell = ANNOUNCE.get()
    if tell is not None:
        tell(reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A calibration, as ``device_info``, and until when it holds."""

    document: Mapping[str, Any]
    until: datetime


@runtime_checkable
class CalibratedDriver(Protocol):
    """What a driver has besides if it emulates a device, which can be as it was calibrated at any time."""

    def at_calibration(self, document: Mapping[str, Any]) -> Driver:
        """The same device, as it was when it was calibrated so.

        Raises:
            DriverSettingsError: the document is of no such device.
        """
        ...

    def in_force(self, moment: datetime) -> InForce | None:
        """The calibration at a moment; None: it never changes by itself."""
        ...


def half_of_memory() -> int:
    """Bytes: the default limit of one job."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
