"""Programs that measurements steer: right distributions, however they are run; caps hold."""

from __future__ import annotations

import math
import random
from collections import Counter
from typing import Any

import numpy as np
import pytest
from tests.unit.circuits.product_state import ProductState, distribution, exact_distribution

from qumulus.circuits import DynamicProgram, OutcomeTree, ProgramError, ReadLimits, read_any

HEAD = 'OPENQASM 3.0; include "stdgates.inc";\n'
N = 3
_X, _Z = np.array([[0, 1], [1, 0]]), np.diag([1, -1])
_GATES = {
    "h": (_X + _Z) / math.sqrt(2),
    "x": _X,
    "s": np.diag([1, 1j]),
    "ry(0.7)": np.array([[math.cos(0.35), -math.sin(0.35)], [math.sin(0.35), math.cos(0.35)]]),
}


class _Writer:
    """Random programs on three qubits and three bits: as text, and as steps for the reference."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def block(self, depth: int, length: int) -> tuple[str, list[Any]]:
        parts = [self.statement(depth) for _ in range(length)]
        return " ".join(text for text, _ in parts), [step for _, step in parts]

    def statement(self, depth: int) -> tuple[str, Any]:
        kinds = ["gate", "gate", "cx", "measure", "measure", "xor", "reset"]
        kind = self.random.choice(kinds + ["if", "switch", "while", "for"] * (depth > 0))
        return getattr(self, kind)(depth)

    def gate(self, _depth: int) -> tuple[str, Any]:
        name, qubit = self.random.choice(list(_GATES)), self.random.randrange(N)
        return f"{name} q[{qubit}];", ("gate", name, qubit)

    def cx(self, _depth: int) -> tuple[str, Any]:
        a, b = self.random.sample(range(N), 2)
        return f"cx q[{a}], q[{b}];", ("cx", a, b)

    def measure(self, _depth: int) -> tuple[str, Any]:
        qubit, bit = self.random.randrange(N), self.random.randrange(N)
        return f"c[{bit}] = measure q[{qubit}];", ("measure", qubit, bit)

    def reset(self, _depth: int) -> tuple[str, Any]:
        qubit = self.random.randrange(N)
        return f"reset q[{qubit}];", ("reset", qubit)

    def xor(self, _depth: int) -> tuple[str, Any]:
        a, b = self.random.sample(range(N), 2)
        return f"c[{a}] ^= c[{b}];", ("xor", a, b)

    def if_(self, depth: int) -> tuple[str, Any]:
        bit, value = self.random.randrange(N), self.random.randrange(2)
        (yes, yes_steps), (no, no_steps) = self.block(depth - 1, 2), self.block(depth - 1, 2)
        return f"if (c[{bit}] == {value}) {{ {yes} }} else {{ {no} }}", (
            "if",
            bit,
            value,
            yes_steps,
            no_steps,
        )

    def switch(self, depth: int) -> tuple[str, Any]:
        value = self.random.randrange(1 << N)
        (yes, yes_steps), (no, no_steps) = self.block(depth - 1, 2), self.block(depth - 1, 1)
        text = f"switch (uint[{N}](c)) {{ case {value} {{ {yes} }} default {{ {no} }} }}"
        return text, ("switch", value, yes_steps, no_steps)

    def while_(self, depth: int) -> tuple[str, Any]:
        bit, turns = self.random.randrange(N), self.random.randrange(1, 3)
        text, steps = self.block(depth - 1, 2)
        loop = f"{{ uint n = 0; while (c[{bit}] == 1 && n < {turns}) {{ n += 1; {text} }} }}"
        return loop, ("while", bit, turns, steps)

    def for_(self, depth: int) -> tuple[str, Any]:
        turns = self.random.randrange(1, 3)
        text, steps = self.block(depth - 1, 2)
        return f"for uint i in [1:{turns}] {{ {text} }}", ("for", turns, steps)


for _kind in ("if", "while", "for"):
    setattr(_Writer, _kind, getattr(_Writer, _kind + "_"))

Branches = list[tuple[np.ndarray, tuple[int, ...]]]


def _on(qubit: int, gate: np.ndarray) -> np.ndarray:
    """Axis order of a vector: qubit 0 is the lowest bit of the index."""
    return np.kron(np.kron(np.eye(2 ** (N - 1 - qubit)), gate), np.eye(2**qubit))


def _projected(vector: np.ndarray, qubit: int, outcome: int) -> np.ndarray:
    return _on(qubit, np.diag([1 - outcome, outcome])) @ vector


def _set(bits: tuple[int, ...], position: int, value: int) -> tuple[int, ...]:
    return (*bits[:position], value, *bits[position + 1 :])


def _step(step: Any, vector: np.ndarray, bits: tuple[int, ...]) -> Branches:
    match step:
        case ("gate", name, qubit):
            return [(_on(qubit, _GATES[name]) @ vector, bits)]
        case ("cx", a, b):
            flipped = _on(b, _X) @ _projected(vector, a, 1)
            return [(_projected(vector, a, 0) + flipped, bits)]
        case ("measure", qubit, bit):
            return [(_projected(vector, qubit, k), _set(bits, bit, k)) for k in (0, 1)]
        case ("reset", qubit):
            one = _on(qubit, _X) @ _projected(vector, qubit, 1)
            return [(_projected(vector, qubit, 0), bits), (one, bits)]
        case ("xor", a, b):
            return [(vector, _set(bits, a, bits[a] ^ bits[b]))]
        case ("if", bit, value, yes, no):
            return _run(yes if bits[bit] == value else no, [(vector, bits)])
        case ("switch", value, yes, no):
            found = sum(bit << k for k, bit in enumerate(bits))
            return _run(yes if found == value else no, [(vector, bits)])
        case ("for", turns, steps):
            return _run(steps * turns, [(vector, bits)])
        case ("while", bit, turns, steps):
            if not bits[bit] or not turns:
                return [(vector, bits)]
            return _run([*steps, ("while", bit, turns - 1, steps)], [(vector, bits)])
    raise AssertionError(step)


def _run(steps: list[Any], branches: Branches) -> Branches:
    for step in steps:
        branches = [
            new
            for vector, bits in branches
            for new in _step(step, vector, bits)
            if np.vdot(new[0], new[0]).real > 1e-12
        ]
    return branches


def _reference(steps: list[Any]) -> dict[tuple[int, ...], float]:
    start = np.zeros(2**N, dtype=complex)
    start[0] = 1
    found: Counter[tuple[int, ...]] = Counter()
    for vector, bits in _run(steps, [(start, (0,) * N)]):
        found[bits] += float(np.vdot(vector, vector).real)
    return found


@pytest.mark.parametrize("seed", range(30))
def test_random_programs_have_the_distribution_of_plain_linear_algebra(seed: int) -> None:
    text, steps = _Writer(seed).block(2, 7)
    found, expected = (
        distribution(f"{HEAD} qubit[{N}] q; bit[{N}] c; h q; {text}"),
        _reference([("gate", "h", k) for k in range(N)] + steps),
    )
    for bits in found.keys() | expected.keys():
        assert found.get(bits, 0) == pytest.approx(expected.get(bits, 0), abs=1e-6), text


STEERED = (
    HEAD
    + """
