"""When qubits wait: schedules by hand, in nanoseconds of a made-up device."""

from __future__ import annotations

import pytest

from qumulus.circuits import Circuit, Operation
from qumulus.execution.calibration import read_calibration
from qumulus.execution.schedule import with_idle_times

QUBIT = {
    "fidelity": 1.0,
    "meas_error": {"prob_meas1_prep0": 0.0, "prob_meas0_prep1": 0.0},
    "qubit_lifetime": {"t1": 1.0, "t2": 1.0},
    "gate_duration": {"rz": 0, "sx": 10, "x": 20},
}
DEVICE = read_calibration(
    {
        "name": "made",
        "calibrated_at": "now",
        "qubits": [QUBIT] * 3,
        "couplings": [
            {"control": a, "target": b, "fidelity": 1.0, "gate_duration": {"cx": 100}}
            for a, b in ((0, 1), (1, 2))
        ],
    }
)
X0, X1, X2 = (Operation("x", (qubit,)) for qubit in range(3))
CX01, CX12 = Operation("cx", (0, 1)), Operation("cx", (1, 2))
ALL = Operation("barrier", (0, 1, 2))


def wait(qubit: int, time_ns: float) -> Operation:
    return Operation("delay", (qubit,), (pytest.approx(time_ns * 1e-9),))


def measure(qubit: int) -> Operation:
    return Operation("measure", (qubit,), clbits=(qubit,))


def scheduled(*operations: Operation) -> list[Operation]:
    circuit = Circuit(n_qubits=3, n_clbits=3, operations=operations)
    return list(with_idle_times(circuit, DEVICE).operations)


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        # Gates move to the end, so only what stands before another's gate waits.
        ((X0, CX12), (X0, CX12)),
        ((X0, X1, CX01), (X0, X1, CX01)),
        ((X0, X1, X1, CX01), (X0, X1, X1, CX01)),
        ((CX01, CX12, CX01), (CX01, wait(0, 100), CX12, CX01)),
        ((CX01, X1, CX12), (CX01, X1, CX12)),
        # What is measured at the end of the program waits for that.
        ((CX01, X1, CX12, measure(0)), (CX01, wait(0, 120), X1, CX12, measure(0))),
        # A barrier holds the times together; nobody waits before a first or after a last gate.
        ((X0, ALL, CX12, ALL, X0), (X0, ALL, wait(0, 100), CX12, ALL, X0)),
        ((X0, ALL, CX12, ALL, measure(0)), (X0, ALL, wait(0, 100), CX12, ALL, measure(0))),
        ((ALL, CX12, ALL, X0), (ALL, CX12, ALL, X0)),
        ((measure(0), ALL, X1, measure(1)), (measure(0), ALL, X1, measure(1))),
        # Delays and identities take time, turns about Z take none.
        ((CX01, wait(1, 70), CX01), (CX01, wait(0, 70), wait(1, 70), CX01)),
        ((CX01, Operation("id", (1,)), CX01), (CX01, wait(0, 10), Operation("id", (1,)), CX01)),
        ((CX01, Operation("rz", (1,), (0.3,)), CX01), (CX01, Operation("rz", (1,), (0.3,)), CX01)),
    ],
)
def test_qubits_wait_where_others_are_busy(
    operations: tuple[Operation, ...], expected: tuple[Operation, ...]
) -> None:
    plain = tuple(Operation("delay", op.qubits, (70e-9,)) if op.name == "delay" else op for op in operations)
    found = scheduled(*plain)
    # Where a wait stands among the operations of other qubits has no meaning.
    for qubit in range(3):
        assert [op for op in found if qubit in op.qubits] == [op for op in expected if qubit in op.qubits]
    assert len(found) == len(expected)
