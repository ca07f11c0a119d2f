"""Gates that are made one before they act on a state of many qubits."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import numpy as np
import pytest
from qiskit.quantum_info import Statevector

from qumulus.circuits import GATES, Operation
from qumulus.execution.qiskit_circuits import to_qiskit
from qumulus.provider.engines import qulacs_engine
from qumulus.provider.engines.fusing import fuse
from tests.unit.provider.test_engines import random_circuit


def _gate(name: str, *qubits: int, params: tuple[float, ...] = ()) -> Operation:
    return Operation(name, qubits, params)


def _turns(*qubits: int) -> list[Operation]:
    return [_gate(name, qubit, params=(0.3,)) for qubit in qubits for name in ("rx", "rz")]


def _names(operations: list[Operation]) -> list[str]:
    return [
        " ".join(f"{one.name}{''.join(map(str, one.qubits))}" for one in block) for block in fuse(operations)
    ]


@pytest.mark.parametrize("names", [sorted(GATES), ["rx", "rz", "cx"], ["h", "t", "p", "cx", "cp", "ccx"]])
@pytest.mark.parametrize("seed", range(8))
def test_a_state_is_what_qiskit_says(seed: int, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qulacs_engine, "FUSED_QUBITS", 0)
    circuit = random_circuit(seed, 5, names, length=20 * (seed + 1))
    found = qulacs_engine.prepare_state(5, circuit.operations).get_vector()
    overlap = np.vdot(found, Statevector(to_qiskit(circuit)).data)
    assert abs(overlap) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_every_gate_is_in_one_block_and_no_block_is_wider_than_two_qubits(seed: int) -> None:
    operations = random_circuit(seed, 6, sorted(GATES), length=200).operations
    blocks = list(fuse(operations))
    assert Counter(map(id, chain(*blocks))) == Counter(map(id, operations))
    assert all(
        len({qubit for one in block for qubit in one.qubits}) <= 2 for block in blocks if len(block) > 1
    )


def test_runs_become_one_gate_unless_they_cost_less_one_by_one() -> None:
    assert _names(_turns(0)) == ["rx0 rz0"]
    assert _names([_gate("h", 0), _gate("s", 0), _gate("x", 1)]) == ["h0", "s0", "x1"]


def test_a_pair_takes_the_runs_on_both_sides() -> None:
    operations = [*_turns(0, 1), _gate("cx", 0, 1), *_turns(1, 0)]
    assert _names(operations) == ["rx0 rz0 rx1 rz1 cx01 rx1 rz1 rx0 rz0"]


def test_gates_that_cost_little_stay_what_they_are() -> None:
    operations = [_gate("h", 0), *(_gate("cx", qubit, qubit + 1) for qubit in range(3))]
    assert _names(operations) == ["h0", "cx01", "cx12", "cx23"]
    assert _names([_gate("cx", 0, 1), _gate("rz", 1, params=(0.3,)), _gate("cx", 0, 1)]) == [
        "cx01",
        "rz1",
        "cx01",
    ]


def test_gates_on_the_same_two_qubits_become_one_once_they_cost_more() -> None:
    again = [*_turns(0), _gate("cx", 0, 1), *_turns(1), _gate("cx", 1, 0)]
    assert _names(again) == ["rx0 rz0 cx01 rx1 rz1 cx10"]


def test_a_layer_leaves_its_runs_to_the_next_where_that_saves_more() -> None:
    """Couplings with runs on both sides become dense; those between them stay as cheap as they are."""
    bricks = _turns(0, 1, 2, 3)
    for couplings in ([(0, 1), (2, 3)], [(1, 2)], [(0, 1), (2, 3)]):
        bricks += [*(_gate("cx", *pair) for pair in couplings), *_turns(0, 1, 2, 3)]
    blocks = [block for block in fuse(bricks) if any(one.name == "cx" for one in block)]
    assert [len(block) > 1 for block in blocks] == [True, True, False, True, True]
