"""The program of a job, and cutting its final measurements off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qumulus.circuits import Circuit, DynamicProgram, Operation, ProgramError, read_any
from qumulus.execution.failures import InvalidProgramError, UnsupportedInstructionError, at

if TYPE_CHECKING:
    from qumulus.circuits.parameters import SymbolicProgram

Reader = Callable[[str], Circuit | DynamicProgram]
"""How a text is read: by ``read_any``, or by what needs less and may give up."""


class EachBindingNeeded(Exception):  # noqa: N818 # not an error: the program is read anew for each binding
    """A program is not the same for all values of its parameters."""


def read_single_program(job_info: Mapping[str, Any], reader: Reader = read_any) -> Circuit | DynamicProgram:
    """Read ``code``, or the only text of ``program``; its angles are symbolic where the job binds them.

    Raises:
        InvalidProgramError: there is not exactly one program.
        ProgramError: the text is not a program this reader takes.
        EachBindingNeeded: its parameters may change more than angles.
    """
    texts = program_texts(job_info)
    if len(texts) != 1:
        raise InvalidProgramError(
            f"This job type takes exactly one program, but the job has {len(texts)}: several run side by "
            "side in a job of type multi_manual."
        )
    if job_info.get("parameters") is not None:
        return symbolic_program(texts[0]).circuit
    if "input" in texts[0]:
        _refuse_unbound(texts[0])
    return reader(texts[0])


@lru_cache(maxsize=2)
def symbolic_program(source: str) -> SymbolicProgram:
    """Read a program with parameters; kept, since a job's program is asked for more than once.

    Raises:
        ProgramError: it cannot be read.
        EachBindingNeeded: its parameters may change more than angles, or be no numbers.
    """
    from qumulus.circuits.parameters import read_symbolic

    try:
        return read_symbolic(source)
    except ProgramError as error:
        if error.code not in ("unsupported_instruction", "invalid_program"):
            raise
    raise EachBindingNeeded


def straight_line(program: Circuit | DynamicProgram, job_type: str) -> Circuit:
    """The program, if no measurement decides its course or result in other ways than being recorded.

    Raises:
        UnsupportedInstructionError: one does.
    """
    if isinstance(program, Circuit):
        return program
    raise UnsupportedInstructionError(
        f"{at(program)}measurements decide what happens here, which {job_type} jobs cannot run: use a "
        "sampling job on a simulator such as SVSim."
    )


def _refuse_unbound(source: str) -> None:
    from qumulus.circuits.parameters import input_names

    names = input_names(source)
    if names:
        raise InvalidProgramError(
            f"The program has parameters ({', '.join(names[:8])}): give their values as 'parameters' of "
            "job_info, a list with one object for each binding."
        )


def program_texts(job_info: Mapping[str, Any]) -> list[str]:
    """``code``, or the text or texts of ``program``.

    Raises:
        InvalidProgramError: they are missing or no texts, or the job's input was an archive that the
            Cloud could not read (``input_error``).
    """
    problem = job_info.get("input_error")
    if isinstance(problem, str):
        raise InvalidProgramError(problem)
    source = job_info.get("code")
    if source is None:
        source = job_info.get("program")
    if isinstance(source, str):
        return [source]
    if not isinstance(source, list) or not all(isinstance(text, str) for text in source):
        raise InvalidProgramError("The job has no program: give one OpenQASM text as 'code' or 'program'.")
    return source


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
