"""A perfect simulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from qumulus.circuits import Circuit, DynamicProgram
from qumulus.domain.device import DeviceType
from qumulus.execution.device import TargetDevice
from qumulus.execution.failures import TranspileError, UnsupportedInstructionError, at
from qumulus.execution.settings import Method, Settings
from qumulus.execution.transpiler_info import read_transpiler_info
from qumulus.provider.drivers.base import (
    DEFAULT_WALL_S,
    OVERHEAD_BYTES,
    SUPPORTED_INSTRUCTIONS,
    DeviceDescription,
    Runnable,
    SandboxKind,
    half_of_memory,
)
from qumulus.provider.engines.choose import choose_engine, choose_exact_engine
from qumulus.provider.engines.simulation import Simulation
from qumulus.provider.messages import JobTask
from qumulus.sandbox.contract import Limits

BASIS_GATES: Final = (
    *("id", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "sx", "sxdg", "p", "rx", "ry", "rz", "u"),
    *("cx", "cy", "cz", "ch", "cp", "crx", "cry", "crz", "csx", "cu", "swap", "rxx", "rzz", "ccx", "cswap"),
)
COLUMNS: Final = 16
NO_DECAY_US: Final = 1e9
"""JSON has no infinity."""
MADE_AT: Final = "2026-01-01T00:00:00Z"
"""It never changes, so this is the time of its only calibration."""

_AER_METHODS: Final = (Method.MATRIX_PRODUCT_STATE, Method.DENSITY_MATRIX)


@dataclass(frozen=True, kw_only=True)
class StatevectorDriver:
    """Noiseless: Clifford programs on all qubits, others as far as memory goes."""

    device_id: str
    n_qubits: int = 128
    max_shots: int = 10_000_000
    memory_bytes: int = field(default_factory=half_of_memory)
    wall_s: float = DEFAULT_WALL_S
    touches_hardware: bool = False
    """Behave as hardware must: run only once the Cloud has taken ``running``, keep results before sending."""

    kind: ClassVar[str] = "statevector"

    @property
    def target(self) -> TargetDevice:
        """All gates, all pairs of qubits."""
        return TargetDevice(
            n_qubits=self.n_qubits,
            max_shots=self.max_shots,
            basis_gates=BASIS_GATES,
            transpiles_by_default=False,
        )

    def describe(self) -> DeviceDescription:
        """Perfect qubits in a grid."""
        return DeviceDescription(
            device_type=DeviceType.SIMULATOR,
            n_qubits=self.n_qubits,
            basis_gates=BASIS_GATES,
            supported_instructions=SUPPORTED_INSTRUCTIONS,
            device_info={
                "name": "statevector",
                "device_id": self.device_id,
                "qubits": [_qubit(index) for index in range(self.n_qubits)],
                "couplings": [_coupling(pair) for pair in _neighbours(self.n_qubits)],
                "calibrated_at": MADE_AT,
            },
            calibrated_at=MADE_AT,
            description=(
                f"Noiseless simulator of {self.n_qubits} qubits: Clifford programs on all of them, others as "
                "memory allows. Any two qubits can be coupled; device_info shows neighbours in a grid."
            ),
            max_shots=self.max_shots,
        )

    def sandbox_for(self, job: JobTask) -> SandboxKind:
        """A resident worker for what needs Qiskit for certain."""
        if job.simulator_info.get("method") in _AER_METHODS:
            return SandboxKind.RESIDENT
        try:
            request = read_transpiler_info(job.transpiler_info, form=job.form, default_for_text=False)
        except TranspileError:
            return SandboxKind.FORKED
        return SandboxKind.FORKED if request is None else SandboxKind.RESIDENT

    def limits_for(self, job: JobTask) -> Limits:  # noqa: ARG002
        """The same for all jobs."""
        return Limits(memory_bytes=self.memory_bytes + OVERHEAD_BYTES, wall_s=self.wall_s)

    def prepare(self, circuit: Circuit, settings: Settings) -> Runnable:
        """Choose the engine."""
        choice = choose_engine(
            circuit,
            settings.method,
            shots=settings.shots,
            memory_bytes=self.memory_bytes,
            only=settings.engine,
        )
        return Simulation(choice=choice, memory_limit_bytes=self.memory_bytes)

    def prepare_exact(self, circuit: Circuit, settings: Settings) -> Runnable:
        """Choose an engine that knows its state."""
        choice = choose_exact_engine(circuit, settings.method)
        return Simulation(choice=choice, memory_limit_bytes=self.memory_bytes)

    def prepare_dynamic(self, program: DynamicProgram, settings: Settings) -> Runnable:
        """State vectors that branch at measurements."""
        from qumulus.provider.engines.dynamic_engine import BranchingSimulation

        if settings.method not in (Method.AUTO, Method.STATEVECTOR):
            raise UnsupportedInstructionError(
                f"{at(program)}measurements decide what happens here, which the method {settings.method} "
                "cannot simulate: leave simulator_info.method out, or set it to 'statevector'."
            )
        return BranchingSimulation(program=program, memory_limit_bytes=self.memory_bytes)


def _qubit(index: int) -> dict[str, Any]:
    return {
        "id": index,
        "physical_id": index,
        "position": {"x": index % COLUMNS, "y": -(index // COLUMNS)},
        "fidelity": 1.0,
        "meas_error": {"prob_meas1_prep0": 0.0, "prob_meas0_prep1": 0.0, "readout_assignment_error": 0.0},
        "qubit_lifetime": {"t1": NO_DECAY_US, "t2": NO_DECAY_US},
        "gate_duration": {"rz": 0, "sx": 0, "x": 0},
    }


def _coupling(pair: tuple[int, int]) -> dict[str, Any]:
    return {
        "control": pair[0],
        "target": pair[1],
        "fidelity": 1.0,
        "gate_duration": {"cx": 0, "rzx90": 0},
    }


def _neighbours(n_qubits: int) -> Iterator[tuple[int, int]]:
    for index in range(n_qubits):
        if (index + 1) % COLUMNS and index + 1 < n_qubits:
            yield index, index + 1
        if index + COLUMNS < n_qubits:
            yield index, index + COLUMNS
