"""Registers, aliases and what stands in their brackets: from text to flat indices."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Final, Literal, NamedTuple

from qumulus.circuits.errors import Source
from qumulus.circuits.expressions import ExpressionReader
from qumulus.circuits.lexer import Cursor

BitKind = Literal["qubit", "bit"]
_WORDS: Final[dict[BitKind, str]] = {"qubit": "qubits", "bit": "classical bits"}


class Bits(NamedTuple):
    """Some qubits or classical bits by flat index; a single one is not a register of length 1."""

    kind: BitKind
    indices: Sequence[int]
    is_single: bool


class Operand(NamedTuple):
    """Bits named in a statement, and where."""

    bits: Bits
    offset: int


def read_indexed(cursor: Cursor, bits: Bits, expressions: ExpressionReader) -> Bits:
    """Apply the brackets at the cursor, if any, to the bits of the name before them."""
    while cursor.text == "[" and cursor.kind == "operator":
        offset = cursor.start
        cursor.advance()
        if bits.is_single:
            raise cursor.source.invalid(offset, f"a single {bits.kind} cannot be indexed")
        bits = _IndexReader(cursor, bits, expressions).read()
        cursor.expect("]")
    return bits


class _IndexReader(NamedTuple):
    cursor: Cursor
    bits: Bits
    expressions: ExpressionReader

    def read(self) -> Bits:
        cursor = self.cursor
        if cursor.text == "{":
            return self._set()
        offset = cursor.start
        first = None if cursor.text == ":" else self._integer()
        if cursor.text == ":":
            return self._slice(first, offset)
        if first is None:
            raise cursor.unexpected("an index")
        return Bits(self.bits.kind, (self._at(first, offset),), is_single=True)

    def _integer(self) -> int:
        return self.expressions.read_integer(self.cursor, "an index")

    def _at(self, index: int, offset: int) -> int:
        return self.bits.indices[self._position(index, offset)]

    def _position(self, index: int, offset: int) -> int:
        size = len(self.bits.indices)
        if not -size <= index < size:
            raise self.cursor.source.invalid(
                offset,
                f"index {index} is out of range: there are {size} {_WORDS[self.bits.kind]}",
                f"indices go from 0 to {size - 1}",
            )
        return index % size

    def _set(self) -> Bits:
        start = self.cursor.start
        self.cursor.expect("{")
        chosen: list[int] = []
        while True:
            offset = self.cursor.start
            chosen.append(self._at(self._integer(), offset))
            if not self.cursor.accept(","):
                break
        self.cursor.expect("}")
        if len(set(chosen)) != len(chosen):
            raise self.cursor.source.invalid(start, "this index set names an element twice")
        return Bits(self.bits.kind, tuple(chosen), is_single=False)

    def _may_be_left_out(self, n_read: int) -> bool:
        """The middle one in ``a::b``, and the end in ``a:``; not that after a step."""
        return self.cursor.text == ":" or (self.cursor.text == "]" and n_read == 1)

    def _slice(self, first: int | None, offset: int) -> Bits:
        """``a:b`` or ``a:step:b``, both ends included."""
        values: list[int | None] = [first]
        offsets = [offset]
        while self.cursor.accept(":") and len(values) < 3:
            offsets.append(self.cursor.start)
            values.append(None if self._may_be_left_out(len(values)) else self._integer())
        step = 1 if len(values) == 2 or values[1] is None else values[1]
        source, size = self.cursor.source, len(self.bits.indices)
        if step == 0:
            raise source.invalid(offsets[1], "the step of a slice cannot be 0")
        ends = (0, size - 1) if step > 0 else (size - 1, 0)
        begin, end = (
            default if value is None else self._position(value, where)
            for value, where, default in ((values[0], offset, ends[0]), (values[-1], offsets[-1], ends[1]))
        )
        positions = range(begin, end + (1 if step > 0 else -1), step)
        if not positions:
            raise source.invalid(offset, "this slice selects nothing")
        chosen = tuple(self.bits.indices[position] for position in positions)
        return Bits(self.bits.kind, chosen, is_single=False)


def broadcast(operands: Sequence[Operand], size: int | None) -> list[tuple[int, ...]]:
    """The qubits of each application: registers side by side, single bits again and again."""
    if size is None:
        return [tuple(operand.bits.indices[0] for operand in operands)]
    return list(
        zip(
            *(repeat(bits.indices[0], size) if bits.is_single else bits.indices for bits, _ in operands),
            strict=True,
        )
    )


def broadcast_size(operands: Sequence[Operand], source: Source) -> int | None:
    """How often a call with these operands applies; None if all are single bits, so once."""
    size: int | None = None
    for bits, offset in operands:
        if bits.is_single:
            continue
        if size is not None and len(bits.indices) != size:
            raise source.invalid(
                offset,
                f"the registers of one call must have the same size: {size} and {len(bits.indices)}",
            )
        size = len(bits.indices)
    return size


def check_distinct(row: Sequence[int], operands: Sequence[Operand], source: Source) -> None:
    """A gate's qubits must differ.

    Raises:
        ProgramError: at the operand that repeats a qubit.
    """
    if len(set(row)) == len(row):
        return
    seen: set[int] = set()
    for qubit, operand in zip(row, operands, strict=True):
        if qubit in seen:
            raise source.invalid(operand.offset, "this qubit is used twice in one gate")
        seen.add(qubit)
