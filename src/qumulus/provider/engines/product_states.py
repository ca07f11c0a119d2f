"""Drawing from a matrix product state for all shots at once, where Aer goes through it for each shot anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qumulus.execution.counts import Counts

CHUNK_ENTRIES: Final = 1 << 20
"""Of the vectors that are held for different outcomes at once."""

Site = tuple[NDArray[np.complex128], NDArray[np.complex128]]
"""Γ for the outcomes 0 and 1."""
Outcomes = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""Different ones in rows, column q for qubit q, and how often each was drawn."""


def draw(
    sites: Sequence[Site],
    bonds: Sequence[NDArray[np.float64]],
    *,
    shots: int,
    seed: int,
) -> Iterator[Outcomes]:
    """Outcomes of ``shots`` measurements of all qubits; ``bonds`` are Vidal's λ between the sites."""
    random = np.random.default_rng(seed)
    chunk = max(1, CHUNK_ENTRIES // max(max(site[0].shape) for site in sites))
    for start in range(0, shots, chunk):
        yield _draw_chunk(sites, bonds, min(chunk, shots - start), random)


def _draw_chunk(
    sites: Sequence[Site], bonds: Sequence[NDArray[np.float64]], shots: int, random: np.random.Generator
) -> Outcomes:
    """From the first qubit to the last; shots with the same outcome so far share a vector."""
    vectors = np.ones((1, 1), dtype=np.complex128)
    bits, numbers = np.zeros((1, len(sites)), dtype=np.uint8), np.array([shots])
    for qubit, site in enumerate(sites):
        halves = vectors @ np.stack(site)
        if qubit < len(bonds):
            halves *= bonds[qubit]
        weights = (halves.real**2 + halves.imag**2).sum(axis=2)
        zeros = random.binomial(numbers, weights[0] / weights.sum(axis=0))
        drawn = np.stack((zeros, numbers - zeros))
        outcome, row = drawn.nonzero()
        vectors = halves[outcome, row] / np.sqrt(weights[outcome, row])[:, np.newaxis]
        bits, numbers = bits[row], drawn[outcome, row]
        bits[:, qubit] = outcome
    return bits, numbers


def count(outcomes: Outcomes, n_clbits: int, wiring: Mapping[int, int]) -> Counts:
    """The histogram; ``wiring`` maps each written classical bit to the qubit it reads."""
    bits, numbers = outcomes
    columns = np.full((len(bits), n_clbits), ord("0"), dtype=np.uint8)
    for clbit, qubit in wiring.items():
        columns[:, n_clbits - 1 - clbit] += bits[:, qubit]
    text = columns.tobytes().decode("ascii")
    counts: Counts = {}
    for row, number in enumerate(numbers.tolist()):
        key = text[row * n_clbits : (row + 1) * n_clbits]
        counts[key] = counts.get(key, 0) + number
    return counts
