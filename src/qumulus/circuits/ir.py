"""The circuit that every reader produces and every engine, transpiler and drawing consumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Operation(NamedTuple):
    """One gate, measurement or directive on flat qubit and classical-bit indices.

    ``name`` is a key of :data:`qumulus.circuits.gates.GATES`, or one of ``gphase measure reset
    barrier delay``. ``qubits`` lists first one qubit for each character of ``controls``, then the
    qubits of the named gate in the order of its definition (``cx``: control, target). ``gphase`` has
    no qubits but its controls; ``measure``, ``reset`` and ``delay`` have one, ``barrier`` any number.
    """

    name: str
    qubits: tuple[int, ...]
    params: tuple[float, ...] = ()
    """Angles in radians; for ``delay`` the duration in seconds."""
    clbits: tuple[int, ...] = ()
    """For ``measure``: the one bit written, or none if the program drops the result."""
    controls: str = ""
    """Controls added by ``ctrl @`` and ``negctrl @``: one ``1`` or ``0`` for each leading qubit."""
    line: int = 0
    column: int = 0


class Register(NamedTuple):
    """A declared register; its bits are ``start`` to ``start + size - 1`` of the flat indices."""

    name: str
    start: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """A straight-line program with every call expanded.

    Qubits and classical bits are numbered in the order of their declaration; all start in 0.
    """

    n_qubits: int
    n_clbits: int
    operations: tuple[Operation, ...]
    qubit_registers: tuple[Register, ...] = ()
    clbit_registers: tuple[Register, ...] = ()
    uses_physical_qubits: bool = False
    """The program names hardware qubits (``$0``): indices are the device's, layout is fixed."""
