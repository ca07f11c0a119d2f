"""Which gates are made one, so that qulacs passes over a state less often and for less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from qumulus.circuits import Operation
from qumulus.circuits.gates import GATES

Block = list[Operation]

PAIR: Final = 1.85
"""What any gate on two qubits costs where one on one qubit costs 1; the other costs are in the same unit."""
CONTROLLED: Final = 0.48
COSTS: Final = {
    "id": 0.0,
    "z": 0.11,
    "x": 0.2,
    "y": 0.2,
    "h": 0.25,
    "s": 0.3,
    "sdg": 0.3,
    "t": 0.3,
    "tdg": 0.3,
    "rz": 0.53,
    "p": 0.53,
    "cz": 0.08,
    "cx": 0.12,
    "swap": 0.12,
}
"""Of the gates that qulacs has a way of its own for."""


def fuse(operations: Iterable[Operation]) -> Iterator[Block]:
    """Blocks on one or two qubits to be made one gate each, and single gates; measurements are left out.

    Runs of gates on one qubit are one gate at most. A gate on two qubits takes the runs before and after it
    where all of them cost more than one dense gate on two qubits: few gates cost as little as ``cx``.
    """
    rows = _rows(operations)
    pairs = [row for row in rows if isinstance(row, _Pair)]
    for least in (1.0, 0.0):  # else a pair would take, for little, the runs from which the next gains much
        for pair in pairs:
            pair.take(least)
    for row in rows:
        if isinstance(row, _Pair) or not row.is_taken:
            yield from row.blocks()


def cost(operation: Operation) -> float:
    """Of one gate on one or two qubits."""
    name, is_controlled = operation.name, bool(operation.controls)
    if not is_controlled and name in COSTS:
        return COSTS[name]
    if len(operation.qubits) == 1:
        return 1.0
    return CONTROLLED if is_controlled or GATES[name].n_controls else PAIR


@dataclass(slots=True)
class _Run:
    """Gates on one qubit, or a single one on more."""

    follows: _Pair | None = None
    operations: Block = field(default_factory=list)
    single: float = 0.0
    """What they cost one by one."""
    most: float = 1.0
    """What they cost as one."""
    is_taken: bool = False
    """They are part of a pair."""

    @property
    def cost(self) -> float:
        return min(self.single, self.most)

    def add(self, operation: Operation) -> None:
        self.operations.append(operation)
        self.single += cost(operation)

    def blocks(self) -> Iterator[Block]:
        if self.single > self.most:
            yield self.operations
        else:
            yield from ([operation] for operation in self.operations)


@dataclass(slots=True)
class _Pair:
    """Gates on the same two qubits with nothing but runs between them."""

    before: list[_Run]
    parts: list[_Run] = field(default_factory=list)
    after: list[_Run] = field(default_factory=list)
    is_one: bool = False

    def take(self, least: float) -> None:
        """Become one gate with the runs beside it that no other has, if that saves more than ``least``."""
        if self.is_one:
            return
        before, after = ([run for run in runs if not run.is_taken] for runs in (self.before, self.after))
        together = [*before, *self.parts, *after]
        if sum(run.cost for run in together) - PAIR > least:
            self.parts, self.is_one = together, True
            for run in together:
                run.is_taken = True

    def blocks(self) -> Iterator[Block]:
        if self.is_one:
            yield [operation for run in self.parts for operation in run.operations]
        else:
            for run in self.parts:
                yield from run.blocks()


def _rows(operations: Iterable[Operation]) -> list[_Run | _Pair]:
    """All runs and pairs, in an order in which they may act."""
    rows: list[_Run | _Pair] = []
    last: dict[int, _Run | _Pair] = {}
    for operation in operations:
        qubits = operation.qubits
        if operation.name == "measure":
            continue
        if len(qubits) == 1:
            run = last[qubits[0]] = _run_on(last.get(qubits[0]), rows)
            run.add(operation)
        elif len(qubits) == 2:
            last[qubits[0]] = last[qubits[1]] = _pair_of(operation, last, rows)
        else:
            rows.append(_Run(operations=[operation]))
            for qubit in qubits:
                last.pop(qubit, None)
    return rows


def _run_on(row: _Run | _Pair | None, rows: list[_Run | _Pair]) -> _Run:
    """The run that a gate on one qubit belongs to, after what was last there."""
    if isinstance(row, _Run):
        return row
    run = _Run(follows=row)
    rows.append(run)
    if row is not None:
        row.after.append(run)
    return run


def _pair_of(operation: Operation, last: dict[int, _Run | _Pair], rows: list[_Run | _Pair]) -> _Pair:
    """The pair that a gate on two qubits belongs to: the one before it, if only runs are between them."""
    beside = [last.get(qubit) for qubit in operation.qubits]
    runs = [row for row in beside if isinstance(row, _Run)]
    one, other = (row.follows if isinstance(row, _Run) else row for row in beside)
    if one is not None and one is other:
        pair = one
        pair.after.clear()
        pair.parts += runs
        for run in runs:
            run.is_taken = True
    else:
        pair = _Pair(before=runs)
        rows.append(pair)
    pair.parts.append(_Run(operations=[operation], single=cost(operation), most=PAIR))
    return pair
