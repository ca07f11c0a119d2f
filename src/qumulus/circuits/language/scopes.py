"""Variables, the scopes that hold them, and the places that assignments write to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from qumulus.circuits.language.values import ANGLE_WIDTH, BIT, Fault, Type, Value, known, wrapped
from qumulus.circuits.operands import Bits

_INDEXED_BY_BIT = frozenset(("int", "uint", "angle"))


class Cell:
    """One classical bit, which aliases may share."""

    __slots__ = ("value",)

    def __init__(self, value: Any = 0) -> None:
        self.value = value


@dataclass(slots=True)
class BitVariable:
    """A ``bit``, a ``bit[n]`` or an alias of some of their bits."""

    cells: Sequence[Cell]
    is_single: bool
    is_writable: bool = True

    @property
    def type(self) -> Type:
        return BIT if self.is_single else Type("bit", len(self.cells))


@dataclass(slots=True)
class Variable:
    """A variable or constant of any other type; an array may be shared with a subroutine's argument."""

    type: Type
    data: Any
    is_writable: bool = True


@dataclass(frozen=True, slots=True)
class Subroutine:
    """A ``def``; ``node`` is the parser's."""

    name: str
    node: Any


Symbol = BitVariable | Variable | Bits | Subroutine


class Names:
    """The scopes open at a point of the program; a subroutine sees its own and the constants."""

    def __init__(self, constants: Mapping[str, Symbol], declared_at: Mapping[str, int]) -> None:
        """``declared_at``: the number of the statement that declares a constant."""
        self.constants = constants
        self._declared_at = declared_at
        self.reached = 1 << 62
        """The number of the global statement being executed: what comes later is not known yet."""
        self._scopes: list[dict[str, Symbol]] = [{}]
        self._base = 0

    def find(self, name: str) -> Symbol | None:
        """The innermost symbol of this name."""
        for depth in range(len(self._scopes) - 1, self._base - 1, -1):
            if (symbol := self._scopes[depth].get(name)) is not None:
                return symbol
        return self.constants.get(name) if self._declared_at.get(name, 0) <= self.reached else None

    def is_hidden(self, name: str) -> bool:
        """Whether a subroutine names a variable that stands outside of it."""
        return any(name in scope for scope in self._scopes[: self._base])

    @property
    def is_global(self) -> bool:
        return len(self._scopes) == 1

    def declare(self, name: str, symbol: Symbol) -> None:
        """Add to the innermost scope."""
        if name in self._scopes[-1] or (self.is_global and name in self.constants):
            raise Fault(f"`{name}` is already declared")
        self._scopes[-1][name] = symbol

    def open(self) -> None:
        """Enter a block."""
        self._scopes.append({})

    @property
    def depth(self) -> int:
        return len(self._scopes)

    def cut(self, depth: int) -> None:
        """Leave blocks, down to this depth."""
        del self._scopes[depth:]

    def enter(self) -> tuple[int, int]:
        """Enter a subroutine; gives what :meth:`leave` needs."""
        before = self._base, len(self._scopes)
        self._base = len(self._scopes)
        self._scopes.append({})
        return before

    def leave(self, before: tuple[int, int]) -> None:
        """Leave a subroutine, from however deep inside."""
        self._base, depth = before
        del self._scopes[depth:]


class Span(NamedTuple):
    """A range of indices as written, ends included; None: not written."""

    start: int | None
    step: int
    stop: int | None


Index = int | Span | tuple[int, ...]


def positions(index: Index, size: int) -> int | list[int]:
    """What an index selects among ``size`` elements; an int selects one."""
    if isinstance(index, int):
        return _position(index, size)
    if isinstance(index, tuple) and not isinstance(index, Span):
        chosen = [_position(one, size) for one in index]
        if len(set(chosen)) != len(chosen):
            raise Fault("this index set names an element twice")
        return chosen
    assert isinstance(index, Span)
    chosen = list(steps(index, size))
    if size and not chosen:
        raise Fault("this slice selects nothing")
    return chosen


def steps(span: Span, size: int | None = None) -> range:
    """The values of a range, both ends included; those of indices may count from the end."""
    start, step, stop = span
    if step == 0:
        raise Fault("the step of a range cannot be 0")
    if size is not None:
        first, last = (0, size - 1) if step > 0 else (size - 1, 0)
        start = first if start is None else _position(start, size)
        stop = last if stop is None else _position(stop, size)
    if start is None or stop is None:
        raise Fault("both ends of this range must be given")
    return range(start, stop + (1 if step > 0 else -1), step)


def _position(index: int, size: int) -> int:
    if not -size <= index < size:
        hint = f"indices go from 0 to {size - 1}" if size else None
        raise Fault(f"index {index} is out of range: there are {size} elements", hint)
    return index % size


class Place(NamedTuple):
    """Something that can be read, and written unless ``put`` is None; ``put`` takes data of its type."""

    type: Type
    get: Callable[[], Any]
    put: Callable[[Any], None] | None
    cells: Sequence[Cell] | None = None

    def value(self) -> Value:
        return Value(self.type, self.get())

    def write(self, data: Any) -> None:
        """Write data of this place's type."""
        if self.put is None:
            raise Fault("a constant or a read-only argument cannot be assigned to")
        self.put(data)


