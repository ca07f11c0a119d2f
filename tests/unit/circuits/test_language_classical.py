"""Classical types, operators, control flow and subroutines: what programs calculate."""

from __future__ import annotations

import math
import re

import pytest
from tests.unit.circuits.product_state import distribution

from qumulus.circuits import Circuit, DynamicProgram, ProgramError, read_any, read_parametric

HEAD = 'OPENQASM 3.0; include "stdgates.inc";\n'


def result(source: str, **inputs: float | int | bool | str) -> str:
    """The bits of a program without chance, the last first."""
    [(bits, probability)] = distribution(HEAD + source, **inputs).items()
    assert probability == pytest.approx(1)
    return "".join(map(str, reversed(bits)))


def ended(statements: str) -> str:
    """With the semicolon that all but blocks end in."""
    is_block = statements.endswith("}") and not re.search(r"= \{[^;]*\}$", statements)
    return statements if is_block else statements + ";"


def number(source: str, kind: str = "uint[16]") -> int:
    """The value of an expression after these statements; the last statement is the expression."""
    *statements, expression = [part for part in source.split(";;") if part.strip()]
    value = int(
        result(f"output {kind} out; {' '.join(map(ended, statements))} out = {kind}({expression});"), 2
    )
    width = int(kind.partition("[")[2].rstrip("]"))
    return value - (1 << width) if kind.startswith("int") and value >> (width - 1) else value


