"""The road of every job type: parse → (transpile) → plan → run → combine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from qumulus.circuits import Circuit, DynamicProgram
from qumulus.execution.calibration import Calibration
from qumulus.execution.counts import Counts
from qumulus.execution.pauli import Pauli
from qumulus.execution.program import Reader
from qumulus.execution.settings import Settings

Spec = TypeVar("Spec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A program as the device runs it; ``placement[q]`` is where the program's qubit q is at the end."""

    circuit: Circuit
    placement: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Circuits to sample, or ``paulis`` to take the exact expectations of on the only circuit."""

    circuits: tuple[Circuit, ...]
    paulis: tuple[Pauli, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What came of a plan: one histogram for each circuit, or one value for each Pauli product.

    ``readout`` is the calibration to mitigate readout errors with, None: as measured.
    """

    counts: tuple[Counts, ...] = ()
    expectations: tuple[float, ...] = ()
    readout: Calibration | None = None
    is_mitigated: bool = False


class JobType(Protocol[Spec]):
    """One kind of job; all of it is pure."""

    def parse(self, job_info: Mapping[str, Any], settings: Settings, reader: Reader = ...) -> Spec:
        """Read the program and what else the job needs; what the reader raises passes through.

        Raises:
            ProgramError, ExecutionError: what is wrong, where, and what to do.
        """
        ...

    def program(self, spec: Spec) -> Circuit | DynamicProgram:
        """The circuit to transpile; a program that is run instead is neither transpiled nor planned."""
        ...

    def combined_program(self, spec: Spec) -> str | None:
        """The one OpenQASM 3 text that several programs became; None: there is only one program."""
        ...

    def plan(self, spec: Spec, placed: Placed) -> Plan:
        """What to run, on the device's qubits."""
        ...

    def combine(self, spec: Spec, plan: Plan, outputs: Outputs) -> dict[str, Any]:
        """The ``result`` of the job, without provenance."""
        ...
