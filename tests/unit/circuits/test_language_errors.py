"""What the whole language's reader refuses: with the right code and place, and nothing else comes out."""

from __future__ import annotations

import contextlib
import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.circuits import example_programs as examples
from tests.unit.circuits.product_state import ProductState

from qumulus.circuits import Circuit, DynamicProgram, ProgramError, ReadLimits, read_any, read_parametric

HEAD = 'OPENQASM 3.0; include "stdgates.inc"; qubit[3] q; bit[2] c; int i = 0;\n'
SMALL = ReadLimits(loop_iterations=200, statements=2_000, operations=500, array_elements=1_000)

# program after the head, column on line 2 (0: not said), part of the message
INVALID = [
    ("n = 1;", 1, "`n` is not declared"),
    ("i = n + 1;", 5, "`n` is not declared"),
    ("int i;", 1, "`i` is already declared"),
    ("int h;", 1, "`h` is already declared"),
    ("{ int n; } n = 2;", 12, "`n` is not declared"),
    ("uint[4] n = 16;", 13, "16 does not fit in `uint[4]`"),
    ("int[4] n = 10.5;", 12, "10.5 does not fit in `int[4]`"),
    ("let a = c[0] ++ c[0];", 1, "cannot name a bit twice"),
    ("h q[2:0];", 3, "selects nothing"),
    ("float[32] w = 1e300;", 15, "does not fit in `float[32]`"),
    ("int n = 1 / 0;", 9, "division by zero"),
    ("c[2] = 1;", 1, "index 2 is out of range"),
    ("c = \"111\";", 5, "cannot be made"),
    ("h i;", 3, "`i` is not a qubit"),
    ("h q[i + 3];", 3, "index 3 is out of range"),
    ("hh q[i];", 1, "`hh` is not defined"),
    ("cx q[i], q[0];", 1, "used twice"),
    ("rx q[i];", 1, "takes 1 parameter(s), not 0"),
    ("rx(\"01\" == true) q[i]; x q[0], q[1];", 24, "acts on 1 qubit(s), not 2"),
    ("const int n = 3; n = 4;", 18, "cannot be assigned"),
    ("const int n = i;", 15, "not a constant"),
    ("def f() { i = 1; } f();", 11, "cannot see the variable `i`"),
    ("def f(int a) -> int { return f(a - 1); } i = f(3);", 30, "calls itself"),
    ("def f(int a) -> int { a = 1; } i = f(3);", 36, "ends without returning"),
    ("def f(int a) { return a; } f(3);", 28, "without a type to return"),
    ("def f(int a) { } i = f(3);", 22, "returns nothing"),
    ("def f(int a) { } f(3, 4);", 18, "takes 1 argument(s), not 2"),
    ("def f(qubit a, qubit b) { } f(q[0], q[0]);", 29, "given to a subroutine twice"),
    ("def f(qubit[2] a) { } f(q);", 23, "stands for 2 qubit(s), not for 3"),
    ("def f(readonly array[int[8], 2] a) { a[0] = 1; } array[int[8], 2] b; f(b);", 38, "cannot be assigned"),
    ("def f(mutable array[int[8], 3] a) { } array[int[8], 2] b; f(b);", 59, "cannot stand for"),
    ("array[int[8], 2] b = {1, 2, 3};", 22, "3 value(s) in braces"),
    ("array[int[8], 2] b; b[2] = 1;", 21, "index 2 is out of range"),
    ("array[int[8], 2] a; array[int[8], 3] b; a = b;", 45, "cannot be made"),
    ("i = 1 + true && q;", 17, "`q` has no value"),
    ("i = 3 & 1.5;", 5, "not defined for `int` and `float[64]`"),
    ("i = sqrt(-1.0);", 5, "no finite value"),
    ("i = popcount(1.5);", 5, "not defined for `float[64]`"),
    ("i = rotl(3, 1);", 5, "not defined"),
    ("i = foo(3);", 5, "no function or subroutine `foo`"),
    ("i = sin(1, 2);", 5, "takes 1 argument(s), not 2"),
    ("i = 2 ** 300 * (2 << 255);", 0, ""),
    ("for int n in [0:0:3] { }", 1, "step of a range cannot be 0"),
    ("for int n in i { }", 1, "cannot go over"),
    ("delay[-1ns] q;", 1, "not negative"),
    ("delay[i] q;", 1, "needs a duration"),
    ("barrier q, q[i];", 1, "named twice"),
    ("let a = q[0] ++ q[i];", 9, "name a qubit twice"),
    ("bit b; b = measure q;", 0, "cannot be made"),
    ("output float f;", 1, "no place in the counts"),
    ("i = 1 +;", 8, "is not expected here"),
    ("if (i == 0) { x q[0];", 0, "ends in the middle"),
    (f"int n = {'9' * 80};", 9, "too large"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "column", "part"), INVALID, ids=[case[0] for case in INVALID])
def test_wrong_programs_are_refused_at_their_place(source: str, column: int, part: str) -> None:
    with pytest.raises(ProgramError) as raised:
        read_any(HEAD + source)
    error = raised.value
    assert part in error.message
    assert error.code in ("invalid_program", "unsupported_instruction")
    if column:
        assert (error.line, error.column) == (2, column)


