"""``inv``, ``pow`` and ``ctrl`` on expanded gate calls.

Inside, a ``u`` may carry a fourth angle, its global phase, and every controlled gate stands as its
base with ``controls``; :func:`folded` gives the operation its name in a circuit.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from typing import Final

from qumulus.circuits.gates import CONTROLLED_NAMES, GATES, Matrix, matrix
from qumulus.circuits.ir import Operation

_INVERSES: Final[dict[str, str]] = {
    "s": "sdg",
    "sdg": "s",
    "t": "tdg",
    "tdg": "t",
    "sx": "sxdg",
    "sxdg": "sx",
}
_TURNING: Final = frozenset(("p", "rx", "ry", "rz", "rxx", "rzz", "gphase"))
# Powers of these repeat: gate → order.
_ORDERS: Final[dict[str, int]] = {"swap": 2, "rccx": 2, "rc3x": 4}
_NAMED: Final = ("id", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "sx", "sxdg")
_TOLERANCE: Final = 1e-12
_LONG_POWER: Final = 16


class NoClosedFormError(ValueError):
    """This power of this gate is not a gate that we can write down."""


def unfolded(operation: Operation) -> Operation:
    """The same gate as a base gate with controls: ``cx`` is an ``x`` with one control."""
    gate = GATES.get(operation.name)
    if gate is None or not gate.n_controls:
        return operation
    return operation._replace(name=gate.base, controls=operation.controls + "1" * gate.n_controls)


def folded(operation: Operation) -> tuple[Operation, ...]:
    """The same gate with as many positive controls as possible in its name."""
    name, qubits, params, _, controls, *_ = operation
    if not controls and len(params) < 4:
        return (operation,)
    width = len(controls)
    positive = [qubit for qubit, state in zip(qubits, controls, strict=False) if state == "1"]
    taken = next((k for k in range(min(len(positive), 4), 0, -1) if (name, k) in CONTROLLED_NAMES), 0)
    if taken:
        kept = positive[:-taken]
        rest = [(q, c) for q, c in zip(qubits, controls, strict=False) if c == "0" or q in kept]
        if (name, taken) == ("u", 1):
            params = params if len(params) == 4 else (*params, 0.0)
        qubits = (*(q for q, _ in rest), *positive[-taken:], *qubits[width:])
        name, controls = CONTROLLED_NAMES[name, taken], "".join(c for _, c in rest)
    result = operation._replace(name=name, qubits=qubits, params=params, controls=controls)
    if name == "u" and len(params) == 4:
        return _without_phase(result)
    return (result,)


def _without_phase(operation: Operation) -> tuple[Operation, ...]:
    """A ``u`` of three angles; under (negative) controls its phase becomes a gate of its own."""
    *angles, phase = operation.params
    gate = operation._replace(params=tuple(angles))
    if not operation.controls or phase == 0:
        return (gate,)
    controls = operation.qubits[: len(operation.controls)]
    return gate, *folded(operation._replace(name="gphase", qubits=controls, params=(phase,)))


def inverse(operations: Sequence[Operation]) -> list[Operation]:
    """The inverse of a sequence."""
    return [inverted for operation in reversed(operations) for inverted in _inverse(unfolded(operation))]


def _inverse(operation: Operation) -> tuple[Operation, ...]:
    name, params = operation.name, operation.params
    if name in _TURNING:
        return (operation._replace(params=(-params[0],)),)
    if name == "u":
        theta, phi, lam, *phase = params
        return (operation._replace(params=(-theta, -lam, -phi, *(-gamma for gamma in phase))),)
    if name == "rc3x":
        return (operation,) * 3
    return (operation._replace(name=_INVERSES.get(name, name)),)


def controlled(operations: Sequence[Operation], qubits: tuple[int, ...], states: str) -> list[Operation]:
    """The sequence under further controls, which lead; directives stay as they are."""
    return [
        operation
        if operation.name == "barrier"
        else operation._replace(qubits=qubits + operation.qubits, controls=states + operation.controls)
        for operation in map(unfolded, operations)
    ]


def power(operations: Sequence[Operation], exponent: float) -> list[Operation]:
    """The principal power of a sequence; for integers that of repeating or inverting.

    Raises:
        NoClosedFormError: the exponent is no integer and the sequence not of a kind with a closed form.
    """
    if exponent == int(exponent):
        return _integer_power(operations, int(exponent))
    base = [unfolded(operation) for operation in operations]
    if len(base) == 1:
        return _root(base[0], exponent)
    return _one_qubit_power(base, exponent)


def power_length(operations: Sequence[Operation], exponent: float) -> int:
    """How many operations :func:`power` makes, at most."""
    if len(operations) <= 1 or exponent != int(exponent) or _is_long_on_one_qubit(operations, exponent):
        return 8
    return int(abs(exponent)) * len(operations) * 3


def _integer_power(operations: Sequence[Operation], exponent: int) -> list[Operation]:
    if exponent in (0, 1):
        return list(operations) * exponent
    if len(operations) == 1:
        operation = unfolded(operations[0])
        if operation.name in _ORDERS:
            return [operation] * (exponent % _ORDERS[operation.name])
        if operation.name in _TURNING:
            return [operation._replace(params=(operation.params[0] * exponent,))]
        if operation.name == "barrier":
            return [operation]
        return _root(operation, exponent)
    if _is_long_on_one_qubit(operations, exponent):
        return _one_qubit_power([unfolded(operation) for operation in operations], exponent)
    return (list(operations) if exponent > 0 else inverse(operations)) * abs(exponent)


def _is_long_on_one_qubit(operations: Sequence[Operation], exponent: float) -> bool:
    if abs(exponent) <= _LONG_POWER:
        return False
    return _common_qubit([unfolded(operation) for operation in operations]) is not None


def _common_qubit(operations: Sequence[Operation]) -> int | None:
    """The qubit on which all act without controls, or None."""
    qubits = {qubit for operation in operations for qubit in operation.qubits}
    plain = not any(operation.controls or operation.name == "barrier" for operation in operations)
    return next(iter(qubits)) if plain and len(qubits) == 1 else None


def _one_qubit_power(operations: Sequence[Operation], exponent: float) -> list[Operation]:
    qubit = _common_qubit(operations)
    if qubit is None:
        raise NoClosedFormError
    product: Matrix = ((1, 0), (0, 1))
    for operation in operations:
        element = matrix(operation.name, operation.params)
        if operation.name == "gphase":
            element = ((element[0][0], 0), (0, element[0][0]))
        product = _product(element, product)
    return [_one_qubit_gate(_matrix_power(product, exponent), Operation("u", (qubit,)))]


def _root(operation: Operation, exponent: float) -> list[Operation]:
    """The principal power of one base gate, under its controls."""
    name = operation.name
    if name in _TURNING:
        return [_turned(operation, exponent)]
    if name == "swap":
        return _swap_power(operation, exponent)
    if name in _ORDERS or name == "barrier":
        raise NoClosedFormError
    return [_one_qubit_gate(_matrix_power(matrix(name, operation.params), exponent), operation)]


def _turned(operation: Operation, exponent: float) -> Operation:
    """Scale an angle, first brought to where the eigenvalues' phases are in (-π, π]."""
    half_period = math.pi if operation.name in ("p", "gphase") else math.tau
    angle = math.remainder(operation.params[0], 2 * half_period)
    if half_period - abs(angle) > 1e-9:
        return operation._replace(params=(angle * exponent,))
    if half_period == math.pi:
        return operation._replace(params=(math.pi * exponent,))
    # A rotation by a full turn is minus the identity: its power is a phase.
    controls = operation.qubits[: len(operation.controls)]
    return operation._replace(name="gphase", qubits=controls, params=(math.pi * exponent,))


