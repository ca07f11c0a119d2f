"""Statements that declare: version, includes, registers, constants, aliases."""

from __future__ import annotations

from typing import Final

from qumulus.circuits.lexer import Cursor
from qumulus.circuits.numbers import INTEGER_WIDTH, AngleNumber, Number, SizedInteger
from qumulus.circuits.operands import BitKind, Bits, Operand
from qumulus.circuits.program import Program

_CONSTANT_TYPES: Final = frozenset(("int", "uint", "float", "angle"))


def read_version(program: Program, cursor: Cursor) -> None:
    """``OPENQASM 3.0;``: only at the very start, where the reader looks for it."""
    offset = cursor.start
    cursor.advance()
    major, _, minor = cursor.text.partition(".")
    if cursor.kind != "number":
        raise cursor.unexpected("a version number")
    if major not in ("2", "3") or not (minor or "0").isdigit():
        raise program.source.unsupported(
            cursor.start, f"OpenQASM {cursor.text} is not supported", "2.0 and 3.x are"
        )
    if program.source.text[:offset].strip():
        raise program.source.invalid(offset, "the version must be the first statement")
    program.set_version(int(major))
    cursor.advance()
    cursor.expect(";")


def read_include(program: Program, cursor: Cursor) -> None:
    cursor.advance()
    if cursor.kind != "string":
        raise cursor.unexpected("the name of a file in quotes")
    program.include(cursor.text[1:-1], cursor.start)
    cursor.advance()
    cursor.expect(";")


def read_old_register(program: Program, cursor: Cursor) -> None:
    """``qreg q[3];`` and ``creg c[3];``."""
    kind: BitKind = "qubit" if cursor.text == "qreg" else "bit"
    cursor.advance()
    offset = cursor.start
    name = cursor.expect_name("the name of a register")
    size = _read_size(program, cursor)
    if size is None and program.version == 2:
        raise cursor.unexpected("`[` and a size")
    program.add_register(kind, name, size, offset=offset)
    cursor.expect(";")


def read_qubit(program: Program, cursor: Cursor) -> None:
    """``qubit q;`` and ``qubit[3] q;``."""
    program.require_version_3(cursor.start, "`qubit`")
    _read_register(program, cursor, "qubit")
    cursor.expect(";")


def read_bit_register(program: Program, cursor: Cursor) -> tuple[Bits, int]:
    """``bit c`` and ``bit[3] c``, up to what follows the name; also the offset of the name."""
    program.require_version_3(cursor.start, "`bit`")
    return _read_register(program, cursor, "bit")


def _read_register(program: Program, cursor: Cursor, kind: BitKind) -> tuple[Bits, int]:
    cursor.advance()
    size = _read_size(program, cursor)
    offset = cursor.start
    name = cursor.expect_name(f"the name of a {kind} register")
    if cursor.text == "[":
        raise program.source.invalid(
            cursor.start, "the size of a register stands before its name", f"write `{kind}[size] {name};`"
        )
    return program.add_register(kind, name, size, offset=offset), offset


def _read_size(program: Program, cursor: Cursor) -> int | None:
    if not cursor.accept("["):
        return None
    size = program.expressions.read_integer(cursor, "the size of a register")
    cursor.expect("]")
    return size


def read_constant(program: Program, cursor: Cursor) -> None:
    """``const int[32] n = 4;``."""
    program.require_version_3(cursor.start, "`const`")
    cursor.advance()
    offset, kind = cursor.start, cursor.text
    if kind not in _CONSTANT_TYPES:
        raise program.source.unsupported(
            offset,
            f"a constant of type `{kind[:40]}` is not supported",
            f"{', '.join(sorted(_CONSTANT_TYPES))} are",
        )
    cursor.advance()
    width = _read_size(program, cursor)
    offset = cursor.start
    name = cursor.expect_name("the name of a constant")
    cursor.expect("=")
    value = _converted(program, cursor, kind, width)
    program.declare(name, value, offset)
    cursor.expect(";")


def _converted(program: Program, cursor: Cursor, kind: str, width: int | None) -> Number:
    """The value at the cursor as one of this type."""
    offset = cursor.start
    value = program.expressions.read_value(cursor)
    if kind == "angle":
        if width is not None:
            raise program.source.unsupported(
                offset, "angles of a fixed width are not supported", "leave it out"
            )
        return AngleNumber(value)
    if kind == "float":
        if width not in (None, 64):
            raise program.source.unsupported(offset, f"a constant of type `float[{width}]` is not supported")
        return float(value)
    if isinstance(value, AngleNumber):
        raise program.source.invalid(offset, f"an angle cannot be made one of type `{kind}`")
    bits = INTEGER_WIDTH if width is None else width
    if bits < 1:
        raise program.source.invalid(offset, f"the width of a type must be positive, not {bits}")
    integer = SizedInteger.of(int(value), min(bits, 256), is_signed=kind == "int")
    if not integer.is_in_range:
        raise program.source.invalid(offset, f"{integer} does not fit in `{kind}[{bits}]`")
    return integer


def read_alias(program: Program, cursor: Cursor) -> None:
    """``let a = q[0:2] ++ r;``."""
    program.require_version_3(cursor.start, "`let`")
    cursor.advance()
    offset = cursor.start
    name = cursor.expect_name("the name of an alias")
    cursor.expect("=")
    parts = [_read_part(program, cursor)]
    while cursor.accept("++"):
        parts.append(_read_part(program, cursor))
    first = parts[0].bits
    for part in parts:
        if part.bits.kind != first.kind:
            raise program.source.invalid(
                part.offset, "an alias names either qubits or classical bits, not both"
            )
    indices = tuple(index for part in parts for index in part.bits.indices)
    program.expander.charge(len(indices) // 8, offset)
    if len(set(indices)) != len(indices):
        raise program.source.invalid(offset, f"the alias `{name}` names a {first.kind} twice")
    program.declare(name, Bits(first.kind, indices, is_single=len(parts) == 1 and first.is_single), offset)
    cursor.expect(";")


def _read_part(program: Program, cursor: Cursor) -> Operand:
    symbol = program.symbols.get(cursor.text)
    kind: BitKind = symbol.kind if isinstance(symbol, Bits) else "qubit"
    return program.read_operand(cursor, kind)
