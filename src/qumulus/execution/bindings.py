"""One program with parameters and many bindings: ``parameters`` of a job."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from qumulus.circuits.parameters import SymbolicProgram, read_symbolic
from qumulus.execution.failures import InvalidProgramError, LimitExceededError, nearest

MAX_BINDINGS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bindings:
    """``values[k]`` are what binding k gives to the ``symbols`` of the program's angles."""

    symbols: tuple[str, ...]
    values: tuple[Sequence[float], ...]


@lru_cache(maxsize=2)
def symbolic_program(source: str) -> SymbolicProgram:
    """Read a program with parameters; kept, since a job's program is asked for more than once.

    Raises:
        ProgramError: it cannot be read.
    """
    return read_symbolic(source)


def read_bindings(source: str, parameters: object) -> Bindings:
    """Check the ``parameters`` of a job against the program's.

    Raises:
        InvalidProgramError: naming the binding that is wrong.
        ProgramError: the program cannot be read with the values of a binding.
        LimitExceededError: too many bindings.
    """
    if not isinstance(parameters, list) or not parameters:
        raise InvalidProgramError(
            "'parameters' must be a list with one object for each binding, such as [{\"theta\": 0.1}]."
        )
    if len(parameters) > MAX_BINDINGS:
        raise LimitExceededError(
            f"The job has {len(parameters):,} bindings, at most {MAX_BINDINGS:,} are taken: split the job."
        )
    program = symbolic_program(source)
    if not program.parameters:
        raise InvalidProgramError(
            "The job gives 'parameters', but its program declares none: write for example "
            "'input float[64] theta;'."
        )
    values = tuple(
        program.values(_values(index, binding, program.parameters))
        for index, binding in enumerate(parameters)
    )
    return Bindings(symbols=program.symbols, values=values)


def _values(index: int, binding: object, names: tuple[str, ...]) -> list[float]:
    if not isinstance(binding, Mapping):
        raise InvalidProgramError(f'Binding {index} is no object such as {{"theta": 0.1}}.')
    if binding.keys() != set(names):
        _refuse_names(index, binding, names)
    return [_number(index, name, binding[name]) for name in names]


def _number(index: int, name: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise InvalidProgramError(f"Binding {index}: '{name}' must be a number, not {value!r}.")
    return float(value)


def _refuse_names(index: int, binding: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in binding:
        if name not in names:
            raise InvalidProgramError(
                f"Binding {index} has '{name}', which is no parameter of the program: {nearest(name, names)}"
            )
    missing = next(name for name in names if name not in binding)
    raise InvalidProgramError(f"Binding {index} has no value for the parameter '{missing}'.")
