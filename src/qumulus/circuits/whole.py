"""The entry to all of OpenQASM: straight-line programs by the one-pass reader, others by their tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from qumulus.circuits.dynamic import DynamicProgram
from qumulus.circuits.errors import ProgramError, ReadLimits, Source
from qumulus.circuits.ir import Circuit, Operation
from qumulus.circuits.language.checker import check
from qumulus.circuits.language.interpreter import Interpreter
from qumulus.circuits.language.outline import Input, Outline
from qumulus.circuits.language.parsing import parse
from qumulus.circuits.language.values import DependsOnMeasurement, Outcome
from qumulus.circuits.lexer import blank_comments
from qumulus.circuits.reader import check_size, read_program

_DEFAULT_LIMITS: Final = ReadLimits()
_NO_INPUTS: Final[Mapping[str, Input]] = {}
# Where one of these stands, what the one-pass reader calls wrong may be right in the whole language.
_CLASSICAL: Final = re.compile(
    r"\b(?:if|for|while|switch|def|int|uint|float|angle|bool|complex|duration|input|output|array|sizeof|end"
    r"|box|extern|cal|defcal|defcalgrammar|stretch|durationof|pragma)\b"
)


def read_any(
    source: str, limits: ReadLimits = _DEFAULT_LIMITS, inputs: Mapping[str, Input] = _NO_INPUTS
) -> Circuit | DynamicProgram:
    """Read any OpenQASM 2 or 3 program; ``inputs`` are the values of its ``input`` parameters.

    What no measurement decides is done here, once: such a program becomes a circuit. Only a program
    whose course or result depends on measurements in other ways than recording them stays a program.

    Raises:
        ProgramError: the program is wrong, needs what is not supported, or passes a limit.
    """
    if not inputs:
        try:
            return read_quickly(source, limits)
        except WholeLanguageNeeded:
            pass
    return read_parametric(source, limits).bind(inputs)


class WholeLanguageNeeded(Exception):  # noqa: N818 # not an error: another reader may take the program
    """The one-pass reader cannot tell whether a program is right."""


def read_quickly(source: str, limits: ReadLimits = _DEFAULT_LIMITS) -> Circuit:
    """Read a straight-line program as ``read_any`` does, without loading the reference parser.

    Raises:
        ProgramError: the program is wrong, or passes a limit.
        WholeLanguageNeeded: only ``read_any`` can read it, or say what is wrong.
    """
    try:
        return read_program(source, limits)
    except ProgramError as error:
        is_more = error.code == "invalid_program" and _CLASSICAL.search(source)
        if not is_more and error.code != "unsupported_instruction":
            raise
    raise WholeLanguageNeeded


class ParametricProgram:
    """A program that is parsed once, and bound to many values of its ``input`` parameters."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the inputs, in the order of their declaration."""
        return tuple(self._outline.inputs)

    def check(self) -> tuple[Operation, ...]:
        """As that of :class:`DynamicProgram`, whatever the inputs are."""
        return check(self._outline)

    def bind(self, inputs: Mapping[str, Input] = _NO_INPUTS) -> Circuit | DynamicProgram:
        """The program for these inputs, which must be all and no others.

        Raises:
            ProgramError: an input is missing, unknown or of a wrong type, or the program is wrong.
        """
        bound = self._outline.bound(inputs)
        recorder = _Recorder()
        interpreter = Interpreter(self._outline, bound, recorder)
        try:
            cells = interpreter.run()
        except DependsOnMeasurement:
            return self._dynamic(bound, *interpreter.evaluator.place(interpreter.current))
        except RecursionError:
            raise ProgramError("limit_exceeded", "an expression or a block is nested too deeply") from None
        try:
            operations = recorder.finished(cells)
        except DependsOnMeasurement:
            return self._dynamic(bound)
        shape = self._outline.program.circuit()
        return Circuit(
            n_qubits=shape.n_qubits,
            n_clbits=shape.n_clbits,
            operations=operations,
            qubit_registers=shape.qubit_registers,
            clbit_registers=shape.clbit_registers,
            uses_physical_qubits=shape.uses_physical_qubits,
        )

    def _dynamic(self, bound: dict[str, Any], line: int = 0, column: int = 0) -> DynamicProgram:
        shape = self._outline.program.circuit()
        return DynamicProgram(
            n_qubits=shape.n_qubits,
            n_clbits=shape.n_clbits,
            qubit_registers=shape.qubit_registers,
            clbit_registers=shape.clbit_registers,
            uses_physical_qubits=shape.uses_physical_qubits,
            outline=self._outline,
            inputs=bound,
            line=line,
            column=column,
        )


def read_parametric(source: str, limits: ReadLimits = _DEFAULT_LIMITS) -> ParametricProgram:
    """Read a program of the whole language, to be bound to inputs.

    Raises:
        ProgramError: the program is wrong, needs what is not supported, or passes a limit.
    """
    text = Source(blank_comments(check_size(source, limits)))
    try:
        return ParametricProgram(Outline(parse(text, limits), text, limits))
    except RecursionError:
        raise ProgramError("limit_exceeded", "an expression or a block is nested too deeply") from None


class _Recorder:
    """Writes down a program whose outcomes nobody knows yet."""

    def __init__(self) -> None:
        self._operations: list[Operation] = []
        self._measured_at: list[int] = []

    def apply(self, operation: Operation) -> None:
        self._operations.append(operation)

    def measure(self, qubit: int, place: tuple[int, int]) -> Outcome:
        self._measured_at.append(len(self._operations))
        line, column = place
        self._operations.append(Operation("measure", (qubit,), line=line, column=column))
        return Outcome(len(self._measured_at) - 1)

    def finished(self, cells: list[Any]) -> tuple[Operation, ...]:
        """The operations, with each measurement writing the bit that its outcome ends in.

        Raises:
            DependsOnMeasurement: the result is not that of measurements into bits that start as 0.
        """
        taken: set[int] = set()
        for bit, cell in enumerate(cells):
            if not isinstance(cell, Outcome):
                if cell:
                    raise DependsOnMeasurement
                continue
            if cell.number in taken:
                raise DependsOnMeasurement
            taken.add(cell.number)
            position = self._measured_at[cell.number]
            self._operations[position] = self._operations[position]._replace(clbits=(bit,))
        return tuple(self._operations)
