"""Running what was planned for each binding of a program's parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from qumulus.circuits import Circuit
from qumulus.circuits.parameters import bind
from qumulus.execution.bindings import Bindings
from qumulus.execution.counts import Counts
from qumulus.execution.pauli import Pauli
from qumulus.execution.plan import Plan
from qumulus.execution.settings import Settings, run_seed
from qumulus.provider.drivers.base import Driver, Runnable
from qumulus.provider.engines.choice import EngineName
from qumulus.provider.engines.simulation import Simulation


class Swept(Protocol):
    """A circuit with symbolic angles."""

    def sample(self, index: int, values: Sequence[float], *, shots: int) -> Counts:
        """Histogram for the values of one binding; ``index`` makes its seed."""
        ...

    def expectations(self, values: Sequence[float], paulis: Sequence[Pauli]) -> tuple[float, ...]:
        """Exact expectation values for the values of one binding."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What was planned, with symbolic angles, and the bindings to run it with."""

    bindings: Bindings
    plan: Plan
    runnables: tuple[Runnable, ...]
    driver: Driver
    settings: Settings

    def counts(self, *, seed: int) -> Iterator[tuple[Counts, ...]]:
        """For each binding one histogram for each circuit."""
        circuits = [
            self._swept(circuit, runnable, seed=run_seed(seed, position))
            for position, (circuit, runnable) in enumerate(
                zip(self.plan.circuits, self.runnables, strict=True)
            )
        ]
        shots = self.settings.shots
        for index, values in enumerate(self.bindings.values):
            yield tuple([circuit.sample(index, values, shots=shots) for circuit in circuits])

    def expectations(self) -> Iterator[tuple[float, ...]]:
        """For each binding one exact value for each Pauli product."""
        (circuit,) = self.plan.circuits
        (runnable,) = self.runnables
        swept = self._swept(circuit, runnable, seed=0)
        return (swept.expectations(values, self.plan.paulis) for values in self.bindings.values)

    def _swept(self, circuit: Circuit, runnable: Runnable, *, seed: int) -> Swept:
        if not isinstance(runnable, Simulation):
            return _Prepared(circuit=circuit, driver=self.driver, settings=self.settings, seed=seed)
        if runnable.choice.engine is EngineName.QULACS:
            from qumulus.provider.engines.qulacs_sweep import SweptCircuit, is_swept

            if self.plan.paulis or is_swept(runnable.choice):
                return SweptCircuit(runnable.choice, seed=seed)
        return _Simulated(simulation=runnable, seed=seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Simulated:
    """A simulation whose engine makes everything anew for each binding."""

    simulation: Simulation
    seed: int

    def sample(self, index: int, values: Sequence[float], *, shots: int) -> Counts:
        return self._at(values).sample(shots=shots, seed=run_seed(self.seed, index))

    def expectations(self, values: Sequence[float], paulis: Sequence[Pauli]) -> tuple[float, ...]:
        return self._at(values).expectations(paulis)

    def _at(self, values: Sequence[float]) -> Simulation:
        choice = self.simulation.choice
        circuit = replace(choice.circuit, operations=bind(choice.circuit.operations, values))
        return replace(self.simulation, choice=replace(choice, circuit=circuit))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A circuit that the driver prepares anew for each binding."""

    circuit: Circuit
    driver: Driver
    settings: Settings
    seed: int

    def sample(self, index: int, values: Sequence[float], *, shots: int) -> Counts:
        runnable = self.driver.prepare(self._at(values), self.settings)
        return runnable.sample(shots=shots, seed=run_seed(self.seed, index))

    def expectations(self, values: Sequence[float], paulis: Sequence[Pauli]) -> tuple[float, ...]:
        return self.driver.prepare_exact(self._at(values), self.settings).expectations(paulis)

    def _at(self, values: Sequence[float]) -> Circuit:
        return replace(self.circuit, operations=bind(self.circuit.operations, values))
