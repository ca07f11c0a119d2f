"""Circuits as OpenQASM 3 text that any reader with ``stdgates.inc`` understands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from qumulus.circuits.gates import GATES, STDGATES
from qumulus.circuits.ir import Circuit, Operation, Register
from qumulus.circuits.program import RESERVED_WORDS

# Gates that stdgates.inc lacks and no modifier gives.
_DEFINITIONS: Final[dict[str, str]] = {
    "u": "(a, b, c) q { gphase(-a / 2); U(a, b, c) q; }",
    "rxx": "(a) p, q { h p; h q; cx p, q; rz(a) q; cx p, q; h p; h q; }",
    "rzz": "(a) p, q { cx p, q; rz(a) q; cx p, q; }",
    "rccx": " a, b, c { h c; t c; cx b, c; tdg c; cx a, c; t c; cx b, c; tdg c; h c; }",
    "rc3x": " a, b, c, d { h d; t d; cx c, d; tdg d; h d; cx a, d; t d; cx b, d; tdg d;"
    " cx a, d; t d; cx b, d; tdg d; h d; t d; cx c, d; tdg d; h d; }",
}
_TAKEN: Final = RESERVED_WORDS | STDGATES | frozenset(_DEFINITIONS)


def write_openqasm3(circuit: Circuit) -> str:
    """The program; angles are written so that reading them gives the same floats.

    A register whose name OpenQASM 3 keeps for itself gets an underscore.
    """
    writer = _Writer(circuit)
    body = [writer.statement(operation) for operation in circuit.operations]
    return "\n".join([*writer.head(), *body, ""])


class _Writer:
    def __init__(self, circuit: Circuit) -> None:
        self._circuit = circuit
        names = set(_TAKEN)
        self._qubit_registers = (
            ()
            if circuit.uses_physical_qubits
            else tuple(_named(circuit.qubit_registers, circuit.n_qubits, "q", names))
        )
        self._clbit_registers = tuple(_named(circuit.clbit_registers, circuit.n_clbits, "c", names))
        self._qubits = list(_bits(self._qubit_registers)) or [f"${k}" for k in range(circuit.n_qubits)]
        self._clbits = list(_bits(self._clbit_registers))

    def head(self) -> Iterator[str]:
        """All that stands before the operations."""
        yield "OPENQASM 3.0;"
        yield 'include "stdgates.inc";'
        used = {operation.name for operation in self._circuit.operations if _needs_definition(operation)}
        for name in sorted(used):
            yield f"gate {name}{_DEFINITIONS[name]}"
        yield from (f"qubit[{size}] {name};" for name, _, size in self._qubit_registers)
        yield from (f"bit[{size}] {name};" for name, _, size in self._clbit_registers)

    def statement(self, operation: Operation) -> str:
        """One line."""
        qubits = ", ".join([self._qubits[qubit] for qubit in operation.qubits])
        if operation.name == "measure":
            target = f"{self._clbits[operation.clbits[0]]} = " if operation.clbits else ""
            return f"{target}measure {qubits};"
        if operation.name == "delay":
            return f"delay[{operation.params[0]!r}s] {qubits};"
        params = f"({', '.join(map(repr, operation.params))})" if operation.params else ""
        called = _called(operation.name, operation.controls)
        return f"{called}{params} {qubits};" if qubits else f"{called}{params};"


def _needs_definition(operation: Operation) -> bool:
    return operation.name in _DEFINITIONS and (operation.name != "u" or bool(operation.controls))


@lru_cache(maxsize=256)
def _called(name: str, states: str) -> str:
    """The name with its modifiers."""
    gate = GATES.get(name)
    if gate is not None and gate.n_controls and name not in STDGATES:
        name, states = gate.base, states + "1" * gate.n_controls
    if name == "u" and not states:
        name = "U"
    elif name == "sxdg":
        name = "inv @ sx"
    return "".join(_modifiers(states)) + name


def _modifiers(states: str) -> Iterator[str]:
    for state, run in groupby(states):
        count = len(list(run))
        word = "ctrl" if state == "1" else "negctrl"
        yield f"{word}({count}) @ " if count > 1 else f"{word} @ "


def _named(registers: Sequence[Register], size: int, default: str, taken: set[str]) -> Iterator[Register]:
    """The registers under free names; one for all bits where they do not cover these."""
    if sum(register.size for register in registers) != size:
        registers = (Register(default, 0, size),)
    for register in registers:
        name = register.name
        while name in taken:
            name += "_"
        taken.add(name)
        yield register._replace(name=name)


def _bits(registers: Sequence[Register]) -> Iterator[str]:
    return (f"{name}[{index}]" for name, _, size in registers for index in range(size))
