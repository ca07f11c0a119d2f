"""Which engine simulates a perfect circuit, and what that takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from qumulus.circuits import Circuit
from qumulus.execution.calibration import Calibration
from qumulus.execution.failures import LimitExceededError, UnsupportedInstructionError, at
from qumulus.execution.settings import Method
from qumulus.provider.engines.clifford import first_non_clifford
from qumulus.provider.engines.compact import CompactCircuit, compact

SMALL_QUBITS: Final = 12
"""Up to here a state vector is cheaper than asking whether the circuit is Clifford."""
QULACS_QUBITS: Final = 24
"""Above, Aer's fusion of gates wins."""

LIVE_STATES: Final = 6
"""Trajectories hold so many states at a time, of branches inside branches; more are rare."""

_AMPLITUDE_BYTES: Final = 16
_CUMULATIVE_BYTES: Final = 8


class EngineName(StrEnum):
    """The simulators."""

    QULACS = "qulacs"
    STIM = "stim"
    AER = "aer"
    TRAJECTORIES = "qulacs_trajectories"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A circuit with its engine; ``memory_bytes`` is what the engine's state takes."""

    engine: EngineName
    method: Method
    circuit: CompactCircuit
    memory_bytes: int
    calibration: Calibration | None = None
    """The noise to simulate, None: none."""

    def check_memory(self, limit_bytes: int) -> None:
        """Refuse before running what cannot fit.

        Raises:
            LimitExceededError: with the numbers.
        """
        if self.memory_bytes <= limit_bytes:
            return
        raise LimitExceededError(
            f"The program acts on {self.circuit.n_qubits} qubits with gates that are not all Clifford; its "
            f"{self.method.replace('_', ' ')} needs {readable(self.memory_bytes)} of memory, and this "
            f"device allows {readable(limit_bytes)}. Use fewer qubits, or set simulator_info.method to "
            "'matrix_product_state' if there is little entanglement."
        )


def choose_engine(circuit: Circuit, method: Method) -> Choice:
    """Choose for sampling.

    Raises:
        UnsupportedInstructionError: a stabilizer simulation was asked for and the circuit is not Clifford.
    """
    small = compact(circuit, noisy=False)
    if method is Method.AUTO:
        return _choose_automatically(small)
    if method is Method.STABILIZER:
        return _stabilizer(small)
    if method is Method.STATEVECTOR:
        return _state_vector(small)
    return Choice(
        engine=EngineName.AER, method=method, circuit=small, memory_bytes=aer_memory(small.n_qubits, method)
    )


def choose_exact_engine(circuit: Circuit, method: Method) -> Choice:
    """Choose for exact expectation values.

    Raises:
        UnsupportedInstructionError: resets, a method that is not exact, or not Clifford (as above).
    """
    small = compact(circuit, noisy=False)
    for operation in small.operations:
        if operation.name == "reset":
            raise UnsupportedInstructionError(
                f"{at(operation)}reset leaves a mixed state, of which no exact expectation is computed: "
                "leave 'exact' out of simulator_info."
            )
    if method not in (Method.AUTO, Method.STATEVECTOR, Method.STABILIZER):
        raise UnsupportedInstructionError(
            f"Exact expectations are computed by the methods auto, statevector and stabilizer, not {method}."
        )
    choice = choose_engine(circuit, method)
    if choice.engine is EngineName.AER:
        return _qulacs(small)
    return choice


def _choose_automatically(small: CompactCircuit) -> Choice:
    if small.wiring is not None and small.n_qubits <= SMALL_QUBITS:
        return _qulacs(small)
    if first_non_clifford(small.operations) is None:
        return _stim(small)
    return _state_vector(small)


def _stabilizer(small: CompactCircuit) -> Choice:
    odd = first_non_clifford(small.operations)
    if odd is not None:
        raise UnsupportedInstructionError(
            f"{at(odd)}{odd.name} is no Clifford operation, so the stabilizer method cannot run this "
            "program: leave simulator_info.method out, or set it to 'statevector'."
        )
    return _stim(small)


def _state_vector(small: CompactCircuit) -> Choice:
    if small.wiring is not None and small.n_qubits <= QULACS_QUBITS:
        return _qulacs(small)
    return Choice(
        engine=EngineName.AER,
        method=Method.STATEVECTOR,
        circuit=small,
        memory_bytes=aer_memory(small.n_qubits, Method.STATEVECTOR),
    )


def _qulacs(small: CompactCircuit) -> Choice:
    return Choice(
        engine=EngineName.QULACS,
        method=Method.STATEVECTOR,
        circuit=small,
        memory_bytes=(_AMPLITUDE_BYTES + _CUMULATIVE_BYTES) << small.n_qubits,
    )


def _stim(small: CompactCircuit) -> Choice:
    return Choice(engine=EngineName.STIM, method=Method.STABILIZER, circuit=small, memory_bytes=0)


def aer_memory(n_qubits: int, method: Method) -> int:
    """Bytes of Aer's state; a matrix product state cannot be predicted and counts as 0."""
    if method is Method.STATEVECTOR:
        return _AMPLITUDE_BYTES << n_qubits
    if method is Method.DENSITY_MATRIX:
        return _AMPLITUDE_BYTES << 2 * n_qubits
    return 0


def readable(size: float) -> str:
    """A number of bytes with its unit."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB", "PiB"):
        if size < 1024:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:.3g} EiB"
