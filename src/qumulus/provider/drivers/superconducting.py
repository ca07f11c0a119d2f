"""An emulated superconducting QPU: a real device's couplings, gates and errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final

from qumulus.circuits import Circuit, Operation
from qumulus.domain.device import DeviceType
from qumulus.execution.calibration import Calibration, check_ranges, read_calibration
from qumulus.execution.device import TargetDevice
from qumulus.execution.failures import UnsupportedInstructionError, at
from qumulus.execution.schedule import with_idle_times
from qumulus.execution.settings import Method, Settings
from qumulus.provider.drivers.base import (
    DEFAULT_WALL_S,
    OVERHEAD_BYTES,
    SUPPORTED_INSTRUCTIONS,
    DeviceDescription,
    Driver,
    DriverSettingsError,
    InForce,
    Runnable,
    SandboxKind,
    half_of_memory,
)
from qumulus.provider.engines.choice import LIVE_STATES, Choice, EngineName, aer_memory
from qumulus.provider.engines.compact import CompactCircuit, compact
from qumulus.provider.engines.simulation import Simulation
from qumulus.provider.messages import JobTask
from qumulus.sandbox.contract import Limits

BASIS_GATES: Final = ("id", "rz", "sx", "x", "cx")
DENSITY_MATRIX_QUBITS: Final = 10
"""Up to here one density matrix is cheaper than many trajectories."""

_COPIES: Final = {EngineName.TRAJECTORIES: LIVE_STATES}
"""States alive at a time; our own two copies of a density matrix are real, which halves them."""

_MINUTES_OF_A_YEAR: Final = 525_600

SNAPSHOT: Final = str(Path(__file__).parent / "data" / "falcon27.json")


@dataclass(frozen=True, kw_only=True)
class SuperconductingDriver:
    """Programs are transpiled to the device by default; ``calibration`` is the path of a document.

    With ``drift_minutes`` there is a new calibration so often, wandering about that of the document in a
    way that ``drift_seed`` decides; 0: never.
    """

    device_id: str
    calibration: str = SNAPSHOT
    drift_minutes: float = 0.0
    drift_seed: int = 0
    max_shots: int = 1_000_000
    memory_bytes: int = field(default_factory=half_of_memory)
    wall_s: float = DEFAULT_WALL_S
    touches_hardware: bool = False
    """Behave as hardware must: run only once the Cloud has taken ``running``, keep results before sending."""

    kind: ClassVar[str] = "superconducting"

    def __post_init__(self) -> None:
        if not 0 <= self.drift_minutes < _MINUTES_OF_A_YEAR:
            raise DriverSettingsError(
                f"drift_minutes is a number of minutes from 0 (never), not {self.drift_minutes!r}."
            )
        load_calibration(self.calibration)  # says what a document lacks

    @property
    def target(self) -> TargetDevice:
        """The calibrated device."""
        calibration = self.measured()
        return TargetDevice(
            n_qubits=len(calibration.qubits),
            max_shots=self.max_shots,
            basis_gates=BASIS_GATES,
            transpiles_by_default=True,
            calibration=calibration,
        )

    def describe(self) -> DeviceDescription:
        """The calibration document, under this device's id."""
        now = self.in_force(datetime.now(UTC))
        document = load_document(self.calibration) if now is None else now.document
        n_qubits = len(document["qubits"])
        return DeviceDescription(
            device_type=DeviceType.QPU,
            n_qubits=n_qubits,
            basis_gates=BASIS_GATES,
            supported_instructions=SUPPORTED_INSTRUCTIONS,
            device_info={**document, "device_id": self.device_id},
            calibrated_at=document["calibrated_at"],
            description=(
                f"Superconducting QPU of {n_qubits} qubits, emulated with the couplings, gate and "
                f"readout errors and lifetimes of the calibration '{document['name']}' "
                f"of {document['calibrated_at']}."
            ),
            max_shots=self.max_shots,
        )

    def measured(self) -> Calibration:
        """What jobs run on: one object for as long as it holds, by which others cache."""
        return load_calibration(self.calibration)

    def at_calibration(self, document: Mapping[str, Any]) -> Driver:
        """The same device with other measurements.

        Raises:
            DriverSettingsError: the document lacks a key.
        """
        settings = {entry.name: getattr(self, entry.name) for entry in fields(SuperconductingDriver)}
        return _RecalledDriver(**settings, recalled=_calibration_in(document, "of the job"))

    def in_force(self, moment: datetime) -> InForce | None:
        """The calibration that a drifting device has at a moment."""
        if not self.drift_minutes:
            return None
        from qumulus.execution.drift import calibration_time, drifted  # of the worker, not of its jobs

        every = timedelta(minutes=self.drift_minutes)
        base = load_document(self.calibration)
        document = drifted(base, seed=self.drift_seed, every=every, moment=moment)
        return InForce(
            document={**document, "device_id": self.device_id},
            until=calibration_time(moment, every) + every,
        )

    def sandbox_for(self, job: JobTask) -> SandboxKind:  # noqa: ARG002
        """Transpiling and noise both need Qiskit."""
        return SandboxKind.RESIDENT

    def limits_for(self, job: JobTask) -> Limits:  # noqa: ARG002
        """The same for all jobs."""
        return Limits(memory_bytes=self.memory_bytes + OVERHEAD_BYTES, wall_s=self.wall_s)

    def prepare(self, circuit: Circuit, settings: Settings) -> Runnable:
        """Check that the device has every gate, and cut it to the active qubits."""
        calibration = self.measured()
        for operation in circuit.operations:
            _check_native(operation, calibration)
        small = compact(with_idle_times(circuit, calibration), noisy=True)
        method = _method(settings.method, small.n_qubits)
        engine = _engine(small, method)
        return Simulation(
            choice=Choice(
                engine=engine,
                method=method,
                circuit=small,
                memory_bytes=aer_memory(small.n_qubits, method) * _COPIES.get(engine, 1),
                calibration=calibration,
            ),
            memory_limit_bytes=self.memory_bytes,
        )

    def prepare_exact(self, circuit: Circuit, settings: Settings) -> Runnable:  # noqa: ARG002
        """A QPU has shots only."""
        raise UnsupportedInstructionError(
            f"{self.device_id} measures with shots and has no exact expectations: leave 'exact' out of "
            "simulator_info, or take a simulator."
        )


