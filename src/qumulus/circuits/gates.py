"""The gates a circuit may name: their matrices, spellings in the two include files, Clifford rules.

Matrices are little-endian: the first qubit of an operation is the least significant bit of a row's
and column's index, as in Qiskit and qulacs. Global phases are those of OpenQASM 3's ``stdgates.inc``
where it defines the gate, else those of Qiskit; OpenQASM 2 cannot tell them apart.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Final, NamedTuple

Matrix = tuple[tuple[complex, ...], ...]


class Gate(NamedTuple):
    """``base`` and ``n_controls`` say of which gate this is the controlled one (``cx``: ``x``, 1)."""

    name: str
    n_params: int
    n_qubits: int
    aliases: tuple[str, ...]
    base: str
    n_controls: int


# name: parameters, qubits, other spellings of the same gate up to global phase
_BASES: Final[dict[str, tuple[int, int, tuple[str, ...]]]] = {
    "id": (0, 1, ("u0",)),
    "x": (0, 1, ()),
    "y": (0, 1, ()),
    "z": (0, 1, ()),
    "h": (0, 1, ()),
    "s": (0, 1, ()),
    "sdg": (0, 1, ()),
    "t": (0, 1, ()),
    "tdg": (0, 1, ()),
    "sx": (0, 1, ()),
    "sxdg": (0, 1, ()),
    "p": (1, 1, ("u1", "phase")),
    "rx": (1, 1, ()),
    "ry": (1, 1, ()),
    "rz": (1, 1, ()),
    "u": (3, 1, ("U", "u3", "u2")),
    "swap": (0, 2, ()),
    "rxx": (1, 2, ()),
    "rzz": (1, 2, ()),
    "rccx": (0, 3, ()),
    "rc3x": (0, 4, ()),
}
# name: base, number of controls, other spellings
_CONTROLLED: Final[dict[str, tuple[str, int, tuple[str, ...]]]] = {
    "cx": ("x", 1, ("CX",)),
    "cy": ("y", 1, ()),
    "cz": ("z", 1, ()),
    "ch": ("h", 1, ()),
    "cp": ("p", 1, ("cphase", "cu1")),
    "crx": ("rx", 1, ()),
    "cry": ("ry", 1, ()),
    "crz": ("rz", 1, ()),
    "csx": ("sx", 1, ()),
    "cu": ("u", 1, ("cu3",)),
    "ccx": ("x", 2, ()),
    "cswap": ("swap", 1, ()),
    "c3x": ("x", 3, ()),
    "c3sqrtx": ("sx", 3, ()),
    "c4x": ("x", 4, ()),
}


def _table() -> dict[str, Gate]:
    table = {
        name: Gate(name, n_params, n_qubits, aliases, name, 0)
        for name, (n_params, n_qubits, aliases) in _BASES.items()
    }
    for name, (base, n_controls, aliases) in _CONTROLLED.items():
        # cu has a fourth parameter, the phase that its u has under the control.
        n_params = table[base].n_params + (name == "cu")
        n_qubits = table[base].n_qubits + n_controls
        table[name] = Gate(name, n_params, n_qubits, aliases, base, n_controls)
    return table


GATES: Final[dict[str, Gate]] = _table()
"""Every name that an operation of a circuit may have, beside the directives."""

CONTROLLED_NAMES: Final[dict[tuple[str, int], str]] = {
    **{(gate.base, gate.n_controls): name for name, gate in GATES.items()},
    ("gphase", 1): "p",
    ("gphase", 2): "cp",
}
"""(base, number of controls) → name of the controlled gate."""

Angles = tuple[float, ...]


class Spelling(NamedTuple):
    """What a name of an include file or of the language means.

    A call is the gate ``gate`` with the angles ``angles(call's parameters)``; those of a ``u`` may be
    four: the last is a global phase, which counts once the gate is controlled.
    """

    name: str
    gate: str
    n_params: int
    n_qubits: int
    angles: Callable[[Angles], Angles] | None = None


def _own(gate: str, name: str | None = None) -> Spelling:
    return Spelling(name or gate, gate, GATES[gate].n_params, GATES[gate].n_qubits)


_U_CALLS: Final = (
    # stdgates.inc defines u2 and u3 as special unitary, and the language U with the phase exp(iθ/2).
    Spelling("u2", "u", 2, 1, lambda a: (math.pi / 2, a[0], a[1], -(a[0] + a[1]) / 2)),
    Spelling("u3", "u", 3, 1, lambda a: (*a, -(a[1] + a[2]) / 2)),
    Spelling("U", "u", 3, 1, lambda a: (*a, a[0] / 2)),
    Spelling("cu3", "cu", 3, 2, lambda a: (*a, 0.0)),
    Spelling("u0", "id", 1, 1, lambda a: ()),  # noqa: ARG005 # its length has no meaning without time
)
SPELLINGS: Final[dict[str, Spelling]] = {
    **{name: _own(name) for name in GATES},
    **{alias: _own(gate.name, alias) for gate in GATES.values() for alias in gate.aliases},
    **{spelling.name: spelling for spelling in _U_CALLS},
    "gphase": Spelling("gphase", "gphase", 1, 0),
}
"""Every spelling of a gate in the include files and the language."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STDGATES: Final = _words(
    "p x y z h s sdg t tdg sx rx ry rz cx cy cz cp crx cry crz ch swap ccx cswap cu"
    " CX phase cphase id u1 u2 u3"
)
PAPER_QELIB1: Final = _words("u3 u2 u1 cx id x y z h s sdg t tdg rx ry rz cz cy ch ccx crz cu1 cu3")
"""The ``qelib1.inc`` of the OpenQASM 2 paper: what every copy of the file defines."""
QELIB1: Final = PAPER_QELIB1 | _words(
    "u0 u p sx sxdg swap cswap crx cry cp csx cu rxx rzz rccx rc3x c3x c3sqrtx c4x"
)
INCLUDES: Final[dict[str, dict[str, Spelling]]] = {
    file: {name: SPELLINGS[name] for name in names}
    for file, names in (("stdgates.inc", STDGATES), ("qelib1.inc", QELIB1))
}

