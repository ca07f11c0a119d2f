"""Declarations and measurements in their usual form, each taken whole by one regular expression.

What is not of that form, or wrong, is left to the handlers that read token by token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from qumulus.circuits.operands import BitKind, Bits
from qumulus.circuits.program import Program

_NAME: Final = r"[^\W\d]\w*+"
_BITS: Final = rf"({_NAME}(?:\[[0-9]++\])?)"
_PHRASE: Final = re.compile(
    rf"""\s*+(?:(?P<measured>measure\s++{_BITS}\s*+->\s*+{_BITS})
    |(?P<register>(qubit|bit)\s*+(?:\[\s*+([0-9]{{1,6}}+)\s*+\]\s*+|\s)({_NAME}))
    |(?P<old_register>([qc]reg)\s++({_NAME})\s*+\[\s*+([0-9]{{1,6}}+)\s*+\])
    |(?P<version>OPENQASM\s++([23])(?:\.[0-9]++)?)
    |(?P<include>include\s*+"([^"\n]*+)")
    |(?P<assigned>{_BITS}\s*+=\s*+measure\s++{_BITS})
    )\s*+;\s*+""",
    re.VERBOSE,
)
_Taker = Callable[[Program, re.Match[str], int], bool]


def take_phrases(program: Program, position: int) -> int:
    """Take statements as long as they are phrases; the offset of the first that is none."""
    text, match = program.source.text, _PHRASE.match
    while (found := match(text, position)) is not None:
        taker, group = _TAKERS[found.lastgroup or ""]
        if not taker(program, found, group):
            break
        position = found.end()
    return position


def _take_measured(program: Program, found: re.Match[str], group: int) -> bool:
    qubits, bits = found.group(group + 1, group + 2)
    return _measure(program, qubits, bits, offset=found.start(group))


def _take_assigned(program: Program, found: re.Match[str], group: int) -> bool:
    bits, qubits = found.group(group + 1, group + 2)
    return program.version == 3 and _measure(program, qubits, bits, offset=found.start(group))


def _measure(program: Program, qubits_text: str, bits_text: str, *, offset: int) -> bool:
    qubits = _indices(program, qubits_text, "qubit")
    bits = _indices(program, bits_text, "bit")
    if qubits is None or bits is None or len(qubits) != len(bits):
        return False
    program.append_measurements(qubits, bits, offset)
    return True


def _indices(program: Program, text: str, kind: BitKind) -> Sequence[int] | None:
    """The bits of ``c[3]`` or ``c``; None where that takes a closer look."""
    if text[-1] == "]":
        index = program.index_of(text, kind)
        return None if index is None else (index,)
    bits = program.symbols.get(text)
    return bits.indices if isinstance(bits, Bits) and bits.kind == kind else None


def _take_register(program: Program, found: re.Match[str], group: int) -> bool:
    size, name = found.group(group + 2, group + 3)
    if program.version == 2:
        return False
    kind: BitKind = "qubit" if found[group + 1] == "qubit" else "bit"
    program.add_register(kind, name, None if size is None else int(size), offset=found.start(group + 3))
    return True


def _take_old_register(program: Program, found: re.Match[str], group: int) -> bool:
    kind, name, size = found.group(group + 1, group + 2, group + 3)
    program.add_register("qubit" if kind == "qreg" else "bit", name, int(size), offset=found.start(group + 2))
    return True


def _take_version(program: Program, found: re.Match[str], group: int) -> bool:
    if program.source.text[: found.start(group)].strip():
        return False
    program.set_version(int(found[group + 1]))
    return True


def _take_include(program: Program, found: re.Match[str], group: int) -> bool:
    program.include(found[group + 1], found.start(group + 1) - 1)
    return True


_TAKERS: Final[dict[str, tuple[_Taker, int]]] = {
    name: (taker, _PHRASE.groupindex[name])
    for name, taker in (
        ("measured", _take_measured),
        ("assigned", _take_assigned),
        ("register", _take_register),
        ("old_register", _take_old_register),
        ("version", _take_version),
        ("include", _take_include),
    )
}
