"""Estimation: the expectation value of a sum of Pauli products after a program."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qumulus.circuits import Circuit, Register, read_any
from qumulus.execution.counts import Counts
from qumulus.execution.pauli import Group, Term, group_terms, measure_basis, read_operator
from qumulus.execution.plan import Outputs, Placed, Plan
from qumulus.execution.program import Reader, read_single_program, straight_line, without_final_measurements
from qumulus.execution.settings import Settings

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimationSpec:
    """A program that prepares a state, and the operator; ``groups`` are measured one after the other."""

    circuit: Circuit
    terms: tuple[Term, ...]
    groups: tuple[Group, ...]
    exact: bool


class Estimation:
    """``exp_value`` = Σ cᵢ⟨Pᵢ⟩ and ``stds``, its standard error."""

    def parse(
        self, job_info: Mapping[str, Any], settings: Settings, reader: Reader = read_any
    ) -> EstimationSpec:
        """Read the program, without its final measurements, and the operator."""
        program = read_single_program(job_info, reader)
        circuit = without_final_measurements(straight_line(program, "estimation"))
        terms = read_operator(job_info.get("operator"), circuit.n_qubits)
        return EstimationSpec(circuit=circuit, terms=terms, groups=group_terms(terms), exact=settings.exact)

    def program(self, spec: EstimationSpec) -> Circuit:
        """The state preparation."""
        return spec.circuit

    def combined_program(self, spec: EstimationSpec) -> str | None:  # noqa: ARG002
        """There is only one."""
        return None

    def plan(self, spec: EstimationSpec, placed: Placed) -> Plan:
        """One run for each group, in its basis; or all products at once, exactly."""
        if spec.exact:
            paulis = (
                tuple(sorted((placed.placement[qubit], letter) for qubit, letter in term.pauli))
                for term in spec.terms
            )
            return Plan(circuits=(placed.circuit,), paulis=tuple(paulis))
        return Plan(circuits=tuple(_measured(placed, group) for group in spec.groups))

    def combine(self, spec: EstimationSpec, plan: Plan, outputs: Outputs) -> dict[str, Any]:
        """Add the groups up: they are independent; inside a group the shots are shared."""
        if spec.exact:
            values = zip(spec.terms, outputs.expectations, strict=True)
            return _result(math.fsum(term.coefficient * value for term, value in values), 0.0)
        total = math.fsum(term.coefficient for term in spec.terms if not term.pauli)
        variance = 0.0
        for group, circuit, counts in zip(spec.groups, plan.circuits, outputs.counts, strict=True):
            mean, error = _estimate(group, counts, _weights(circuit, outputs))
            total += mean
            variance += error
        return _result(total, math.sqrt(variance))


def _result(exp_value: float, stds: float) -> dict[str, Any]:
    return {"estimation": {"exp_value": exp_value, "stds": stds}}


def _measured(placed: Placed, group: Group) -> Circuit:
    """The program followed by the measurement of the group's basis."""
    width = len(group.basis)
    return replace(
        placed.circuit,
        operations=(*placed.circuit.operations, *measure_basis(group.basis, placed.placement)),
        n_clbits=width,
        clbit_registers=(Register("c", 0, width),),
    )


def _weights(circuit: Circuit, outputs: Outputs) -> Sequence[Weights] | None:
    """For each bit what a measured 0 and 1 count for; None: +1 and -1."""
    if outputs.readout is None:
        return None
    from qumulus.execution.mitigation import readout_inverses

    inverses = readout_inverses(circuit, outputs.readout)
    return [np.array([1.0, -1.0]) @ inverses[clbit] for clbit in range(circuit.n_clbits)]


def _estimate(group: Group, counts: Counts, weights: Sequence[Weights] | None) -> tuple[float, float]:
    """Mean of the group's weighted sum, and the variance of that mean, estimated without bias.

    Each shot yields one value of the whole sum, so covariances between its terms are included. With
    mitigated readout a shot yields the inverse readout map's value, whose mean is unbiased. A single shot
    shows no spread: the largest that there can be is taken.
    """
    bits = np.array([[character == "1" for character in reversed(key)] for key in counts], dtype=np.intp)
    numbers = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
    columns = {qubit: index for index, (qubit, _) in enumerate(group.basis)}
    signs = [
        1.0 - 2.0 * bits[:, index] if weights is None else weights[index][bits[:, index]]
        for index in range(len(group.basis))
    ]
    values = np.zeros(len(counts))
    for term in group.terms:
        product = np.full(len(counts), term.coefficient)
        for qubit, _ in term.pauli:
            product *= signs[columns[qubit]]
        values += product
    shots = numbers.sum()
    mean = float(values @ numbers / shots)
    if shots == 1:
        return mean, _largest(group, columns, weights) ** 2
    spread = float((values - mean) ** 2 @ numbers / (shots - 1))
    return mean, spread / float(shots)


def _largest(group: Group, columns: Mapping[int, int], weights: Sequence[Weights] | None) -> float:
    """Of the absolute values of a group's weighted sum."""
    most = [1.0 if weights is None else float(np.abs(weights[index]).max()) for index in columns.values()]
    return math.fsum(
        abs(term.coefficient) * math.prod(most[columns[qubit]] for qubit, _ in term.pauli)
        for term in group.terms
    )
