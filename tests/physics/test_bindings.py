"""Parameters of every kind: numbers that count gates, booleans that choose, angles that turn."""

from __future__ import annotations

import math
from typing import Any

import pytest

from qumulus.circuits import ProgramError
from qumulus.execution.failures import ExecutionError
from tests.physics.effort import seed_of
from tests.physics.jobs import HEAD, counts_of, result_of
from tests.physics.odds import assert_counts

SHOTS = 4_000


def results_of(
    source: str, parameters: list[dict[str, Any]], operator: Any = None, **changes: Any
) -> list[dict[str, Any]]:
    info = {"parameters": parameters, "operator": operator}
    found: list[dict[str, Any]] = result_of(source, info=info, **changes)["bindings"]
    return found


@pytest.mark.parametrize("device", ["SVSim", "SC"])
def test_a_number_may_say_how_many_gates_there_are(device: str) -> None:
    source = f"{HEAD} input int[8] n; qubit q; bit c; for int k in [1:n] {{ x q; }} c = measure q;"
    results = results_of(source, [{"n": n} for n in range(4)], device=device, shots=1_000)
    for n, result in enumerate(results):
        assert result["sampling"]["counts"].get(str(n % 2), 0) > 900


def test_a_boolean_may_choose_and_a_text_set_bits() -> None:
    source = f"""{HEAD} input bool flip; input bit[3] pattern; input float[64] theta; qubit[3] q; bit[3] c;
      for int k in [0:2] {{ if (pattern[k]) {{ x q[k]; }} }}
      if (flip) {{ ry(theta) q[0]; }} c = measure q;"""
    first, second = results_of(
        source,
        [{"flip": False, "pattern": "110", "theta": 9.9}, {"flip": True, "pattern": "001", "theta": 0.8}],
        shots=SHOTS,
    )
    assert first["sampling"]["counts"] == {"110": SHOTS}
    one = math.cos(0.4) ** 2
    assert_counts(second["sampling"]["counts"], {"001": one, "000": 1 - one}, shots=SHOTS)


def test_programs_that_measurements_steer_have_parameters_too() -> None:
    source = f"""{HEAD} input float theta; qubit[2] q; bit[2] c;
      ry(theta) q[0]; c[0] = measure q[0]; if (c[0]) {{ ry(2 * theta) q[1]; }} c[1] = measure q[1];"""
    angles = [0.3, 1.7]
    results = results_of(source, [{"theta": theta} for theta in angles], shots=SHOTS, seed=seed_of("steered"))
    for theta, result in zip(angles, results, strict=True):
        one, other = math.sin(theta / 2) ** 2, math.sin(theta) ** 2
        expected = {"00": 1 - one, "01": one * (1 - other), "11": one * other}
        assert_counts(result["sampling"]["counts"], expected, shots=SHOTS)


@pytest.mark.parametrize("exact", [True, False])
def test_estimations_take_numbers_of_layers(exact: bool) -> None:
    source = f"{HEAD} input uint[8] layers; input angle w; qubit q; for uint k in [1:layers] {{ ry(w) q; }}"
    bindings = [{"layers": n, "w": 0.3} for n in (1, 2, 5)]
    results = results_of(
        source,
        bindings,
        job_type="estimation",
        operator=[{"pauli": "Z 0"}],
        simulator_info={"exact": exact},
        shots=SHOTS,
    )
    for binding, result in zip(bindings, results, strict=True):
        expected, found = math.cos(0.3 * binding["layers"]), result["estimation"]
        assert abs(found["exp_value"] - expected) < (1e-9 if exact else 7 * found["stds"])


@pytest.mark.parametrize(
    "kind", ["float", "angle", "float[32]", "angle[8]", "int", "bit[2]", "complex[float]"]
)
@pytest.mark.parametrize(
    "value", [10**400, pytest.param(10**5000, id="huge"), math.inf, math.nan, "x", [1], None]
)
def test_what_is_no_number_is_refused(kind: str, value: Any) -> None:
    source = (
        f"{HEAD} input {kind} n; qubit q; bit c; rx({'n' if kind[0] in 'fai' else 0.5}) q; c = measure q;"
    )
    with pytest.raises((ProgramError, ExecutionError)) as caught:
        results_of(source, [{"n": value}])
    assert len(str(caught.value)) < 300


def test_a_seed_repeats_and_bindings_have_seeds_of_their_own() -> None:
    source = f"{HEAD} input int n; qubit[4] q; bit[4] c; for int k in [1:n] {{ h q; }} c = measure q;"
    first, second = (results_of(source, [{"n": 1}, {"n": 1}], shots=500, seed=3) for _ in range(2))
    assert first == second
    assert first[0] != first[1]


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ([{"n": 1.5}], "binding 0: 1.5 is not an integer"),
        ([{"n": "x"}], "cannot be given as text"),
        ([{"n": [1]}], "Binding 0: 'n' must be a number"),
        ([{"n": 1}, {"m": 1}], "Binding 1 has 'm'"),
        ([{"n": 1}, {"n": 2}, {"n": 300}], "binding 2: 300 does not fit"),
        ([3], "Binding 0 is no object"),
    ],
)
def test_what_is_wrong_with_a_binding_is_told(parameters: list[Any], says: str) -> None:
    source = f"{HEAD} input int[8] n; qubit q; bit c; for int k in [1:n] {{ x q; }} c = measure q;"
    with pytest.raises((ExecutionError, ProgramError), match=says.replace("'", ".")):
        results_of(source, parameters)


def test_a_binding_without_an_angle_is_named() -> None:
    source = f"{HEAD} input float w; qubit q; bit c; rx(1 / (w - 0.25)) q; c = measure q;"
    with pytest.raises(ProgramError, match="binding 1: division by zero"):
        results_of(source, [{"w": 1.0}, {"w": 0.25}])


def test_bindings_share_the_limit_of_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qumulus.execution.bindings.MAX_OPERATIONS", 100)
    source = f"{HEAD} input int n; qubit q; bit c; for int k in [1:n] {{ x q; }} c = measure q;"
    with pytest.raises(ExecutionError, match="first 3 bindings make more than 100 operations"):
        results_of(source, [{"n": 40}] * 5)


def test_unbound_parameters_are_named() -> None:
    source = f"{HEAD} input int n; input bool b; qubit q; bit c; c = measure q;"
    with pytest.raises(ExecutionError, match=r"parameters \(n, b\)"):
        counts_of(source)
