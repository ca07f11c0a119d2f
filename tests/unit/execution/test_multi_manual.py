"""Programs side by side against Qiskit's state vectors of each program alone."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiskit.quantum_info import Statevector

from qumulus.circuits import Circuit, ProgramError, read_program
from qumulus.execution.calibration import read_calibration
from qumulus.execution.failures import (
    ExecutionError,
    InvalidProgramError,
    LimitExceededError,
    UnsupportedInstructionError,
)
from qumulus.execution.multi_manual import MultiManual, marginal
from qumulus.execution.plan import Outputs, Placed
from qumulus.execution.qiskit_circuits import to_qiskit
from qumulus.execution.settings import Settings
from tests.unit.execution.test_estimation import flipped, noisy_readout, sampled

HEAD = 'OPENQASM 3; include "stdgates.inc";'
ONE = HEAD + "qubit q; bit c; ry(2.2) q; c = measure q;"
OLD = """OPENQASM 2.0; include "qelib1.inc"; qreg a[2]; creg m[1]; creg n[2];
h a[0]; cx a[0], a[1]; measure a -> n;"""
THREE = (
    HEAD
    + "qubit[2] q; qubit r; bit[2] c; ry(0.4) q[0]; cx q[0], r; rx(1) q[1];"
    + "c[1] = measure r; c[0] = measure q[1];"
)
PROGRAMS = [ONE, OLD, THREE]
KIND = MultiManual()


def planned(programs: Sequence[str], places: Sequence[int] | None = None) -> tuple[Any, Any]:
    """Spec and plan; ``places`` puts each qubit elsewhere, as a transpiler does."""
    spec = KIND.parse({"program": list(programs)}, Settings(shots=1))
    circuit = KIND.program(spec)
    if places is not None:
        moved = (op._replace(qubits=tuple(places[q] for q in op.qubits)) for op in circuit.operations)
        circuit = Circuit(n_qubits=max(places) + 1, n_clbits=circuit.n_clbits, operations=tuple(moved))
    return spec, KIND.plan(spec, Placed(circuit=circuit, placement=tuple(places or ())))


def probabilities(source: str) -> dict[str, float]:
    """Of a program alone; bits that are not written stay 0."""
    circuit = read_program(source)
    wiring = {op.clbits[0]: op.qubits[0] for op in circuit.operations if op.name == "measure"}
    bare = Circuit(
        n_qubits=circuit.n_qubits,
        n_clbits=0,
        operations=tuple(op for op in circuit.operations if op.name != "measure"),
    )
    found: dict[str, float] = {}
    for state, weight in enumerate(Statevector(to_qiskit(bare)).probabilities()):
        value = sum((state >> qubit & 1) << clbit for clbit, qubit in wiring.items())
        key = f"{value:0{circuit.n_clbits}b}"
        found[key] = found.get(key, 0.0) + float(weight)
    return found


def chi_square(counts: dict[str, int], expected: dict[str, float]) -> float:
    """In units of standard deviations above its mean, roughly."""
    shots = sum(counts.values())
    kept = {key: p for key, p in expected.items() if p > 1e-12}
    assert counts.keys() <= kept.keys()
    value = sum((counts.get(key, 0) - shots * p) ** 2 / (shots * p) for key, p in kept.items())
    degrees = max(1, len(kept) - 1)
    return (value - degrees) / float(np.sqrt(2 * degrees))


def test_each_program_has_the_distribution_that_it_has_alone() -> None:
    spec, plan = planned(PROGRAMS)
    (circuit,) = plan.circuits
    assert (circuit.n_qubits, circuit.n_clbits) == (6, 6)
    whole = sampled_with_unwritten(circuit, 20_000, seed=3)
    result = KIND.combine(spec, plan, Outputs(counts=(whole,)))["sampling"]
    assert result["counts"] == whole
    assert list(result["divided_counts"]) == ["0", "1", "2"]
    for index, source in enumerate(PROGRAMS):
        share = result["divided_counts"][str(index)]
        assert sum(share.values()) == 20_000
        assert chi_square(share, probabilities(source)) < 6


def sampled_with_unwritten(circuit: Circuit, shots: int, seed: int) -> dict[str, int]:
    """As :func:`sampled`, where some bits are never written."""
    measured = {op.clbits[0]: op.qubits[0] for op in circuit.operations if op.name == "measure"}
    order = sorted(measured)
    renamed = tuple(
        op._replace(clbits=(order.index(op.clbits[0]),)) if op.name == "measure" else op
        for op in circuit.operations
    )
    dense = sampled(Circuit(n_qubits=circuit.n_qubits, n_clbits=len(order), operations=renamed), shots, seed)
    found = {}
    for key, number in dense.items():
        value = sum((key[-1 - position] == "1") << clbit for position, clbit in enumerate(order))
        found[f"{value:0{circuit.n_clbits}b}"] = number
    return found


def test_the_first_program_is_rightmost() -> None:
    programs = [f"{HEAD} qubit[2] q; bit[2] c; {gates} c = measure q;" for gates in ("x q[0];", "", "x q;")]
    spec, plan = planned(programs)
    counts = sampled(plan.circuits[0], 10, seed=0)
    assert counts == {"110001": 10}
    divided = KIND.combine(spec, plan, Outputs(counts=(counts,)))["sampling"]["divided_counts"]
    assert divided == {"0": {"01": 10}, "1": {"00": 10}, "2": {"11": 10}}


def test_the_combined_program_is_the_same_circuit() -> None:
    spec, plan = planned(PROGRAMS)
    text = KIND.combined_program(spec)
    assert text is not None
    again = read_program(text)
    assert [register.name for register in again.qubit_registers] == ["q0", "q1", "q2"]
    assert [register.size for register in again.clbit_registers] == [1, 3, 2]
    assert [op[:5] for op in again.operations] == [op[:5] for op in plan.circuits[0].operations]


@pytest.mark.parametrize("places", [[0, 1, 2, 3, 4, 5], [4, 2, 0, 5, 1, 3], [5, 4, 3, 2, 1, 0]])
def test_every_program_is_mitigated_by_the_errors_of_the_qubits_it_ran_on(places: list[int]) -> None:
    calibration = read_calibration(noisy_readout(n_qubits=6))
    spec, plan = planned(PROGRAMS, places)
    (circuit,) = plan.circuits
    raw = flipped(sampled_with_unwritten(circuit, 40_000, seed=7), circuit, Random(11))
    outputs = Outputs(counts=(raw,), readout=calibration, is_mitigated=True)
    result = KIND.combine(spec, plan, outputs)["sampling"]
    assert result["raw_counts"] == raw
    assert sum(result["counts"].values()) == 40_000
    for (index, share), bits, source in zip(
        result["divided_counts"].items(), spec.bits, PROGRAMS, strict=True
    ):
        truth = probabilities(source)
        unmitigated = marginal(raw, bits)
        assert sum(share.values()) == 40_000
        assert distance(share, truth) < 0.015, index
        assert distance(unmitigated, truth) > 0.02, index
        assert distance(marginal(result["counts"], bits), truth) < 0.03, index


def distance(counts: dict[str, int], truth: dict[str, float]) -> float:
    """Total variation."""
    shots = sum(counts.values())
    return sum(abs(counts.get(k, 0) / shots - truth.get(k, 0.0)) for k in counts.keys() | truth.keys()) / 2


def test_where_nothing_is_to_be_mitigated_the_raw_counts_are_the_counts() -> None:
    spec, plan = planned([ONE, ONE])
    counts = sampled(plan.circuits[0], 100, seed=1)
    result = KIND.combine(spec, plan, Outputs(counts=(counts,), is_mitigated=True))["sampling"]
    assert result["raw_counts"] == result["counts"] == counts


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
    st.randoms(use_true_random=False),
)
def test_shares_sum_to_the_shots(widths: list[int], random: Random) -> None:
    total = sum(widths)
    counts: dict[str, int] = {}
    for _ in range(20):
        key = f"{random.getrandbits(total):0{total}b}"
        counts[key] = counts.get(key, 0) + random.randint(1, 9)
    start = 0
    for width in widths:
        share = marginal(counts, range(start, start + width))
        assert sum(share.values()) == sum(counts.values())
        assert all(len(key) == width for key in share)
        start += width


@pytest.mark.parametrize("job_info", [{"code": ONE}, {"program": ONE}, {"program": [ONE]}])
def test_a_single_program_is_a_list_of_one(job_info: dict[str, Any]) -> None:
    spec = KIND.parse(job_info, Settings(shots=1))
    assert spec.bits == (range(1),)


@pytest.mark.parametrize(
    ("job_info", "kind", "says"),
    [
        ({}, InvalidProgramError, "no program"),
        ({"program": []}, InvalidProgramError, "empty"),
        ({"program": [ONE, 3]}, InvalidProgramError, "no program"),
        ({"program": [ONE, HEAD + "qubit q; h q;"]}, InvalidProgramError, "Program 1 has no classical bits"),
        (
            {"program": [ONE, HEAD + "bit c; c = measure $0;"]},
            UnsupportedInstructionError,
            r"Program 1 names physical qubits",
        ),
        ({"program": [HEAD + f"bit[{40_000}] c;"] * 2}, LimitExceededError, "Up to program 1"),
    ],
)
def test_what_cannot_stand_side_by_side_is_refused(
    job_info: dict[str, Any], kind: type[ExecutionError], says: str
) -> None:
    with pytest.raises(kind, match=says):
        KIND.parse(job_info, Settings(shots=1))


def test_exact_is_for_estimation() -> None:
    with pytest.raises(InvalidProgramError, match="exact"):
        KIND.parse({"code": ONE}, Settings(shots=1, exact=True))


def test_an_error_names_its_program_with_line_and_column() -> None:
    with pytest.raises(ProgramError) as caught:
        KIND.parse({"program": [ONE, HEAD + "\nqubit q;\n  hh q;"]}, Settings(shots=1))
    assert str(caught.value).startswith("program 1, line 3, column 3: the gate `hh` is not defined (did you")
    assert caught.value.code == "invalid_program"