def _swap_power(operation: Operation, exponent: float) -> list[Operation]:
    """A swap is an ``x`` under a control, between two ``cx`` that need no further controls."""
    a, b = operation.qubits[-2:]
    outer = Operation("x", (a, b), (), (), "1")
    controls = (*operation.qubits[:-2], b)
    inner = Operation("x", (*controls, a), (), (), operation.controls + "1")
    return [outer, *_root(inner, exponent), outer]


def _one_qubit_gate(unitary: Matrix, operation: Operation) -> Operation:
    """The gate of this 2 by 2 matrix, in the place of ``operation``."""
    for name in _NAMED:
        if _distance(matrix(name), unitary) < _TOLERANCE:
            return operation._replace(name=name, params=())
    (a, b), (c, d) = unitary
    theta = 2 * math.atan2(abs(c), abs(a))
    # The phase of the larger element of each pair is the one that is well defined.
    if abs(a) > abs(c):
        gamma, total = cmath.phase(a), cmath.phase(d / a)
        phi = cmath.phase(c / a) if abs(c) > _TOLERANCE else 0.0
        lam = total - phi
    else:
        lam = cmath.phase(-b / a) if abs(a) > _TOLERANCE else 0.0
        gamma = cmath.phase(-b) - lam
        phi = cmath.phase(c) - gamma
    if theta < _TOLERANCE and abs(gamma) < _TOLERANCE:
        return operation._replace(name="p", params=(lam,))
    return operation._replace(name="u", params=(theta, phi, lam, gamma))


def _matrix_power(unitary: Matrix, exponent: float) -> Matrix:
    """Principal power of a unitary of 2 by 2, by its eigenvalues' phases in (-π, π]."""
    (a, b), (c, d) = unitary
    middle = (a + d) / 2
    spread = cmath.sqrt((a - d) * (a - d) / 4 + b * c)
    first, second = (_raised(middle + sign * spread, exponent) for sign in (1, -1))
    if abs(spread) < 1e-9:
        return (first, 0), (0, first)
    # Sylvester's formula: f(U) = mean + slope * (U - middle).
    mean, slope = (first + second) / 2, (first - second) / (2 * spread)
    return (
        (mean + slope * (a - middle), slope * b),
        (slope * c, mean + slope * (d - middle)),
    )


def _raised(eigenvalue: complex, exponent: float) -> complex:
    phase = cmath.phase(eigenvalue)
    if phase < -math.pi + 1e-9:
        phase += math.tau
    return cmath.rect(1, phase * exponent)


def _product(left: Matrix, right: Matrix) -> Matrix:
    columns = tuple(zip(*right, strict=True))
    return tuple(
        tuple(sum(x * y for x, y in zip(row, column, strict=True)) for column in columns) for row in left
    )


def _distance(left: Matrix, right: Matrix) -> float:
    return max(abs(x - y) for a, b in zip(left, right, strict=True) for x, y in zip(a, b, strict=True))
