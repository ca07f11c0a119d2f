"""The engines called directly, as who knows them would: circuits are built and engines made beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import qulacs
from qiskit import QuantumCircuit
from qiskit.circuit import Instruction
from qiskit.circuit.library import IGate
from qiskit.quantum_info import Kraus, SuperOp
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, QuantumError
from qulacs import gate as gates
from qulacs.circuit import QuantumCircuitOptimizer

from benchmarks.boxes import SHOTS
from qumulus.circuits import Circuit
from qumulus.execution.qiskit_circuits import add_operation, to_qiskit
from qumulus.provider.engines.aer_engine import build, build_readout_model
from qumulus.provider.engines.choice import Choice
from qumulus.provider.engines.noise import find_channel

Call = Callable[[], object]

_QULACS: Final[Mapping[str, Callable[..., Any]]] = {
    "rx": gates.RotX,
    "rz": gates.RotZ,
    "h": gates.H,
    "cx": gates.CNOT,
}


def bell() -> Counter[int]:
    """A Bell pair by qulacs."""
    state = qulacs.QuantumState(2)
    gates.H(0).update_quantum_state(state)
    gates.CNOT(0, 1).update_quantum_state(state)
    return Counter(state.sampling(SHOTS, 7))


def noiseless(circuit: Circuit, *, entangles: bool) -> dict[str, Call]:
    """Every engine that a job on SVSim may be given; all qubits are measured at the end.

    Where a circuit ``entangles`` all its qubits, a matrix product state would take minutes.
    """
    built = to_qiskit(circuit)
    methods = ("statevector",) if entangles else ("statevector", "matrix_product_state")
    return {
        "qulacs": _qulacs(circuit, fused=False),
        "qulacs, fused": _qulacs(circuit, fused=True),
        **{f"aer, {method}": _aer(AerSimulator(method=method), built) for method in methods},
    }


def noisy(choice: Choice) -> dict[str, Call]:
    """Aer's density matrix of a circuit for SC, on one thread; errors given in each way that Aer knows."""
    assert choice.calibration is not None
    readout = build_readout_model(choice.calibration, choice.circuit.active)
    labelled, model = _labelled(choice)
    return {
        "Kraus operators": _aer(_noisy_aer(readout), build(choice)),
        "superoperators": _aer(_noisy_aer(readout), _with_superoperators(choice)),
        "noise model": _aer(_noisy_aer(model), labelled),
    }


def _qulacs(circuit: Circuit, *, fused: bool) -> Call:
    built = qulacs.QuantumCircuit(circuit.n_qubits)
    for operation in circuit.operations:
        if operation.name != "measure":
            built.add_gate(_QULACS[operation.name](*operation.qubits, *operation.params))
    if fused:
        QuantumCircuitOptimizer().optimize_light(built)

    def run() -> Counter[int]:
        state = qulacs.QuantumState(circuit.n_qubits)
        built.update_quantum_state(state)
        return Counter(state.sampling(SHOTS, 7))

    return run


def _aer(simulator: AerSimulator, circuit: QuantumCircuit) -> Call:
    return lambda: simulator.run(circuit, shots=SHOTS, seed_simulator=7).result().get_counts()


def _noisy_aer(model: NoiseModel) -> AerSimulator:
    return AerSimulator(method="density_matrix", max_parallel_threads=1, noise_model=model)


def _with_superoperators(choice: Choice) -> QuantumCircuit:
    assert choice.calibration is not None
    small = choice.circuit
    circuit = QuantumCircuit(small.n_qubits, small.n_clbits)
    for operation in small.operations:
        if operation.name != "delay":
            add_operation(circuit, operation)
        channel = find_channel(choice.calibration, operation, small.active)
        if channel is not None:
            matrix = SuperOp(Kraus(list(channel))).data
            circuit.append(Instruction("superop", len(operation.qubits), 0, [matrix]), operation.qubits)
    return circuit


def _labelled(choice: Choice) -> tuple[QuantumCircuit, NoiseModel]:
    """Aer knows errors by gate and qubits only, so each wait is an identity with a name of its own."""
    assert choice.calibration is not None
    small = choice.circuit
    circuit = QuantumCircuit(small.n_qubits, small.n_clbits)
    model = NoiseModel.from_dict(build_readout_model(choice.calibration, small.active).to_dict())
    known: set[tuple[str, tuple[int, ...]]] = set()
    for operation in small.operations:
        name = operation.name
        if name == "delay":
            name = f"delay {operation.params[0]!r} {operation.qubits[0]}"
            circuit.append(IGate(label=name), operation.qubits)
        else:
            add_operation(circuit, operation)
        channel = find_channel(choice.calibration, operation, small.active)
        if channel is not None and (name, operation.qubits) not in known:
            known.add((name, operation.qubits))
            error = QuantumError(SuperOp(Kraus(list(channel))))
            model.add_quantum_error(error, [name], list(operation.qubits), warnings=False)
    return circuit, model
