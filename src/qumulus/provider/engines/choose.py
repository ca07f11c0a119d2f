"""Which engine simulates a perfect circuit: the cheapest on this machine of those that can and fit."""

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
from qumulus.provider.engines.resources import RESOURCES

SMALL_QUBITS: Final = 12
SMALL_GATES: Final = 2000
"""Up to here qulacs is faster than asking which engine is fastest."""
USUAL_SHOTS: Final = 1000

LIVE_STATES: Final = 6
"""Trajectories hold so many states at a time, of branches inside branches; more are rare."""

AMPLITUDE_BYTES: Final = 16
CUMULATIVE_BYTES: Final = 8
"""For each probability that qulacs draws from."""


class EngineName(StrEnum):
    """The simulators of the house."""

    QULACS = "qulacs"
    STIM = "stim"
    AER = "aer"
    TRAJECTORIES = "qulacs_trajectories"
    DENSITY = "numpy_density"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A circuit with its engine; ``memory_bytes`` is the most that the engine's state takes."""

    engine: str
    method: Method
    circuit: CompactCircuit
    memory_bytes: int
    predicted_s: float = 0.0
    """Of one thread, for a thousand shots; 0: negligible."""
    calibration: Calibration | None = None
    """The noise to simulate, None: none."""
    module: str | None = None
    """Where an engine of another package is; None: it is one of the house."""
    needs_resident: bool = False
    """What the engine imports is loaded in resident workers only."""

    def check_memory(self, limit_bytes: int) -> None:
        """Refuse before running what cannot fit.

        Raises:
            LimitExceededError: with the numbers.
        """
        if self.memory_bytes <= limit_bytes:
            return
        how = self.method.replace("_", " ")
        if self.method is Method.MATRIX_PRODUCT_STATE:
            raise LimitExceededError(
                f"The program entangles its {self.circuit.n_qubits} qubits so much that its {how} may need "
                f"{readable(self.memory_bytes)} of memory or more, and this device allows "
                f"{readable(limit_bytes)}. Use fewer qubits, or fewer gates between distant qubits."
            )
        raise LimitExceededError(
            f"The program acts on {self.circuit.n_qubits} qubits with gates that are not all Clifford; its "
            f"{how} needs {readable(self.memory_bytes)} of memory, and this device allows "
            f"{readable(limit_bytes)}. Use fewer qubits, or set simulator_info.method to "
            "'matrix_product_state' if there is little entanglement."
        )


def choose_engine(
    circuit: Circuit,
    method: Method,
    *,
    shots: int = USUAL_SHOTS,
    memory_bytes: int | None = None,
    only: str | None = None,
) -> Choice:
    """Choose for sampling; of engines that fit ``memory_bytes`` if there is one.

    ``only`` names the engines to choose from, with ``+`` between them, as far as they can run the circuit.

    Raises:
        UnsupportedInstructionError: a stabilizer simulation was asked for and the circuit is not Clifford.
    """
    small = compact(circuit, noisy=False)
    is_small = small.n_qubits <= SMALL_QUBITS and len(small.operations) <= SMALL_GATES
    is_small = is_small and (only is None or EngineName.QULACS in only.split("+"))
    if is_small and small.wiring is not None and method in (Method.AUTO, Method.STATEVECTOR):
        return small_state_vector(small)
    if method is Method.STABILIZER:
        _check_clifford(small)
    # What most circuits never need stays out of the processes that are forked for them.
    from qumulus.provider.engines.contest import winner

    return winner(small, method, shots=shots, memory_bytes=memory_bytes, only=only)


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
    if method is Method.STABILIZER:
        _check_clifford(small)
    elif (
        method is Method.STATEVECTOR
        or small.n_qubits <= SMALL_QUBITS
        or first_non_clifford(small.operations) is not None
    ):
        return small_state_vector(small)
    return Choice(engine=EngineName.STIM, method=Method.STABILIZER, circuit=small, memory_bytes=0)


def small_state_vector(small: CompactCircuit) -> Choice:
    """By qulacs, without asking for anything else."""
    costs = RESOURCES.get().costs
    gate_s = costs.qulacs_gate_s + (costs.qulacs_amplitude_s * (1 << small.n_qubits))
    return Choice(
        engine=EngineName.QULACS,
        method=Method.STATEVECTOR,
        circuit=small,
        memory_bytes=(AMPLITUDE_BYTES + CUMULATIVE_BYTES) << small.n_qubits,
        predicted_s=gate_s * len(small.operations),
    )


def _check_clifford(small: CompactCircuit) -> None:
    odd = first_non_clifford(small.operations)
    if odd is not None:
        raise UnsupportedInstructionError(
            f"{at(odd)}{odd.name} is no Clifford operation, so the stabilizer method cannot run this "
            "program: leave simulator_info.method out, or set it to 'statevector'."
        )


def aer_memory(n_qubits: int, method: Method) -> int:
    """Bytes of Aer's state vector or density matrix."""
    return AMPLITUDE_BYTES << (2 * n_qubits if method is Method.DENSITY_MATRIX else n_qubits)


def readable(size: float) -> str:
    """A number of bytes with its unit."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB", "PiB"):
        if size < 1024:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:.3g} EiB"
