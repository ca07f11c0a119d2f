"""Histograms of measured bits.

A key has one character for each declared classical bit, bit 0 rightmost, without spaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

Counts = dict[str, int]


def counts_from_states(states: Iterable[tuple[int, int]], n_clbits: int, wiring: Mapping[int, int]) -> Counts:
    """Histogram from (basis state, how often) pairs, where bit q of a state is qubit q.

    ``wiring`` maps each written classical bit to the qubit it reads; the other bits stay 0.
    """
    width = max(wiring.values(), default=0) + 1
    mask, digits = (1 << width) - 1, f"0{width + 1}b"
    # The first digit is 0, and stands for the bits that nobody writes.
    places = [width - wiring[clbit] if clbit in wiring else 0 for clbit in reversed(range(n_clbits))]
    is_straight = places == list(range(1, width + 1))
    pick = itemgetter(*places or [0])
    counts: Counts = {}
    for state, number in states:
        text = format(state & mask, digits)
        key = text[1:] if is_straight else "".join(pick(text))
        counts[key] = counts.get(key, 0) + number
    return counts


def counts_from_bits(bits: NDArray[np.uint8]) -> Counts:
    """Histogram of a matrix with one row of 0 and 1 for each shot; column k is classical bit k."""
    width = bits.shape[1]
    text = (bits[:, ::-1] + np.uint8(ord("0"))).tobytes()
    rows = Counter(text[start : start + width] for start in range(0, len(text), width))
    return {row.decode("ascii"): number for row, number in rows.items()}


def add_counts(parts: Sequence[Counts]) -> Counts:
    """The histogram of all shots together."""
    if len(parts) == 1:
        return parts[0]
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(total)
