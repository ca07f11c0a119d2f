"""What a call must be like, whether it is made or only looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qumulus.circuits.definitions import Callee
from qumulus.circuits.errors import ProgramError
from qumulus.circuits.language.scopes import Subroutine
from qumulus.circuits.language.values import Fault
from qumulus.circuits.operands import Bits
from qumulus.circuits.program import Program


def refuse_duration(node: Any, what: str) -> None:
    """Nothing here takes a given time."""
    if getattr(node, "duration", None) is not None:
        raise Fault(
            f"{what} with a duration (hardware timing) is not supported here", code="unsupported_instruction"
        )


def callee_of(program: Program, name: str, n_params: int) -> Callee:
    """The gate of this name, which takes so many parameters."""
    try:
        callee = program.callee(name, 0)
    except ProgramError as error:
        raise Fault(error.message, error.hint) from None
    if n_params != callee.n_params:
        raise Fault(f"the gate `{name}` takes {callee.n_params} parameter(s), not {n_params}")
    return callee


def check_number(wanted: int, n_operands: int) -> None:
    """A gate takes exactly its qubits."""
    if n_operands != wanted:
        raise Fault(f"this gate acts on {wanted} qubit(s), not {n_operands}")


def check_argument_number(symbol: Subroutine, number: int) -> None:
    """A subroutine takes exactly its arguments."""
    wanted = len(symbol.node.arguments)
    if number != wanted:
        raise Fault(f"the subroutine `{symbol.name}` takes {wanted} argument(s), not {number}")


def check_argument(formal: Any, bits: Bits, size: int | None) -> None:
    """What is given for the qubits of a subroutine must be as many; ``size`` None: a single one."""
    if len(bits.indices) != (size or 1) or (size is None and not bits.is_single):
        wanted = "a single qubit" if size is None else f"{size} qubit(s)"
        raise Fault(f"`{formal.name.name}` stands for {wanted}, not for {len(bits.indices)}")


def check_disjoint(qubits: Sequence[int]) -> None:
    """The arguments of a subroutine share no qubit."""
    if len(set(qubits)) != len(qubits):
        raise Fault("a qubit is given to a subroutine twice")


def rows_of(operands: Sequence[Bits]) -> list[tuple[int, ...]]:
    """The qubits of each application: registers side by side, single qubits again and again."""
    sizes = {len(bits.indices) for bits in operands if not bits.is_single}
    if len(sizes) > 1:
        raise Fault(f"the registers of one call must have the same size: {sorted(sizes)}")
    size = sizes.pop() if sizes else 1
    rows = [tuple([bits.indices[0 if bits.is_single else k] for bits in operands]) for k in range(size)]
    for row in rows:
        if len(set(row)) != len(row):
            raise Fault("a qubit is used twice in one gate")
    return rows
