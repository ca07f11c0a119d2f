"""Why a job fails, in words for the person who wrote the program.

ExecutionError
├── InvalidProgramError
├── UnsupportedInstructionError
├── TooManyQubitsError
├── TooManyShotsError
├── LimitExceededError
├── TranspileError
├── CalibrationTooOldError
├── DeviceError
└── InternalError
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from qumulus.circuits import DynamicProgram, Operation
from qumulus.circuits.errors import most_similar


class ExecutionError(Exception):
    """A job that cannot be computed; the text says what, where and what to do."""

    code: ClassVar[str] = "internal_error"


class InvalidProgramError(ExecutionError):
    """The program, operator or a setting is wrong in itself."""

    code = "invalid_program"


class UnsupportedInstructionError(ExecutionError):
    """The device or engine cannot do what the program asks."""

    code = "unsupported_instruction"


class TooManyQubitsError(ExecutionError):
    """More qubits than the device has, or than this machine can simulate."""

    code = "too_many_qubits"


class TooManyShotsError(ExecutionError):
    """More shots than the device takes."""

    code = "too_many_shots"


class LimitExceededError(ExecutionError):
    """Memory, time or the number of operations."""

    code = "limit_exceeded"


class TranspileError(ExecutionError):
    """Unknown transpiler or option, or the transpiler found no solution."""

    code = "transpile_failed"


class CalibrationTooOldError(ExecutionError):
    """The job wants a fresher calibration than the device has."""

    code = "calibration_too_old"


class DeviceError(ExecutionError):
    """The device answered with an error."""

    code = "device_error"


class InternalError(ExecutionError):
    """A fault of ours, known to the user by its incident id only."""

    code = "internal_error"


def at(operation: Operation | DynamicProgram) -> str:
    """``line 3, column 5: `` when the operation's place in the text is known, else nothing."""
    return f"line {operation.line}, column {operation.column}: " if operation.line else ""


def nearest(word: str, valid: Iterable[str]) -> str:
    """A hint that names the valid words, the most similar one first of all."""
    words = sorted(valid)
    similar = most_similar(word, words)
    meant = "valid are" if similar is None else f"did you mean '{similar}'? Valid:"
    return f"{meant} {', '.join(words)}."
