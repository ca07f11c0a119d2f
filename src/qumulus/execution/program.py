"""The program of a job, and cutting its final measurements off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qumulus.circuits import Circuit, Operation, read_program
from qumulus.execution.failures import InvalidProgramError, UnsupportedInstructionError, at


def read_single_program(job_info: Mapping[str, Any]) -> Circuit:
    """Read ``code``, or the only text of ``program``.

    Raises:
        InvalidProgramError: there is not exactly one program.
        ProgramError: the text is not a program this reader takes.
    """
    source = job_info.get("code")
    if source is None:
        source = job_info.get("program")
    if isinstance(source, list) and len(source) == 1:
        source = source[0]
    if isinstance(source, list):
        raise InvalidProgramError(f"This job type takes exactly one program, but the job has {len(source)}.")
    if not isinstance(source, str):
        raise InvalidProgramError("The job has no program: give one OpenQASM text as 'code' or 'program'.")
    return read_program(source)


def without_final_measurements(circuit: Circuit) -> Circuit:
    """Drop the measurements that end the program, and its classical bits.

    Raises:
        UnsupportedInstructionError: a measured qubit is used again.
    """
    measured: set[int] = set()
    kept: list[Operation] = []
    for operation in circuit.operations:
        if operation.name == "measure":
            measured.update(operation.qubits)
        elif operation.name == "barrier" or measured.isdisjoint(operation.qubits):
            kept.append(operation)
        else:
            qubit = min(measured.intersection(operation.qubits))
            raise UnsupportedInstructionError(
                f"{at(operation)}{operation.name} acts on qubit {qubit} after its measurement. An estimation "
                "prepares a state: measurements are allowed at the end only, where they are dropped."
            )
    return replace(circuit, operations=tuple(kept), n_clbits=0, clbit_registers=())
