"""Histograms of basis states."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qumulus.execution.counts import counts_from_states

N_QUBITS = 5
STATES = st.lists(st.tuples(st.integers(0, (1 << N_QUBITS) - 1), st.integers(1, 9)))
WIRING = st.dictionaries(st.integers(0, 6), st.integers(0, N_QUBITS - 1))


def by_definition(states: list[tuple[int, int]], n_clbits: int, wiring: dict[int, int]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state, number in states:
        bits = [state >> wiring[clbit] & 1 if clbit in wiring else 0 for clbit in range(n_clbits)]
        key = "".join(map(str, reversed(bits)))
        counts[key] = counts.get(key, 0) + number
    return counts


@given(states=STATES, wiring=WIRING)
def test_each_bit_shows_the_qubit_it_reads(states: list[tuple[int, int]], wiring: dict[int, int]) -> None:
    assert counts_from_states(states, 7, wiring) == by_definition(states, 7, wiring)


@given(states=STATES, n_read=st.integers(1, N_QUBITS))
def test_qubits_that_nobody_reads_do_not_show(states: list[tuple[int, int]], n_read: int) -> None:
    straight = {clbit: clbit for clbit in range(n_read)}
    assert counts_from_states(states, n_read, straight) == by_definition(states, n_read, straight)
