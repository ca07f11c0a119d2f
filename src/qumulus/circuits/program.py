"""The state of a program while it is read: its symbols, its bits, its operations."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

from qumulus.circuits.definitions import Callee, Definition, Expander
from qumulus.circuits.errors import ReadLimits, Source, most_similar
from qumulus.circuits.expressions import CONSTANTS, ExpressionReader
from qumulus.circuits.gates import INCLUDES, PAPER_QELIB1, SPELLINGS, Spelling
from qumulus.circuits.ir import Circuit, Operation, Register
from qumulus.circuits.lexer import Cursor
from qumulus.circuits.numbers import Number
from qumulus.circuits.operands import BitKind, Bits, Operand, read_indexed

Symbol = Bits | Spelling | Definition | Number


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RESERVED_2: Final = _words("OPENQASM include qreg creg gate opaque barrier reset measure if pi U CX")
RESERVED_WORDS: Final = _words(
    "OPENQASM include qreg creg gate barrier reset measure if else for in while do switch case default"
    " break continue return end def extern box let const input output qubit bit int uint float angle"
    " complex bool duration stretch array delay nop cal defcal defcalgrammar pragma ctrl negctrl inv pow"
    " gphase U void mutable readonly durationof true false"
).union(CONSTANTS)
WORDS_OF_3_ALONE: Final = RESERVED_WORDS - _RESERVED_2
# Names that other languages have for gates of the include files.
_OTHER_NAMES: Final[dict[str, str]] = {
    "cnot": "cx",
    "ccnot": "ccx",
    "toffoli": "ccx",
    "fredkin": "cswap",
    "hadamard": "h",
    "not": "x",
    "i": "id",
}
_BUILTINS: Final[dict[int, dict[str, Spelling]]] = {
    version: {name: SPELLINGS[name] for name in names}
    for version, names in ((2, ("U", "CX")), (3, ("U", "gphase")))
}
_INCLUDED: Final[dict[tuple[int, str], dict[str, Spelling]]] = {
    (version, file): builtins | gates
    for version, builtins in _BUILTINS.items()
    for file, gates in INCLUDES.items()
}
"""What is known by version, once a program has begun with including a file."""
_INDICES: Final = tuple(f"[{k}]" for k in range(64))
_SIGN_OF_2 = re.compile(r"""^\s*+qreg\b|[;{}]\s*+qreg\b|include\s*+["']qelib1\.inc["']""")


class Program:
    """What is known of a program up to the statement being read."""

    def __init__(self, source: Source, limits: ReadLimits) -> None:
        self.source = source
        self.limits = limits
        self.expander = Expander(source, limits)
        self.operations: list[Operation] = []
        self.symbols: dict[str, Symbol] = {}
        self.uses_physical_qubits = False
        self.n_qubits = 0
        self.n_clbits = 0
        self._registers: dict[BitKind, list[Register]] = {"qubit": [], "bit": []}
        self.known_bits: dict[BitKind, dict[str, int]] = {"qubit": {}, "bit": {}}
        """``q[3]`` → flat index, of bits named before and their neighbours."""
        self.version = 0
        self.set_version(undeclared_version(source.text))

    def set_version(self, version: int) -> None:
        """Read what follows, which is all but the version line, as this major version."""
        if version == self.version:
            return
        self.version = version
        self.__dict__.pop("expressions", None)
        self.symbols.clear()
        self.symbols.update(_BUILTINS[version])

    @cached_property
    def expressions(self) -> ExpressionReader:
        """Reads expressions of this version; many programs have none that take it."""
        return ExpressionReader(version=self.version, nesting=self.limits.nesting, constants=self.symbols)

    def circuit(self) -> Circuit:
        """The circuit read so far."""
        return Circuit(
            n_qubits=self.n_qubits,
            n_clbits=self.n_clbits,
            operations=tuple(self.operations),
            qubit_registers=tuple(self._registers["qubit"]),
            clbit_registers=tuple(self._registers["bit"]),
            uses_physical_qubits=self.uses_physical_qubits,
        )

    def require_version_3(self, offset: int, what: str) -> None:
        """Refuse in OpenQASM 2 what only OpenQASM 3 has."""
        if self.version == 2:
            raise self.source.invalid(
                offset, f"{what} is not part of OpenQASM 2", "start the program with `OPENQASM 3.0;`"
            )

    def include(self, name: str, offset: int) -> None:
        """Declare the gates of a built-in file; the file system is never looked at."""
        gates = INCLUDES.get(name)
        if gates is None:
            raise self.source.invalid(
                offset, f"the file {name[:80]!r} cannot be included", f"only {' and '.join(INCLUDES)} can"
            )
        if len(self.symbols) == len(_BUILTINS[self.version]):  # Nothing is declared yet.
            self.symbols.clear()
            self.symbols.update(_INCLUDED[self.version, name])  # To an empty one it is copied as a whole.
            return
        for gate in self.symbols:
            if gate in gates and self.symbols[gate] is not gates[gate] and not self._may_redefine(gate):
                raise self.source.invalid(offset, f"`{gate}`, which {name} defines, is already declared")
        declared = {name: self.symbols[name] for name in self.symbols if name in gates}
        self.symbols.update(gates)
        self.symbols.update(declared)

    def _may_redefine(self, name: str) -> bool:
        """Copies of qelib1.inc differ in what they add to the paper's, so programs bring their own."""
        return self.version == 2 and name not in PAPER_QELIB1 and name not in _RESERVED_2

    def is_reserved(self, name: str) -> bool:
        """Whether the language keeps this word for itself."""
        return name in (_RESERVED_2 if self.version == 2 else RESERVED_WORDS)

    def declare(self, name: str, symbol: Symbol, offset: int) -> None:
        """Give a new name its meaning."""
        if self.is_reserved(name):
            raise self.source.invalid(offset, f"`{name}` is a reserved word")
        known = self.symbols.get(name)
        if known is not None and not (isinstance(known, Spelling) and self._may_redefine(name)):
            hint = "an include file defines it: choose another name" if isinstance(known, Spelling) else None
            raise self.source.invalid(offset, f"`{name}` is already declared", hint)
        self.symbols[name] = symbol

    def add_register(self, kind: BitKind, name: str, size: int | None, *, offset: int) -> Bits:
        """Declare a register, or with size None a single bit."""
        length = 1 if size is None else size
        if length < 1:
            raise self.source.invalid(offset, f"a register needs a positive size, not {length}")
        start = self.n_qubits if kind == "qubit" else self.n_clbits
        self._check_count(kind, start + length, offset)
        bits = Bits(kind, range(start, start + length), is_single=size is None)
        self.declare(name, bits, offset)
        if kind == "bit":
            self.n_clbits += length
        elif self.uses_physical_qubits:
            raise self._mixed(offset)
        else:
            self.n_qubits += length
            self._name_bits(name, bits)
        self._registers[kind].append(Register(name, start, length))
        return bits

    def index_of(self, text: str, kind: BitKind) -> int | None:
        """The index of ``q[3]`` or ``q``; None where that takes a closer look."""
        index = self.known_bits[kind].get(text)
        return self._first_index_of(text, kind) if index is None else index

    def _first_index_of(self, text: str, kind: BitKind) -> int | None:
        name, _, rest = text.partition("[")
        bits = self.symbols.get(name)
        if not isinstance(bits, Bits) or bits.kind != kind or bits.is_single == bool(rest):
            return None
        known = self.known_bits[kind]
        if not rest or f"{name}[0]" not in known:
            self._name_bits(name, bits)
            if text in known:
                return known[text]
        digits = rest[:-1]
        if not (digits.isascii() and digits.isdigit() and len(digits) < 7 and rest[-1] == "]"):
            return None
        return bits.indices[int(digits)] if int(digits) < len(bits.indices) else None

    def _name_bits(self, name: str, bits: Bits) -> None:
        """Know these bits by their names: most programs name most of their bits."""
        known = self.known_bits[bits.kind]
        if bits.is_single:
            known[name] = bits.indices[0]
        else:
            known.update(zip(map(name.__add__, _INDICES), bits.indices, strict=False))

    def _check_count(self, kind: BitKind, count: int, offset: int) -> None:
        if kind == "qubit" and count > self.limits.qubits:
            message = f"the program declares more than {self.limits.qubits:,} qubits"
            raise self.source.error("too_many_qubits", offset, message)
        if kind == "bit" and count > self.limits.clbits:
            raise self.source.exceeded(
                offset, f"the program declares more than {self.limits.clbits:,} classical bits"
            )

    def _mixed(self, offset: int) -> Exception:
        return self.source.invalid(
            offset, "a program uses either declared qubits or hardware qubits, not both"
        )

    def _physical(self, cursor: Cursor) -> Bits:
        """The hardware qubit at the cursor."""
        self.require_version_3(cursor.start, "a hardware qubit")
        digits = cursor.text[1:].lstrip("0") or "0"
        index = int(digits) if len(digits) < 10 else self.limits.qubits
        if index >= self.limits.qubits:
            message = f"hardware qubits go up to ${self.limits.qubits - 1}"
            raise self.source.error("too_many_qubits", cursor.start, message)
        if self._registers["qubit"]:
            raise self._mixed(cursor.start)
        self.uses_physical_qubits = True
        self.n_qubits = max(self.n_qubits, index + 1)
        cursor.advance()
        return Bits("qubit", (index,), is_single=True)

    def read_operand(self, cursor: Cursor, kind: BitKind) -> Operand:
        """Read a name with its brackets, or a hardware qubit."""
        offset = cursor.start
        if cursor.kind == "physical" and kind == "qubit":
            return Operand(self._physical(cursor), offset)
        name = cursor.expect_name(f"a {kind}")
        symbol = self.symbols.get(name)
        if symbol is None:
            raise self.source.invalid(
                offset,
                f"`{name}` is not declared",
                suggestion(name, self._names(lambda s: isinstance(s, Bits))),
            )
        if not isinstance(symbol, Bits) or symbol.kind != kind:
            raise self.source.invalid(offset, f"`{name}` is not a {kind}")
        return Operand(read_indexed(cursor, symbol, self.expressions), offset)

    def read_operands(self, cursor: Cursor) -> list[Operand]:
        """Read qubit operands, separated by commas."""
        operands = [self.read_operand(cursor, "qubit")]
        while cursor.accept(","):
            operands.append(self.read_operand(cursor, "qubit"))
        return operands

    def callee(self, name: str, offset: int) -> Callee:
        """The gate of this name."""
        symbol = self.symbols.get(name)
        if isinstance(symbol, Spelling | Definition):
            return symbol
        if symbol is not None:
            raise self.source.invalid(offset, f"`{name}` is not a gate")
        gates = self._names(lambda s: isinstance(s, Spelling | Definition))
        other = _OTHER_NAMES.get(name.lower())
        hint = f"did you mean `{other}`?" if other else suggestion(name, gates)
        for file, names in INCLUDES.items():
            if name in names and (self.version == 2) == (file == "qelib1.inc"):
                hint = f'add `include "{file}";`'
        raise self.source.invalid(offset, f"the gate `{name}` is not defined", hint)

    def _names(self, wanted: Callable[[Symbol], bool]) -> list[str]:
        return [name for name, symbol in self.symbols.items() if wanted(symbol)]

    def append(self, operations: Sequence[Operation], offset: int) -> None:
        """Add directives that stand at ``offset``."""
        self._check_room(len(operations), offset)
        line, column = self.source.place(offset)
        self.operations += [Operation(*operation[:5], line, column) for operation in operations]

    def append_measurements(self, qubits: Sequence[int], bits: Sequence[int], offset: int) -> None:
        """Measure as many qubits as bits."""
        self._check_room(len(qubits), offset)
        line, column = self.source.place(offset)
        new, pairs = tuple.__new__, zip(qubits, bits, strict=True)
        self.operations += [
            new(Operation, ("measure", (qubit,), (), (bit,), "", line, column)) for qubit, bit in pairs
        ]

    def _check_room(self, n_operations: int, offset: int) -> None:
        if len(self.operations) + n_operations > self.limits.operations:
            raise self.expander.too_many(offset)


def undeclared_version(text: str) -> int:
    """The version to assume where the program does not begin by saying it."""
    return 2 if ("qreg" in text or "qelib1" in text) and _SIGN_OF_2.search(text) else 3


def suggestion(name: str, known: Sequence[str]) -> str | None:
    """The nearest of the known names, as a hint."""
    near = most_similar(name, known)
    return None if near is None else f"did you mean `{near}`?"
