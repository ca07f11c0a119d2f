"""A vendor's package: backends whose jobs end in every way, and can be found again by their ids."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from qiskit import QuantumCircuit
from qiskit.circuit.library import CXGate, Measure, RZGate, RZZGate, SXGate, XGate
from qiskit.circuit.parameter import Parameter
from qiskit.providers import BackendV2, JobStatus, Options, QubitProperties
from qiskit.providers.exceptions import JobError
from qiskit.transpiler import InstructionProperties, Target
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, ReadoutError


class VendorBackend(BackendV2):
    """Two qubits, ``0 -> 1`` coupled; ``ends`` says how its jobs do."""

    def __init__(self, ends: str = "well") -> None:
        super().__init__(name="vendor-2", online_date=datetime(2026, 3, 1, tzinfo=UTC))
        self.ends = ends
        self.is_operational = True
        self.read_error = 0.04
        self.jobs: dict[str, VendorJob] = {}

    @property
    def target(self) -> Target:
        target = Target(
            num_qubits=2,
            dt=1e-9,
            qubit_properties=[QubitProperties(t1=50e-6, t2=40e-6), QubitProperties(t1=60e-6)],
        )
        for gate, error in ((XGate(), 1e-3), (SXGate(), 2e-3), (RZGate(Parameter("a")), 0.0)):
            duration = 0.0 if gate.name == "rz" else 30e-9
            properties = InstructionProperties(duration=duration, error=error)
            target.add_instruction(gate, {(0,): properties, (1,): properties})
        target.add_instruction(CXGate(), {(0, 1): InstructionProperties(duration=300e-9, error=0.01)})
        reading = InstructionProperties(duration=1e-6, error=self.read_error)
        target.add_instruction(Measure(), {(0,): reading, (1,): reading})
        return target

    @property
    def max_circuits(self) -> int:
        return 1

    @classmethod
    def _default_options(cls) -> Options:
        return Options(shots=1000)

    def status(self) -> Any:
        if self.ends == "unreachable":
            raise ConnectionError("no route to vendor.example")
        return SimpleNamespace(operational=self.is_operational)

    def refresh(self) -> None:
        """As vendors' backends read their calibration."""
        self.read_error = 0.05

    def retrieve_job(self, job_id: str) -> VendorJob:
        if job_id not in self.jobs:
            raise JobError(f"no job {job_id}")
        return self.jobs[job_id]

    def run(self, run_input: QuantumCircuit, **options: Any) -> VendorJob:
        if self.ends == "unreachable":
            raise ConnectionError("no route to vendor.example")
        job = VendorJob(self, run_input, options["shots"])
        self.jobs[job.job_id()] = job
        return job


class VendorJob:
    """One run on it."""

    def __init__(self, backend: VendorBackend, circuit: QuantumCircuit, shots: int) -> None:
        self._backend = backend
        self._circuit = circuit
        self._shots = shots
        self._id = f"vendor-job-{len(backend.jobs)}"
        self.is_cancelled = False

    def job_id(self) -> str:
        return self._id

    def cancel(self) -> None:
        self.is_cancelled = True

    def status(self) -> JobStatus:
        return JobStatus.CANCELLED if self._backend.ends == "cancelled" else JobStatus.ERROR

    def result(self) -> Any:
        if self._backend.ends == "lost":
            raise TimeoutError("read timed out")
        if self._backend.ends != "well":
            raise JobError("pulse engine 7 at 10.0.0.7 tripped")
        return AerSimulator().run(self._circuit, shots=self._shots, seed_simulator=1).result()


class PatchyBackend(VendorBackend):
    """Five qubits: ``0 -> 1 -> 2`` coupled by ``cx``, ``2 -> 3`` by ``rzz`` alone, 4 broken."""

    @property
    def target(self) -> Target:
        target = Target(num_qubits=5)
        for gate in (XGate(), SXGate(), RZGate(Parameter("a")), Measure()):
            target.add_instruction(gate, {(q,): InstructionProperties(error=1e-3) for q in range(4)})
        target.add_instruction(CXGate(), {(0, 1): None, (1, 2): None})
        target.add_instruction(RZZGate(Parameter("b")), {(2, 3): None})
        return target


def noisy_aer(p1: float, p0: float) -> AerSimulator:
    """Aer with readout errors and nothing else."""
    model = NoiseModel()
    model.add_all_qubit_readout_error(ReadoutError([[1 - p1, p1], [p0, 1 - p0]]))
    return AerSimulator(noise_model=model)


def no_backend() -> str:
    """Something else."""
    return "a text"


def ecr_backend() -> AerSimulator:
    """Aer with the gates of an Eagle: two qubits, coupled by ``ecr`` in one direction."""
    return AerSimulator(basis_gates=["rz", "sx", "x", "ecr"], coupling_map=[[0, 1]], n_qubits=2)
