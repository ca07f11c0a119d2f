"""Our counts of a circuit against Qiskit's."""

from __future__ import annotations

from random import Random

import pytest

from qumulus.circuits import Circuit, Operation
from qumulus.execution.circuit_stats import circuit_stats
from qumulus.execution.qiskit_circuits import to_qiskit


def some_circuit(random: Random) -> Circuit:
    operations: list[Operation] = []
    for _ in range(random.randrange(1, 40)):
        first, second = random.sample(range(5), 2)
        operations.append(
            random.choice(
                (
                    Operation("h", (first,)),
                    Operation("cx", (first, second)),
                    Operation("barrier", (first, second)),
                    Operation("delay", (first,), (1e-6,)),
                    Operation("reset", (first,)),
                    Operation("measure", (first,), clbits=(second % 3,)),
                )
            )
        )
    return Circuit(n_qubits=5, n_clbits=3, operations=tuple(operations))


@pytest.mark.parametrize("seed", range(30))
def test_depth_and_sizes_are_those_of_qiskit(seed: int) -> None:
    circuit = some_circuit(Random(seed))
    stats = circuit_stats(circuit.operations)
    theirs = to_qiskit(circuit)
    sizes = theirs.count_ops()
    assert stats["n_gates_1q"] == sizes.get("h", 0)
    assert stats["n_gates_2q"] == sizes.get("cx", 0)
    assert stats["n_gates"] == stats["n_gates_1q"] + stats["n_gates_2q"]
    assert stats["n_qubits"] == len({bit for item in theirs.data for bit in item.qubits})
    assert stats["depth"] == theirs.depth()