UNSUPPORTED = [
    ("cal { play(d0); }", 1, "`cal`"),
    ("stretch s;", 1, "`stretch`"),
    ("box[2us] { x q[0]; }", 1, "`box` with a duration"),
    ("delay[20dt] q;", 7, "`dt`"),
    ("if (i == 0) { delay[20dt] q; }", 21, "`dt`"),
    ("pragma reorder on", 1, "`pragma`"),
    ("#pragma reorder on", 1, "pragma"),
    ("@hidden\nx q[i];", 1, "annotation `@hidden`"),
    ("extern f(int) -> int;", 1, "`extern`"),
    ("float[80] f;", 1, "`float[80]`"),
    ("x[2ns] q[i];", 1, "duration"),
]


@pytest.mark.parametrize(("source", "column", "part"), UNSUPPORTED, ids=[case[0] for case in UNSUPPORTED])
def test_what_cannot_be_done_is_refused_by_name(source: str, column: int, part: str) -> None:
    with pytest.raises(ProgramError) as raised:
        read_any(HEAD + source)
    error = raised.value
    assert part in error.message
    assert (error.code, error.line, error.column) == ("unsupported_instruction", 2, column)


def test_a_straight_line_program_keeps_the_hints_of_its_reader() -> None:
    with pytest.raises(ProgramError, match="did you mean `h`"):
        read_any(HEAD.replace(" int i = 0;", "") + "hh q[0];")


def test_a_subroutine_in_the_form_of_a_gate_call_is_called() -> None:
    program = read_any(HEAD + "def flip(int n, qubit a) { if (n == 1) x a; } flip(1) q[2]; flip(0) q[1];")
    assert isinstance(program, Circuit)
    assert [operation[:2] for operation in program.operations] == [("x", (2,))]


def test_an_annotation_that_changes_nothing_is_accepted() -> None:
    read_any(HEAD + "@reversible\ngate g a { x a; }\ng q[i];")


@pytest.mark.parametrize(
    "source",
    [
        "while (true) { }",
        "for uint n in [0:2000000000] { }",
        "for uint a in [0:900] { for uint b in [0:900] { for uint d in [0:900] { } } }",
        "array[int[8], 1000, 1000, 1000] a;",
        "bit[70000] b;",
        "uint[4096] n;",
        "i = " + "(" * 70 + "1" + ")" * 70 + ";",
        "i = " + "-" * 3000 + "1;",
        "i = 1" + " + 1" * 3000 + ";",
        "{" * 200 + "}" * 200,
        "if (i == 0) " * 2000 + "x q[0];",
        "for uint n in [0:999999] { h q; }",
        "def a() { } " + "".join(f"def f{k}() {{ {'f' + str(k - 1) if k else 'a'}(); "
                                 f"{'f' + str(k - 1) if k else 'a'}(); }} " for k in range(30)) + "f29();",
        "x q[0];" * 60_000,
    ],
)  # fmt: skip
def test_programs_without_end_are_stopped(source: str) -> None:
    with pytest.raises(ProgramError) as raised:
        read_any(HEAD + "i = 1; " + source, ReadLimits(statements=100_000, loop_iterations=100_000))
    assert raised.value.code in ("limit_exceeded", "invalid_program")


SOURCES = [
    text + examples.ARRAYS_END if text is examples.ARRAYS else text.replace("ERROR", "1")
    for name, text in vars(examples).items()
    if name.isupper() and name not in ("HEAD", "REFUSED", "ARRAYS_END")
]
PIECES = [
    "if (c == 1) x q[0];",
    "while",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    "=",
    "measure q",
    "int[8] z = ",
    "bit[2]",
    "++",
    "def f(qubit a) -> bit {",
    "return",
    "for uint k in [0:3]",
    "-1",
    "1e999",
    "0b",
    '"01"',
    "let a = ",
    "switch (1)",
    "case 1",
    "end;",
    "break;",
    "angle",
    "2ns",
    "input float w;",
    "output",
    "array[int, 2]",
    "$0",
    "ctrl @",
    "@",
    "#",
    "pow(0.5) @",
    "sizeof(",
    "9" * 90,
    "/*",
    "//",
    "\x00",
    "π",
    "duration",
    "complex[float] w = 1im;",
]


def attempt(source: str) -> None:
    """Check, read, and if that gives a program, run it: only a ``ProgramError`` may come out."""
    with contextlib.suppress(ProgramError):
        read_parametric(source, SMALL).check()
    with contextlib.suppress(ProgramError):
        program = read_any(source, SMALL)
        if isinstance(program, DynamicProgram) and program.n_qubits <= 12:
            program.run(ProductState(program.n_qubits, np.random.default_rng(0)))


@pytest.mark.parametrize("seed", range(40))
def test_damaged_programs_end_in_a_program_error_or_a_program(seed: int) -> None:
    rng = random.Random(seed)
    source = rng.choice(SOURCES)
    for _ in range(rng.randint(1, 4)):
        start = rng.randrange(len(source))
        stop = min(len(source), start + rng.choice((0, 0, 1, 3, 20)))
        source = source[:start] + rng.choice(["", *PIECES]) + source[stop:]
    attempt(source)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*PIECES, "i", "c", "q", "c[0]", "1", "+", "*", "==", " "]), max_size=14))
def test_pieces_of_programs_end_in_a_program_error_or_a_program(pieces: list[str]) -> None:
    attempt(HEAD + "i = 1;" + " ".join(pieces))
