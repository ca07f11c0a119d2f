"""State vectors by qulacs: circuits whose measurements all end them."""

from __future__ import annotations

import ctypes
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import qulacs
from qulacs import _version
from qulacs import gate as gates
from qulacs import state as states

from qumulus.circuits import Operation
from qumulus.circuits.gates import GATES, matrix
from qumulus.execution.counts import Counts, counts_from_states
from qumulus.execution.pauli import Pauli
from qumulus.execution.settings import run_seed
from qumulus.provider.engines.choice import Choice
from qumulus.provider.engines.fusing import fuse
from qumulus.provider.engines.groups import Group, follow_groups

VERSIONS: Final = {"qulacs": _version.__version__, "numpy": np.__version__}

MULTINOMIAL_QUBITS: Final = 12
"""Up to here all probabilities are drawn from at once, at no cost for each shot, and states do not grow."""
FEW_SHOTS: Final = 1 << 16
"""Up to here drawing each costs less than importing numpy's generators, which a zygote has not."""
CHUNK_SHOTS: Final = 1 << 20
FUSED_QUBITS: Final = 12
"""From here fusing gates costs less than it saves."""

_OPENMP: Final = ctypes.CDLL(sys.modules["qulacs_core"].__file__)
"""What qulacs is linked with is found through it."""
_SEED_MASK: Final = 0x7FFF_FFFF
"""qulacs takes seeds of 31 bits."""

Gate = Any

# RotX(q, t) is exp(-i t X / 2) as in OpenQASM; qulacs' RX has the other sign.
ROTATIONS: Final[Mapping[str, Callable[[int, float], Gate]]] = {
    "rx": gates.RotX,
    "ry": gates.RotY,
    "rz": gates.RotZ,
    "p": gates.U1,
}
_GATES: Final[Mapping[str, Callable[..., Gate]]] = {
    "x": gates.X,
    "y": gates.Y,
    "z": gates.Z,
    "h": gates.H,
    "s": gates.S,
    "sdg": gates.Sdag,
    "t": gates.T,
    "tdg": gates.Tdag,
    "sx": gates.sqrtX,
    "sxdg": gates.sqrtXdag,
    **ROTATIONS,
    "cx": gates.CNOT,
    "cz": gates.CZ,
    "swap": gates.SWAP,
    "ccx": gates.TOFFOLI,
    "p": lambda qubit, angle: gates.DiagonalMatrix(
        [qubit], np.exp([0, 1j * angle])
    ),  # U1 takes twice as long
}


def use_threads(number: int) -> None:
    """From now on, in this process: one, or as many as it used first; 0: what the machine has.

    qulacs reads their number once, when it is first used.
    """
    if number > 1:
        os.environ["QULACS_NUM_THREADS"] = str(number)
    _OPENMP.omp_set_max_active_levels(int(number != 1))


def sample(choice: Choice, *, shots: int, seed: int) -> Counts:
    """Histogram of ``shots`` runs; the same seed gives the same one."""
    if choice.circuit.n_qubits > MULTINOMIAL_QUBITS:
        return _sample_groups(choice, shots=shots, seed=seed)
    state = prepare_state(choice.circuit.n_qubits, choice.circuit.operations)
    return measure(state, choice, shots=shots, seed=seed)


def _sample_groups(choice: Choice, *, shots: int, seed: int) -> Counts:
    """Each group of entangled qubits by itself, if anybody reads it; together they make an outcome."""
    wiring = choice.circuit.wiring or {}
    read = set(wiring.values())
    groups = follow_groups(choice.circuit.n_qubits, choice.circuit.operations)
    groups = [group for group in groups if not read.isdisjoint(group.qubits)]
    grown = [(grow(group), len(group.qubits)) for group in groups]
    drawn: Counter[int] = Counter()
    for number, start in enumerate(range(0, shots, CHUNK_SHOTS)):
        drawn.update(_draw_together(grown, min(CHUNK_SHOTS, shots - start), run_seed(seed, number)))
    place = {qubit: place for place, qubit in enumerate(qubit for group in groups for qubit in group.qubits)}
    places = {clbit: place[qubit] for clbit, qubit in wiring.items()}
    return counts_from_states(drawn.items(), choice.circuit.n_clbits, places)


def _draw_together(grown: Sequence[tuple[Any, int]], shots: int, seed: int) -> Sequence[int]:
    """The bits of the first state are the lowest."""
    drawn: Sequence[int] = ()
    offset = 0
    for index, (state, n_qubits) in enumerate(grown):
        more = state.sampling(shots, run_seed(seed, index))
        drawn = [low | high << offset for low, high in zip(drawn, more, strict=True)] if index else more
        offset += n_qubits
    return drawn or [0] * shots


