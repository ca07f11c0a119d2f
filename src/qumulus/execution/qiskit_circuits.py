"""Circuits to Qiskit and back, without a detour over text. Importing this imports Qiskit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from qiskit.circuit import (
    CircuitInstruction,
    ClassicalRegister,
    Gate,
    Parameter,
    ParameterExpression,
    QuantumCircuit,
    QuantumRegister,
)
from qiskit.circuit import library as gates

from qumulus.circuits import Circuit, Operation, Register
from qumulus.circuits.parameters import Angle, Term

_GATES: Final[Mapping[str, type[Gate]]] = {
    "id": gates.IGate,
    "x": gates.XGate,
    "y": gates.YGate,
    "z": gates.ZGate,
    "h": gates.HGate,
    "s": gates.SGate,
    "sdg": gates.SdgGate,
    "t": gates.TGate,
    "tdg": gates.TdgGate,
    "sx": gates.SXGate,
    "sxdg": gates.SXdgGate,
    "p": gates.PhaseGate,
    "rx": gates.RXGate,
    "ry": gates.RYGate,
    "rz": gates.RZGate,
    "u": gates.UGate,
    "swap": gates.SwapGate,
    "rxx": gates.RXXGate,
    "rzz": gates.RZZGate,
    "rccx": gates.RCCXGate,
    "rc3x": gates.RC3XGate,
    "cx": gates.CXGate,
    "cy": gates.CYGate,
    "cz": gates.CZGate,
    "ch": gates.CHGate,
    "cp": gates.CPhaseGate,
    "crx": gates.CRXGate,
    "cry": gates.CRYGate,
    "crz": gates.CRZGate,
    "csx": gates.CSXGate,
    "cu": gates.CUGate,
    "ccx": gates.CCXGate,
    "cswap": gates.CSwapGate,
    "c3x": gates.C3XGate,
    "c3sqrtx": gates.C3SXGate,
    "c4x": gates.C4XGate,
}

_LARGE_ANGLE: Final = 1e6
UNREAD: Final = "_unread"
"""Register of the bit that takes the results nobody reads."""

SAME_NAMES: Final = tuple(
    name for name, gate in _GATES.items() if name not in ("c3x", "c3sqrtx", "c4x", "rc3x")
)
"""Gates that both call the same: what a transpiled circuit may consist of."""

_METHODS: Final = frozenset(SAME_NAMES)
"""Gates that a method of their name appends, which takes a third of the time of making them first."""


def to_qiskit(circuit: Circuit, symbols: Sequence[str] = ()) -> QuantumCircuit:
    """The same circuit with its registers, indices and global phase.

    With ``symbols``, symbolic angles become Qiskit's of these names, else they are plain numbers.
    """
    result = QuantumCircuit(
        *_registers(circuit.qubit_registers, QuantumRegister, size=circuit.n_qubits, name="q"),
        *_registers(circuit.clbit_registers, ClassicalRegister, size=circuit.n_clbits, name="c"),
    )
    if has_unread(circuit.operations):
        result.add_register(ClassicalRegister(1, UNREAD))
    parameters = [Parameter(name) for name in symbols]
    for operation in circuit.operations:
        add_operation(result, _with_expressions(operation, parameters) if parameters else operation)
    return result


def _with_expressions(operation: Operation, parameters: Sequence[Parameter]) -> Any:
    return operation._replace(params=tuple(_expression(angle, parameters) for angle in operation.params))


def _expression(angle: float, parameters: Sequence[Parameter]) -> Any:
    if not isinstance(angle, Angle):
        return angle
    return sum((term.coefficient * parameters[term.symbol] for term in angle.terms), start=angle.constant)


def has_unread(operations: Iterable[Operation]) -> bool:
    """Whether a measurement has no classical bit; Qiskit then needs one, added as the last."""
    return any(operation.name == "measure" and not operation.clbits for operation in operations)


def _registers(registers: Sequence[Register], kind: type[Any], *, size: int, name: str) -> list[Any]:
    if sum(register.size for register in registers) == size:
        return [kind(register.size, register.name) for register in registers]
    return [kind(size, name)]


def add_operation(circuit: QuantumCircuit, operation: Operation) -> None:
    """Append one operation."""
    name, qubits, params, clbits, controls, *_ = operation
    angles = tuple([_within_turns(angle) for angle in params])
    if name == "measure":
        circuit.measure(qubits[0], clbits[0] if clbits else circuit.num_clbits - 1)
    elif name == "barrier":
        circuit.barrier(*qubits)
    elif name == "reset":
        circuit.reset(qubits[0])
    elif name == "delay":
        for qubit in qubits:
            circuit.delay(params[0], qubit, unit="s")
    elif name == "gphase":
        _add_phase(circuit, operation._replace(params=angles))
    elif name in _METHODS and not controls:
        getattr(circuit, name)(*angles, *qubits)
    else:
        gate = _GATES[name](*angles)
        circuit.append(_controlled(gate, controls), qubits, copy=False)


def _within_turns(angle: Any) -> Any:
    """The angle; a large one within two turns, for transpilers add π to it, which may change nothing."""
    if not isinstance(angle, float) or abs(angle) < _LARGE_ANGLE:
        return angle
    return 2 * math.atan2(math.sin(angle / 2), math.cos(angle / 2))


def _controlled(gate: Gate, controls: str) -> Gate:
    # Qiskit writes the state of the first control last.
    return gate.control(len(controls), ctrl_state=controls[::-1], annotated=False) if controls else gate


def _add_phase(circuit: QuantumCircuit, operation: Operation) -> None:
    """A phase under controls is a phase gate on the last of them, under the others."""
    if not operation.controls:
        circuit.global_phase += operation.params[0]
        return
    last = operation.qubits[-1]
    flips = operation.controls[-1] == "0"
    if flips:
        circuit.x(last)
    circuit.append(
        _controlled(gates.PhaseGate(operation.params[0]), operation.controls[:-1]), operation.qubits
    )
    if flips:
        circuit.x(last)


def from_qiskit(transpiled: QuantumCircuit, symbols: Sequence[str] = ()) -> tuple[Operation, ...]:
    """The operations of a transpiled circuit; its global phase is dropped.

    Raises:
        KeyError: an instruction that is neither a gate of :data:`SAME_NAMES` nor a directive.
        ValueError: an angle is no sum of multiples of the ``symbols``.
    """
    numbers = {name: index for index, name in enumerate(symbols)}
    places = {bit: index for index, bit in enumerate(transpiled.qubits)}
    cells = {bit: index for index, bit in enumerate(transpiled.clbits)}
    unread = {bit for register in transpiled.cregs if register.name == UNREAD for bit in register}
    return tuple(
        Operation(
            _checked(instruction.name),
            tuple([places[bit] for bit in instruction.qubits]),
            _params(instruction, numbers),
            tuple([cells[bit] for bit in instruction.clbits if bit not in unread]),
        )
        for instruction in transpiled.data
    )


def _checked(name: str) -> str:
    if name not in _METHODS and name not in ("measure", "barrier", "reset", "delay"):
        raise KeyError(name)
    return name


_UNITS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "ps": 1e-12}


def _params(instruction: CircuitInstruction, numbers: Mapping[str, int]) -> tuple[float, ...]:
    if instruction.name == "delay":
        operation = instruction.operation
        return (float(operation.duration) * _UNITS[operation.unit],)
    return tuple([_angle(value, numbers) for value in instruction.params])


def _angle(expression: Any, numbers: Mapping[str, int]) -> float:
    """A number, or the sum of multiples that an expression is.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(expression, ParameterExpression) or not expression.parameters:
        return float(expression)
    parameters = sorted(expression.parameters, key=lambda parameter: numbers[parameter.name])
    zero = dict.fromkeys(parameters, 0.0)
    constant = _value(expression, zero)
    terms = tuple(
        Term(numbers[parameter.name], _value(expression, {**zero, parameter: 1.0}) - constant)
        for parameter in parameters
    )
    generic = {parameter: 0.7 + 0.11 * numbers[parameter.name] for parameter in parameters}
    angle = Angle(_value(expression, generic), constant=constant, terms=terms)
    expected = constant + sum(
        term.coefficient * value for term, value in zip(terms, generic.values(), strict=True)
    )
    if abs(angle - expected) > 1e-9 * (1 + abs(expected)):
        raise ValueError(f"the angle {expression} cannot be bound late: submit a job for each binding")
    return angle


def _value(expression: ParameterExpression, values: Mapping[Parameter, float]) -> float:
    return float(expression.bind(dict(values)))
