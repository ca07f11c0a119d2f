"""What a reader says about a program it cannot accept."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

_MOST_COMPARED: Final = 500
_LONGEST_COMPARED: Final = 32
"""Comparing a name costs the time of a thousand gates, and more the longer it is."""

ProgramErrorCode = Literal["invalid_program", "unsupported_instruction", "too_many_qubits", "limit_exceeded"]


class ProgramError(Exception):
    """The program is wrong, or asks for what cannot be done; ``str()`` is meant for its author."""

    def __init__(
        self,
        code: ProgramErrorCode,
        message: str,
        *,
        line: int = 0,
        column: int = 0,
        hint: str | None = None,
    ) -> None:
        """``line`` and ``column`` count from 1; 0 where no place can be named."""
        super().__init__(code, message)
        self.code: ProgramErrorCode = code
        self.message = message
        self.line = line
        self.column = column
        self.hint = hint

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        return f"{place}{self.message}" + (f" ({self.hint})" if self.hint else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """What a reader accepts before it gives up; every cap ends in a :class:`ProgramError`."""

    source_bytes: int = 4 * 1024 * 1024
    qubits: int = 5_000
    clbits: int = 65_536
    nesting: int = 64
    """Parentheses, gate definitions calling one another, modifiers of one call."""
    operations: int = 1_000_000
    """After expansion."""
    loop_iterations: int = 1_000_000
    """Of all loops of one run together."""
    statements: int = 5_000_000
    """Executed in one run of a program with classical control."""
    array_elements: int = 1_000_000
    """Of one array."""
    tree_characters: int = 256 * 1024
    """Of a program that needs the reference parser, which is slow."""


class Source:
    """A program's text, and errors at its places; an offset counts characters from 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._offset, self._line, self._line_start = 0, 1, 0

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; cheap where offsets grow from call to call."""
        if offset < self._offset:
            self._offset, self._line, self._line_start = 0, 1, 0
        n_newlines = self.text.count("\n", self._offset, offset)
        if n_newlines:
            self._line += n_newlines
            self._line_start = self.text.rfind("\n", self._offset, offset) + 1
        self._offset = offset
        return self._line, offset - self._line_start + 1

    def invalid(self, offset: int, message: str, hint: str | None = None) -> ProgramError:
        """The program breaks a rule of the language."""
        return self.error("invalid_program", offset, message, hint=hint)

    def unsupported(self, offset: int, message: str, hint: str | None = None) -> ProgramError:
        """The program is right, but cannot be read here."""
        return self.error("unsupported_instruction", offset, message, hint=hint)

    def exceeded(self, offset: int, message: str, hint: str | None = None) -> ProgramError:
        """The program passes one of the :class:`ReadLimits`."""
        return self.error("limit_exceeded", offset, message, hint=hint)

    def error(
        self, code: ProgramErrorCode, offset: int, message: str, *, hint: str | None = None
    ) -> ProgramError:
        """An error at this place."""
        line, column = self.place(offset)
        return ProgramError(code, message, line=line, column=column, hint=hint)


def most_similar(name: str, known: Iterable[str]) -> str | None:
    """The known name that may be meant; None where none is near."""
    likely = [word for word in known if len(word) <= _LONGEST_COMPARED][:_MOST_COMPARED]
    near = difflib.get_close_matches(name[:_LONGEST_COMPARED], likely, n=1, cutoff=0.5)
    return near[0] if near else None
