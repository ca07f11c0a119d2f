"""An engine for a circuit, and what its state takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from qumulus.execution.calibration import Calibration
from qumulus.execution.failures import LimitExceededError
from qumulus.execution.settings import Method
from qumulus.provider.engines.compact import CompactCircuit

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
