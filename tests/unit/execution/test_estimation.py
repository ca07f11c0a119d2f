"""Estimation against exact expectation values of Qiskit's state vectors."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np
import pytest
from qiskit.quantum_info import SparsePauliOp, Statevector

from qumulus.circuits import Circuit, Operation, ProgramError, read_program
from qumulus.execution.calibration import read_calibration
from qumulus.execution.estimation import Estimation
from qumulus.execution.failures import InvalidProgramError, UnsupportedInstructionError
from qumulus.execution.plan import Outputs, Placed
from qumulus.execution.qiskit_circuits import to_qiskit
from qumulus.execution.settings import Settings

HEAD = 'OPENQASM 3; include "stdgates.inc"; qubit[3] q; bit[3] c;'
STATE = HEAD + "ry(0.7) q[0]; rx(1.1) q[1]; cx q[0], q[1]; U(0.3, 0.2, 0.9) q[2]; cx q[2], q[0];"
OPERATOR = [
    {"pauli": "X0", "coeff": 0.5},
    {"pauli": "Z0Z1", "coeff": 1.5},
    {"pauli": "Z1Z2", "coeff": -1.2},
    {"pauli": "Y0X1Z2", "coeff": 0.8},
    {"pauli": "X1", "coeff": -0.4},
    {"pauli": "I", "coeff": 0.25},
]


def exact_value(source: str, operator: list[dict[str, Any]]) -> float:
    circuit = to_qiskit(read_program(source)).remove_final_measurements(inplace=False)
    terms = []
    for term in operator:
        letters = [x for x in term["pauli"] if x.isalpha() and x != "I"]
        places = [int(x) for x in term["pauli"] if x.isdigit()]
        terms.append(("".join(letters), places, term["coeff"]))
    return float(
        np.real(
            Statevector(circuit).expectation_value(SparsePauliOp.from_sparse_list(terms, circuit.num_qubits))
        )
    )


def sampled(circuit: Circuit, shots: int, seed: int) -> dict[str, int]:
    """Shots of a planned circuit by Qiskit's state vector, apart from our engines."""
    measured = {op.clbits[0]: op.qubits[0] for op in circuit.operations if op.name == "measure"}
    unmeasured = tuple(op for op in circuit.operations if op.name != "measure")
    bare = Circuit(n_qubits=circuit.n_qubits, n_clbits=0, operations=unmeasured)
    qubits = [measured[clbit] for clbit in range(circuit.n_clbits)]
    weights = Statevector(to_qiskit(bare)).probabilities(qubits)
    numbers = np.random.default_rng(seed).multinomial(shots, weights / weights.sum())
    return {f"{key:0{circuit.n_clbits}b}": int(n) for key, n in enumerate(numbers) if n}


def estimate(source: str, operator: list[dict[str, Any]], *, shots: int, seed: int) -> dict[str, float]:
    kind = Estimation()
    spec = kind.parse({"code": source, "operator": operator}, Settings(shots=shots))
    circuit = kind.program(spec)
    plan = kind.plan(spec, Placed(circuit=circuit, placement=tuple(range(circuit.n_qubits))))
    counts = tuple(sampled(item, shots, seed * 100 + i) for i, item in enumerate(plan.circuits))
    result: dict[str, float] = kind.combine(spec, plan, Outputs(counts=counts))["estimation"]
    return result


def test_the_bell_state_gives_the_documented_value() -> None:
    source = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; h q[0]; cx q[0], q[1];'
    operator = [{"pauli": "X 0 X 1", "coeff": 1.5}, {"pauli": "Y 0 Z 1", "coeff": 1.2}]
    result = estimate(source, operator, shots=4000, seed=1)
    assert abs(result["exp_value"] - 1.5) < 5 * result["stds"]
    assert math.isclose(result["stds"], 1.2 / math.sqrt(4000), rel_tol=0.05)


def test_the_95_percent_interval_covers_the_truth_19_times_in_20() -> None:
    truth = exact_value(STATE, OPERATOR)
    runs = [estimate(STATE, OPERATOR, shots=500, seed=seed) for seed in range(300)]
    covered = sum(abs(run["exp_value"] - truth) < 1.96 * run["stds"] for run in runs)
    # Binomial(300, 0.95): mean 285, deviation 3.8.
    assert 270 <= covered <= 297
    spread = np.std([run["exp_value"] for run in runs])
    assert math.isclose(float(spread), np.mean([run["stds"] for run in runs]), rel_tol=0.15)


def test_correlated_terms_of_a_group_count_with_their_covariance() -> None:
    source = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; h q[0]; cx q[0], q[1];'
    difference = [{"pauli": "Z 0", "coeff": 1}, {"pauli": "Z 1", "coeff": -1}]
    assert estimate(source, difference, shots=1000, seed=3) == {"exp_value": 0.0, "stds": 0.0}
    total = [{"pauli": "Z 0", "coeff": 1}, {"pauli": "Z 1", "coeff": 1}]
    assert math.isclose(
        estimate(source, total, shots=1000, seed=3)["stds"], 2 / math.sqrt(1000), rel_tol=0.01
    )


