"""Programs whose course depends on measurements, and the ways to run them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, Self

from qumulus.circuits.errors import ProgramError
from qumulus.circuits.ir import Operation, Register
from qumulus.circuits.language.checker import check
from qumulus.circuits.language.interpreter import Interpreter
from qumulus.circuits.language.outline import Outline

_MOST_CACHED: Final = 1_000_000
_MOST_STATES: Final = 64
_CERTAIN: Final = 1e-12


class QuantumBackend(Protocol):
    """One shot's quantum state, in 0 at the start."""

    def apply(self, operation: Operation) -> None:
        """A gate of :data:`~qumulus.circuits.GATES` or ``gphase``, a ``barrier`` or a ``delay``."""

    def measure(self, qubit: int) -> int:
        """Measure, collapse, and give the outcome."""

    def reset(self, qubit: int) -> None:
        """Bring a qubit to 0."""


class BranchingState(Protocol):
    """A quantum state that can be copied, for runs that share their prefixes."""

    def apply(self, operation: Operation) -> None:
        """As that of :class:`QuantumBackend`."""

    def probability_of_one(self, qubit: int) -> float:
        """Without changing the state."""

    def collapse(self, qubit: int, outcome: int) -> None:
        """Project on an outcome of positive probability, and normalize."""

    def copy(self) -> Self:
        """An independent copy."""


