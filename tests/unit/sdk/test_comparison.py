"""Two results are compared by independent statistics."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from qumulus.sdk import BindingsResult, CountsComparison, EstimationResult, SamplingResult
from qumulus.sdk.comparison import chi_square_tail, compare_counts, compare_results, compare_values


def drawn(probabilities: list[float], shots: int, seed: int) -> dict[str, int]:
    counts = np.random.default_rng(seed).multinomial(shots, probabilities)
    return {f"{outcome:02b}": int(count) for outcome, count in enumerate(counts) if count}


def sampling(**counts: int) -> SamplingResult:
    return SamplingResult(counts=counts)


@pytest.mark.parametrize("freedom", [1, 2, 5, 60, 999])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.99, 1.01, 1.5, 3.0])
def test_the_tail_of_chi_square_is_that_of_scipy(freedom: int, share: float) -> None:
    assert chi_square_tail(share * freedom, freedom) == pytest.approx(
        stats.chi2.sf(share * freedom, freedom), rel=1e-6, abs=1e-12
    )


def test_the_tail_is_whole_without_freedom_or_distance() -> None:
    assert chi_square_tail(0.0, 3) == chi_square_tail(5.0, 0) == 1.0
    assert chi_square_tail(1e6, 3) == 0.0


def test_the_statistic_is_that_of_a_contingency_table() -> None:
    one, other = drawn([0.4, 0.3, 0.2, 0.1], 1000, 1), drawn([0.4, 0.3, 0.2, 0.1], 3000, 2)
    found = compare_counts(one, other)
    table = [[counts[key] for key in sorted(one)] for counts in (one, other)]
    expected = stats.chi2_contingency(table, correction=False)
    assert found.chi_square == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)
    assert found.degrees_of_freedom == expected.dof == 3
    assert not found.is_identical
    assert found.agrees


def test_the_total_variation_is_half_the_sum_of_differences() -> None:
    assert compare_counts({"0": 3, "1": 1}, {"0": 1, "1": 3}).total_variation == 0.5
    assert compare_counts({"0": 4}, {"1": 40}).total_variation == 1.0
    same = compare_counts({"0": 4, "1": 0}, {"0": 4})
    assert (same.is_identical, same.total_variation, same.p_value, same.agrees) == (True, 0.0, 1.0, True)


def test_equal_distributions_agree_and_others_do_not() -> None:
    probabilities = [0.5, 0.02, 0.03, 0.45]
    pairs = [
        (drawn(probabilities, 1000, seed), drawn(probabilities, 1000, seed + 500)) for seed in range(200)
    ]
    p_values = [compare_counts(*pair).p_value for pair in pairs]
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3
    assert not compare_counts(drawn(probabilities, 1000, 1), drawn([0.4, 0.12, 0.03, 0.45], 1000, 2)).agrees


def test_many_rare_outcomes_are_tested_together() -> None:
    random = np.random.default_rng(7)
    one, other = (Counter(f"{value:020b}" for value in random.integers(2**20, size=1000)) for _ in range(2))
    found = compare_counts(one, other)
    assert (found.degrees_of_freedom, found.agrees) == (0, True)
    assert found.total_variation > 0.9


def test_expectation_values_differ_by_their_errors() -> None:
    one = EstimationResult(exp_value=1.0, stds=0.3)
    found = compare_values(one, EstimationResult(exp_value=2.0, stds=0.4))
    assert (found.difference, found.sigmas) == (1.0, pytest.approx(2.0))
    assert found.p_value == pytest.approx(2 * stats.norm.sf(2.0))
    assert compare_values(one, one).is_identical
    exact = EstimationResult(exp_value=1.0, stds=0.0)
    assert compare_values(exact, EstimationResult(exp_value=1.0 + 1e-12, stds=0.0)).agrees
    far = compare_values(exact, EstimationResult(exp_value=1.1, stds=0.0))
    assert (far.sigmas, far.agrees) == (math.inf, False)


def test_results_are_compared_part_by_part_if_they_are_of_one_kind() -> None:
    value = EstimationResult(exp_value=1.0, stds=0.0)
    many = BindingsResult(bindings=(sampling(a=1), value))
    assert len(compare_results(many, many)) == 2
    assert all(each.is_identical for each in compare_results(many, many))
    assert compare_results(value, sampling(a=1)) == ()
    assert compare_results(many, value) == ()


def test_programs_that_ran_side_by_side_are_compared_each() -> None:
    def result(first: dict[str, int], second: dict[str, int]) -> SamplingResult:
        return SamplingResult(counts={"00": 500, "11": 500}, divided_counts={"0": first, "1": second})

    one = result({"0": 500, "1": 500}, {"0": 500, "1": 500})
    found = compare_results(one, result({"0": 500, "1": 500}, {"0": 900, "1": 100}))
    assert [each.part for each in found] == ["", "program 0", "program 1"]
    assert [(each.is_identical, each.agrees) for each in found] == [
        (True, True),
        (True, True),
        (False, False),
    ]


def test_mitigated_counts_are_tested_by_what_was_measured() -> None:
    """They are spread more widely than counts are, so that a test of them would doubt too much."""
    one = SamplingResult(counts={"0": 560, "1": 440}, raw_counts={"0": 510, "1": 490})
    other = SamplingResult(counts={"0": 440, "1": 560}, raw_counts={"0": 490, "1": 510})
    (found,) = compare_results(one, other)
    assert isinstance(found, CountsComparison)
    assert found.total_variation == pytest.approx(0.12)
    assert found.p_value == pytest.approx(
        compare_counts(one.raw_counts or {}, other.raw_counts or {}).p_value
    )
    assert (found.is_identical, found.agrees) == (False, True)


def test_among_many_bindings_one_is_far_off_by_chance() -> None:
    here, there = EstimationResult(exp_value=0.0, stds=1.0), EstimationResult(exp_value=5.0, stds=1.0)
    (alone,) = compare_results(here, there)
    many = compare_results(BindingsResult(bindings=(here,) * 100), BindingsResult(bindings=(there,) * 100))
    assert alone.p_value == many[7].p_value < 1e-3
    assert (alone.agrees, many[7].agrees, many[7].part) == (False, True, "binding 7")