def place_of(symbol: BitVariable | Variable) -> Place:
    """The whole of a variable."""
    if isinstance(symbol, BitVariable):
        return _bits(symbol.cells, symbol.is_single, is_writable=symbol.is_writable)

    def put(data: Any) -> None:
        if symbol.type.shape:
            _overwrite(symbol.data, data)
        else:
            symbol.data = data

    return Place(symbol.type, lambda: symbol.data, put if symbol.is_writable else None)


def _bits(cells: Sequence[Cell], is_single: bool, *, is_writable: bool) -> Place:
    def put(data: Any) -> None:
        for cell, value in zip(cells, (data,) if is_single else data, strict=True):
            cell.value = value

    def get() -> Any:
        return cells[0].value if is_single else tuple([cell.value for cell in cells])

    kind = BIT if is_single else Type("bit", len(cells))
    return Place(kind, get, put if is_writable else None, cells)


def indexed(place: Place, indices: Sequence[Index]) -> Place:
    """What stands at these indices of one pair of brackets."""
    if place.type.shape:
        return _of_array(place, indices)
    if place.cells is not None or place.type.kind == "bit":
        return _of_register(place, _only(indices))
    if place.type.kind in _INDEXED_BY_BIT:
        return _of_integer(place, _only(indices))
    raise Fault(f"a value of type `{place.type}` cannot be indexed")


def _only(indices: Sequence[Index]) -> Index:
    if len(indices) == 1:
        return indices[0]
    if all(isinstance(index, int) for index in indices):
        return tuple(index for index in indices if isinstance(index, int))
    raise Fault("there is one dimension only")


def _of_register(place: Place, index: Index) -> Place:
    if place.type.width is None:
        raise Fault("a single bit cannot be indexed")
    chosen = positions(index, place.type.width)
    if place.cells is not None:
        cells = [place.cells[k] for k in ([chosen] if isinstance(chosen, int) else chosen)]
        return _bits(cells, isinstance(chosen, int), is_writable=place.put is not None)
    if isinstance(chosen, int):
        return _bit_of_data(place, chosen)
    return Place(Type("bit", len(chosen)), lambda: tuple([place.get()[k] for k in chosen]), None)


def _bit_of_data(place: Place, position: int) -> Place:
    """One bit of a ``bit[n]`` that is an element of an array."""

    def put(data: Any) -> None:
        cells = list(place.get())
        cells[position] = data
        place.write(tuple(cells))

    return Place(BIT, lambda: place.get()[position], put if place.put is not None else None)


def _of_integer(place: Place, index: Index) -> Place:
    """Bits of an integer or of an angle."""
    width = place.type.width or ANGLE_WIDTH
    chosen = positions(index, width)
    where = [chosen] if isinstance(chosen, int) else chosen

    def get() -> Any:
        bits = tuple([place.get() >> position & 1 for position in where])
        return bits[0] if isinstance(chosen, int) else bits

    def put(data: Any) -> None:
        number = place.get() & ((1 << width) - 1)
        for position, bit in zip(where, (data,) if isinstance(chosen, int) else data, strict=True):
            number = number & ~(1 << position) | known(bit) << position
        place.write(wrapped(number, place.type) if place.type.kind == "int" else number)

    kind = BIT if isinstance(chosen, int) else Type("bit", len(where))
    return Place(kind, get, put if place.put is not None else None)


def _of_array(place: Place, indices: Sequence[Index]) -> Place:
    shape, n_inner = place.type.shape, len(indices) - len(place.type.shape)
    if n_inner > 0:
        inner = _of_array(place, indices[: len(shape)])
        return indexed(inner, indices[len(shape) :])
    chosen = [positions(index, size) for index, size in zip(indices, shape, strict=False)]
    kept = tuple(len(one) for one in chosen if not isinstance(one, int)) + shape[len(chosen) :]

    def put(data: Any) -> None:
        whole = place.get()
        _scatter(whole, chosen, data)
        if place.get() is not whole:  # a range of an array, which is a copy
            place.write(whole)

    kind = place.type._replace(shape=kept)
    return Place(kind, lambda: _gather(place.get(), chosen), put if place.put is not None else None)


def _gather(data: Any, chosen: Sequence[int | list[int]]) -> Any:
    if not chosen:
        return data
    first, rest = chosen[0], chosen[1:]
    if isinstance(first, int):
        return _gather(data[first], rest)
    return [_gather(data[position], rest) for position in first]


def _scatter(data: Any, chosen: Sequence[int | list[int]], new: Any) -> None:
    first, rest = chosen[0], chosen[1:]
    pairs = [(first, new)] if isinstance(first, int) else list(zip(first, new, strict=True))
    for position, item in pairs:
        if rest:
            _scatter(data[position], rest, item)
        elif isinstance(data[position], list):
            _overwrite(data[position], item)
        else:
            data[position] = item


def _overwrite(target: list[Any], source: Sequence[Any]) -> None:
    """Copy nested lists of the same shape; whoever shares the target sees it."""
    for position, item in enumerate(list(source)):
        if isinstance(item, list):
            _overwrite(target[position], item)
        else:
            target[position] = item


def elements(value: Value) -> Iterator[Value]:
    """The elements of an array or the bits of a register, for a loop."""
    if value.type.shape:
        inner = value.type._replace(shape=value.type.shape[1:])
        return (Value(inner, item) for item in value.data)
    if value.type.kind == "bit" and value.type.width is not None:
        return (Value(BIT, cell) for cell in value.data)
    raise Fault(f"a loop cannot go over a value of type `{value.type}`")
