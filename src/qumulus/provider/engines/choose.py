"""Which engine simulates a perfect circuit: the cheapest on this machine of those that can and fit."""

from __future__ import annotations

from typing import Final

from qumulus.circuits import Circuit
from qumulus.execution.failures import UnsupportedInstructionError, at
from qumulus.execution.settings import Method
from qumulus.provider.engines.choice import AMPLITUDE_BYTES, CUMULATIVE_BYTES, Choice, EngineName
from qumulus.provider.engines.clifford import first_non_clifford
from qumulus.provider.engines.compact import CompactCircuit, compact
from qumulus.provider.engines.resources import RESOURCES

SMALL_QUBITS: Final = 12
SMALL_GATES: Final = 2000
"""Up to here qulacs is faster than asking which engine is fastest."""
USUAL_SHOTS: Final = 1000


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
