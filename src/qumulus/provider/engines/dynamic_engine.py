"""Programs that measurements steer, by state vectors of qulacs that branch where outcomes differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from qumulus.circuits import DynamicProgram
from qumulus.execution.counts import Counts
from qumulus.execution.failures import UnsupportedInstructionError, at
from qumulus.execution.pauli import Pauli
from qumulus.execution.settings import Method
from qumulus.provider.engines.choice import AMPLITUDE_BYTES
from qumulus.provider.engines.factored import WORKING_STATES, FactoredState
from qumulus.provider.engines.qulacs_engine import VERSIONS

MOST_STATES: Final = 64
"""Kept for later at a time; where memory allows fewer, more is simulated again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchingSimulation:
    """A dynamic program and the memory it may use."""

    program: DynamicProgram
    memory_limit_bytes: int

    @property
    def engine(self) -> str:
        """Name of the simulator."""
        return "qulacs_branches"

    @property
    def method(self) -> str:
        """How it simulates."""
        return Method.STATEVECTOR.value

    @property
    def needs_resident(self) -> bool:
        """What read the program has been loaded there only."""
        return True

    @property
    def most_states(self) -> int:
        """How many states fit beside those at work."""
        return max(0, min(MOST_STATES, self.memory_limit_bytes // self._state_bytes - WORKING_STATES))

    @property
    def memory_bytes(self) -> int:
        """The most that all states take together."""
        return (WORKING_STATES + self.most_states) * self._state_bytes

    @property
    def _state_bytes(self) -> int:
        """Of all declared qubits, or of as many as may be entangled at a time."""
        most_qubits = (self.memory_limit_bytes // (WORKING_STATES * AMPLITUDE_BYTES)).bit_length() - 1
        return AMPLITUDE_BYTES << max(1, min(self.program.n_qubits, most_qubits))

    def versions(self) -> Mapping[str, str]:
        """Packages that make the numbers."""
        return VERSIONS

    def check(self) -> None:
        """How many qubits are entangled at a time shows only in running: more than fit fail there."""

    def sample(self, *, shots: int, seed: int) -> Counts:
        """Histogram of ``shots`` runs; the same seed gives the same one.

        Raises:
            ProgramError: a run passes a limit, or does what the language forbids.
            LimitExceededError: a run entangles more qubits than fit.
        """
        found = self.program.sample(
            lambda: FactoredState(self.memory_limit_bytes),
            shots,
            np.random.default_rng(seed),
            most_states=self.most_states,
        )
        return {"".join(map(str, map(int, reversed(bits)))): number for bits, number in found.items()}

    def expectations(self, paulis: Sequence[Pauli]) -> tuple[float, ...]:  # noqa: ARG002
        """Measurements leave no pure state to take them of.

        Raises:
            UnsupportedInstructionError: always.
        """
        raise UnsupportedInstructionError(
            f"{at(self.program)}measurements decide what happens here, so there are no exact expectations."
        )
