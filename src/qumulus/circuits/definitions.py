"""The program's own gates, and the expansion of calls to operations on local qubits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from qumulus.circuits import modifiers
from qumulus.circuits.errors import ReadLimits, Source
from qumulus.circuits.expressions import Expression, evaluate
from qumulus.circuits.gates import Spelling
from qumulus.circuits.ir import Operation
from qumulus.circuits.numbers import Number

_NO_ARGUMENTS: Final[Mapping[str, Number]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A ``gate`` or ``opaque`` statement; ``body`` is None for the latter."""

    name: str
    parameters: tuple[str, ...]
    n_qubits: int
    body: tuple[Call, ...] | None
    depth: int
    """Levels of definitions below and with this one."""
    size: int
    """Operations of one call, at least."""

    @property
    def n_params(self) -> int:
        return len(self.parameters)


Callee = Spelling | Definition


class Modifier(NamedTuple):
    """``argument``: the exponent of ``pow``, the number of controls of ``ctrl`` and ``negctrl``,
    0 for ``inv``."""

    name: str
    argument: Expression | int
    offset: int


class Call(NamedTuple):
    """A gate call in a body; ``callee`` None is a barrier."""

    callee: Callee | None
    params: tuple[Expression, ...]
    modifiers: tuple[Modifier, ...]
    qubits: tuple[int, ...]
    """Indices among the qubits of the definition; those of ``ctrl`` and ``negctrl`` lead."""
    offset: int


class Expander:
    """Expands calls; what it makes is counted, so that no program makes it work without end."""

    def __init__(self, source: Source, limits: ReadLimits) -> None:
        self._source = source
        self._limits = limits
        self._work_left = 4 * limits.operations
        self._known: dict[tuple[int, tuple[float, ...]], tuple[Operation, ...]] = {}

    def charge(self, work: int, offset: int) -> None:
        """Count work to be done for the statement at ``offset``."""
        self._work_left -= work
        if self._work_left < 0:
            raise self.too_many(offset)

    def too_many(self, offset: int) -> Exception:
        """The error that the program expands to too much."""
        return self._source.exceeded(
            offset, f"the program expands to more than {self._limits.operations:,} operations"
        )

    def call(self, call: Call, arguments: Mapping[str, Number] = _NO_ARGUMENTS) -> list[Operation]:
        """The operations of one call, on qubits numbered as its operands."""
        if call.callee is None:
            return [Operation("barrier", tuple(range(len(call.qubits))))]
        # Floats, for `1/2` is 0 to OpenQASM 3, but a gate called with 1 may halve its angle.
        params = tuple(float(evaluate(param, arguments, self._source)) for param in call.params)
        operations: Sequence[Operation] = self._plain(call.callee, params, call.offset)
        n_controls = sum(m.argument for m in call.modifiers if isinstance(m.argument, int))
        if n_controls:
            operations = _on(operations, range(n_controls, n_controls + call.callee.n_qubits))
        for modifier in reversed(call.modifiers):
            if modifier.name in ("ctrl", "negctrl"):
                assert isinstance(modifier.argument, int)  # evaluated where it was read
                n_controls -= modifier.argument
                leading = tuple(range(n_controls, n_controls + modifier.argument))
                states = ("1" if modifier.name == "ctrl" else "0") * modifier.argument
                self.charge(len(operations) * (1 + len(leading) // 8), call.offset)
                operations = modifiers.controlled(operations, leading, states)
            else:
                operations = self._raised(operations, modifier, call, arguments)
        return list(operations)

    def _raised(
        self,
        operations: Sequence[Operation],
        modifier: Modifier,
        call: Call,
        arguments: Mapping[str, Number],
    ) -> list[Operation]:
        """``inv`` or ``pow``."""
        if modifier.name == "inv":
            self.charge(len(operations), call.offset)
            return modifiers.inverse(operations)
        assert isinstance(modifier.argument, Expression)
        exponent = evaluate(modifier.argument, arguments, self._source)
        if abs(exponent) > 2**53:
            raise self._source.invalid(modifier.offset, "this exponent is too large")
        self.charge(modifiers.power_length(operations, exponent), call.offset)
        try:
            return modifiers.power(operations, exponent)
        except modifiers.NoClosedFormError:
            assert call.callee is not None
            raise self._source.unsupported(
                modifier.offset,
                f"`pow({exponent:g})` of the gate `{call.callee.name}` has no closed form",
                "integer powers of any gate are possible, others of one-qubit gates, their controlled gates, "
                "`swap`, `rxx` and `rzz`",
            ) from None

    def _plain(self, callee: Callee, params: tuple[float, ...], offset: int) -> Sequence[Operation]:
        if isinstance(callee, Spelling):
            angles = callee.angles(params) if callee.angles else params
            return (Operation(callee.gate, tuple(range(callee.n_qubits)), angles),)
        if callee.body is None:
            raise self._source.unsupported(
                offset, f"the gate `{callee.name}` is opaque: it has no definition"
            )
        if callee.size > self._limits.operations:
            raise self.too_many(offset)
        key = (id(callee), params)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._body(
                callee.body, dict(zip(callee.parameters, params, strict=True))
            )
        self.charge(len(known), offset)
        return known

    def _body(self, body: tuple[Call, ...], arguments: Mapping[str, Number]) -> tuple[Operation, ...]:
        operations: list[Operation] = []
        for call in body:
            inner = self.call(call, arguments)
            self.charge(1 + len(inner) + len(call.qubits) // 8, call.offset)
            operations += _on(inner, call.qubits)
            if len(operations) > self._limits.operations:
                raise self.too_many(call.offset)
        return tuple(operations)


def size_of(call: Call) -> int:
    """Operations that a call makes, at least: powers may make more or less."""
    if any(modifier.name == "pow" for modifier in call.modifiers):
        return 0
    return call.callee.size if isinstance(call.callee, Definition) else 1


def _on(operations: Sequence[Operation], qubits: Sequence[int]) -> list[Operation]:
    """Operations on local qubits, moved to these."""
    new = tuple.__new__
    return [
        new(Operation, (name, tuple([qubits[qubit] for qubit in local]), params, clbits, controls, 0, 0))
        for name, local, params, clbits, controls, _, _ in operations
    ]
