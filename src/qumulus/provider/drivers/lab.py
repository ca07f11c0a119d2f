"""All of a driver but the device itself."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from numbers import Integral
from typing import Any, ClassVar, Final

from qumulus.circuits import GATES, Circuit, Operation
from qumulus.domain.device import DeviceType
from qumulus.execution.calibration import Calibration, read_calibration
from qumulus.execution.counts import Counts
from qumulus.execution.device import TargetDevice
from qumulus.execution.failures import (
    DeviceError,
    InvalidProgramError,
    TooManyQubitsError,
    UnsupportedInstructionError,
    at,
)
from qumulus.execution.pauli import Pauli
from qumulus.execution.settings import Method, Settings
from qumulus.provider.drivers.base import (
    DeviceDescription,
    DeviceStatus,
    DeviceUnavailableError,
    Runnable,
    SandboxKind,
    half_of_memory,
)
from qumulus.provider.messages import JobTask
from qumulus.sandbox.contract import Limits

WALL_S: Final = 3600.0


@dataclass(frozen=True, kw_only=True)
class LabDriver(ABC):
    """A device that counts measured bits: subclass it with ``kind``, :meth:`document` and :meth:`run`.

    The subclass is a frozen dataclass too; its fields are its settings. What it does not say otherwise:
    the device has the gates ``rz sx x cx`` between coupled qubits, measures at the end, takes one job
    at a time, is reached over a network, and a run of it must not be repeated silently.
    """

    device_id: str
    max_shots: int = 100_000
    wall_s: float = WALL_S
    refresh_s: float = 60.0
    touches_hardware: bool = True

    kind: ClassVar[str]
    device_type: ClassVar[DeviceType] = DeviceType.QPU
    measures_midway: ClassVar[bool] = False
    """Gates and resets may follow a measurement of the same qubit."""

    # --- what a subclass says -----------------------------------------------------------------

    @abstractmethod
    def document(self) -> Mapping[str, Any]:
        """The device and its calibration as ``device_info``, see ``make_document``; called often.

        Raises:
            DeviceUnavailableError: the device cannot be asked.
        """

    @abstractmethod
    def run(self, circuit: Circuit, *, shots: int, seed: int) -> Counts:
        """Measure a circuit that passed all checks ``shots`` times; keys are ``c[n-1]..c[0]``.

        Raises:
            DeviceUnavailableError: the device is away; the job goes back.
            DeviceError: the device cannot run this program.
        """

    def gates(self) -> tuple[str, ...]:
        """The gates of the device, by the names of ``stdgates.inc``."""
        return ("rz", "sx", "x", "cx")

    def directives(self) -> tuple[str, ...]:
        """What it does beside gates."""
        return ("measure", "barrier")

    def status(self) -> DeviceStatus:
        """Whether it takes jobs now; asked before every job.

        Raises:
            DeviceUnavailableError: it cannot be asked.
        """
        return DeviceStatus.AVAILABLE

    @property
    def jobs_at_once(self) -> int:
        """How many jobs it takes at the same time."""
        return 1

    def needs_network(self) -> bool:
        """Whether a job's process must have one to reach the device."""
        return True

    def cancel(self, reference: str) -> None:  # noqa: B027 - most devices have no way to
        """Stop the run that the device knows by this name, if it can; see ``announce``."""

    def most_shots(self) -> int:
        """Shots of one run."""
        return self.max_shots

    def most_qubits(self) -> int:
        """How many different qubits one circuit may use."""
        return len(self.document()["qubits"])

    def calibration(self) -> Calibration | None:
        """The calibration of the document; None: any two qubits are coupled, and none has errors."""
        return _calibration(json.dumps(self.document(), sort_keys=True))

    def device_name(self) -> str:
        """What results name as the engine."""
        return self.kind

    def versions(self) -> Mapping[str, str]:
        """Packages that make the numbers."""
        return {}

    # --- what makes a driver of it ------------------------------------------------------------

    @property
    def target(self) -> TargetDevice:
        """The device as a target of transpiling."""
        return TargetDevice(
            n_qubits=len(self.document()["qubits"]),
            max_shots=self.most_shots(),
            basis_gates=self.gates(),
            transpiles_by_default=True,
            calibration=self.calibration(),
        )

    def describe(self) -> DeviceDescription:
        """What to publish."""
        document = self.document()
        n_qubits = len(document["qubits"])
        return DeviceDescription(
            device_type=self.device_type,
            n_qubits=n_qubits,
            basis_gates=self.gates(),
            supported_instructions=self.directives(),
            device_info=document,
            calibrated_at=document["calibrated_at"],
            description=f"{document['name']}: {n_qubits} qubits, by the driver '{self.kind}'.",
            max_shots=self.most_shots(),
        )

    def sandbox_for(self, job: JobTask) -> SandboxKind:  # noqa: ARG002
        """Programs are transpiled, so a warm worker; with a network if the device needs one."""
        return SandboxKind.NETWORKED if self.needs_network() else SandboxKind.RESIDENT

    def limits_for(self, job: JobTask) -> Limits:  # noqa: ARG002
        """The same for all jobs."""
        return Limits(memory_bytes=half_of_memory(), wall_s=self.wall_s)

    def prepare(self, circuit: Circuit, settings: Settings) -> Runnable:
        """Check that the device can do all that is in the circuit."""
        if settings.method is not Method.AUTO:
            raise UnsupportedInstructionError(
                f"{self.device_id} is no simulator of ours and has no method {settings.method}: leave "
                "simulator_info.method out."
            )
        calibration = self.calibration()
        gates, directives = self.gates(), self.directives()
        for operation in circuit.operations:
            _check_native(operation, gates, directives)
            _check_coupled(operation, calibration)
        if not self.measures_midway:
            _check_measured_last(circuit)
        return LabRun(driver=self, circuit=circuit)

    def prepare_exact(self, circuit: Circuit, settings: Settings) -> Runnable:  # noqa: ARG002
        """It has shots only."""
        raise UnsupportedInstructionError(
            f"{self.device_id} measures with shots and has no exact expectations: leave 'exact' out of "
            "simulator_info, or take a simulator."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LabRun:
    """One circuit of a :class:`LabDriver`."""

    driver: LabDriver
    circuit: Circuit

    @property
    def engine(self) -> str:
        """The device."""
        return self.driver.device_name()

    @property
    def method(self) -> str:
        """There is one."""
        return "device"

    @property
    def needs_resident(self) -> bool:
        """As all that is transpiled."""
        return True

    def versions(self) -> Mapping[str, str]:
        """As the driver says."""
        return self.driver.versions()

    def check(self) -> None:
        """Refuse what is too large, and everything while the device takes no jobs."""
        used = {qubit for operation in self.circuit.operations for qubit in operation.qubits}
        most = self.driver.most_qubits()
        if len(used) > most:
            raise TooManyQubitsError(
                f"The circuit uses {len(used)} qubits, the device runs {most}: use fewer."
            )
        status = self.driver.status()
        if status is not DeviceStatus.AVAILABLE:
            raise DeviceUnavailableError(f"its status is {status}")

    def sample(self, *, shots: int, seed: int) -> Counts:
        """Run it, and let no histogram pass that is not of this circuit.

        Raises:
            DeviceError: the device answered with something else.
        """
        if shots < 1:
            raise InvalidProgramError("A run needs one shot at least.")
        answer = self.driver.run(self.circuit, shots=shots, seed=seed)
        width = self.circuit.n_clbits
        counts = _histogram(answer, width)
        if sum(counts.values()) != shots:
            raise DeviceError(
                f"The device's answer is no histogram of {shots} shots of {width} bits, as it should be: try "
                "again, and tell the operator if it stays so."
            )
        return counts

    def expectations(self, paulis: Sequence[Pauli]) -> tuple[float, ...]:
        """Never prepared."""
        raise UnsupportedInstructionError(
            f"{self.engine} has no expectation values of {len(paulis)} products."
        )


@lru_cache(maxsize=8)
def _calibration(document: str) -> Calibration:
    """The same object for the same document, for what is cached by it."""
    return read_calibration(json.loads(document))


def _histogram(answer: object, width: int) -> Counts:
    """What a driver answered, with whole numbers of any kind as Python's; empty if it is no histogram."""
    if not (isinstance(answer, Mapping) and all(_is_key(key, width) for key in answer)):
        return {}
    if not all(isinstance(number, Integral) and int(number) >= 0 for number in answer.values()):
        return {}
    return {key: int(number) for key, number in answer.items()}


def _is_key(key: object, width: int) -> bool:
    return isinstance(key, str) and len(key) == width and set(key) <= {"0", "1"}


def _check_native(operation: Operation, gates: Sequence[str], directives: Sequence[str]) -> None:
    name = operation.name
    if operation.controls:
        refused = f"controlled gate '{name}'"
    elif name in gates or name in directives or name == "gphase":
        return
    else:
        refused = f"gate '{name}'" if name in GATES else f"'{name}'"
    raise UnsupportedInstructionError(
        f"{at(operation)}the device has no {refused}, only {', '.join((*gates, *directives))}: use these, or "
        "let the program be transpiled (transpiler_info {})."
    )


def _check_coupled(operation: Operation, calibration: Calibration | None) -> None:
    if calibration is None or operation.name not in GATES or len(operation.qubits) < 2:
        return
    if operation.qubits not in calibration.couplings:
        named = " and ".join(map(str, operation.qubits))
        raise UnsupportedInstructionError(
            f"{at(operation)}qubits {named} are not coupled in this order: use a coupling of device_info, or "
            "let the program be transpiled (transpiler_info {})."
        )


def _check_measured_last(circuit: Circuit) -> None:
    measured: set[int] = set()
    for operation in circuit.operations:
        if operation.name == "measure":
            measured.add(operation.qubits[0])
        elif operation.name not in ("barrier", "gphase") and not measured.isdisjoint(operation.qubits):
            raise UnsupportedInstructionError(
                f"{at(operation)}'{operation.name}' acts on a qubit after its measurement, which this device "
                "cannot: measure at the end."
            )
