"""Whether two results say the same."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from qumulus.sdk.results import BindingsResult, EstimationResult, JobResult, SamplingResult

FEWEST_EXPECTED: Final = 5.0
"""Outcomes that are expected less often than this in either histogram are tested together."""
DOUBT: Final = 1e-3
"""Below this p value two results are said to differ."""
_TINY: Final = 1e-300
_PRECISION: Final = 1e-15
_MOST_TERMS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsComparison:
    """Two histograms; ``p_value`` is that of a chi-square test of both being of one distribution."""

    is_identical: bool
    total_variation: float
    """Half the sum of the differences of the shares: 0 for equal ones, 1 without a common outcome."""
    chi_square: float
    degrees_of_freedom: int
    p_value: float

    @property
    def agrees(self) -> bool:
        """They are the same, or differ by no more than chance."""
        return self.is_identical or self.p_value >= DOUBT


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueComparison:
    """Two expectation values; ``p_value`` is that of their difference by their standard errors."""

    is_identical: bool
    difference: float
    sigmas: float
    """The difference in units of its own standard error."""
    p_value: float

    @property
    def agrees(self) -> bool:
        """They are the same, or differ by no more than chance."""
        return self.is_identical or self.p_value >= DOUBT


Comparison = CountsComparison | ValueComparison


def compare_results(one: JobResult, other: JobResult) -> tuple[Comparison, ...]:
    """Compare binding by binding, or the one result of each job; empty: they are of different kinds."""
    pairs = list(zip(_parts(one), _parts(other), strict=False))
    if len(_parts(one)) != len(_parts(other)):
        return ()
    found: list[Comparison] = []
    for left, right in pairs:
        if isinstance(left, SamplingResult) and isinstance(right, SamplingResult):
            found.append(compare_counts(left.counts, right.counts))
        elif isinstance(left, EstimationResult) and isinstance(right, EstimationResult):
            found.append(compare_values(left, right))
        else:
            return ()
    return tuple(found)


def compare_counts(one: Mapping[str, int], other: Mapping[str, int]) -> CountsComparison:
    """Compare two histograms, whose shots may differ; each has some."""
    n_one, n_other = sum(one.values()), sum(other.values())
    outcomes = sorted({*one, *other})
    distance = math.fsum(abs(one.get(key, 0) / n_one - other.get(key, 0) / n_other) for key in outcomes) / 2
    cells = _cells(one, other, rarest=FEWEST_EXPECTED * (n_one + n_other) / min(n_one, n_other))
    scale = math.sqrt(n_other / n_one)
    chi_square = math.fsum((left * scale - right / scale) ** 2 / (left + right) for left, right in cells)
    freedom = max(0, len(cells) - 1)
    return CountsComparison(
        is_identical={k: n for k, n in one.items() if n} == {k: n for k, n in other.items() if n},
        total_variation=distance,
        chi_square=chi_square,
        degrees_of_freedom=freedom,
        p_value=chi_square_tail(chi_square, freedom),
    )


def compare_values(one: EstimationResult, other: EstimationResult) -> ValueComparison:
    """Compare two expectation values by their standard errors."""
    difference = other.exp_value - one.exp_value
    error = math.hypot(one.stds, other.stds)
    if error > 0:
        sigmas = abs(difference) / error
    else:
        sigmas = 0.0 if math.isclose(one.exp_value, other.exp_value, abs_tol=1e-9) else math.inf
    return ValueComparison(
        is_identical=(one.exp_value, one.stds) == (other.exp_value, other.stds),
        difference=difference,
        sigmas=sigmas,
        p_value=math.erfc(sigmas / math.sqrt(2)),
    )


def chi_square_tail(value: float, freedom: int) -> float:
    """The probability of a chi-square of at least ``value``: Q(k/2, x/2), a regularised gamma function."""
    if freedom <= 0 or value <= 0:
        return 1.0
    a, x = freedom / 2, value / 2
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        return max(0.0, 1.0 - front * _series(a, x))
    return min(1.0, front * _fraction(a, x))


def _series(a: float, x: float) -> float:
    """P(a, x) without its front factor; DLMF 8.11.4."""
    term = total = 1 / a
    for n in range(1, _MOST_TERMS):
        term *= x / (a + n)
        total += term
        if term < total * _PRECISION:
            break
    return total


def _fraction(a: float, x: float) -> float:
    """Q(a, x) without its front factor: the continued fraction of DLMF 8.9.2 by Lentz's method."""
    b = x + 1 - a
    c = 1 / _TINY
    d = total = 1 / b
    for n in range(1, _MOST_TERMS):
        step = -n * (n - a)
        b += 2
        d = 1 / _nonzero(step * d + b)
        c = _nonzero(b + step / c)
        total *= d * c
        if abs(d * c - 1) < _PRECISION:
            break
    return total


def _nonzero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _cells(one: Mapping[str, int], other: Mapping[str, int], *, rarest: float) -> list[tuple[int, int]]:
    """The counts of both by outcome; those that are too rare for the test are put together."""
    cells = []
    rest = (0, 0)
    for key in {*one, *other}:
        left, right = one.get(key, 0), other.get(key, 0)
        if left + right >= rarest:
            cells.append((left, right))
        else:
            rest = (rest[0] + left, rest[1] + right)
    return [*cells, rest] if sum(rest) else cells


def _parts(result: JobResult) -> tuple[SamplingResult | EstimationResult, ...]:
    return result.bindings if isinstance(result, BindingsResult) else (result,)
