"""A circuit ready to be simulated; the engine's library is imported when it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from qumulus.execution.counts import Counts
from qumulus.execution.pauli import Pauli
from qumulus.provider.engines.choice import Choice, EngineName

MODULES: Final[Mapping[str, str]] = {
    EngineName.QULACS: "qumulus.provider.engines.qulacs_engine",
    EngineName.STIM: "qumulus.provider.engines.stim_engine",
    EngineName.AER: "qumulus.provider.engines.aer_engine",
    EngineName.TRAJECTORIES: "qumulus.provider.engines.trajectories",
    EngineName.DENSITY: "qumulus.provider.engines.density_engine",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A chosen engine and the memory it may use."""

    choice: Choice
    memory_limit_bytes: int

    @property
    def engine(self) -> str:
        """Name of the simulator."""
        return str(self.choice.engine)

    @property
    def method(self) -> str:
        """How it simulates."""
        return self.choice.method.value

    @property
    def needs_resident(self) -> bool:
        """Whether the engine needs Qiskit, which only a resident worker has loaded."""
        return self.choice.needs_resident or self.choice.engine == EngineName.AER

    @property
    def predicted_s(self) -> float:
        """About how long it runs."""
        return self.choice.predicted_s

    @property
    def memory_bytes(self) -> int:
        """The most that its state takes."""
        return self.choice.memory_bytes

    def versions(self) -> Mapping[str, str]:
        """Packages that make the numbers."""
        versions: Mapping[str, str] = self._module().VERSIONS
        return versions

    def check(self) -> None:
        """Refuse what cannot fit.

        Raises:
            LimitExceededError: with the numbers.
        """
        self.choice.check_memory(self.memory_limit_bytes)

    def sample(self, *, shots: int, seed: int) -> Counts:
        """Histogram of ``shots`` runs; the same seed gives the same one."""
        counts: Counts = self._module().sample(self.choice, shots=shots, seed=seed)
        return counts

    def expectations(self, paulis: Sequence[Pauli]) -> tuple[float, ...]:
        """Exact expectation values of Pauli products after the circuit."""
        values: tuple[float, ...] = self._module().expectations(self.choice, paulis)
        return values

    def _module(self) -> Any:
        return import_module(self.choice.module or MODULES[self.choice.engine])
