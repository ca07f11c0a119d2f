"""One program with parameters and many bindings: ``parameters`` of a job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from qumulus.circuits import Circuit, DynamicProgram, ProgramError, ReadLimits, read_parametric
from qumulus.execution.failures import InvalidProgramError, LimitExceededError, nearest
from qumulus.execution.numbers import finite, shown
from qumulus.execution.program import symbolic_program

MAX_BINDINGS: Final = 10_000
MAX_OPERATIONS: Final = ReadLimits().operations
"""Of all bindings together, where each is a program of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bindings:
    """``values[k]`` are what binding k gives to the ``symbols`` of the program's angles."""

    symbols: tuple[str, ...]
    values: tuple[Sequence[float], ...]


def bound_programs(source: str, parameters: object) -> tuple[Circuit | DynamicProgram, ...]:
    """The program of each binding, in the whole language; it is parsed once.

    Raises:
        InvalidProgramError: naming the binding that is wrong.
        ProgramError: the program cannot be read with the values of a binding.
        LimitExceededError: too many bindings, or too many operations in all of them.
    """
    bindings = _checked(parameters)
    program = read_parametric(source)
    room = MAX_OPERATIONS
    found = []
    for index, binding in enumerate(bindings):
        with _naming(index):
            bound = program.bind(_values_by_name(index, binding, program.parameters))
        room -= len(bound.operations) if isinstance(bound, Circuit) else 1
        if room < 0:
            raise LimitExceededError(
                f"The first {index + 1:,} bindings make more than {MAX_OPERATIONS:,} operations: "
                "split the job."
            )
        found.append(bound)
    return tuple(found)


def _values_by_name(index: int, binding: object, names: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(binding, Mapping):
        raise _no_object(index)
    if binding.keys() != set(names):
        _refuse_names(index, binding, names)
    for name, value in binding.items():
        if not isinstance(value, bool | int | float | str):
            raise InvalidProgramError(
                f"Binding {index}: '{name}' must be a number, a boolean or a text of bits, "
                f"not {shown(value)}."
            )
    return binding


def read_bindings(source: str, parameters: object) -> Bindings:
    """Check the ``parameters`` of a job against the program's.

    Raises:
        InvalidProgramError: naming the binding that is wrong.
        ProgramError: the program cannot be read with the values of a binding.
        LimitExceededError: too many bindings.
    """
    bindings = _checked(parameters)
    program = symbolic_program(source)
    if not program.parameters:
        raise InvalidProgramError(
            "The job gives 'parameters', but its program declares none: write for example "
            "'input float[64] theta;'."
        )
    values = []
    for index, binding in enumerate(bindings):
        with _naming(index):
            values.append(program.values(_values(index, binding, program.parameters)))
    return Bindings(symbols=program.symbols, values=tuple(values))


@contextmanager
def _naming(index: int) -> Iterator[None]:
    """Say which binding a program cannot be read with."""
    try:
        yield
    except ProgramError as error:
        raise ProgramError(
            error.code,
            f"binding {index}: {error.message}",
            line=error.line,
            column=error.column,
            hint=error.hint,
        ) from error


def _checked(parameters: object) -> list[object]:
    if not isinstance(parameters, list) or not parameters:
        raise InvalidProgramError(
            "'parameters' must be a list with one object for each binding, such as [{\"theta\": 0.1}]."
        )
    if len(parameters) > MAX_BINDINGS:
        raise LimitExceededError(
            f"The job has {len(parameters):,} bindings, at most {MAX_BINDINGS:,} are taken: split the job."
        )
    return parameters


def _no_object(index: int) -> InvalidProgramError:
    return InvalidProgramError(f'Binding {index} is no object such as {{"theta": 0.1}}.')


def _values(index: int, binding: object, names: tuple[str, ...]) -> list[float]:
    if not isinstance(binding, Mapping):
        raise _no_object(index)
    if binding.keys() != set(names):
        _refuse_names(index, binding, names)
    return [_number(index, name, binding[name]) for name in names]


def _number(index: int, name: str, value: object) -> float:
    number = finite(value)
    if number is None:
        raise InvalidProgramError(f"Binding {index}: '{name}' must be a number, not {shown(value)}.")
    return number


def _refuse_names(index: int, binding: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in binding:
        if name not in names:
            raise InvalidProgramError(
                f"Binding {index} has '{name}', which is no parameter of the program: {nearest(name, names)}"
            )
    missing = next(name for name in names if name not in binding)
    raise InvalidProgramError(f"Binding {index} has no value for the parameter '{missing}'.")