_R = math.sqrt(0.5)
_FIXED: Final[dict[str, Matrix]] = {
    "id": ((1, 0), (0, 1)),
    "x": ((0, 1), (1, 0)),
    "y": ((0, -1j), (1j, 0)),
    "z": ((1, 0), (0, -1)),
    "h": ((_R, _R), (_R, -_R)),
    "s": ((1, 0), (0, 1j)),
    "sdg": ((1, 0), (0, -1j)),
    "t": ((1, 0), (0, complex(_R, _R))),
    "tdg": ((1, 0), (0, complex(_R, -_R))),
    "sx": ((0.5 + 0.5j, 0.5 - 0.5j), (0.5 - 0.5j, 0.5 + 0.5j)),
    "sxdg": ((0.5 - 0.5j, 0.5 + 0.5j), (0.5 + 0.5j, 0.5 - 0.5j)),
    "swap": ((1, 0, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0), (0, 0, 0, 1)),
}
# The elements in which the relative-phase Toffoli gates differ from the identity.
_RCCX: Final[dict[tuple[int, int], complex]] = {
    (3, 3): 0, (3, 7): -1j, (5, 5): -1, (7, 3): 1j, (7, 7): 0,
}  # fmt: skip
_RC3X: Final[dict[tuple[int, int], complex]] = {
    (3, 3): 1j, (7, 7): 0, (7, 15): 1, (11, 11): -1j, (15, 7): -1, (15, 15): 0,
}  # fmt: skip


def _u(theta: float, phi: float, lam: float, gamma: float = 0.0) -> Matrix:
    cos, sin = math.cos(theta / 2), math.sin(theta / 2)
    return (
        (cmath.rect(cos, gamma), -cmath.rect(sin, gamma + lam)),
        (cmath.rect(sin, gamma + phi), cmath.rect(cos, gamma + phi + lam)),
    )


