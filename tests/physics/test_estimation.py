"""Expectation values and their standard errors against the state's own, by numpy."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qumulus.provider.job_run import JobRun
from tests.physics.devices import document_of, options_of, qubit
from tests.physics.effort import pick, random_of, seed_of
from tests.physics.jobs import AS_IT_IS, HEAD, MITIGATED, prepared, result_of
from tests.physics.odds import assert_mean, assert_share
from tests.physics.reference import apply

TRIALS = pick(1_000, 4_000)
SHOTS = 1_000
PAULIS = {
    "I": np.eye(2),
    "X": np.array([[0, 1], [1, 0]]),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]),
}
Operator = list[dict[str, Any]]


def term(pauli: str, coeff: float = 1.0) -> dict[str, Any]:
    return {"pauli": pauli, "coeff": coeff}


def matrix_of(operator: Operator, n_qubits: int) -> np.ndarray:
    total = np.zeros((1 << n_qubits, 1 << n_qubits), dtype=complex)
    for entry in operator:
        words = entry["pauli"].split()
        letters = dict(zip(map(int, words[1::2]), words[::2], strict=True)) if len(words) > 1 else {}
        product = np.eye(1)
        for index in reversed(range(n_qubits)):
            product = np.kron(product, PAULIS[letters.get(index, "I")])
        total += entry["coeff"] * product
    return total


def ry(angle: float) -> np.ndarray:
    c, s = math.cos(angle / 2), math.sin(angle / 2)
    return np.array([[c, -s], [s, c]], dtype=complex)


def program(n_qubits: int, number: int) -> tuple[str, np.ndarray]:
    """A random state: its text and its amplitudes."""
    random = random_of("state", n_qubits, number)
    lines, state = [f"{HEAD} qubit[{n_qubits}] q;"], np.eye(1, 1 << n_qubits, dtype=complex)[0]
    cx = np.eye(4)[[0, 3, 2, 1]].astype(complex)
    for _ in range(3):
        for index in range(n_qubits):
            a, b = random.uniform(-3, 3, 2).tolist()
            lines.append(f"ry({a}) q[{index}]; rz({b}) q[{index}];")
            state = apply(state, ry(a), [index])
            state = apply(state, np.diag(np.exp([-0.5j * b, 0.5j * b])), [index])
        for index in range(n_qubits - 1):
            lines.append(f"cx q[{index}], q[{index + 1}];")
            state = apply(state, cx, [index, index + 1])
    return "\n".join(lines), state


def estimates(run: JobRun, *name: object) -> Iterator[tuple[float, float]]:
    """Value and standard error of the same job with many seeds."""
    for seed in random_of(*name).integers(1 << 31, size=TRIALS).tolist():
        again = replace(run, settings=replace(run.settings, seed=seed), stages=dict(run.stages))
        found = again.execute().result["estimation"]
        yield found["exp_value"], found["stds"]


NEAR_THE_EDGE = (f"{HEAD} qubit q; ry({math.acos(0.9)}) q;", [term("Z 0")], 0.9)
CASES: dict[str, tuple[str, Operator, float | None]] = {
    "one product near the edge": NEAR_THE_EDGE,
    "covariances inside a group": ("", [term("Z 0"), term("Z 1", -0.7), term("Z 0 Z 1", 1.3)], None),
    "several groups": (
        "",
        [
            term("I", 2.0),
            term("X 0 X 1", 0.8),
            term("Z 0 Z 1"),
            term("Y 2", -1.1),
            term("Z 2", 0.4),
            term("X 1"),
        ],
        None,
    ),
}


def case_of(name: str) -> tuple[str, Operator, float, float]:
    """Program, operator, its value, and the standard error that ``SHOTS`` shots have.

    The groups are those of the documentation: products that need no qubit in two bases, heaviest first.
    """
    source, operator, _ = CASES[name]
    if not source:
        source, state = program(3, 1)
    else:
        state = np.array([math.cos(math.acos(0.9) / 2), math.sin(math.acos(0.9) / 2)])
    n_qubits = int(state.size).bit_length() - 1
    value = float(np.real(state.conj() @ matrix_of(operator, n_qubits) @ state))
    variance = 0.0
    for group in groups_of(operator):
        matrix = matrix_of(group, n_qubits)
        mean = float(np.real(state.conj() @ matrix @ state))
        variance += float(np.real(state.conj() @ matrix @ matrix @ state)) - mean**2
    return source, operator, value, math.sqrt(variance / SHOTS)


def groups_of(operator: Operator) -> list[Operator]:
    groups: list[tuple[dict[str, str], Operator]] = []
    for entry in sorted(operator, key=lambda one: -abs(one["coeff"])):
        words = entry["pauli"].split()
        if len(words) == 1:
            continue
        letters = dict(zip(words[1::2], words[::2], strict=True))
        for basis, members in groups:
            if all(basis.get(index, letter) == letter for index, letter in letters.items()):
                basis.update(letters)
                members.append(entry)
                break
        else:
            groups.append((dict(letters), [entry]))
    return [members for _, members in groups]


@pytest.mark.parametrize("name", CASES)
def test_the_95_percent_interval_covers_the_truth(name: str) -> None:
    """In 93 to 97 of 100 trials, values have the truth as mean, and errors are what they say."""
    source, operator, value, error = case_of(name)
    run = prepared(source, job_type="estimation", shots=SHOTS, info={"operator": operator})
    found = np.array([*estimates(run, name)])
    covered = int((np.abs(found[:, 0] - value) <= 1.96 * found[:, 1]).sum())
    if TRIALS == 1_000:
        assert 930 <= covered <= 970
    # Discrete counts make the coverage of a nominal 95 % deviate by up to a percent at the edge.
    assert_share(covered, TRIALS, 0.94, 0.96)
    assert_mean(float(found[:, 0].mean()), value, error=error / math.sqrt(TRIALS))
    variances = found[:, 1] ** 2
    assert_mean(float(variances.mean()), error**2, error=float(variances.std()) / math.sqrt(TRIALS) + 1e-12)


def test_the_interval_covers_the_truth_with_mitigated_readout(tmp_path: Path) -> None:
    """On a device whose only errors are those of readout; they are undone without bias."""
    document = document_of([qubit(0, p1=0.03, p0=0.08), qubit(1, p1=0.05, p0=0.1)])
    operator = [term("Z 0"), term("Z 0 Z 1", 0.8)]
    run = prepared(
        f"{HEAD} qubit[2] q; sx q[0]; rz(1.1) q[0]; sx q[0]; cx q[0], q[1];",
        device="SC",
        job_type="estimation",
        shots=SHOTS,
        info={"operator": operator},
        mitigation_info=MITIGATED,
        transpiler_info=AS_IT_IS,
        options=options_of(document, tmp_path),
    )
    # sx rz(a) sx turns 0 so that <Z> is -cos(a), and the cx copies the qubit.
    value = -math.cos(1.1) + 0.8
    found = np.array([*estimates(run, "mitigated")])
    covered = int((np.abs(found[:, 0] - value) <= 1.96 * found[:, 1]).sum())
    assert_share(covered, TRIALS, 0.94, 0.96)
    assert_mean(float(found[:, 0].mean()), value, error=float(found[:, 0].std()) / math.sqrt(TRIALS))


@pytest.mark.parametrize("number", range(pick(4, 30)))
@pytest.mark.parametrize("level", [None, 0, 3])
def test_exact_expectations_are_the_states_own(number: int, level: int | None) -> None:
    """Also after transpiling, which may move the qubits."""
    source, state = program(4, number)
    random = random_of("operator", number)
    operator = []
    for _ in range(6):
        chosen = random.permutation(4)[: int(random.integers(1, 5))].tolist()
        pauli = " ".join(f"{random.choice(list('XYZ'))} {index}" for index in sorted(chosen))
        operator.append(term(pauli, float(random.uniform(-2, 2))))
    expected = float(np.real(state.conj() @ matrix_of(operator, 4) @ state))
    how = AS_IT_IS if level is None else {"transpiler_options": {"optimization_level": level}}
    found = result_of(
        source,
        job_type="estimation",
        info={"operator": operator},
        transpiler_info=how,
        simulator_info={"exact": True},
    )["estimation"]
    assert found["exp_value"] == pytest.approx(expected, abs=1e-9)
    assert found["stds"] == 0


@pytest.mark.parametrize("number", range(pick(3, 20)))
def test_sampled_expectations_are_within_their_errors(number: int) -> None:
    """Of a random state, on ``SVSim``, transpiled with a layout of its own."""
    source, state = program(3, 100 + number)
    operator = [term("X 0 Y 2", 0.5), term("Z 1"), term("Y 0 X 1 Z 2", -0.3)]
    expected = float(np.real(state.conj() @ matrix_of(operator, 3) @ state))
    found = result_of(
        source,
        job_type="estimation",
        shots=20_000,
        seed=seed_of(number),
        info={"operator": operator},
        transpiler_info={"transpiler_options": {"optimization_level": 1}},
    )["estimation"]
    assert_mean(found["exp_value"], expected, error=found["stds"])
