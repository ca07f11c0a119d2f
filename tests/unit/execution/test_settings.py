"""``simulator_info``, ``mitigation_info`` and ``transpiler_info``."""

from __future__ import annotations

import difflib
from typing import Any

import pytest

from qumulus.execution.failures import InvalidProgramError, TranspileError, nearest
from qumulus.execution.settings import Method, Settings, read_settings, run_seed
from qumulus.execution.transpiler_info import read_transpiler_info


def test_known_keys_are_read_and_free_keys_have_no_effect() -> None:
    info = {"seed_simulation": 3, "method": "stabilizer", "exact": True, "n_nodes": 12}
    assert read_settings(5, info, {}) == Settings(shots=5, seed=3, method=Method.STABILIZER, exact=True)
    assert read_settings(5, {}, {"ro_error_mitigation": "pseudo_inverse"}).mitigate_readout


@pytest.mark.parametrize(
    ("simulator_info", "mitigation_info", "says"),
    [
        ({"seed_simulation": -1}, {}, "seed_simulation"),
        ({"seed_simulation": True}, {}, "seed_simulation"),
        ({"seed_simulation": "1"}, {}, "seed_simulation"),
        ({"method": "statevectr"}, {}, "did you mean 'statevector'"),
        ({"method": ["statevector"]}, {}, "method"),
        ({"exact": 1}, {}, "exact"),
        ({}, {"ro_error_mitigation": "inverse"}, "did you mean 'pseudo_inverse'"),
        ({}, {"error_mitigation": "pseudo_inverse"}, "did you mean 'ro_error_mitigation'"),
    ],
)
def test_a_wrong_setting_fails_the_job(simulator_info: Any, mitigation_info: Any, says: str) -> None:
    with pytest.raises(InvalidProgramError, match=says):
        read_settings(5, simulator_info, mitigation_info)


def test_the_nearest_word_is_looked_for_among_a_bounded_number_of_short_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[int] = []

    def finding(word: str, words: list[str], **_: Any) -> list[str]:
        compared.append(len(word) + sum(map(len, words)))
        return words[:1]

    monkeypatch.setattr(difflib, "get_close_matches", finding)
    valid = [*(f"a{'b' * 80}{k}" for k in range(3000)), *(f"c{k:04}" for k in range(3000))]
    assert "did you mean 'c0000'?" in nearest("c" * 10_000, valid)
    assert max(compared) < 20_000


def test_runs_of_a_job_have_seeds_of_their_own_that_repeat() -> None:
    seeds = [run_seed(seed, index) for seed in (0, 1, 2**80) for index in range(50)]
    assert len(set(seeds)) == len(seeds)
    assert run_seed(1, 0) == run_seed(1, 0) < 2**31


DEFAULT = {"transpiler_lib": "qiskit", "transpiler_options": {"optimization_level": 1}}


@pytest.mark.parametrize("form", ["text", "object"])
@pytest.mark.parametrize("default_for_text", [False, True])
def test_when_a_job_is_transpiled(form: str, default_for_text: bool) -> None:
    def read(info: dict[str, Any] | None) -> Any:
        return read_transpiler_info(info, form=form, default_for_text=default_for_text)

    absent = read(None)
    if form == "text" and not default_for_text:
        assert absent is None
    else:
        assert absent.written_back() == DEFAULT
    assert read({}).written_back() == DEFAULT
    assert read({"transpiler_lib": None}) is None
    given = read({"transpiler_lib": "qiskit", "transpiler_options": {"initial_layout": [0, 1]}})
    assert given.options == {"initial_layout": [0, 1]}
    assert given.written_back() is None


@pytest.mark.parametrize(
    ("info", "says"),
    [
        ({"transpiler_lib": "qiskti"}, "did you mean 'qiskit'"),
        ({"transpiler_library": "qiskit"}, "did you mean 'transpiler_lib'"),
        ({"transpiler_options": {"optimisation_level": 1}}, "did you mean 'optimization_level'"),
        ({"transpiler_options": {"optimization_level": 4}}, "0, 1, 2 or 3"),
        ({"transpiler_options": {"optimization_level": True}}, "0, 1, 2 or 3"),
        ({"transpiler_options": {"seed_transpiler": -1}}, "seed_transpiler"),
        ({"transpiler_options": {"initial_layout": "0,1"}}, "initial_layout"),
        ({"transpiler_options": {"initial_layout": [2**40]}}, "initial_layout"),
        ({"transpiler_options": {"layout_method": 3}}, "layout_method"),
        ({"transpiler_options": {"approximation_degree": 2}}, "approximation_degree"),
        ({"transpiler_options": [1]}, "object"),
    ],
)
def test_what_is_unknown_fails_the_job_and_names_the_nearest(info: dict[str, Any], says: str) -> None:
    with pytest.raises(TranspileError, match=says):
        read_transpiler_info(info, form="object", default_for_text=False)
