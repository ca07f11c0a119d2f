"""Stabilizer simulation by stim: Clifford circuits of any width, with measurements anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

import numpy as np
import stim

from qumulus.circuits import Operation
from qumulus.circuits.gates import matrix
from qumulus.execution.counts import Counts, add_counts, counts_from_bits
from qumulus.execution.pauli import Pauli
from qumulus.provider.engines.choice import Choice

VERSIONS: Final = {"stim": stim.__version__, "numpy": np.__version__}

CHUNK_BYTES: Final = 1 << 26
"""Of samples held at a time, one byte for each measured bit."""

_NAMES: Final[Mapping[str, str]] = {
    "id": "I",
    "x": "X",
    "y": "Y",
    "z": "Z",
    "h": "H",
    "s": "S",
    "sdg": "S_DAG",
    "sx": "SQRT_X",
    "sxdg": "SQRT_X_DAG",
    "cx": "CX",
    "cy": "CY",
    "cz": "CZ",
    "swap": "SWAP",
    "measure": "M",
    "reset": "R",
}

Instruction = tuple[str, tuple[int, ...]]


def sample(choice: Choice, *, shots: int, seed: int) -> Counts:
    """Histogram of ``shots`` runs; the same seed gives the same one on the same kind of machine."""
    circuit = choice.circuit
    sources = _last_measurements(circuit.operations)
    n_measurements = sum(operation.name == "measure" for operation in circuit.operations)
    if not sources:
        return {"0" * circuit.n_clbits: shots}
    sampler = to_stim(circuit.operations).compile_sampler(seed=seed)
    chunk = max(1, CHUNK_BYTES // (n_measurements + circuit.n_clbits))
    parts = []
    for start in range(0, shots, chunk):
        records = sampler.sample(min(chunk, shots - start))
        bits = np.zeros((len(records), circuit.n_clbits), dtype=np.uint8)
        bits[:, list(sources)] = records[:, list(sources.values())]
        parts.append(counts_from_bits(bits))
    return add_counts(parts)


def expectations(choice: Choice, paulis: Sequence[Pauli]) -> tuple[float, ...]:
    """Exact ⟨P⟩ of each product, which is on the qubits before compaction: -1, 0 or 1."""
    index = {qubit: position for position, qubit in enumerate(choice.circuit.active)}
    simulator = stim.TableauSimulator()
    simulator.set_num_qubits(max(1, choice.circuit.n_qubits))
    simulator.do_circuit(to_stim(choice.circuit.operations))
    return tuple(_expectation(simulator, pauli, index) for pauli in paulis)


def to_stim(operations: Iterable[Operation]) -> stim.Circuit:
    """The same circuit for stim, up to a global phase; all operations must be Clifford."""
    lines = []
    for name, qubits, params, _, controls, *_ in operations:
        known = None if controls else _NAMES.get(name)
        instructions = ((known, range(len(qubits))),) if known else _decomposed(name, params, controls)
        for instruction, places in instructions:
            lines.append(f"{instruction} {' '.join(str(qubits[place]) for place in places)}")
    return stim.Circuit("\n".join(lines))


@cache
def _decomposed(name: str, params: tuple[float, ...], controls: str) -> tuple[Instruction, ...]:
    """A Clifford gate in stim's names, by its matrix."""
    if name == "gphase":
        return ()
    unitary = np.array(matrix(name, params, controls), dtype=np.complex64)
    circuit = stim.Tableau.from_unitary_matrix(unitary, endian="little").to_circuit("elimination")
    return tuple(
        (instruction.name, tuple(target.value for target in group))
        for instruction in circuit
        for group in instruction.target_groups()
    )


def _last_measurements(operations: Iterable[Operation]) -> dict[int, int]:
    """For each written classical bit the number of the measurement that writes it last."""
    measurements = (operation for operation in operations if operation.name == "measure")
    return {clbit: number for number, operation in enumerate(measurements) for clbit in operation.clbits}


def _expectation(simulator: stim.TableauSimulator, pauli: Pauli, index: Mapping[int, int]) -> float:
    """Qubits that are not simulated are |0⟩: ⟨Z⟩ = 1, ⟨X⟩ = ⟨Y⟩ = 0."""
    product = stim.PauliString(simulator.num_qubits)
    for qubit, letter in pauli:
        if qubit in index:
            product[index[qubit]] = letter
        elif letter != "Z":
            return 0.0
    return float(simulator.peek_observable_expectation(product))
