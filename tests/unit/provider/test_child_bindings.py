"""Jobs of one program and many bindings, from task to result."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest
from qiskit.quantum_info import SparsePauliOp, Statevector

from qumulus.circuits import read_program
from qumulus.execution.qiskit_circuits import to_qiskit
from qumulus.provider import child
from qumulus.provider.messages import Failed, Prepared
from tests.unit.provider.test_child import BELL, FORTY, HEAD, MITIGATED, finished, on_sc, run
from tests.unit.provider.test_child_multi_manual import qiskit_options

BODY = """qubit[3] q; bit[4] c;
ry(a) q[0]; cx q[0], q[1]; rz(2 * b - a / 3) q[1]; rx(b) q[2]; crx(a + b) q[2], q[0];
U(a, b, 0.3) q[1]; ry(0.5) q[1];
c[0] = measure q[1]; c[3] = measure q[0]; c[1] = measure q[2];"""
PROGRAM = f"{HEAD} input float[64] a; input angle b; {BODY}"
OPERATOR = [{"pauli": "Z0Z1", "coeff": 1.0}, {"pauli": "X2", "coeff": -0.5}, {"pauli": "I", "coeff": 0.1}]
POINTS = [{"a": 0.4, "b": 1.1}, {"a": -2.0, "b": 0.0}, {"b": 5.9, "a": math.pi / 2}]


@pytest.fixture(autouse=True)
def resident() -> None:
    """These tests share one process, which becomes a resident one."""
    if not child.is_resident():
        child.warm_up()


def with_values(values: dict[str, float]) -> str:
    constants = "".join(f"const float {name} = {value!r};" for name, value in values.items())
    return f"{HEAD} {constants} {BODY}"


def probabilities(values: dict[str, float]) -> dict[str, float]:
    circuit = to_qiskit(read_program(with_values(values)))
    circuit.remove_final_measurements()
    weights = Statevector(circuit).probabilities([1, 2, 0])
    return {f"{index >> 2}0{index & 3:02b}": float(weight) for index, weight in enumerate(weights)}


def bindings(messages: list[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = finished(messages).result["bindings"]
    return found


def deviates(counts: dict[str, int], truth: dict[str, float]) -> bool:
    """Some outcome is more than six standard deviations off."""
    shots = sum(counts.values())
    return (
        any(
            abs(counts.get(key, 0) - shots * p) > 6 * math.sqrt(shots * p * (1 - p) + 1)
            for key, p in truth.items()
        )
        or not counts.keys() <= truth.keys()
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"transpiler_info": {}},
        {"transpiler_info": qiskit_options(optimization_level=3, seed_transpiler=2)},
        {"simulator_info": {"method": "density_matrix"}},
    ],
)
def test_each_binding_has_the_distribution_of_its_own_program(changes: dict[str, Any]) -> None:
    info = {"code": PROGRAM, "parameters": POINTS}
    results = bindings(run(job_info=info, shots=20_000, **changes))
    assert len(results) == len(POINTS)
    for values, result in zip(POINTS, results, strict=True):
        counts = result["sampling"]["counts"]
        assert sum(counts.values()) == 20_000
        assert not deviates(counts, probabilities(values))


def test_the_transpiled_program_keeps_its_parameters() -> None:
    source = PROGRAM.replace("input angle b;", "input float b;")
    prepared = on_sc(job_info={"code": source, "parameters": POINTS})[0]
    assert isinstance(prepared, Prepared)
    assert prepared.transpile_result is not None
    text = prepared.transpile_result["transpiled_program"]
    assert "input float[64] a;" in text
    assert "input float[64] b;" in text


def test_bindings_on_a_qpu_are_near_the_truth_and_mitigated_one_by_one() -> None:
    info = {"code": PROGRAM, "parameters": POINTS}
    layout = qiskit_options(initial_layout=[8, 5, 3], seed_transpiler=1)
    results = bindings(on_sc(job_info=info, shots=8000, transpiler_info=layout, mitigation_info=MITIGATED))
    for values, result in zip(POINTS, results, strict=True):
        truth = probabilities(values)
        counts, raw = result["sampling"]["counts"], result["sampling"]["raw_counts"]
        assert sum(counts.values()) == sum(raw.values()) == 8000
        distance = sum(abs(counts.get(key, 0) / 8000 - p) for key, p in truth.items()) / 2
        assert distance < 0.08


@pytest.mark.parametrize("exact", [False, True])
def test_estimations_of_each_binding(exact: bool) -> None:
    info = {"code": PROGRAM, "parameters": POINTS, "operator": OPERATOR}
    results = bindings(run(job_type="estimation", job_info=info, shots=4000, simulator_info={"exact": exact}))
    for values, result in zip(POINTS, results, strict=True):
        circuit = to_qiskit(read_program(with_values(values)))
        circuit.remove_final_measurements()
        operator = SparsePauliOp.from_sparse_list([("ZZ", [0, 1], 1.0), ("X", [2], -0.5), ("", [], 0.1)], 3)
        truth = float(Statevector(circuit).expectation_value(operator).real)
        estimate = result["estimation"]
        assert abs(estimate["exp_value"] - truth) <= 5 * estimate["stds"] + 1e-9
        assert (estimate["stds"] == 0) == exact


def test_one_binding_is_as_its_program_alone() -> None:
    info = {"code": PROGRAM, "parameters": POINTS[:1]}
    settings = {"simulator_info": {"seed_simulation": 3}, "shots": 50}
    result = finished(run(job_info=info, **settings)).result
    assert result == {**finished(run(job_info=info, **settings)).result, "provenance": result["provenance"]}
    alone = finished(run(job_info={"code": with_values(POINTS[0])}, **settings)).result
    assert result["bindings"][0]["sampling"]["counts"].keys() <= probabilities(POINTS[0]).keys()
    assert result["provenance"].keys() == alone["provenance"].keys()
    assert result["provenance"]["engine"] == alone["provenance"]["engine"] == "qulacs"


def test_bits_that_are_measured_twice_and_wide_programs_are_swept_too() -> None:
    mid = f"{HEAD} input float a; qubit q; bit[2] c; ry(a) q; c[0] = measure q; x q; c[1] = measure q;"
    results = bindings(run(job_info={"code": mid, "parameters": [{"a": 0.0}, {"a": math.pi}]}))
    assert [result["sampling"]["counts"] for result in results] == [{"10": 1000}, {"01": 1000}]
    wide = f"{HEAD} input float a; qubit[14] q; bit[14] c; rx(a) q; c = measure q;"
    results = bindings(run(job_info={"code": wide, "parameters": [{"a": 0.0}, {"a": math.pi}]}))
    assert [result["sampling"]["counts"] for result in results] == [{"0" * 14: 1000}, {"1" * 14: 1000}]


def test_a_thousand_bindings_of_an_ansatz() -> None:
    random = Random(7)
    names = [f"t{k}" for k in range(10)]
    inputs = "".join(f"input float {name};" for name in names)
    gates = "".join(
        f"ry({name}) q[{k % 5}]; cx q[{k % 5}], q[{(k + 1) % 5}];" for k, name in enumerate(names)
    )
    code = f"{HEAD} {inputs} qubit[5] q; bit[5] c; {gates} c = measure q;"
    points = [{name: random.uniform(-3, 3) for name in names} for _ in range(1000)]
    results = bindings(run(job_info={"code": code, "parameters": points}, shots=100))
    assert len(results) == 1000
    assert {sum(result["sampling"]["counts"].values()) for result in results} == {100}


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"parameters": []}, "invalid_program", "a list with one object"),
        ({"parameters": [{"a": 1.0}]}, "invalid_program", "Binding 0 has no value for the parameter 'b'"),
        ({"parameters": [*POINTS, {"a": 1, "B": 1}]}, "invalid_program", "Binding 3 has 'B'"),
        ({"parameters": [{"a": 1, "b": "x"}]}, "invalid_program", "'b' must be a number"),
        ({"parameters": [3]}, "invalid_program", "Binding 0 is no object"),
        ({"parameters": [{}] * 10_001}, "limit_exceeded", "10,001"),
        ({"parameters": [{"a": 1}], "code": BELL}, "invalid_program", "declares none"),
        ({"parameters": None}, "invalid_program", "The program has parameters (a, b)"),
        ({"parameters": POINTS, "code": PROGRAM + "\nhh q;"}, "invalid_program", "line 5"),
    ],
)
def test_what_is_wrong_with_bindings_fails_the_job_in_preparation(
    changes: dict[str, Any], code: str, says: str
) -> None:
    (failed,) = run(job_info={"code": PROGRAM, **changes})
    assert isinstance(failed, Failed)
    assert (failed.code, failed.stage) == (code, "prepare")
    assert says in failed.message


def test_programs_side_by_side_take_no_bindings() -> None:
    (failed,) = run(job_type="multi_manual", job_info={"code": PROGRAM, "parameters": POINTS})
    assert isinstance(failed, Failed)
    assert "multi_manual" in failed.message


def test_limits_of_the_device_hold_for_bindings() -> None:
    code = FORTY.replace("qubit[40]", "input float a; qubit[40]").replace("t q;", "rz(a) q;")
    prepared, failed = run(job_info={"code": code, "parameters": [{"a": 0.0}]})
    assert isinstance(prepared, Prepared)
    assert isinstance(failed, Failed)
    assert failed.code == "limit_exceeded"


def test_many_small_groups_of_qubits_fit_with_bindings_too() -> None:
    code = HEAD + "input float a; qubit[40] q; bit[40] c; ry(a) q[0:19]; cx q[0:19], q[20:39]; c = measure q;"
    found = bindings(run(job_info={"code": code, "parameters": [{"a": 0.0}, {"a": math.pi}]}))
    assert [result["sampling"]["counts"] for result in found] == [{"0" * 40: 1000}, {"1" * 40: 1000}]
