"""Whether two results say the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
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
class _Compared:
    is_identical: bool
    p_value: float
    part: str = ""
    """``binding 3`` or ``program 0``; empty: all of the result."""
    n_tests: int = 1
    """Comparisons of the same two results: one of many is doubted by chance more easily than one alone."""

    @property
    def agrees(self) -> bool:
        """They are the same, or differ by no more than chance."""
        return self.is_identical or self.p_value >= DOUBT / self.n_tests


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsComparison(_Compared):
    """Two histograms; ``p_value`` is that of a chi-square test of both being of one distribution.

    Where both are mitigated, the test is of what was measured, for only that is spread as counts are.
    """

    total_variation: float
    """Half the sum of the differences of the shares: 0 for equal ones, 1 without a common outcome."""
    chi_square: float
    degrees_of_freedom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueComparison(_Compared):
    """Two expectation values; ``p_value`` is that of their difference by their standard errors."""

    difference: float
    sigmas: float
    """The difference in units of its own standard error."""
    p_value: float


Comparison = CountsComparison | ValueComparison


def compare_results(one: JobResult, other: JobResult) -> tuple[Comparison, ...]:
    """Compare binding by binding, or the one result of each job and then what each of its programs gave.

    Empty: they are of different kinds.
    """
    lefts, rights = _parts(one), _parts(other)
    if len(lefts) != len(rights):
        return ()
    found: list[Comparison] = []
    for index, (left, right) in enumerate(zip(lefts, rights, strict=True)):
        part = f"binding {index}" if len(lefts) > 1 else ""
        if isinstance(left, SamplingResult) and isinstance(right, SamplingResult):
            found += _compare_sampling(left, right, part)
        elif isinstance(left, EstimationResult) and isinstance(right, EstimationResult):
            found.append(replace(compare_values(left, right), part=part))
        else:
            return ()
    return tuple([replace(each, n_tests=len(found)) for each in found])


def _compare_sampling(one: SamplingResult, other: SamplingResult, part: str) -> Iterator[CountsComparison]:
    compared = compare_counts(one.counts, other.counts)
    if one.raw_counts and other.raw_counts:
        raw = compare_counts(one.raw_counts, other.raw_counts)
        compared = replace(raw, is_identical=compared.is_identical, total_variation=compared.total_variation)
    yield replace(compared, part=part)
    lefts, rights = one.divided_counts or {}, other.divided_counts or {}
    for index in sorted(lefts.keys() & rights.keys(), key=int):
        yield replace(compare_counts(lefts[index], rights[index]), part=f"program {index}")


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
