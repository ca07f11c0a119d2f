"""Making a circuit small before it is simulated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qumulus.circuits import Circuit, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactCircuit:
    """A circuit on its active qubits only; ``active[k]`` is the original of qubit k."""

    n_clbits: int
    operations: tuple[Operation, ...]
    active: tuple[int, ...]
    wiring: Mapping[int, int] | None
    """The qubit that each written classical bit reads at the end; None: the circuit goes on after a
    measurement, or resets a qubit that was in use."""

    @property
    def n_qubits(self) -> int:
        """How many qubits have to be simulated."""
        return len(self.active)


def compact(circuit: Circuit, *, noisy: bool) -> CompactCircuit:
    """Drop qubits and operations that cannot change the histogram.

    On a noisy device only barriers are dropped: a measured idle qubit has readout errors, and delays
    and identities take time.
    """
    kept = circuit.operations if noisy else _effective(circuit)
    kept = tuple(op for op in kept if op.name != "barrier" and (op.qubits or op.name != "gphase"))
    active = tuple(sorted({qubit for operation in kept for qubit in operation.qubits}))
    if active != tuple(range(len(active))):
        index = {qubit: position for position, qubit in enumerate(active)}
        kept = tuple(
            [
                Operation(
                    name, tuple([index[qubit] for qubit in qubits]), params, clbits, controls, line, column
                )
                for name, qubits, params, clbits, controls, line, column in kept
            ]
        )
    return CompactCircuit(
        n_clbits=circuit.n_clbits, operations=kept, active=active, wiring=final_wiring(kept)
    )


def _effective(circuit: Circuit) -> tuple[Operation, ...]:
    """The operations without those that do nothing on a perfect device.

    A qubit that no gate touched yet is 0: resetting it does nothing, and measuring it writes the 0
    that an unwritten bit has anyhow.
    """
    touched: set[int] = set()
    written: set[int] = set()
    kept: list[Operation] = []
    for operation in circuit.operations:
        name = operation.name
        if name in ("id", "delay"):
            continue
        is_idle = name in ("measure", "reset") and operation.qubits[0] not in touched
        if is_idle and written.isdisjoint(operation.clbits):
            continue
        kept.append(operation)
        written.update(operation.clbits)
        if name != "barrier":
            touched.update(operation.qubits)
    return tuple(kept)


def final_wiring(operations: tuple[Operation, ...]) -> dict[int, int] | None:
    """Which qubit each written bit reads, if all measurements can be taken together at the end."""
    wiring: dict[int, int] = {}
    measured: set[int] = set()
    for operation in operations:
        if operation.name == "measure":
            wiring.update((clbit, operation.qubits[0]) for clbit in operation.clbits)
            measured.add(operation.qubits[0])
        elif operation.name == "reset" or not measured.isdisjoint(operation.qubits):
            return None
    return wiring
