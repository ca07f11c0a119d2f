"""What is found wrong in a program that measurements steer, without a run that comes there."""

from __future__ import annotations

import pytest
from tests.unit.circuits.test_language_errors import SOURCES

from qumulus.circuits import DynamicProgram, Operation, ProgramError, read_any, read_parametric

HEAD = 'include "stdgates.inc"; qubit[3] q; bit[2] c; const int N = 2; gate two a, b { h a; cx a, b; }\n'
STEERED = " c[0] = measure q[0]; if (c[0]) x q[1];"

# subroutine on line 2 of a program that never calls it, column, part of the message
WRONG_BODIES = [
    ("def f(qubit a) { foo a; }", 18, "`foo` is not defined"),
    ("def f(qubit a) { h b; }", 20, "`b` is not declared"),
    ("def f(qubit a) { int n = m; }", 26, "`m` is not declared"),
    ("def f(qubit a) { m = 1; }", 18, "`m` is not declared"),
    ("def f(qubit a) { { int n; } n = 1; }", 29, "`n` is not declared"),
    ("def f(qubit a) { int n; int n; }", 25, "`n` is already declared"),
    ("def f(qubit a, int a) { }", 1, "`a` is already declared"),
    ("int i; def f(qubit a) { i = 1; }", 25, "cannot see the variable `i`"),
    ("def f(qubit a) { rx a; }", 18, "takes 1 parameter(s), not 0"),
    ("def f(qubit a) { h(1) a; }", 18, "takes 0 parameter(s), not 1"),
    ("def f(qubit a, int n) { cx a; h n; }", 25, "acts on 2 qubit(s), not 1"),
    ("def f(qubit a, int n) { h n; }", 27, "`n` is not a qubit"),
    ("def f(qubit a) { cx a, a; }", 18, "used twice"),
    ("def f(qubit[N] a) { cx a[0], a[N - 2]; }", 21, "used twice"),
    ("def f(qubit[N] a) { h a[N]; }", 23, "index 2 is out of range"),
    ("def f(qubit a) { h a[0]; }", 20, "cannot be indexed"),
    ("def f(qubit[2] a, qubit[3] b) { cx a, b; }", 33, "the same size: [2, 3]"),
    ("def f(qubit a, qubit b) { ctrl(2) @ x a, b; }", 27, "acts on 3 qubit(s), not 2"),
    ("def f(qubit a, int n) { rx(a) a; }", 28, "`a` has no value"),
    ("def f(qubit a) { bit b; b = measure d; }", 37, "`d` is not declared"),
    ("def f(qubit a) { bit b = measure d; }", 34, "`d` is not declared"),
    ("def f(qubit a) { reset d; }", 24, "`d` is not declared"),
    ("def f(qubit a) { barrier a, d; }", 29, "`d` is not declared"),
    ("def f(qubit a) { box { h d; } }", 26, "`d` is not declared"),
    ("def f(qubit a) { box[1ns] { h a; } }", 18, "with a duration"),
    ("def f(qubit a) { let b = a ++ d; }", 31, "`d` is not declared"),
    ("def f(int n) { if (n == 1) { n = k; } }", 34, "`k` is not declared"),
    ("def f(int n) { if (k) { n = 1; } }", 20, "`k` is not declared"),
    ("def f(int n) { if (n == 1) { } else { k = 1; } }", 39, "`k` is not declared"),
    ("def f(int n) { while (n > k) { n = 1; } }", 27, "`k` is not declared"),
    ("def f(int n) { for int i in [0:k] { n = i; } }", 32, "`k` is not declared"),
    ("def f(int n) { for int i in [0:n] { n = k; } n = i; }", 41, "`k` is not declared"),
    ("def f(int n) { for int i in [0:n] { } n = i; }", 43, "`i` is not declared"),
    ("def f(int n) { switch (n) { case 1 { n = k; } default { } } }", 42, "`k` is not declared"),
    ("def f(int n) { switch (n) { case 1 { } default { n = k; } } }", 54, "`k` is not declared"),
    ("def f(int n) -> int { return n + k; }", 34, "`k` is not declared"),
    ("def f(int n) { n = sin(1, 2); }", 20, "takes 1 argument(s), not 2"),
    ("def f(int n) { n = foo(2); }", 20, "no function or subroutine `foo`"),
    ("def g(int n) { } def f(int n) { g(n, n); }", 33, "takes 1 argument(s), not 2"),
    ("def g(qubit a, qubit b) { } def f(qubit a) { g(a, a); }", 46, "given to a subroutine twice"),
    ("def g(qubit[2] a) { } def f(qubit[3] a) { g(a); }", 43, "stands for 2 qubit(s), not for 3"),
    ("def g(qubit a) { } def f(int n) { g(n); }", 37, "`n` is not a qubit"),
    ("def f(qubit[2] a) { pow(0.5) @ two a[0], a[1]; }", 21, "has no closed form"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "column", "part"), WRONG_BODIES, ids=[case[0] for case in WRONG_BODIES])
