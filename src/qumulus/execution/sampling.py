"""Sampling: one program, ``shots`` runs, a histogram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qumulus.circuits import Circuit, DynamicProgram, read_any
from qumulus.execution.failures import InvalidProgramError
from qumulus.execution.plan import Outputs, Placed, Plan
from qumulus.execution.program import Reader, read_single_program
from qumulus.execution.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingSpec:
    """A program with classical bits."""

    circuit: Circuit | DynamicProgram


class Sampling:
    """``counts``: keys are ``c[n-1]..c[0]`` over all declared bits, values sum to the shots."""

    def parse(
        self, job_info: Mapping[str, Any], settings: Settings, reader: Reader = read_any
    ) -> SamplingSpec:
        """Read the program.

        Raises:
            InvalidProgramError: there is nothing to sample.
        """
        if settings.exact:
            raise InvalidProgramError("simulator_info.exact is for estimation jobs; sampling has shots.")
        circuit = read_single_program(job_info, reader)
        if circuit.n_clbits == 0:
            raise InvalidProgramError(
                "The program has no classical bits, so there is nothing to sample: declare some and measure "
                "into them, for example 'bit[2] c; c = measure q;'."
            )
        return SamplingSpec(circuit=circuit)

    def program(self, spec: SamplingSpec) -> Circuit | DynamicProgram:
        """The program as it is."""
        return spec.circuit

    def combined_program(self, spec: SamplingSpec) -> str | None:  # noqa: ARG002
        """There is only one."""
        return None

    def plan(self, spec: SamplingSpec, placed: Placed) -> Plan:  # noqa: ARG002
        """One run."""
        return Plan(circuits=(placed.circuit,))

    def combine(self, spec: SamplingSpec, plan: Plan, outputs: Outputs) -> dict[str, Any]:  # noqa: ARG002
        """The histogram; ``raw_counts`` as measured stand beside mitigated ones."""
        (counts,) = outputs.counts
        if not outputs.is_mitigated:
            return {"sampling": {"counts": counts}}
        mitigated = counts
        if outputs.readout is not None:
            from qumulus.execution.mitigation import mitigate_counts

            mitigated = mitigate_counts(counts, plan.circuits[0], outputs.readout)
        return {"sampling": {"counts": mitigated, "raw_counts": counts}}
