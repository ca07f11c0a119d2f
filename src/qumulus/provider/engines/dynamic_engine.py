"""Programs that measurements steer, by state vectors of qulacs that branch where outcomes differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self

import numpy as np
import qulacs
from qulacs import gate as gates

from qumulus.circuits import DynamicProgram, Operation
from qumulus.execution.counts import Counts
from qumulus.execution.failures import LimitExceededError, UnsupportedInstructionError, at
from qumulus.execution.pauli import Pauli
from qumulus.execution.settings import Method
from qumulus.provider.engines.choose import readable
from qumulus.provider.engines.qulacs_engine import VERSIONS, make_gate

MOST_STATES: Final = 64
"""Kept for later at a time; where memory allows fewer, more is simulated again."""
WORKING_STATES: Final = 3
"""The state of the path that is followed, that of the path before, and a copy about to be kept."""

_AMPLITUDE_BYTES: Final = 16
_NOTHING: Final = ("barrier", "delay", "id")


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
        return _AMPLITUDE_BYTES << max(self.program.n_qubits, 1)

    def versions(self) -> Mapping[str, str]:
        """Packages that make the numbers."""
        return VERSIONS

    def check(self) -> None:
        """Refuse what cannot fit.

        Raises:
            LimitExceededError: with the numbers.
        """
        if self.memory_bytes <= self.memory_limit_bytes:
            return
        raise LimitExceededError(
            f"The program declares {self.program.n_qubits} qubits and measurements steer it; its state "
            f"vectors need {readable(self.memory_bytes)} of memory, and this device allows "
            f"{readable(self.memory_limit_bytes)}. Declare only as many qubits as are used."
        )

    def sample(self, *, shots: int, seed: int) -> Counts:
        """Histogram of ``shots`` runs; the same seed gives the same one.

        Raises:
            ProgramError: a run passes a limit, or does what the language forbids.
        """
        n_qubits = max(self.program.n_qubits, 1)
        found = self.program.sample(
            lambda: QulacsState(qulacs.QuantumState(n_qubits)),
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


class QulacsState:
    """A :class:`~qumulus.circuits.BranchingState`."""

    def __init__(self, state: Any) -> None:
        self._state = state

    def apply(self, operation: Operation) -> None:
        """A gate; global phases and what takes only time change nothing."""
        if operation.name in _NOTHING or not operation.qubits:
            return
        _gate(operation).update_quantum_state(self._state)

    def probability_of_one(self, qubit: int) -> float:
        """Without changing the state."""
        return 1.0 - float(self._state.get_zero_probability(qubit))

    def collapse(self, qubit: int, outcome: int) -> None:
        """Project, and normalize."""
        _projector(qubit, outcome).update_quantum_state(self._state)
        self._state.normalize(self._state.get_squared_norm())

    def copy(self) -> Self:
        """An independent copy."""
        return type(self)(self._state.copy())


@lru_cache(maxsize=4096)
def _gate(operation: Operation) -> Any:
    return make_gate(operation)


@lru_cache(maxsize=256)
def _projector(qubit: int, outcome: int) -> Any:
    return gates.P1(qubit) if outcome else gates.P0(qubit)
