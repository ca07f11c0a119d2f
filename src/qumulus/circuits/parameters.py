"""Programs with ``input`` parameters, read once for any number of values.

A program is read at a few generic values of its parameters. Where every angle is a sum of multiples of
them, those readings tell the multiples. Where an angle is anything else, the program is read again for
each binding, and only its angles are taken.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final, NamedTuple

from qumulus.circuits.errors import ProgramError, ReadLimits, Source
from qumulus.circuits.ir import Circuit, Operation
from qumulus.circuits.lexer import blank_comments
from qumulus.circuits.numbers import AngleNumber
from qumulus.circuits.program import Program
from qumulus.circuits.reader import check_size, read_statements

MAX_PARAMETERS: Final = 1_000

_INPUT: Final = re.compile(r"(?<=[;{}])\s*+input\b([^;]*+);|\A\s*+input\b([^;]*+);")
_DECLARATION: Final = re.compile(r"\s+(float|angle)(?:\s*\[\s*([0-9]+)\s*\])?\s+([^\W\d]\w*)\s*")
# None: not written. Angles of another width are no multiples of what they are bound to.
_WIDTHS: Final = {"float": (None, "16", "32", "64"), "angle": (None, "64")}
_FORMATS: Final = {"float16": "<e", "float32": "<f"}
_LAST_WORD: Final = re.compile(r"[^\W\d]\w*(?=\s*\Z)")
# Where one of these is used, angles that look like sums of multiples may not be so everywhere.
_NOT_SMOOTH: Final = re.compile(
    r"\b(?:ceiling|floor|mod|int|uint|bool|abs|pow(?!\s*\(\s*-?[0-9.]+\s*\)\s*@))\b|%|\*\*"
)
_TOLERANCE: Final = 1e-9


class Term(NamedTuple):
    """``coefficient`` times the symbol of this index."""

    symbol: int
    coefficient: float


class Angle(float):
    """An angle that depends on symbols: ``constant`` + Σ coefficient · symbol.

    As a plain number it is the angle at some generic values, so that whoever looks at a circuit before
    its symbols have values takes no special case for granted.
    """

    constant: float
    terms: tuple[Term, ...]

    def __new__(cls, value: float, *, constant: float, terms: tuple[Term, ...]) -> Angle:
        """``value`` is the angle at generic values."""
        made = super().__new__(cls, value)
        made.constant = constant
        made.terms = terms
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _angle, (float(self), self.constant, self.terms)

    def at(self, values: Sequence[float]) -> float:
        """The angle where the symbols have these values."""
        return self.constant + sum([values[symbol] * coefficient for symbol, coefficient in self.terms])


def _angle(value: float, constant: float, terms: tuple[Term, ...]) -> Angle:
    return Angle(value, constant=constant, terms=terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolicProgram:
    """``circuit`` has an :class:`Angle` wherever the program has one that depends on its parameters.

    ``symbols`` are what these depend on: the parameters, or the angles themselves where they are no
    sums of multiples of the parameters.
    """

    parameters: tuple[str, ...]
    circuit: Circuit
    symbols: tuple[str, ...]
    values: Callable[[Sequence[float]], Sequence[float]]
    """From the parameters' values, in their order, to those of the symbols; may raise ProgramError."""


def input_names(source: str) -> tuple[str, ...]:
    """The parameters that a program declares, of any type."""
    if "input" not in source:
        return ()
    declared = [first or second for first, second in _INPUT.findall(blank_comments(source))]
    return tuple(name[0] for text in declared if (name := _LAST_WORD.search(text)) is not None)


def read_symbolic(source: str, limits: ReadLimits = ReadLimits()) -> SymbolicProgram:  # noqa: B008
    """Read a straight-line program with parameters of type ``float`` or ``angle``.

    Raises:
        ProgramError: as for ``read_program``.
    """
    template = _Template(check_size(source, limits), limits)
    random = Random(1)
    base = [random.uniform(0.7, 1.3) for _ in template.kinds]
    circuit = template.read(base)
    angles = None if _NOT_SMOOTH.search(template.text) else _fitted(template, circuit, base)
    if angles is not None:
        names = tuple(template.kinds)
        return SymbolicProgram(
            parameters=names,
            circuit=_with(circuit, angles),
            symbols=names,
            values=template.reduced,
        )
    return _read_again(template, circuit)


class _Template:
    """A program's text without its ``input`` statements, which are left blank."""

    def __init__(self, source: str, limits: ReadLimits) -> None:
        self._limits = limits
        self.kinds: dict[str, str] = {}
        self._places: dict[str, int] = {}
        text = blank_comments(source)
        self._source = Source(text)
        self.text = _INPUT.sub(self._take, text)

    def _take(self, match: re.Match[str]) -> str:
        offset = match.end() - len(match[1] or match[2] or "") - 1
        found = _DECLARATION.fullmatch(match[1] or match[2] or "")
        if found is None:
            raise self._source.unsupported(
                offset, "this kind of parameter cannot be bound", "write `input float[64] theta;` or `angle`"
            )
        kind, width, name = found.groups()
        if width not in _WIDTHS[kind]:
            raise self._source.unsupported(offset, f"`{kind}[{width}]` parameters are bound one by one")
        if name in self.kinds:
            raise self._source.invalid(offset, f"`{name}` is already declared")
        if len(self.kinds) == MAX_PARAMETERS:
            raise self._source.exceeded(offset, f"the program has more than {MAX_PARAMETERS:,} parameters")
        self.kinds[name], self._places[name] = kind if width in (None, "64") else f"{kind}{width}", offset
        return re.sub(r"[^\n]", " ", match[0])

    def reduced(self, values: Sequence[float]) -> Sequence[float]:
        """Angles are what they are within one turn, floats what is left of them in their width."""
        kinds = self.kinds.items()
        return [self._typed(name, kind, value) for (name, kind), value in zip(kinds, values, strict=True)]

    def _typed(self, name: str, kind: str, value: float) -> float:
        if kind == "angle":
            return float(AngleNumber(value))
        if kind == "float":
            return value
        try:
            return float(struct.unpack(_FORMATS[kind], struct.pack(_FORMATS[kind], value))[0])
        except OverflowError:
            message = f"{value:g} does not fit in `{name}`"
            raise self._source.invalid(self._places[name], message) from None

    def read(self, values: Sequence[float]) -> Circuit:
        """The circuit where the parameters have these values, which are as ``reduced`` makes them."""
        program = Program(Source(self.text), self._limits)
        program.set_version(3)
        for (name, kind), value in zip(self.kinds.items(), values, strict=True):
            number = AngleNumber(value) if kind == "angle" else value
            program.declare(name, number, self._places[name])
        circuit = read_statements(program)
        if program.version == 2:
            raise self._source.invalid(0, "`input` is not part of OpenQASM 2", "begin with `OPENQASM 3.0;`")
        return circuit