EXPRESSIONS = [
    # literals and arithmetic
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("2 ** 3 ** 2", 512),
    ("7 / 2", 3),
    ("7 % 3", 1),
    ("0x1F + 0b101 + 0o17", 51),
    ("floor(7.0 / 2)", 3),
    ("ceiling(3.2)", 4),
    ("mod(17, 5)", 2),
    ("1_000", 1000),
    ("-(-5)", 5),
    # integers of a width wrap
    ("uint[8] a = 250;;a + 10", 4),
    ("uint[8] a = 5;;a - 6", 255),
    ("uint[4] a = 15;;a << 1", 14),
    ("uint[8] a = 0x0F;;~a", 0xF0),
    ("uint[8] a = 12;;a & 10", 8),
    ("uint[8] a = 12;;a | 3", 15),
    ("uint[8] a = 12;;a ^ 10", 6),
    ("uint[8] a = 200;;uint[4] b = 3;;a / b", 66),
    ("int[8] a = 7;;a >> 1", 3),
    # bits
    ('bit[4] b = "0110";;b', 6),
    ('bit[4] b = "0110";;b[1]', 1),
    ('bit[4] b = "0110";;b[1:2]', 3),
    ('bit[4] b = "0110";;b << 1', 12),
    ('bit[4] b = "0110";;b >> 2', 1),
    ('bit[4] b = "0110";;~b', 9),
    ('bit[4] b = "0110";;rotl(b, 3)', 3),
    ('bit[4] b = "0110";;rotr(b, 2)', 9),
    ('bit[4] b = "0111";;popcount(b)', 3),
    ('bit[4] b = "0110";;b & "0011"', 2),
    ('bit[4] b = "0110";;b ^ "1111"', 9),
    ('bit[4] b = "0110";;b[{0, 2}]', 2),
    ('bit[4] b = "0110";;b[-1]', 0),
    ("uint[8] a = 0b1010;;a[3]", 1),
    ("uint[8] a = 0b1010;;a[1:3]", 5),
    ('uint[8] a = 0;;a[3] = 1;;a[0:1] = "11";;a', 11),
    ("rotl(uint[8](0x81), 1)", 3),
    ('bit[2] a = "10"; bit[2] b = "01"; let c = a ++ b;;c', 6),
    ('bit[4] b; let c = b[1:2]; c = "11";;b', 6),
    ('sizeof("0110")', 4),
    # booleans
    ("uint(true) + uint(1 < 2) + uint(2 <= 2) + uint(1 == 2)", 3),
    ("true && !false || false", 1),
    ("bool(4) == true", 1),
    ('int[2](bit[2]("10")) == 2', 1),
    ("1.5 > 1 && 1 != 2", 1),
    ("~(1 == 2)", 1),
    ("false && 1 / 0 == 1", 0),
    ("true || 1 / 0 == 1", 1),
    # angles
    ("angle[4] a = pi / 2;;bit[4](a)", 4),
    ("angle[4] a = -pi / 2;;bit[4](a)", 12),
    ("angle[4] a = pi / 2;;bit[4](a << 1)", 8),
    ("angle[4] a = pi; angle[4] b = 3 * pi / 2;;bit[4](a + b)", 4),
    ("angle[8] a = pi;;bit[4](angle[4](a / 2))", 4),
    ("angle[4] a = pi;;a / angle[4](pi / 4)", 4),
    ("angle[4] a = pi / 8;;a[0]", 1),
    ("angle[4] a = pi;;a == pi", 1),
    ("angle a = pi / 2;;uint(float(a) * 100)", 157),
    # floats, complex numbers, durations
    ("float[32] f = 0.1;;f == 0.1", 0),
    ("float f = 0.1;;f == 0.1", 1),
    ("uint(sqrt(2) * 1000)", 1414),
    ("uint(sin(pi / 6) * 1000 + 0.5)", 500),
    ("uint(arctan(1) * 4000)", 3141),
    ("uint(exp(1) * 100)", 271),
    ("uint(log(euler ** 2))", 2),
    ("uint(arccos(0.5) * 3000 / pi + 0.5)", 1000),
    ("uint(real((1 + 2im) * (3 - 1im)))", 5),
    ("uint(imag((1 + 2im) * (3 - 1im)))", 5),
    ("duration a = 2us; duration b = 500ns;;uint(a / b)", 4),
    ("1ms > 1us", 1),
    ("uint((3 * 2ns - 1ns) / 1ns + 0.5)", 5),
    # control
    ("uint n = 0; for uint i in [1:4] { n += i; };;n", 10),
    ("uint n = 0; for uint i in [4:-1:2] { n = n * 10 + i; };;n", 432),
    ("uint n = 0; for uint i in {3, 1, 2} { n = n * 10 + i; };;n", 312),
    ("uint n = 0; array[uint[8], 3] a = {5, 6, 7}; for uint[8] i in a { n += i; };;n", 18),
    ('uint n = 0; bit[3] b = "101"; for bit i in b { n = n * 2 + uint(i); };;n', 5),
    ("uint n = 0; while (n < 7) { n += 2; };;n", 8),
    ("uint n = 0; while (true) { n += 1; if (n == 5) break; };;n", 5),
    ("uint n = 0; for uint i in [0:9] { if (i % 2 == 0) continue; n += i; };;n", 25),
    ("uint n = 0; for uint i in [0:2] { for uint j in [0:9] { if (j == 2) break; n += 1; } };;n", 6),
    ("uint n = 0; for uint i in [5:2] { n += 1; };;n", 0),
    ("uint n = 1; { uint n = 5; n += 1; };;n", 1),
    ("uint n = 3; switch (n) { case 1, 3 { n = 7; } default { n = 0; } };;n", 7),
    ("uint n = 4; switch (n) { case 1, 3 { n = 7; } default { n = 0; } };;n", 0),
    ("uint n = 4; switch (n) { case 1 { n = 7; } };;n", 4),
    ("uint n = 0; if (n == 1) n = 5; else if (n == 0) n = 6; else n = 7;;n", 6),
    ("box { uint n = 3; };;2", 2),
    # subroutines
    ("def twice(int[16] v) -> int[16] { v = v * 2; return v; } int[16] a = 4;;twice(a) + a", 12),
    (
        "def f(uint v) -> uint { while (true) { for uint i in [0:9] { if (i == v) return i * i; } } };;f(4)",
        16,
    ),
    ("const uint N = 4; def f() -> uint { return N + 1; };;f()", 5),
    ("def g(uint v) -> uint { return v + 1; } def f(uint v) -> uint { return g(g(v)); };;f(1)", 3),
    (
        "def fill(mutable array[uint[8], #dim=1] a) { for uint i in [0:sizeof(a) - 1] { a[i] = i; } }"
        " array[uint[8], 4] a; fill(a);;a[3] * 10 + a[2]",
        32,
    ),
    (
        "array[uint[8], 2, 3] a = {{1, 2, 3}, {4, 5, 6}}; array[uint[8], 2] b = a[0:1, 1];;b[0] * 10 + b[1]",
        25,
    ),
    (
        "def nine(mutable array[uint[16], #dim=1] b) { b[0] = 9; if (b[1] == 4) { return; } b[1] = 8; }"
        " array[uint[16], 4] a = {1, 2, 3, 4}; nine(a[0:1]); nine(a[2:3]);"
        ";a[0] * 1000 + a[1] * 100 + a[2] * 10 + a[3]",
        9894,
    ),
    (
        "def five(mutable array[uint[8], #dim=1] c) { c[0] = 5; }"
        " def half(mutable array[uint[8], #dim=1] b) { five(b[1:2]); }"
        " array[uint[8], 2, 3] a = {{1, 2, 3}, {4, 5, 6}}; half(a[1, 2:-1:0]); half(a[0:1, 0:2][0]);"
        " a[0:1][0][0:1][0] = 7;"
        ";(a[1, 1] * 10 + a[0, 1]) + a[0, 0]",
        62,
    ),
    ("array[uint[8], 2, 2] a = {{1, 2}, {3, 4}}; a[1] = a[0]; a[0, 0] = 9;;a[1, 0] * 10 + a[0][0]", 19),
    ("array[uint[8], 2] a = {6, 1};;a[0][1] * 10 + a[0, 2]", 11),
    ('array[bit[4], 2] a; a[1] = "0101"; a[1][3] = 1;;a[1]', 13),
    ("uint n = 6; n += 4; n -= 1; n *= 2; n /= 3; n **= 2; n %= 10; n <<= 2; n |= 1; n ^= 3; n &= 27;;n", 26),
    ("uint n = 6; if (n == 6) { end; };;n", 0),
]


