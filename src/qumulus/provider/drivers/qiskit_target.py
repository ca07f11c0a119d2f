"""What a backend's ``Target`` says, in our words. Imports Qiskit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from inspect import signature
from typing import Any, Final

from qiskit import QuantumCircuit, transpile
from qiskit.circuit import ClassicalRegister, QuantumRegister
from qiskit.exceptions import QiskitError
from qiskit.providers import BackendV2
from qiskit.transpiler import Target

from qumulus.circuits import Circuit
from qumulus.execution.failures import DeviceError
from qumulus.execution.qiskit_circuits import SAME_NAMES, UNREAD, add_operation, has_unread
from qumulus.provider.drivers.document import make_document

UNDATED: Final = "2026-01-01T00:00:00Z"
"""The time of the only calibration of a backend that gives none."""

Pair = tuple[int, int]


def gates_of(target: Target) -> tuple[str, ...]:
    """Gates that programs can name; where none of them couples two qubits, ``cx`` stands for what does."""
    named = tuple(sorted(name for name in target.operation_names if name in SAME_NAMES))
    couples = any(target.operation_from_name(name).num_qubits == 2 for name in named)
    return named if couples or not _entanglers(target) else (*named, "cx")


def couplings_of(target: Target) -> Mapping[Pair, Mapping[str, Any]] | None:
    """Pair → instruction properties by gate; None: any two qubits are coupled.

    A pair that is coupled by a gate without a direction, or one that ``cx`` stands for, counts both ways.
    """
    coupling_map = target.build_coupling_map()
    if coupling_map is None:
        return None
    found: dict[Pair, dict[str, Any]] = {}
    stands_for = "cx" in gates_of(target) and "cx" not in target.operation_names
    for name in _entanglers(target):
        properties = target[name] or {None: None}
        everywhere = dict.fromkeys(coupling_map.get_edges(), properties[None]) if None in properties else {}
        for pair, known in (everywhere or properties).items():
            found.setdefault(pair, {})[name] = known
            if stands_for:
                found.setdefault((pair[1], pair[0]), {}).setdefault(name, known)
    return found


def refresh(backend: BackendV2) -> None:
    """Have a vendor's backend read its calibration anew, if it can."""
    reread = getattr(backend, "refresh", None)
    if callable(reread) and not signature(reread).parameters:
        reread()


def document_of(backend: BackendV2, device_id: str) -> dict[str, Any]:
    """``device_info`` of a backend: lifetimes in microseconds, durations in nanoseconds."""
    target = backend.target
    n_qubits = target.num_qubits
    couplings = couplings_of(target)
    if couplings is None:
        couplings = {(index, index + 1): {} for index in range(n_qubits - 1)}
    return make_document(
        name=str(backend.name),
        device_id=device_id,
        calibrated_at=calibrated_at(backend),
        qubits=[_qubit(backend, index) for index in range(n_qubits)],
        couplings=[_coupling(pair, gates) for pair, gates in sorted(couplings.items())],
    )


def native_circuit(circuit: Circuit, target: Target) -> QuantumCircuit:
    """The circuit on the device's own qubits, in one register of bits; rewritten where it is not native.

    Raises:
        DeviceError: something in it cannot be rewritten.
    """
    registers = [QuantumRegister(target.num_qubits, "q"), ClassicalRegister(circuit.n_clbits, "c")]
    if has_unread(circuit.operations):
        registers.append(ClassicalRegister(1, UNREAD))
    result = QuantumCircuit(*registers)
    for operation in circuit.operations:
        if operation.name == "delay" and target.dt:
            result.delay(round(operation.params[0] / target.dt), operation.qubits[0], unit="dt")
        else:
            add_operation(result, operation)
    if all(_is_native(item, result, target) for item in result.data):
        return result
    layout = list(range(target.num_qubits))
    try:
        return transpile(result, target=target, initial_layout=layout, optimization_level=0)
    except QiskitError as error:
        raise DeviceError(
            f"The program does not go into the gates that the device has on its qubits ({error.message}): "
            "take other qubits by initial_layout, or leave it out."
        ) from error


