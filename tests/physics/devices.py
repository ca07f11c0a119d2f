"""Calibration documents made for a test, and the noise that they mean by Qiskit's density matrices."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, SuperOp, average_gate_fidelity
from qiskit.transpiler import InstructionDurations, PassManager
from qiskit.transpiler.passes import ALAPScheduleAnalysis, PadDelay
from qiskit_aer.noise import depolarizing_error, thermal_relaxation_error

Document = Mapping[str, Any]
NEVER_US = 1e9
DT_PER_NS = 1_000
LENGTHS_NS = {"sx": 36, "x": 36, "id": 36, "rz": 0}


def qubit(
    index: int,
    *,
    p1: float,
    p0: float,
    t1_us: float = NEVER_US,
    t2_us: float = NEVER_US,
    fidelity: float = 1.0,
) -> Document:
    """``p1``: a 0 is read as 1; ``p0``: a 1 is read as 0."""
    return {
        "id": index,
        "physical_id": index,
        "position": {"x": index, "y": 0},
        "fidelity": fidelity,
        "meas_error": {
            "prob_meas1_prep0": p1,
            "prob_meas0_prep1": p0,
            "readout_assignment_error": (p0 + p1) / 2,
        },
        "qubit_lifetime": {"t1": t1_us, "t2": t2_us},
        "gate_duration": LENGTHS_NS,
    }


def document_of(qubits: Sequence[Document], *, fidelity: float = 1.0, cx_ns: int = 400) -> Document:
    """A line of qubits, coupled both ways."""
    return {
        "name": "made",
        "device_id": "SC",
        "qubits": list(qubits),
        "couplings": [
            {"control": a, "target": b, "fidelity": fidelity, "gate_duration": {"cx": cx_ns}}
            for k in range(len(qubits) - 1)
            for a, b in ((k, k + 1), (k + 1, k))
        ],
        "calibrated_at": "2026-01-01T00:00:00Z",
    }


def options_of(document: Document, folder: Path) -> dict[str, str]:
    """The driver's options for a device with this calibration."""
    path = folder / "device.json"
    path.write_text(json.dumps(document))
    return {"calibration": str(path)}


def noisy_distribution(circuit: QuantumCircuit, document: Document) -> dict[str, float]:
    """Of a circuit in the device's gates that ends in ``measure_all``; idle qubits relax too."""
    padded = _with_idle_times(circuit.remove_final_measurements(inplace=False), document)
    state = DensityMatrix.from_int(0, 2**circuit.num_qubits)
    for item in padded.data:
        qubits = [padded.find_bit(bit).index for bit in item.qubits]
        if item.operation.name == "barrier":
            continue
        if item.operation.name == "delay":
            state = state.evolve(
                _relaxing(document, qubits, item.operation.duration / DT_PER_NS), qargs=qubits
            )
            continue
        state = state.evolve(item.operation, qargs=qubits)
        if item.operation.name != "rz":
            state = state.evolve(_error(document, item.operation.name, qubits), qargs=qubits)
    return _read_out(state.probabilities(), document)


def _with_idle_times(circuit: QuantumCircuit, document: Document) -> QuantumCircuit:
    """Qiskit's schedule, one ``dt`` a picosecond."""
    lengths: list[Any] = [
        (name, [index], round(_length_ns(entry, name) * DT_PER_NS))
        for index, entry in enumerate(document["qubits"])
        for name in ("sx", "x", "id", "rz")
    ]
    lengths += [
        ("cx", [pair["control"], pair["target"]], round(pair["gate_duration"]["cx"] * DT_PER_NS))
        for pair in document["couplings"]
    ]
    durations = InstructionDurations(lengths, dt=1e-9 / DT_PER_NS)
    return PassManager([ALAPScheduleAnalysis(durations), PadDelay(durations=durations)]).run(circuit)


def _relaxing(document: Document, qubits: Sequence[int], time_ns: float) -> SuperOp:
    found = None
    for index in qubits:
        lifetime = document["qubits"][index]["qubit_lifetime"]
        t1_ns, t2_ns = lifetime["t1"] * 1e3, lifetime["t2"] * 1e3
        one = SuperOp(thermal_relaxation_error(t1_ns, min(t2_ns, 2 * t1_ns), time_ns))
        found = one if found is None else found.expand(one)
    assert found is not None
    return found


def _error(document: Document, name: str, qubits: Sequence[int]) -> SuperOp:
    if len(qubits) == 2:
        entry = next(c for c in document["couplings"] if [c["control"], c["target"]] == list(qubits))
        time_ns = entry["gate_duration"][name]
    else:
        entry = document["qubits"][qubits[0]]
        time_ns = _length_ns(entry, name)
    relaxing = _relaxing(document, qubits, time_ns)
    reached, size = average_gate_fidelity(relaxing), 2 ** len(qubits)
    if reached <= entry["fidelity"]:
        return relaxing
    share = (reached - entry["fidelity"]) / (reached - 1 / size)
    return relaxing.compose(SuperOp(depolarizing_error(share, len(qubits))))


def _length_ns(entry: Document, name: str) -> float:
    lengths: Mapping[str, float] = entry["gate_duration"]
    return lengths.get(name, lengths["sx"])


def _read_out(probabilities: np.ndarray, document: Document) -> dict[str, float]:
    n_qubits = int(probabilities.size).bit_length() - 1
    tensor = probabilities.reshape((2,) * n_qubits)
    for index in range(n_qubits):
        axis = n_qubits - 1 - index
        tensor = np.moveaxis(np.tensordot(confusion(document, index), tensor, axes=(1, axis)), 0, axis)
    return {f"{value:0{n_qubits}b}": float(p) for value, p in enumerate(tensor.reshape(-1))}


def confusion(document: Document, index: int) -> np.ndarray:
    """P(read row | prepared column) of a qubit."""
    error = document["qubits"][index]["meas_error"]
    p1, p0 = error["prob_meas1_prep0"], error["prob_meas0_prep1"]
    return np.array([[1 - p1, p0], [p1, 1 - p0]])