qubit[3] q; bit[3] c;
ry(0.9) q[0]; cx q[0], q[1]; h q[2];
c[0] = measure q[0];
if (c[0]) { ry(1.1) q[1]; } else { reset q[2]; h q[1]; }
reset q[0]; cx q[1], q[0];
c[1] = measure q[1];
uint n = 0;
while (!c[2] && n < 3) { n += 1; h q[2]; c[2] = measure q[2]; if (c[1]) break; }
c[0] = measure q[0];
"""
)


def steered() -> DynamicProgram:
    program = read_any(STEERED)
    assert isinstance(program, DynamicProgram)
    return program


def assert_drawn_from(counts: Counter[tuple[int, ...]], expected: dict[tuple[int, ...], float]) -> None:
    """Chi-square below its mean and six standard deviations; seeds are fixed."""
    shots = sum(counts.values())
    likely = {bits: p for bits, p in expected.items() if p * shots > 5}
    rest = shots - sum(counts[bits] for bits in likely)
    assert rest < 10 + 3 * shots * (1 - sum(likely.values()))
    chi = sum((counts[bits] - shots * p) ** 2 / (shots * p) for bits, p in likely.items())
    assert chi < len(likely) + 6 * math.sqrt(2 * len(likely))


@pytest.mark.parametrize("most_states", [0, 1, 64])
def test_shots_that_share_their_prefix_are_drawn_from_the_same_distribution(most_states: int) -> None:
    program = steered()
    counts = program.sample(lambda: ProductState(3), 4000, np.random.default_rng(5), most_states=most_states)
    assert sum(counts.values()) == 4000
    assert_drawn_from(counts, exact_distribution(program))


@pytest.mark.parametrize("most_cached", [0, 40, 1_000_000])
def test_shots_one_by_one_are_drawn_from_the_same_distribution(most_cached: int) -> None:
    program, rng = steered(), np.random.default_rng(6)
    tree = OutcomeTree(program, most_cached=most_cached)
    counts = Counter(tree.run(ProductState(3, rng)) for _ in range(600))
    assert_drawn_from(counts, exact_distribution(program))


def test_a_path_seen_before_is_not_interpreted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from qumulus.circuits import dynamic

    n_runs = 0
    interpret = dynamic._interpret

    def counted(program: DynamicProgram, machine: Any) -> tuple[int, ...]:
        nonlocal n_runs
        n_runs += 1
        return interpret(program, machine)

    monkeypatch.setattr(dynamic, "_interpret", counted)
    program = read_any(HEAD + "qubit q; bit[2] c; h q; c[0] = measure q; if (c[0]) x q; c[1] = measure q;")
    assert isinstance(program, DynamicProgram)
    tree, rng = OutcomeTree(program), np.random.default_rng(3)
    results = {tree.run(ProductState(1, rng)) for _ in range(50)}
    assert (results, n_runs) == ({(0, 0), (1, 0)}, 2)


def test_shots_that_agree_so_far_are_simulated_once() -> None:
    states: list[ProductState] = []

    def new_state() -> ProductState:
        states.append(ProductState(1))
        return states[-1]

    program = read_any(HEAD + "qubit q; bit c; for uint i in [0:99] { h q; h q; } c = measure q; if (c) x q;")
    assert isinstance(program, DynamicProgram)
    assert program.sample(new_state, 1000, np.random.default_rng(0)) == {(0,): 1000}
    assert [state.n_applied for state in states] == [200]


@pytest.mark.parametrize(
    ("source", "limits", "message"),
    [
        ("while (!c) { c = measure q; }", ReadLimits(loop_iterations=50), "loops turn more than 50 times"),
        ("c = measure q; for uint i in [1:100] { if (!c) x q; }", ReadLimits(operations=60), "60 operations"),
        ("c = measure q; if (!c) { for int i in [1:40] { i; } }", ReadLimits(statements=30), "30 statements"),
        ("c = measure q; uint[4] n = 1; if (!c) { x r[n + 3]; }", ReadLimits(), "index 4 is out of range"),
        ("c = measure q; uint n = 1 / uint(c);", ReadLimits(), "division by zero"),
    ],
)  # fmt: skip
def test_a_run_that_goes_wrong_says_where(source: str, limits: ReadLimits, message: str) -> None:
    program = read_any(f"{HEAD}qubit q; qubit[4] r; bit c;\n{source}", limits)
    assert isinstance(program, DynamicProgram)
    with pytest.raises(ProgramError, match=message) as raised:
        program.run(ProductState(5, np.random.default_rng(1)))
    assert raised.value.line == 3


def test_an_angle_from_outcomes_turns_a_gate() -> None:
    source = "qubit[2] q; angle[3] a; bit c; x q[0]; measure q[0] -> a[2]; rx(a) q[1]; c = measure q[1];"
    assert distribution(HEAD + source) == {(0, 0, 1, 1): pytest.approx(1)}