@dataclass(frozen=True, kw_only=True)
class _RecalledDriver(SuperconductingDriver):
    """The device as it was when it was calibrated otherwise."""

    recalled: Calibration

    def measured(self) -> Calibration:
        return self.recalled


@lru_cache(maxsize=8)
def load_document(path: str) -> Mapping[str, Any]:
    """Read a ``device_info`` document.

    Raises:
        DriverSettingsError: the file cannot be read or is no JSON object with a name.
    """
    try:
        document = json.loads(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise DriverSettingsError(f"The calibration document {path} cannot be read: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("name"), str):
        raise DriverSettingsError(f"The calibration document {path} is no JSON object with a 'name'.")
    return document


@lru_cache(maxsize=8)
def load_calibration(path: str) -> Calibration:
    """Read the calibration in a document.

    Raises:
        DriverSettingsError: as above, or the document lacks a key.
    """
    return _calibration_in(load_document(path), path)


def _calibration_in(document: Mapping[str, Any], name: str) -> Calibration:
    try:
        calibration = read_calibration(document)
        check_ranges(calibration)
    except (KeyError, TypeError) as error:
        raise DriverSettingsError(f"The calibration document {name} lacks {error}.") from error
    except ValueError as error:
        raise DriverSettingsError(f"The calibration document {name} has {error}.") from error
    return calibration


def _check_native(operation: Operation, calibration: Calibration) -> None:
    name = operation.name
    if name in SUPPORTED_INSTRUCTIONS or (name == "gphase" and not operation.controls):
        return
    if name not in BASIS_GATES or operation.controls:
        kind = "controlled " if operation.controls else ""
        raise UnsupportedInstructionError(
            f"{at(operation)}the device has no {kind}gate '{name}', only {', '.join(BASIS_GATES)}: use "
            "these, or let the program be transpiled (transpiler_info {})."
        )
    if name == "cx" and operation.qubits not in calibration.couplings:
        control, target = operation.qubits
        raise UnsupportedInstructionError(
            f"{at(operation)}qubits {control} and {target} are not coupled: use a coupling of device_info, "
            "or let the program be transpiled (transpiler_info {})."
        )


def _engine(small: CompactCircuit, method: Method) -> EngineName:
    """Aer does what cannot be read off one state at the end."""
    if small.wiring is None:
        return EngineName.AER
    if method is Method.STATEVECTOR:
        return EngineName.TRAJECTORIES
    reads_twice = len(set(small.wiring.values())) < len(small.wiring)
    return EngineName.AER if reads_twice or not small.n_qubits else EngineName.DENSITY


def _method(wanted: Method, n_qubits: int) -> Method:
    if wanted is Method.AUTO:
        return Method.DENSITY_MATRIX if n_qubits <= DENSITY_MATRIX_QUBITS else Method.STATEVECTOR
    if wanted in (Method.DENSITY_MATRIX, Method.STATEVECTOR):
        return wanted
    raise UnsupportedInstructionError(
        f"The noise of this device cannot be simulated by the method {wanted}: leave simulator_info.method "
        "out."
    )