def test_subroutines_that_no_run_has_come_to_are_checked(source: str, column: int, part: str) -> None:
    program = read_any(HEAD + source + STEERED)
    assert isinstance(program, DynamicProgram)
    with pytest.raises(ProgramError) as raised:
        program.check()
    assert part in raised.value.message
    assert raised.value.line == 2
    assert not column or raised.value.column == column


@pytest.mark.parametrize(
    ("source", "column", "part"),
    [
        ("c[1] = measure q[2]; if (c[1]) { hh q[0]; }", 34, "`hh` is not defined"),
        ("c[1] = measure q[2]; if (c[1]) { } else { x q[3]; }", 45, "index 3 is out of range"),
        ("c[1] = measure q[2]; while (c[1]) { c[1] = measure p; }", 52, "`p` is not declared"),
    ],
)
def test_branches_that_outcomes_decide_are_checked(source: str, column: int, part: str) -> None:
    program = read_any(HEAD + source)
    assert isinstance(program, DynamicProgram)
    with pytest.raises(ProgramError) as raised:
        program.check()
    assert part in raised.value.message
    assert (raised.value.line, raised.value.column) == (2, column)


RIGHT = [
    "def f(qubit[N] a, int n) { for int i in [0:n] { cx a[i], a[i + 1]; } }",
    "def f(qubit[N] a, int n) { h a[0:n]; cx a[0:n], a[1]; let b = a[n:2]; h b[5]; }",
    "def f(int n) -> int { if (N == 3) { n = 4; return n; } return popcount(uint[4](n)) + sizeof(q); }",
    "const bit[2] B = \"01\"; def f(qubit a) { if (N == 3) { h q; } }",
    "def f(qubit[N] a) { ctrl(N - 1) @ x a[0], a[1]; pow(1.5) @ h a[0]; gphase(pi); U(1, 2, 3) a; }",
    "def f(angle t, qubit a) { gate_of(t, a); } def gate_of(angle t, qubit a) { p(t) a; pow(t) @ x a; }",
    "def f(readonly array[int[8], #dim=1] a, qubit b) { int n = a[0]; n[0] = 1; reset b; }",
    "def f(qubit a) -> bit { const int M = N + 1; delay[10ns] a; barrier a; return measure a; }",
    "def f(bit[2] b) { let d = b[0] ++ b[1]; d[0] = 1; switch (uint(b)) { case 0, 1 { end; } } }",
    "def f(qubit[1000000000] a) { h a; }",
]  # fmt: skip


@pytest.mark.parametrize("source", RIGHT)
def test_right_subroutines_are_right(source: str) -> None:
    program = read_any(HEAD + source + STEERED)
    assert isinstance(program, DynamicProgram)
    program.check()


@pytest.mark.parametrize("source", SOURCES)
def test_examples_are_right(source: str) -> None:
    read_parametric(source).check()


def test_operations_stand_where_they_are_written() -> None:
    source = (
        "gate g a, b { h a; cx a, b; }\ndef f(qubit a) { g a, $1; }\nbit b; b = measure $0; if (b) { z $0; }"
    )
    program = read_any('include "stdgates.inc";\n' + source)
    assert isinstance(program, DynamicProgram)
    assert program.n_qubits == 2
    assert program.check() == (
        Operation("h", (2,), line=3, column=18),
        Operation("cx", (2, 1), line=3, column=18),
        Operation("z", (0,), line=4, column=33),
    )
