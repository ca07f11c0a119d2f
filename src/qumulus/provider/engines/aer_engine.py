"""Qiskit Aer: noise, measurements in the midst of a circuit, matrix product states. Imports Qiskit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
import qiskit
import qiskit_aer
from qiskit import QuantumCircuit, transpile
from qiskit.circuit import Instruction
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, ReadoutError

from qumulus.circuits import Operation
from qumulus.execution.calibration import Calibration
from qumulus.execution.counts import Counts, add_counts
from qumulus.execution.failures import DeviceError, LimitExceededError
from qumulus.execution.qiskit_circuits import add_operation, has_unread
from qumulus.execution.settings import Method, run_seed
from qumulus.provider.engines import product_states
from qumulus.provider.engines.choice import Choice
from qumulus.provider.engines.noise import find_channel
from qumulus.provider.engines.resources import RESOURCES
from qumulus.provider.engines.workload import couples_neighbours

VERSIONS: Final[Mapping[str, str]] = {
    "qiskit": qiskit.__version__,
    "qiskit-aer": qiskit_aer.__version__,
    "numpy": np.__version__,
}

CHUNK_SHOTS: Final = 1_000_000
"""What Aer takes in one call."""

DRAWN_BYTES: Final = 64 << 20
"""Of matrix product states that are taken out of Aer to be drawn from, which holds them several times."""

_NATIVE: Final = frozenset(
    (
        *("id", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "sx", "sxdg", "p", "rx", "ry", "rz", "u"),
        *("cx", "cy", "cz", "cp", "ccx", "swap", "rxx", "rzz", "measure", "reset", "delay"),
    )
)
"""What all of Aer's methods take; the rest is rewritten in these."""


def sample(choice: Choice, *, shots: int, seed: int) -> Counts:
    """Histogram of ``shots`` runs; the same seed gives the same one on the same machine.

    Raises:
        LimitExceededError: Aer has not enough memory.
        DeviceError: Aer failed otherwise.
    """
    if all(operation.name != "measure" for operation in choice.circuit.operations):
        return {"0" * choice.circuit.n_clbits: shots}  # Aer answers nothing where nothing is measured.
    if _gives_its_state(choice):
        return _draw(choice, shots=shots, seed=seed)
    circuit = build(choice)
    options: dict[str, Any] = {}
    if choice.calibration is not None:
        options["noise_model"] = build_readout_model(choice.calibration, choice.circuit.active)
    parts = []
    for number, start in enumerate(range(0, shots, CHUNK_SHOTS)):
        chunk = min(CHUNK_SHOTS, shots - start)
        data = _run(choice, circuit, shots=chunk, seed_simulator=run_seed(seed, number), **options)
        parts.append(_counts(data["counts"], choice.circuit.n_clbits))
    return add_counts(parts)


def _gives_its_state(choice: Choice) -> bool:
    """A small matrix product state at the end, whose qubits still stand in their order."""
    return (
        choice.method is Method.MATRIX_PRODUCT_STATE
        and choice.calibration is None
        and choice.circuit.wiring is not None
        and choice.memory_bytes <= DRAWN_BYTES
        and couples_neighbours(choice.circuit.operations)
    )


def _draw(choice: Choice, *, shots: int, seed: int) -> Counts:
    small = choice.circuit
    gates = tuple(operation for operation in small.operations if operation.name != "measure")
    circuit = build(replace(choice, circuit=replace(small, operations=gates)))
    circuit.save_matrix_product_state(label="state")
    sites, bonds = _run(choice, circuit, shots=1)["state"]
    outcomes = product_states.draw(sites, bonds, shots=shots, seed=seed)
    wiring = small.wiring or {}
    return add_counts([product_states.count(part, small.n_clbits, wiring) for part in outcomes])


def _run(choice: Choice, circuit: QuantumCircuit, **options: Any) -> Mapping[str, Any]:
    """What Aer found."""
    threads = RESOURCES.get().threads
    result = _simulator(choice.method).run(circuit, max_parallel_threads=threads, **options).result()
    if not result.success:
        raise _failure(result)
    data: Mapping[str, Any] = result.data(0)
    return data


def build(choice: Choice) -> QuantumCircuit:
    """The circuit in Aer's gates; where there is noise, each gate is followed by its error."""
    small = choice.circuit
    operations = _read_once(small.operations)
    circuit = QuantumCircuit(max(1, small.n_qubits), small.n_clbits + has_unread(operations))
    for operation in operations:
        if operation.name != "delay":
            add_operation(circuit, operation)
        if choice.calibration is not None:
            channel = find_channel(choice.calibration, operation, small.active)
            if channel is not None:
                # As errors of a noise model Aer would rewrite them itself, which fails for some of them
                # (Qiskit/qiskit-aer#2455).
                circuit.append(
                    Instruction("kraus", len(operation.qubits), 0, list(channel)), operation.qubits
                )
    if all(operation.name in _NATIVE and not operation.controls for operation in small.operations):
        return circuit
    return transpile(circuit, basis_gates=sorted(_NATIVE), optimization_level=0)


def _read_once(operations: Sequence[Operation]) -> list[Operation]:
    """Measurements whose bit is written again write none.

    Where Aer samples all shots from one state, it gives a bit the readout errors of all measurements that
    write it, also of those that were overwritten.
    """
    written: set[int] = set()
    found: list[Operation] = []
    for operation in reversed(operations):
        overwritten = not written.isdisjoint(operation.clbits)
        found.append(operation._replace(clbits=()) if overwritten else operation)
        written.update(operation.clbits)
    found.reverse()
    return found


@cache
def _simulator(method: str) -> AerSimulator:
    return AerSimulator(method=method)


@lru_cache(maxsize=64)
def build_readout_model(calibration: Calibration, active: tuple[int, ...]) -> NoiseModel:
    """Readout errors of the active qubits: qubit k of the circuit is ``active[k]`` of the device."""
    model = NoiseModel()
    for position, qubit in enumerate(active):
        p1, p0 = calibration.qubits[qubit].prob_meas1_prep0, calibration.qubits[qubit].prob_meas0_prep1
        model.add_readout_error(ReadoutError([[1 - p1, p1], [p0, 1 - p0]]), [position])
    return model


def _counts(counts: Mapping[str, int], n_clbits: int) -> Counts:
    """Keys without the bit of unread measurements, which stands leftmost."""
    merged: Counts = {}
    for state, number in counts.items():
        key = f"{int(state, 16):0{n_clbits}b}"[-n_clbits:]
        merged[key] = merged.get(key, 0) + number
    return merged


def _failure(result: Any) -> DeviceError | LimitExceededError:
    status = str(result.results[0].status if result.results else result.status)
    if "memory" in status.lower():
        return LimitExceededError(f"The simulator has not enough memory for this program: {status}")
    return DeviceError(f"The simulator failed: {status}")