def _rx(theta: float) -> Matrix:
    cos, sin = math.cos(theta / 2), -1j * math.sin(theta / 2)
    return (cos, sin), (sin, cos)


def _rz(theta: float) -> Matrix:
    return (cmath.rect(1, -theta / 2), 0), (0, cmath.rect(1, theta / 2))


def _rxx(theta: float) -> Matrix:
    cos, sin = math.cos(theta / 2), -1j * math.sin(theta / 2)
    return (cos, 0, 0, sin), (0, cos, sin, 0), (0, sin, cos, 0), (sin, 0, 0, cos)


def _rzz(theta: float) -> Matrix:
    even, odd = cmath.rect(1, -theta / 2), cmath.rect(1, theta / 2)
    return (even, 0, 0, 0), (0, odd, 0, 0), (0, 0, odd, 0), (0, 0, 0, even)


_TURNING: Final[dict[str, Callable[..., Matrix]]] = {
    "gphase": lambda gamma: ((cmath.rect(1, gamma),),),
    "p": lambda lam: ((1, 0), (0, cmath.rect(1, lam))),
    "rx": _rx,
    "ry": lambda theta: _u(theta, 0, 0),
    "rz": _rz,
    "u": _u,
    "rxx": _rxx,
    "rzz": _rzz,
    "rccx": lambda: _patched(8, _RCCX),
    "rc3x": lambda: _patched(16, _RC3X),
}


def matrix(name: str, params: Angles = (), controls: str = "") -> Matrix:
    """The unitary of a gate of :data:`GATES` (or ``gphase``), little-endian.

    ``controls`` are those of :class:`~qumulus.circuits.Operation`: the leading, so the least
    significant qubits.
    """
    gate = GATES.get(name)
    if gate is not None and gate.n_controls:
        return matrix(gate.base, params, controls + "1" * gate.n_controls)
    inner = _FIXED[name] if name in _FIXED else _TURNING[name](*params)
    return _controlled(inner, controls) if controls else inner


def _controlled(inner: Matrix, controls: str) -> Matrix:
    width = len(controls)
    active = sum(1 << position for position, state in enumerate(controls) if state == "1")
    mask, size = (1 << width) - 1, len(inner) << width

    def element(row: int, column: int) -> complex:
        if row & mask == column & mask == active:
            return inner[row >> width][column >> width]
        return float(row == column)

    return tuple(tuple(element(row, column) for column in range(size)) for row in range(size))


def _patched(size: int, differences: dict[tuple[int, int], complex]) -> Matrix:
    return tuple(
        tuple(differences.get((row, column), float(row == column)) for column in range(size))
        for row in range(size)
    )


_CLIFFORD: Final = _words("id x y z h s sdg sx sxdg cx cy cz swap")
# Gates that are Clifford when every angle is a multiple of this.
_CLIFFORD_STEP: Final[dict[str, float]] = {
    **dict.fromkeys(("p", "rx", "ry", "rz", "u", "rxx", "rzz"), math.pi / 2),
    **dict.fromkeys(("cp", "crx", "cry", "crz"), math.pi),
}


def is_clifford(name: str, params: Angles = (), controls: str = "") -> bool:
    """Whether this is seen to be a Clifford gate; False where only a closer look would tell."""
    if controls:
        # A controlled Pauli gate is Clifford with a negative control too.
        return len(controls) == 1 and name in ("x", "y", "z")
    if name in _CLIFFORD or name == "gphase":
        return True
    step = _CLIFFORD_STEP.get(name)
    return step is not None and all(_is_multiple(angle, step) for angle in params)


def _is_multiple(angle: float, step: float) -> bool:
    return abs(angle - step * round(angle / step)) < 1e-12 * max(1.0, abs(angle))