Place = tuple[int, int]
"""Index of an operation, and of one of its angles."""


def _fitted(template: _Template, circuit: Circuit, base: Sequence[float]) -> dict[Place, Angle] | None:
    """The angles as sums of multiples of the parameters; None where one is not."""
    at_base = dict(_angles_of(circuit))
    terms: dict[Place, list[Term]] = {}
    for index in range(len(base)):
        point = [value + (position == index) for position, value in enumerate(base)]
        there = _same_gates(template.read(point), circuit)
        if there is None:
            return None
        for place, angle in _angles_of(there):
            if angle != at_base[place]:
                terms.setdefault(place, []).append(Term(index, angle - at_base[place]))
    angles = {
        place: Angle(
            at_base[place],
            constant=at_base[place] - sum(base[term.symbol] * term.coefficient for term in found),
            terms=tuple(found),
        )
        for place, found in terms.items()
    }
    return angles if _holds(template, circuit, angles) else None


def _holds(template: _Template, circuit: Circuit, angles: Mapping[Place, Angle]) -> bool:
    """Whether the sums are right at values of either sign that were not used to find them."""
    random = Random(2)
    for _ in range(2):
        point = [random.uniform(0.1, 2.9) * random.choice((-1, 1)) for _ in template.kinds]
        values = template.reduced(point)
        there = _same_gates(template.read(values), circuit)
        if there is None:
            return False
        for place, angle in _angles_of(there):
            operation, position = place
            sum_of = angles.get(place)
            expected = circuit.operations[operation].params[position] if sum_of is None else sum_of.at(values)
            if abs(angle - expected) > _TOLERANCE * (1 + abs(expected)):
                return False
    return True


def _read_again(template: _Template, circuit: Circuit) -> SymbolicProgram:
    """Take each angle that changes for a symbol of its own, whose value only a reading tells."""
    random = Random(3)
    point = [random.uniform(0.1, 0.6) for _ in template.kinds]
    there = _same_gates(template.read(point), circuit)
    if there is None:
        raise _shapeless()
    before = dict(_angles_of(circuit))
    places = [place for place, angle in _angles_of(there) if angle != before[place]]
    angles = {
        place: Angle(before[place], constant=0.0, terms=(Term(symbol, 1.0),))
        for symbol, place in enumerate(places)
    }

    def values(parameters: Sequence[float]) -> Sequence[float]:
        bound = _same_gates(template.read(template.reduced(parameters)), circuit)
        if bound is None:
            raise _shapeless()
        return [bound.operations[operation].params[position] for operation, position in places]

    return SymbolicProgram(
        parameters=tuple(template.kinds),
        circuit=_with(circuit, angles),
        symbols=tuple(f"angle_{symbol}" for symbol in range(len(places))),
        values=values,
    )


def _shapeless() -> ProgramError:
    return ProgramError(
        "unsupported_instruction",
        "the parameters of this program change its gates, not only their angles",
        hint="submit a program for each binding",
    )


def _angles_of(circuit: Circuit) -> Iterator[tuple[Place, float]]:
    for index, operation in enumerate(circuit.operations):
        for position, angle in enumerate(operation.params):
            yield (index, position), angle


def _same_gates(there: Circuit, circuit: Circuit) -> Circuit | None:
    """The first circuit, if it has the gates of the second."""
    if len(there.operations) != len(circuit.operations):
        return None
    for one, other in zip(there.operations, circuit.operations, strict=True):
        if one[:2] != other[:2] or one[3:5] != other[3:5] or len(one.params) != len(other.params):
            return None
    return there


def _with(circuit: Circuit, angles: Mapping[Place, Angle]) -> Circuit:
    """The circuit with symbolic angles at these places."""
    operations = list(circuit.operations)
    for (index, position), angle in angles.items():
        params = list(operations[index].params)
        params[position] = angle
        operations[index] = operations[index]._replace(params=tuple(params))
    return replace(circuit, operations=tuple(operations))


def bind(operations: Sequence[Operation], values: Sequence[float]) -> tuple[Operation, ...]:
    """The operations where the symbols have these values."""
    return tuple(
        [
            operation._replace(params=tuple([_bound(angle, values) for angle in operation.params]))
            if operation.params
            else operation
            for operation in operations
        ]
    )


def _bound(angle: float, values: Sequence[float]) -> float:
    return angle.at(values) if isinstance(angle, Angle) else angle