def grow(group: Group) -> Any:
    """The state of a group: no gate passes over more amplitudes than are entangled by then."""
    state = _product(*map(grow, group.of)) if group.of else qulacs.QuantumState(1)
    place = {qubit: place for place, qubit in enumerate(group.qubits)}
    return _advance(
        state,
        [
            Operation(name, tuple([place[qubit] for qubit in qubits]), params, (), controls)
            for name, qubits, params, _, controls, *_ in group.operations
        ],
    )


def _product(low: Any, high: Any) -> Any:
    return states.tensor_product(high, low)


def measure(state: Any, choice: Choice, *, shots: int, seed: int) -> Counts:
    """The histogram of a small state at the end of its circuit."""
    wiring = choice.circuit.wiring or {}
    draw = _draw_few if shots <= FEW_SHOTS else _draw_all
    return counts_from_states(draw(state, shots, seed), choice.circuit.n_clbits, wiring)


def expectations(choice: Choice, paulis: Sequence[Pauli]) -> tuple[float, ...]:
    """Exact ⟨P⟩ of each product, which is on the qubits before compaction."""
    state = prepare_state(choice.circuit.n_qubits, choice.circuit.operations)
    return expectations_of(state, choice, paulis)


def expectations_of(state: Any, choice: Choice, paulis: Sequence[Pauli]) -> tuple[float, ...]:
    """The same of a state at the end of its circuit."""
    index = {qubit: position for position, qubit in enumerate(choice.circuit.active)}
    return tuple(_expectation(state, pauli, index) for pauli in paulis)


def prepare_state(n_qubits: int, operations: Iterable[Operation]) -> Any:
    """Apply the gates to |0…0⟩; measurements are left out."""
    return _advance(qulacs.QuantumState(max(n_qubits, 1)), operations)


def _advance(state: Any, operations: Iterable[Operation]) -> Any:
    if state.get_qubit_count() >= FUSED_QUBITS:
        for block in fuse(operations):
            fused = gates.merge([*map(make_gate, block)]) if len(block) > 1 else make_gate(block[0])
            fused.update_quantum_state(state)
        return state
    for operation in operations:
        if operation.name != "measure":
            make_gate(operation).update_quantum_state(state)
    return state


def make_gate(operation: Operation) -> Gate:
    """The gate with its controls; anything qulacs has no name for by its matrix."""
    name, qubits, params, _, controls, *_ = operation
    factory = _GATES.get(name)
    if factory is not None and not controls:
        return factory(*qubits, *params)
    if name == "gphase":
        return _phase_gate(operation)
    base = GATES[name]
    controls += "1" * base.n_controls
    targets = list(qubits[len(controls) :])
    dense = gates.DenseMatrix(targets, np.array(matrix(base.base, params), dtype=np.complex128))
    return _controlled(dense, qubits, controls)


def _phase_gate(operation: Operation) -> Gate:
    """``gphase`` under controls: the phase on the last control, under the others."""
    phase = np.exp(1j * operation.params[0])
    diagonal = [1, phase] if operation.controls[-1] == "1" else [phase, 1]
    dense = gates.DenseMatrix(operation.qubits[-1], np.diag(diagonal))
    return _controlled(dense, operation.qubits, operation.controls[:-1])


def _controlled(dense: Gate, qubits: Sequence[int], controls: str) -> Gate:
    for qubit, control in zip(qubits, controls, strict=False):
        dense.add_control_qubit(qubit, int(control))
    return dense


def _draw_few(state: Any, shots: int, seed: int) -> Iterable[tuple[int, int]]:
    return Counter(state.sampling(shots, seed & _SEED_MASK)).items()


def _draw_all(state: Any, shots: int, seed: int) -> Iterable[tuple[int, int]]:
    vector = state.get_vector()
    weights = vector.real**2 + vector.imag**2
    numbers = np.random.default_rng(seed).multinomial(shots, weights / weights.sum())
    (drawn,) = numbers.nonzero()
    return zip(drawn.tolist(), numbers[drawn].tolist(), strict=True)


def _expectation(state: Any, pauli: Pauli, index: Mapping[int, int]) -> float:
    """Qubits that are not simulated are |0⟩: ⟨Z⟩ = 1, ⟨X⟩ = ⟨Y⟩ = 0."""
    product = qulacs.Observable(state.get_qubit_count())
    letters = []
    for qubit, letter in pauli:
        if qubit in index:
            letters.append(f"{letter} {index[qubit]}")
        elif letter != "Z":
            return 0.0
    if not letters:
        return 1.0
    product.add_operator(1.0, " ".join(letters))
    return float(product.get_expectation_value(state))