def _is_native(item: Any, circuit: QuantumCircuit, target: Target) -> bool:
    if item.operation.name == "barrier":
        return True
    qubits = tuple(circuit.find_bit(bit).index for bit in item.qubits)
    return bool(target.instruction_supported(item.operation.name, qubits, parameters=item.operation.params))


def _entanglers(target: Target) -> list[str]:
    """Its gates on two qubits."""
    return sorted(name for name in target.operation_names if _n_qubits(target, name) == 2)


def _works(target: Target, index: int) -> bool:
    """Whether a qubit can be turned and measured: vendors leave broken ones out of their gates."""
    gates = [
        name for name in gates_of(target) if name in target.operation_names and _n_qubits(target, name) == 1
    ]
    measures = "measure" not in target.operation_names or target.instruction_supported("measure", (index,))
    return measures and (not gates or any(target.instruction_supported(name, (index,)) for name in gates))


def _n_qubits(target: Target, name: str) -> int | None:
    return getattr(target.operation_from_name(name), "num_qubits", None)


def _qubit(backend: BackendV2, index: int) -> dict[str, Any]:
    target = backend.target
    if not _works(target, index):
        return {"fidelity": 0.0, "meas_error": {"prob_meas1_prep0": 0.5, "prob_meas0_prep1": 0.5}}
    known: dict[str, Any] = {
        "meas_error": _readout(backend, index),
        "gate_duration": dict(_durations(target, index)),
        "qubit_lifetime": {},
    }
    errors = [
        error for name in ("sx", "x", "h", "u") if (error := _error(target, name, (index,))) is not None
    ]
    if errors:
        known["fidelity"] = 1 - errors[0]
    properties = target.qubit_properties[index] if target.qubit_properties else None
    for name in ("t1", "t2"):
        lifetime_s = getattr(properties, name, None)
        if lifetime_s:
            known["qubit_lifetime"][name] = lifetime_s * 1e6
    return known


def _readout(backend: BackendV2, index: int) -> dict[str, float]:
    """Both probabilities where the backend has them, else the mean for both."""
    mean = _error(backend.target, "measure", (index,)) or 0.0
    told: Mapping[str, Any] = {}
    properties = getattr(backend, "properties", None)
    read = properties() if callable(properties) else None
    if read is not None:
        told = read.qubit_property(index)
    names = ("prob_meas1_prep0", "prob_meas0_prep1")
    errors = {name: float(told[name][0]) if name in told else mean for name in names}
    return {**errors, "readout_assignment_error": mean}


def _durations(target: Target, index: int) -> Iterator[tuple[str, float]]:
    for name in ("rz", "sx", "x"):
        if name in target.operation_names:
            properties = (target[name] or {}).get((index,))
            if properties is not None and properties.duration is not None:
                yield name, properties.duration * 1e9


def _error(target: Target, name: str, qubits: tuple[int, ...]) -> float | None:
    if name not in target.operation_names:
        return None
    properties = (target[name] or {}).get(qubits)
    return None if properties is None else properties.error


def _coupling(pair: Pair, gates: Mapping[str, Any]) -> dict[str, Any]:
    """``fidelity`` of the best gate; one that is marked as broken has none."""
    errors = [gate.error for gate in gates.values() if gate is not None and gate.error is not None]
    durations = {
        name: (gate.duration or 0.0) * 1e9 if gate is not None else 0.0 for name, gate in gates.items()
    }
    known = {"control": pair[0], "target": pair[1], "gate_duration": durations}
    return {**known, "fidelity": 1 - min(errors)} if errors else known


def calibrated_at(backend: BackendV2) -> str:
    """When the properties were measured; else since when the backend is there."""
    properties = getattr(backend, "properties", None)
    read = properties() if callable(properties) else None
    moment = getattr(read, "last_update_date", None) or backend.online_date
    if not isinstance(moment, datetime):
        return UNDATED
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