@pytest.mark.parametrize(("source", "expected"), EXPRESSIONS, ids=[source for source, _ in EXPRESSIONS])
def test_expressions_and_statements_have_the_value_of_the_language(source: str, expected: int) -> None:
    assert number(source) == expected


SIGNED = [
    ("-7 / 2", -3),
    ("-7 % 3", -1),
    ("int[8] a = 127;;a + 1", -128),
    ("int[8] a = -8;;a >> 1", -4),
    ("int[8] a = -3; int[8] b = 2;;a * b", -6),
    ("int(-2.7)", -2),
    ('int[4](bit[4]("1111"))', -1),
    ("int[16] a = -1; uint[8] b = 1;;a + b", 0),
    ("-int[8](5)", -5),
    ("-true", -1),
    ("bool b = false;;3 - b + -b", 3),
]


@pytest.mark.parametrize(("source", "expected"), SIGNED, ids=[source for source, _ in SIGNED])
def test_signed_numbers_are_in_twos_complement(source: str, expected: int) -> None:
    assert number(source, "int[16]") == expected


def test_without_outputs_the_bits_of_the_program_are_its_result() -> None:
    assert result('bit[2] a = "01"; bit b = 1; uint n = 3; { bit hidden = 1; }') == "101"


def test_outputs_are_the_result_in_the_order_of_their_declaration() -> None:
    assert result("bit[4] c; output bool yes; output uint[3] n; yes = true; n = 6;") == "1101"


def test_inputs_take_the_values_of_the_caller() -> None:
    source = (
        "input uint[4] n; input bool b; input bit[3] c; output uint[4] m; output bit[3] d;"
        " if (b) m = n + 1; d = c;"
    )
    assert result(source, n=6, b=True, c="110") == "110" + "0111"
    assert result(source, n=6, b=False, c="011") == "011" + "0000"


def test_an_input_angle_turns_a_gate() -> None:
    program = read_parametric(
        HEAD + "input float theta; input angle phi; qubit q; bit c; rx(theta / 2) q; p(phi) q; c = measure q;"
    )
    assert program.parameters == ("theta", "phi")
    for theta in (0.5, -1.25):
        circuit = program.bind({"theta": theta, "phi": math.pi / 2})
        assert isinstance(circuit, Circuit)
        assert [operation[:3] for operation in circuit.operations] == [
            ("rx", (0,), (theta / 2,)),
            ("p", (0,), (pytest.approx(math.pi / 2, abs=1e-15),)),
            ("measure", (0,), ()),
        ]


