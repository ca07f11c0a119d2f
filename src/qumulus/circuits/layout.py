"""Where the operations of a circuit stand in a drawing: wires, columns, labels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from qumulus.circuits.gates import GATES
from qumulus.circuits.ir import Circuit, Operation, Register
from qumulus.circuits.parameters import Angle

MAX_ITEMS: Final = 10_000
"""A drawing with more helps nobody."""

Kind = Literal["gate", "measure", "reset", "barrier", "delay"]

_DENOMINATORS: Final = (1, 2, 3, 4, 5, 6, 8, 12, 16, 32)


class Control(NamedTuple):
    """A control on a qubit; ``state`` is the value that lets the gate act."""

    qubit: int
    state: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One operation. Nothing else stands between its first and its last wire in its column."""

    kind: Kind
    name: str
    label: str
    """The name with its angles, as in a box."""
    qubits: tuple[int, ...]
    """Those that the gate acts on, without controls."""
    controls: tuple[Control, ...]
    clbit: int | None
    line: int
    column: int

    @property
    def span(self) -> tuple[int, int]:
        """First and last wire."""
        wires = (*self.qubits, *(control.qubit for control in self.controls))
        return min(wires), max(wires)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """``columns`` from left to right; ``is_complete``: nothing was left out."""

    qubits: tuple[str, ...]
    clbits: tuple[str, ...]
    columns: tuple[tuple[Item, ...], ...]
    is_complete: bool


def lay_out(circuit: Circuit, *, max_items: int = MAX_ITEMS, symbols: tuple[str, ...] = ()) -> Layout:
    """Put every operation into the first column where its wires are free.

    ``symbols`` are the names of what symbolic angles depend on. Global phases have no place.
    """
    free = [0] * circuit.n_qubits
    clbits = tuple(_names(circuit.clbit_registers, circuit.n_clbits, "c"))
    columns: list[list[Item]] = []
    n_items = 0
    for operation in circuit.operations:
        if not operation.qubits:
            continue
        if n_items == max_items:
            break
        n_items += 1
        item = _item(operation, clbits, symbols)
        first, last = item.span
        place = max(free[first : last + 1])
        free[first : last + 1] = [place + 1] * (last + 1 - first)
        if place == len(columns):
            columns.append([])
        columns[place].append(item)
    n_drawable = sum(1 for operation in circuit.operations if operation.qubits)
    names = (
        tuple(f"${k}" for k in range(circuit.n_qubits))
        if circuit.uses_physical_qubits
        else tuple(_names(circuit.qubit_registers, circuit.n_qubits, "q"))
    )
    return Layout(
        qubits=names,
        clbits=clbits,
        columns=tuple(tuple(column) for column in columns),
        is_complete=n_items == n_drawable,
    )


def _names(registers: tuple[Register, ...], size: int, default: str) -> Iterator[str]:
    if sum(register.size for register in registers) != size:
        registers = (Register(default, 0, size),)
    for name, _, length in registers:
        yield from (f"{name}[{index}]" for index in range(length))


def _item(operation: Operation, clbits: tuple[str, ...], symbols: tuple[str, ...]) -> Item:
    name = operation.name
    gate = GATES.get(name)
    states = operation.controls + "1" * (gate.n_controls if gate else 0)
    base = gate.base if gate else name
    qubits, controls = operation.qubits[len(states) :], operation.qubits[: len(states)]
    if name == "gphase":  # on its last control it is a phase gate, under the others
        base, qubits, controls, states = "p", operation.qubits[-1:], controls[:-1], states[:-1]
    clbit = operation.clbits[0] if operation.clbits else None
    return Item(
        kind=_kind(name),
        name=name,
        label=_label(base, operation, clbits, symbols),
        qubits=qubits,
        controls=tuple(Control(q, int(state)) for q, state in zip(controls, states, strict=True)),
        clbit=clbit,
        line=operation.line,
        column=operation.column,
    )


def _kind(name: str) -> Kind:
    if name in ("measure", "reset", "barrier", "delay"):
        return name  # type: ignore[return-value] # one of the words of Kind
    return "gate"


def _label(base: str, operation: Operation, clbits: tuple[str, ...], symbols: tuple[str, ...]) -> str:
    if operation.name == "measure":
        return f"M→{clbits[operation.clbits[0]]}" if operation.clbits else "M"
    if operation.name == "delay":
        return f"DELAY({_duration_text(operation.params[0])})"
    if not operation.params:
        return base.upper()
    return f"{base.upper()}({', '.join(angle_text(angle, symbols) for angle in operation.params)})"


def angle_text(angle: float, symbols: tuple[str, ...] = ()) -> str:
    """``π/2``, ``0.3``, or the sum of multiples of the symbols."""
    if not isinstance(angle, Angle) or not symbols:
        return _number_text(angle)
    parts = [f"{_factor_text(coefficient)}{symbols[symbol]}" for symbol, coefficient in angle.terms]
    if abs(angle.constant) > 1e-12:
        parts.append(_number_text(angle.constant))
    return "+".join(parts).replace("+-", "-")


def _duration_text(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.4g}{unit}"
    return f"{seconds / 1e-9:.4g}ns"


def _factor_text(coefficient: float) -> str:
    if abs(abs(coefficient) - 1) < 1e-12:
        return "-" if coefficient < 0 else ""
    return f"{coefficient:.4g}·"


def _number_text(value: float) -> str:
    if abs(value) < 1e-12:
        return "0"
    for denominator in _DENOMINATORS:
        numerator = value * denominator / math.pi
        if abs(numerator - round(numerator)) < 1e-9 and 0 < abs(round(numerator)) <= 64:
            head = {1: "", -1: "-"}.get(round(numerator), str(round(numerator)))
            return f"{head}π" + (f"/{denominator}" if denominator > 1 else "")
    return f"{value:.4g}"
