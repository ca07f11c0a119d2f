"""What simulating a circuit takes, in numbers that every engine's costs can be made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from qumulus.circuits import Operation
from qumulus.provider.engines.clifford import first_non_clifford
from qumulus.provider.engines.compact import CompactCircuit
from qumulus.provider.engines.groups import Group, follow_groups

MOST_BOND_BITS: Final = 13
"""A bond of 2¹³ makes a site of 2 GiB: what may grow beyond is not worth following."""

_LOW_RANK: Final = frozenset(("cx", "cy", "cz", "cp", "rxx", "rzz"))
"""Of operator Schmidt rank 2; the others have 4 at most, or are rewritten in several gates."""
MOST_STEPS: Final = 200_000
"""So many gates between neighbours entangle to the full, and following them takes a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonds:
    """Upper bounds for a matrix product state along a circuit.

    ``bits`` are the logarithms to base 2 of the largest bond dimensions at each cut, ``cubes`` the sum of
    8 bond³ over the ``n_steps`` gates between neighbours, the swaps to bring qubits together included.
    """

    bits: tuple[int, ...]
    cubes: float
    n_steps: int


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A compacted circuit, to be sampled ``shots`` times."""

    circuit: CompactCircuit
    shots: int

    @property
    def n_qubits(self) -> int:
        """Qubits to simulate."""
        return self.circuit.n_qubits

    @property
    def n_gates(self) -> int:
        """Operations."""
        return len(self.circuit.operations)

    @property
    def ends_in_measurements(self) -> bool:
        """One state serves all shots."""
        return self.circuit.wiring is not None

    @cached_property
    def is_clifford(self) -> bool:
        """A stabilizer simulation can do it."""
        return first_non_clifford(self.circuit.operations) is None

    @cached_property
    def is_chain(self) -> bool:
        """Only neighbours are coupled."""
        return couples_neighbours(self.circuit.operations)

    @cached_property
    def measures_midway(self) -> bool:
        """A qubit is used again after it was measured, so that each shot goes its own way."""
        measured: set[int] = set()
        for operation in self.circuit.operations:
            if not measured.isdisjoint(operation.qubits):
                return True
            if operation.name == "measure":
                measured.update(operation.qubits)
        return False

    @cached_property
    def groups(self) -> list[Group]:
        """Of entangled qubits, at the end."""
        return follow_groups(self.n_qubits, self.circuit.operations)

    @cached_property
    def bonds(self) -> Bonds | None:
        """How far a matrix product state may grow; None: too far."""
        return follow_bonds(self.n_qubits, self.circuit.operations)


def couples_neighbours(operations: Iterable[Operation]) -> bool:
    """No gate is on other qubits than one, or one and the next: a chain of them keeps its order."""
    return all(
        len(operation.qubits) < 2
        or (len(operation.qubits) == 2 and abs(operation.qubits[0] - operation.qubits[1]) == 1)
        for operation in operations
    )


def follow_bonds(n_qubits: int, operations: Iterable[Operation]) -> Bonds | None:
    """Bound the bonds of a matrix product state whose distant qubits are swapped together and stay so.

    A gate multiplies the bond it acts across by its operator Schmidt rank at most, and neighbouring
    bonds differ by a factor of 2 at most.
    """
    chain = _Chain(n_qubits)
    for operation in operations:
        if len(operation.qubits) > 1 and not chain.apply(operation):
            return None
    return Bonds(bits=tuple(chain.largest), cubes=chain.cubes, n_steps=chain.n_steps)


class _Chain:
    """Where each qubit stands, and the bond between each site and the next."""

    def __init__(self, n_qubits: int) -> None:
        self.largest = [0] * max(0, n_qubits - 1)
        self.cubes = 0.0
        self.n_steps = 0
        self._bits = list(self.largest)
        self._site = list(range(n_qubits))
        self._qubit = list(range(n_qubits))

    def apply(self, operation: Operation) -> bool:
        """Bring the qubits together and act on them; False: a bond grew too far."""
        sites = sorted(self._site[qubit] for qubit in operation.qubits)
        last = sites[-1]
        for distance, site in enumerate(reversed(sites)):
            if not all(self._swap(moving) for moving in range(site, last - distance)):
                return False
        rank_bits = 1 if operation.name in _LOW_RANK else 2
        return all(self._grow(cut, rank_bits) for cut in range(last - len(sites) + 1, last))

    def _swap(self, site: int) -> bool:
        left, right = self._qubit[site], self._qubit[site + 1]
        self._qubit[site], self._qubit[site + 1] = right, left
        self._site[left], self._site[right] = site + 1, site
        return self._grow(site, 2)

    def _grow(self, cut: int, rank_bits: int) -> bool:
        bits = self._bits
        before = bits[cut - 1] if cut else 0
        after = bits[cut + 1] if cut + 1 < len(bits) else 0
        bits[cut] = min(bits[cut] + rank_bits, before + 1, after + 1)
        self.largest[cut] = max(self.largest[cut], bits[cut])
        self.cubes += 8.0 * (1 << 3 * bits[cut])
        self.n_steps += 1
        return bits[cut] <= MOST_BOND_BITS and self.n_steps <= MOST_STEPS


def mps_bytes(bits: Sequence[int]) -> int:
    """All sites at once, and beside them what the largest decomposition works on."""
    ends = (0, *bits, 0)
    sites = sum(32 << before + after for before, after in pairwise(ends))
    widest = max((before + after for before, after in zip(ends, ends[2:], strict=False)), default=0)
    return sites + (4 * 64 << widest)