@pytest.mark.parametrize(
    ("inputs", "part"),
    [({}, "`n` is given no value"), ({"n": 1, "m": 2}, "no input `m`"), ({"n": 300}, "does not fit"),
     ({"n": 1.5}, "not an integer"), ({"n": "11"}, "cannot be given as text"), ({"n": math.nan}, "finite")],
)  # fmt: skip
def test_wrong_inputs_are_refused(inputs: dict[str, float | int | bool | str], part: str) -> None:
    with pytest.raises(ProgramError, match=part):
        read_any(HEAD + "input uint[8] n; output uint[8] m; m = n;", inputs=inputs)


def test_loops_and_subroutines_without_measured_conditions_become_a_circuit() -> None:
    source = """
    const uint n = 3;
    def ladder(qubit[n] r, float t) { for uint i in [0:n - 2] { cx r[i], r[i + 1]; rz(t * i) r[i + 1]; } }
    def read(qubit a) -> bit { h a; return measure a; }
    qubit[n] q; bit[n] c; bit last;
    h q;
    ladder(q, 0.5);
    c[0:1] = measure q[{2, 0}];
    last = read(q[1]);
    """
    circuit = read_any(HEAD + source)
    assert isinstance(circuit, Circuit)
    assert [operation[:4] for operation in circuit.operations] == [
        ("h", (0,), (), ()), ("h", (1,), (), ()), ("h", (2,), (), ()),
        ("cx", (0, 1), (), ()), ("rz", (1,), (0.0,), ()), ("cx", (1, 2), (), ()), ("rz", (2,), (0.5,), ()),
        ("measure", (2,), (), (0,)), ("measure", (0,), (), (1,)),
        ("h", (1,), (), ()), ("measure", (1,), (), (3,)),
    ]  # fmt: skip
    assert [register.name for register in circuit.clbit_registers] == ["c", "last"]
    assert circuit.operations[3].line == 4


def test_a_bit_written_twice_holds_the_last_outcome() -> None:
    circuit = read_any(HEAD + "int i = 1; qubit[2] q; bit c; c = measure q[0]; c = measure q[1];")
    assert isinstance(circuit, Circuit)
    assert [operation.clbits for operation in circuit.operations] == [(), (0,)]


@pytest.mark.parametrize(
    "source",
    [
        "bit c; c = measure q; c ^= 1;",
        "bit c; c = measure q; bit d; d = c;",
        "bit c = 1;",
        "bit c; c = measure q; if (c) x q;",
        "uint[2] n; measure q -> n[0];",
        "bit c; c = measure q; rx(c * 1.0) q;",
    ],
)
def test_what_a_circuit_cannot_say_stays_a_program(source: str) -> None:
    program = read_any(HEAD + "qubit q; int i = 0; " + source)
    assert isinstance(program, DynamicProgram)
    assert sum(register.size for register in program.clbit_registers) == program.n_clbits


def test_openqasm_2_conditions_are_read_by_its_own_rules() -> None:
    source = """OPENQASM 2.0; include "qelib1.inc"; qreg q[2]; creg c[2]; creg d[1];
    x q[0]; measure q[0] -> c[1]; if (c == 2) u1(1/2) q[1]; if(c==2) x q[1]; measure q[1] -> d[0];"""
    assert distribution(source) == {(0, 1, 1): pytest.approx(1)}


def test_hardware_qubits_and_gates_of_the_program_work_beside_control() -> None:
    source = (
        "gate flip a { x a; } bit c; for uint i in [0:2] { flip $2; }"
        " ctrl @ inv @ flip $2, $1; c = measure $1;"
    )
    circuit = read_any(HEAD + source)
    assert isinstance(circuit, Circuit)
    assert (circuit.n_qubits, circuit.uses_physical_qubits) == (3, True)
    assert result(source) == "1"


def test_straight_line_programs_are_still_read_in_one_pass() -> None:
    from qumulus.circuits import read_program

    source = HEAD + "qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;"
    assert read_any(source) == read_program(source)
