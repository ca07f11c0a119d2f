"""Several programs side by side on one device, in one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from qumulus.circuits import (
    Circuit,
    Operation,
    ProgramError,
    ReadLimits,
    Register,
    read_any,
    write_openqasm3,
)
from qumulus.execution.calibration import Calibration
from qumulus.execution.counts import Counts
from qumulus.execution.failures import (
    InvalidProgramError,
    LimitExceededError,
    UnsupportedInstructionError,
)
from qumulus.execution.plan import Outputs, Placed, Plan
from qumulus.execution.program import Reader, program_texts, straight_line
from qumulus.execution.settings import Settings

LIMITS: Final = ReadLimits()
"""Of each program, and of all of them together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiManualSpec:
    """The programs as one circuit; ``bits[k]`` are the classical bits of program k in it."""

    circuit: Circuit
    bits: tuple[range, ...]


class MultiManual:
    """``counts`` of all bits, and ``divided_counts`` of each program's own.

    Program 0 has the lowest qubits and the rightmost bits.
    """

    def parse(
        self, job_info: Mapping[str, Any], settings: Settings, reader: Reader = read_any
    ) -> MultiManualSpec:
        """Read the programs and place them side by side.

        Raises:
            InvalidProgramError: there is none, or one has nothing to sample.
        """
        if settings.exact:
            raise InvalidProgramError("simulator_info.exact is for estimation jobs; multi_manual has shots.")
        if job_info.get("parameters") is not None:
            raise InvalidProgramError(
                "Jobs of type multi_manual take no 'parameters': write the values into the programs."
            )
        texts = program_texts(job_info)
        if not texts:
            raise InvalidProgramError("The list of programs is empty: give at least one OpenQASM text.")
        return _side_by_side([_read(index, text, reader) for index, text in enumerate(texts)])

    def program(self, spec: MultiManualSpec) -> Circuit:
        """All programs as one."""
        return spec.circuit

    def combined_program(self, spec: MultiManualSpec) -> str | None:
        """All programs as one text."""
        return write_openqasm3(spec.circuit)

    def plan(self, spec: MultiManualSpec, placed: Placed) -> Plan:  # noqa: ARG002
        """One run."""
        return Plan(circuits=(placed.circuit,))

    def combine(self, spec: MultiManualSpec, plan: Plan, outputs: Outputs) -> dict[str, Any]:
        """The histogram and each program's share of it, which sums to the shots as well.

        A program's share is mitigated by itself, so it is as good as if the program had run alone;
        it need not be exactly the marginal of the mitigated whole.
        """
        (raw,) = outputs.counts
        shares = [marginal(raw, bits) for bits in spec.bits]
        if not outputs.is_mitigated:
            return {"sampling": {"counts": raw, "divided_counts": _by_index(shares)}}
        whole = raw
        if outputs.readout is not None:
            whole, shares = _mitigated(raw, shares, spec, circuit=plan.circuits[0], readout=outputs.readout)
        return {"sampling": {"counts": whole, "divided_counts": _by_index(shares), "raw_counts": raw}}


def marginal(counts: Counts, bits: range) -> Counts:
    """The histogram of some neighbouring bits alone."""
    share: Counts = {}
    for key, number in counts.items():
        part = key[len(key) - bits.stop : len(key) - bits.start]
        share[part] = share.get(part, 0) + number
    return share


def _read(index: int, text: str, reader: Reader) -> Circuit:
    try:
        program = reader(text)
    except ProgramError as error:
        place = f", line {error.line}, column {error.column}" if error.line else ""
        message = f"program {index}{place}: {error.message}"
        raise ProgramError(error.code, message, hint=error.hint) from error
    try:
        circuit = straight_line(program, "multi_manual")
    except UnsupportedInstructionError as error:
        raise UnsupportedInstructionError(f"program {index}, {error}") from error
    if circuit.n_clbits == 0:
        raise InvalidProgramError(
            f"Program {index} has no classical bits, so there is nothing to sample: declare some and measure "
            "into them, for example 'bit[2] c; c = measure q;'."
        )
    if circuit.uses_physical_qubits:
        raise UnsupportedInstructionError(
            f"Program {index} names physical qubits ($0), but programs that run side by side are placed one "
            "after the other: declare its qubits, for example 'qubit[2] q;'."
        )
    return circuit


def _side_by_side(circuits: Sequence[Circuit]) -> MultiManualSpec:
    operations: list[Operation] = []
    qubits: list[Register] = []
    clbits: list[Register] = []
    n_qubits = n_clbits = 0
    for index, circuit in enumerate(circuits):
        operations += _moved(circuit.operations, n_qubits, n_clbits)
        if len(operations) > LIMITS.operations or n_clbits + circuit.n_clbits > LIMITS.clbits:
            raise LimitExceededError(
                f"Up to program {index} there are more than {LIMITS.operations:,} operations or "
                f"{LIMITS.clbits:,} classical bits: split the job."
            )
        if circuit.n_qubits:
            qubits.append(Register(f"q{index}", n_qubits, circuit.n_qubits))
        clbits.append(Register(f"c{index}", n_clbits, circuit.n_clbits))
        n_qubits += circuit.n_qubits
        n_clbits += circuit.n_clbits
    whole = Circuit(
        n_qubits=n_qubits,
        n_clbits=n_clbits,
        operations=tuple(operations),
        qubit_registers=tuple(qubits),
        clbit_registers=tuple(clbits),
    )
    return MultiManualSpec(circuit=whole, bits=tuple(range(start, start + size) for _, start, size in clbits))


def _moved(operations: Iterable[Operation], n_qubits: int, n_clbits: int) -> Iterable[Operation]:
    """The same on higher qubits and bits."""
    return (
        operation._replace(
            qubits=tuple(qubit + n_qubits for qubit in operation.qubits),
            clbits=tuple(clbit + n_clbits for clbit in operation.clbits),
        )
        for operation in operations
    )


def _mitigated(
    raw: Counts, shares: Sequence[Counts], spec: MultiManualSpec, *, circuit: Circuit, readout: Calibration
) -> tuple[Counts, list[Counts]]:
    from qumulus.execution.mitigation import mitigate_counts

    parts = [
        mitigate_counts(share, _measurements(circuit, bits), readout)
        for share, bits in zip(shares, spec.bits, strict=True)
    ]
    return mitigate_counts(raw, circuit, readout), parts


def _measurements(circuit: Circuit, bits: range) -> Circuit:
    """The measurements alone that write some bits, which are numbered from 0 then."""
    kept = tuple(
        operation._replace(clbits=tuple(clbit - bits.start for clbit in operation.clbits))
        for operation in circuit.operations
        if operation.name == "measure" and operation.clbits and operation.clbits[0] in bits
    )
    return replace(circuit, n_clbits=len(bits), operations=kept, clbit_registers=())


def _by_index(shares: Iterable[Counts]) -> dict[str, Counts]:
    return {str(index): share for index, share in enumerate(shares)}
