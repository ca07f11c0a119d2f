"""Deciding whether counts come from a distribution, with a bounded rate of false alarms.

``FALSE_ALARMS`` bounds the probability that a right program fails anything in one run of the whole suite.
It is divided by Bonferroni among ``MOST_CHECKS`` checks; a run that makes more fails (see ``conftest.py``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy.stats import binom, chi2, norm

FALSE_ALARMS: Final = 1e-4
MOST_CHECKS: Final = 10_000
LEVEL: Final = FALSE_ALARMS / MOST_CHECKS
"""Of one check: 1e-8."""

_LEAST_EXPECTED: Final = 50
"""Bins of fewer are pooled, because the chi-square distribution is an approximation to theirs."""

made = 0
"""Checks made in this process."""


def assert_counts(counts: Mapping[str, int], probabilities: Mapping[str, float], *, shots: int) -> None:
    """All bins together by chi-square, each by its own binomial distribution; half of the level each."""
    _count()
    assert sum(counts.values()) == shots
    keys = sorted({*counts, *probabilities})
    found = np.array([counts.get(key, 0) for key in keys])
    p = np.clip([probabilities.get(key, 0.0) for key in keys], 0.0, 1.0)
    assert math.isclose(p.sum(), 1.0, abs_tol=1e-6)
    p = np.where(p < 1e-12, 0.0, p)
    impossible = [key for key, number, chance in zip(keys, found, p, strict=True) if number and not chance]
    assert not impossible, f"these cannot happen: {impossible[:5]}"
    tails = 2 * np.minimum(binom.cdf(found, shots, p), binom.sf(found - 1, shots, p))
    worst = int(np.argmin(tails))
    assert tails[worst] > LEVEL / 2 / len(keys), (keys[worst], int(found[worst]), float(p[worst] * shots))
    statistic, freedom = _chi_square(found, p * shots)
    assert freedom == 0 or chi2.sf(statistic, freedom) > LEVEL / 2, (statistic, freedom)


def _chi_square(found: np.ndarray, expected: np.ndarray) -> tuple[float, int]:
    large = expected >= _LEAST_EXPECTED
    bins = [*zip(found[large], expected[large], strict=True)]
    rest = float(expected[~large].sum())
    if rest >= _LEAST_EXPECTED:
        bins.append((found[~large].sum(), rest))
    return sum((o - e) ** 2 / e for o, e in bins), max(len(bins) - 1, 0)


def assert_share(number: int, shots: int, low: float, high: float | None = None) -> None:
    """``number`` of ``shots``, where the probability is ``low``, or between ``low`` and ``high``."""
    _count()
    high = low if high is None else high
    assert binom.cdf(number, shots, high) > LEVEL / 2, (number / shots, low, high)
    assert binom.sf(number - 1, shots, low) > LEVEL / 2, (number / shots, low, high)


def assert_mean(found: float, expected: float, *, error: float) -> None:
    """A mean of many values that are normal enough, with this standard error."""
    _count()
    assert abs(found - expected) < -float(norm.ppf(LEVEL / 2)) * error + 1e-9, (found, expected, error)


def _count() -> None:
    global made
    made += 1