def test_a_single_shot_does_not_pretend_to_be_certain() -> None:
    operator = [{"pauli": "X0", "coeff": 0.5}, {"pauli": "Z1", "coeff": -2.0}, {"pauli": "Z0", "coeff": 1.0}]
    source = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; h q[0]; cx q[0], q[1];'
    single = estimate(source, operator, shots=1, seed=1)
    assert single["stds"] == pytest.approx(math.hypot(3.0, 0.5))


def test_final_measurements_change_nothing() -> None:
    plain = estimate(STATE, OPERATOR, shots=200, seed=5)
    assert estimate(STATE + "c = measure q;", OPERATOR, shots=200, seed=5) == plain


@pytest.mark.parametrize(
    "tail",
    ["c[0] = measure q[0]; x q[0];", "c[1] = measure q[1]; reset q[1];", "c = measure q; cx q[0], q[1];"],
)
def test_a_measurement_with_something_after_it_is_refused_with_its_place(tail: str) -> None:
    with pytest.raises(UnsupportedInstructionError, match=r"line 1, column \d+: .* after its measurement"):
        estimate(HEAD + tail, OPERATOR, shots=10, seed=0)


def test_only_identities_cost_no_run() -> None:
    kind = Estimation()
    spec = kind.parse({"code": HEAD, "operator": [{"pauli": "I", "coeff": 2.5}]}, Settings(shots=10))
    plan = kind.plan(spec, Placed(circuit=kind.program(spec), placement=(0, 1, 2)))
    assert plan.circuits == ()
    assert kind.combine(spec, plan, Outputs()) == {"estimation": {"exp_value": 2.5, "stds": 0.0}}


def test_terms_follow_the_placement_of_the_qubits() -> None:
    kind = Estimation()
    operator = [{"pauli": "Z 0", "coeff": 1.0}]
    spec = kind.parse({"code": HEAD + "x q[0];", "operator": operator}, Settings(shots=10))
    moved = Circuit(n_qubits=5, n_clbits=0, operations=(Operation("x", (4,)),))
    plan = kind.plan(spec, Placed(circuit=moved, placement=(4, 2, 0)))
    assert [op.qubits for op in plan.circuits[0].operations if op.name == "measure"] == [(4,)]
    assert sampled(plan.circuits[0], 10, 0) == {"1": 10}


def test_mitigated_estimates_are_unbiased_with_honest_errors() -> None:
    calibration = read_calibration(noisy_readout(n_qubits=3))
    truth = exact_value(STATE, OPERATOR)
    kind = Estimation()
    spec = kind.parse({"code": STATE, "operator": OPERATOR}, Settings(shots=1000))
    plan = kind.plan(spec, Placed(circuit=kind.program(spec), placement=(0, 1, 2)))
    runs = []
    for seed in range(120):
        raw = tuple(
            flipped(sampled(item, 1000, seed * 50 + i), item, Random(seed * 50 + i))
            for i, item in enumerate(plan.circuits)
        )
        runs.append(kind.combine(spec, plan, Outputs(counts=raw, readout=calibration))["estimation"])
    mean = np.mean([run["exp_value"] for run in runs])
    assert abs(mean - truth) < 5 * runs[0]["stds"] / math.sqrt(len(runs))
    covered = sum(abs(run["exp_value"] - truth) < 1.96 * run["stds"] for run in runs)
    assert covered >= 105


def noisy_readout(n_qubits: int) -> dict[str, Any]:
    return {
        "name": "test",
        "calibrated_at": "2026-01-01T00:00:00Z",
        "qubits": [
            {
                "fidelity": 1.0,
                "meas_error": {"prob_meas1_prep0": 0.03 + 0.02 * q, "prob_meas0_prep1": 0.12 - 0.01 * q},
                "qubit_lifetime": {"t1": 100.0, "t2": 100.0},
                "gate_duration": {"rz": 0, "sx": 30, "x": 30},
            }
            for q in range(n_qubits)
        ],
        "couplings": [],
    }


def flipped(counts: dict[str, int], circuit: Circuit, random: Random) -> dict[str, int]:
    """The same shots through the readout errors of :func:`noisy_readout`."""
    qubit_of = {op.clbits[0]: op.qubits[0] for op in circuit.operations if op.name == "measure"}
    result: dict[str, int] = {}
    for key, number in counts.items():
        for _ in range(number):
            bits = list(key)
            for clbit, qubit in qubit_of.items():
                flip = 0.03 + 0.02 * qubit if bits[-1 - clbit] == "0" else 0.12 - 0.01 * qubit
                if random.random() < flip:
                    bits[-1 - clbit] = "1" if bits[-1 - clbit] == "0" else "0"
            result["".join(bits)] = result.get("".join(bits), 0) + 1
    return result


@pytest.mark.parametrize("job_info", [{}, {"code": 3}, {"program": []}, {"program": [HEAD, HEAD]}])
def test_exactly_one_program_is_needed(job_info: dict[str, Any]) -> None:
    with pytest.raises(InvalidProgramError, match="program"):
        Estimation().parse({**job_info, "operator": OPERATOR}, Settings(shots=10))


def test_a_wrong_program_says_so_before_the_operator_does() -> None:
    with pytest.raises(ProgramError, match="nonsense"):
        Estimation().parse({"code": HEAD + "nonsense q[0];"}, Settings(shots=10))
