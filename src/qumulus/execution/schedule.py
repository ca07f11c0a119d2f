"""When the gates of a program run on a calibrated device, and how long its qubits wait between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from qumulus.circuits import Circuit, Operation
from qumulus.execution.calibration import Calibration

_SHORTEST_S: Final = 1e-13
"""Less than this is rounding."""
_INSTANT: Final = frozenset(("rz", "gphase", "barrier", "measure", "reset"))
"""Turns about Z are changes of frame; no calibration tells the length of readout and reset."""


def with_idle_times(circuit: Circuit, calibration: Calibration) -> Circuit:
    """Add a ``delay`` wherever a qubit waits for another one, in a schedule as late as possible.

    Barriers are kept. A qubit does not wait before its first gate, where it is 0, nor after its last
    operation; readouts that nothing follows are all at the end.
    """
    return replace(circuit, operations=_without_first_waits(_scheduled(circuit.operations, calibration)))


def _scheduled(operations: Sequence[Operation], calibration: Calibration) -> list[Operation]:
    """From the end to the beginning: ``since[q]`` is the time from qubit q's next operation to the end."""
    since: dict[int, float] = {}
    found: list[Operation] = []
    used: set[int] = set()
    for operation in reversed(operations):
        end_s = max((since.get(qubit, 0.0) for qubit in operation.qubits), default=0.0)
        for qubit in operation.qubits:
            wait_s = end_s - since.get(qubit, 0.0)
            if wait_s > _SHORTEST_S and qubit in used:
                found.append(Operation("delay", (qubit,), (wait_s,)))
        start_s = end_s + duration_s(operation, calibration)
        since.update(dict.fromkeys(operation.qubits, start_s))
        if operation.name != "barrier":
            used.update(operation.qubits)
        found.append(operation)
    found.reverse()
    return found


def _without_first_waits(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    touched: set[int] = set()
    kept: list[Operation] = []
    for operation in operations:
        if operation.name == "delay" and touched.isdisjoint(operation.qubits):
            continue
        kept.append(operation)
        if operation.name != "barrier":
            touched.update(operation.qubits)
    return tuple(kept)


def duration_s(operation: Operation, calibration: Calibration) -> float:
    """Length of an operation; an identity lasts as long as an sx.

    Raises:
        KeyError: the device has no such gate on these qubits.
    """
    name, qubits = operation.name, operation.qubits
    if name in _INSTANT:
        return 0.0
    if name == "delay":
        return operation.params[0]
    if len(qubits) == 2:
        control, target = qubits
        return calibration.couplings[control, target].gate_duration_s[name]
    durations = calibration.qubits[qubits[0]].gate_duration_s
    return durations.get(name, durations["sx"])