class BinomialSource(Protocol):
    """Random numbers, as of ``numpy.random.Generator``."""

    def binomial(self, n: int, p: float) -> Any:
        """How many of ``n`` trials succeed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicProgram:
    """A program with control flow or values that measurements decide; it is run, not transpiled.

    The result is one bit for each of ``n_clbits``, bit 0 first; registers are as in a circuit.
    """

    n_qubits: int
    n_clbits: int
    qubit_registers: tuple[Register, ...]
    clbit_registers: tuple[Register, ...]
    uses_physical_qubits: bool
    outline: Outline = field(repr=False)
    inputs: dict[str, Any] = field(repr=False)
    line: int = 0
    column: int = 0
    """Of the first statement that needs an outcome; 0 where only the result does."""

    def run(self, backend: QuantumBackend) -> tuple[int, ...]:
        """Interpret the program once, on a fresh state.

        Raises:
            ProgramError: this run passes a limit, or does what the language forbids.
        """
        return _interpret(self, _Live(backend))

    def check(self) -> tuple[Operation, ...]:
        """Look at all of the program, subroutines too, whether a run comes there or not.

        Gives its operations, each as often as it is written; qubits that a run chooses are numbered
        from ``n_qubits`` on.

        Raises:
            ProgramError: a name, a call or an operand is wrong.
        """
        return check(self.outline)

    def sample(
        self,
        new_state: Callable[[], BranchingState],
        shots: int,
        random: BinomialSource,
        *,
        most_states: int = _MOST_STATES,
    ) -> Counter[tuple[int, ...]]:
        """Run all shots; those with the same outcomes so far share one state.

        At a measurement the shots divide by a binomial draw, which is the same distribution as that
        of single shots. At most ``most_states`` states are kept; beyond, paths start from the beginning.
        """
        counts: Counter[tuple[int, ...]] = Counter()
        waiting = [_Path((), shots, None)]
        while waiting:
            path = waiting.pop()
            machine = _Splitting(path, waiting, new_state, random=random, most_states=most_states)
            bits = _interpret(self, machine)
            counts[bits] += machine.shots
        return counts


def _interpret(program: DynamicProgram, machine: Any) -> tuple[int, ...]:
    try:
        return tuple(Interpreter(program.outline, program.inputs, machine).run())
    except RecursionError:
        raise ProgramError("limit_exceeded", "an expression or a block is nested too deeply") from None


class _Live:
    """Hands all to a backend."""

    def __init__(self, backend: QuantumBackend) -> None:
        self._backend = backend

    def apply(self, operation: Operation) -> None:
        if operation.name == "reset":
            self._backend.reset(operation.qubits[0])
        else:
            self._backend.apply(operation)

    def measure(self, qubit: int, place: tuple[int, int]) -> int:  # noqa: ARG002
        return self._backend.measure(qubit)


@dataclass(slots=True)
class _Path:
    """Shots that share these outcomes (of resets too) and, unless it was let go, their state."""

    outcomes: tuple[int, ...]
    shots: int
    state: BranchingState | None


class _Splitting:
    """Follows one path to its end, and leaves those that branch off to be followed later."""

    def __init__(
        self,
        path: _Path,
        waiting: list[_Path],
        new_state: Callable[[], BranchingState],
        *,
        random: BinomialSource,
        most_states: int,
    ) -> None:
        self.shots = path.shots
        self._waiting, self._random, self._most_states = waiting, random, most_states
        self._known = path.outcomes
        self._outcomes: list[int] = []
        # With its state at hand, what led to it is interpreted, but not simulated again.
        self._skips = path.state is not None and bool(path.outcomes)
        self._state = new_state() if path.state is None else path.state

    @property
    def _is_replaying(self) -> bool:
        return len(self._outcomes) < len(self._known)

    def apply(self, operation: Operation) -> None:
        if operation.name == "reset":
            self._reset(operation)
        elif not (self._skips and self._is_replaying):
            self._state.apply(operation)

    def _reset(self, operation: Operation) -> None:
        qubit = operation.qubits[0]
        # The state that waits for this path has collapsed already, but was not flipped.
        was_kept = self._skips and len(self._outcomes) + 1 < len(self._known)
        if self._outcome(qubit) and not was_kept:
            self._state.apply(operation._replace(name="x"))

    def measure(self, qubit: int, place: tuple[int, int]) -> int:  # noqa: ARG002
        return self._outcome(qubit)

    def _outcome(self, qubit: int) -> int:
        if self._is_replaying:
            outcome = self._known[len(self._outcomes)]
            if not self._skips:
                self._state.collapse(qubit, outcome)
        else:
            outcome = self._divide(qubit)
        self._outcomes.append(outcome)
        return outcome

    def _divide(self, qubit: int) -> int:
        probability = min(max(self._state.probability_of_one(qubit), 0.0), 1.0)
        if _CERTAIN < probability < 1 - _CERTAIN:
            n_ones = int(self._random.binomial(self.shots, probability))
        else:
            n_ones = self.shots * round(probability)
        outcome = int(2 * n_ones > self.shots)
        stays = n_ones if outcome else self.shots - n_ones
        if stays < self.shots:
            other = None
            if sum(path.state is not None for path in self._waiting) < self._most_states:
                other = self._state.copy()
                other.collapse(qubit, 1 - outcome)
            outcomes = (*self._outcomes, 1 - outcome)
            self._waiting.append(_Path(outcomes, self.shots - stays, other))
        self.shots = stays
        self._state.collapse(qubit, outcome)
        return outcome


@dataclass(slots=True)
class _Node:
    """Operations up to a measurement of ``qubit``, or with ``bits`` to the end of the program."""

    operations: list[Operation] = field(default_factory=list)
    qubit: int | None = None
    children: list[_Node | None] = field(default_factory=lambda: [None, None])
    bits: tuple[int, ...] | None = None


class OutcomeTree:
    """Runs shots one by one on backends that cannot be copied, and interprets each path only once.

    The tree of what was seen grows to a million operations; what comes then is interpreted each time.
    """

    def __init__(self, program: DynamicProgram, *, most_cached: int = _MOST_CACHED) -> None:
        self._program = program
        self._room = most_cached
        self._root: _Node | None = None

    def run(self, backend: QuantumBackend) -> tuple[int, ...]:
        """As :meth:`DynamicProgram.run`."""
        live, outcomes = _Live(backend), []
        node, parent, last = self._root, None, 0
        while node is not None:
            for operation in node.operations:
                live.apply(operation)
            if node.qubit is None:
                assert node.bits is not None  # a path is kept when it has come to its end
                return node.bits
            last = backend.measure(node.qubit)
            outcomes.append(last)
            parent, node = node, node.children[last]
        recorder = _Recording(live, outcomes)
        bits = _interpret(self._program, recorder)
        self._keep(recorder, bits, parent=parent, last=last)
        return bits

    def _keep(self, recorder: _Recording, bits: tuple[int, ...], *, parent: _Node | None, last: int) -> None:
        first = recorder.finish(bits)
        size = recorder.size
        if size > self._room:
            return
        self._room -= size
        if parent is None:
            self._root = first
        else:
            parent.children[last] = first


class _Recording:
    """Replays the outcomes of a path that the backend has gone already; then goes on, taking notes."""

    def __init__(self, live: _Live, outcomes: Sequence[int]) -> None:
        self._live = live
        self._known = list(outcomes)
        self._first = self._node = _Node()
        self.size = 1

    def apply(self, operation: Operation) -> None:
        if not self._known:
            self._live.apply(operation)
            self._node.operations.append(operation)
            self.size += 1

    def measure(self, qubit: int, place: tuple[int, int]) -> int:
        if self._known:
            return self._known.pop(0)
        outcome = self._live.measure(qubit, place)
        node = _Node()
        self._node.qubit, self._node.children[outcome] = qubit, node
        self._node = node
        self.size += 1
        return outcome

    def finish(self, bits: tuple[int, ...]) -> _Node:
        """The notes, from the place where the replay ended."""
        self._node.bits = bits
        return self._first
