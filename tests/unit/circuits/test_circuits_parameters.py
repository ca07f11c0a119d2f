"""Programs with parameters against the same programs with the values written into them."""

from __future__ import annotations

import copy
import math
import pickle
import re
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qumulus.circuits import Circuit, ProgramError, ReadLimits, read_program
from qumulus.circuits.parameters import MAX_PARAMETERS, Angle, bind, input_names, read_symbolic

HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\n'
ANSATZ = f"""{HEAD}input float[64] a;
input float b; // a comment: input float c;
input angle[64] w;
qubit[3] q; bit[3] c;
gate my(x, y) p, r {{ rx(x + 2 * y) p; ctrl @ rz(-y / 3 + pi) p, r; }}
const float d = 1.5;
ry(a) q[0]; rz(2 * a - b / d) q[1]; my(a, b + 0.5) q[0], q[2]; inv @ my(b, 1) q[1], q[0];
U(w, a, pi / 2) q[2]; pow(2) @ rz(a) q; ctrl @ gphase(b) q[0]; barrier q; rx(0.25) q[1]; h q[2];
c = measure q;
"""
ODD = f"{HEAD}input float a; input float b; qubit[2] q; bit c; const float d = a * b; rx(sin(a)) q[0];\n"
ODD += "rz(d ** 2) q[1]; ry(mod(b, 2)) q[0]; x q[1]; c = measure q[0];"


def written_in(source: str, values: Mapping[str, float]) -> str:
    """The program with each ``input`` replaced by a constant."""
    source = re.sub(r"//.*", "", source)
    for name, value in values.items():
        source = re.sub(rf"input\s+(float|angle)\S*\s+{name};", rf"const \1 {name} = {value!r};", source)
    return source


def assert_same(bound: Circuit, expected: Circuit) -> None:
    assert len(bound.operations) == len(expected.operations)
    for one, other in zip(bound.operations, expected.operations, strict=True):
        assert one[:2] == other[:2]
        assert one[3:5] == other[3:5]
        assert one.line == other.line
        assert one.params == pytest.approx(other.params, abs=1e-9)


def bound(source: str, values: Mapping[str, float]) -> Circuit:
    program = read_symbolic(source)
    numbers = program.values([values[name] for name in program.parameters])
    circuit = copy.copy(program.circuit)
    return Circuit(
        n_qubits=circuit.n_qubits, n_clbits=circuit.n_clbits, operations=bind(circuit.operations, numbers)
    )


NUMBERS = st.floats(-20, 20).filter(lambda value: abs(value) > 1e-6)


@settings(max_examples=60, deadline=None)
@given(NUMBERS, NUMBERS, st.floats(0.01, 6.2))
def test_binding_is_writing_the_values_into_the_program(a: float, b: float, w: float) -> None:
    for source, values in ((ANSATZ, {"a": a, "b": b, "w": w}), (ODD, {"a": a, "b": b})):
        assert_same(bound(source, values), read_program(written_in(source, values)))


def test_sums_of_multiples_are_found_without_reading_again() -> None:
    program = read_symbolic(ANSATZ)
    assert program.symbols == program.parameters == ("a", "b", "w")
    symbolic = [angle for op in program.circuit.operations for angle in op.params if isinstance(angle, Angle)]
    second = next(op.params[0] for op in program.circuit.operations if op.name == "rz")
    assert isinstance(second, Angle)
    assert [round(term.coefficient, 9) for term in second.terms] == [2, round(-1 / 1.5, 9)]
    assert len(symbolic) > 8


@pytest.mark.parametrize("kind", ["float", "float[16]", "float[32]", "float[64]"])
def test_floats_of_any_width_are_symbols_themselves(kind: str) -> None:
    program = read_symbolic(f"{HEAD}input {kind} a; input {kind} b; qubit q; rx(2 * a - b) q;")
    assert program.symbols == ("a", "b")


def test_other_angles_are_symbols_of_their_own() -> None:
    program = read_symbolic(ODD)
    assert program.parameters == ("a", "b")
    assert program.symbols == ("angle_0", "angle_1", "angle_2")
    assert program.values([1.0, 3.0]) == pytest.approx([math.sin(1), 9.0, 1.0])


def test_angles_wrap_at_a_turn() -> None:
    program = read_symbolic(HEAD + "input angle w; qubit q; rz(w / 2) q;")
    for value in (0.3, 0.3 + math.tau, 0.3 - 3 * math.tau):
        (operation,) = bind(program.circuit.operations, program.values([value]))
        assert operation.params[0] == pytest.approx(0.15)


def test_a_float_is_what_is_left_of_it_in_its_width() -> None:
    for angle in ("3 * a", "sin(a)"):
        program = read_symbolic(f"{HEAD}input float[32] a; qubit q; rx({angle}) q;")
        (operation,) = bind(program.circuit.operations, program.values([0.1]))
        exact = 0.10000000149011612
        assert operation.params == pytest.approx([3 * exact if "*" in angle else math.sin(exact)], rel=1e-12)
    with pytest.raises(ProgramError, match="does not fit"):
        program.values([1e300])


def test_angles_of_other_widths_are_bound_one_by_one() -> None:
    with pytest.raises(ProgramError) as caught:
        read_symbolic(f"{HEAD}input angle[8] a; qubit q; rx(a / 2) q;")
    assert caught.value.code == "unsupported_instruction"


def test_what_is_reckoned_with_angles_stays_within_a_turn() -> None:
    source = HEAD + "input angle v; input angle w; qubit q; rz(-w / 2) q; rx((v + w) / 2) q; ry(2 * v) q;"
    program = read_symbolic(source)
    for v, w in ((1.0, 2.0), (5.0, 4.0), (-1.0, 0.5)):
        found = bind(program.circuit.operations, program.values([v, w]))
        turned = (-w % math.tau / 2, (v % math.tau + w) % math.tau / 2, 2 * v % math.tau)
        assert [operation.params[0] for operation in found] == pytest.approx(turned)


def test_an_angle_is_a_generic_number_and_survives_copies() -> None:
    program = read_symbolic(HEAD + "input float w; qubit q; rz(w) q;")
    (angle,) = program.circuit.operations[0].params
    assert isinstance(angle, Angle)
    assert angle not in (0.0, 1.0, math.pi / 2)
    for twin in (copy.deepcopy(angle), pickle.loads(pickle.dumps(angle))):
        assert isinstance(twin, Angle)
        assert (twin.at([2.0]), float(twin)) == (pytest.approx(2.0), float(angle))


def test_names_are_told_in_the_order_of_declaration() -> None:
    assert input_names(ANSATZ) == ("a", "b", "w")
    assert input_names(HEAD + "qubit q; // input float a;") == ()
    assert input_names(HEAD + "input int[8] n; input bool b; input bit[2] s; qubit q;") == ("n", "b", "s")


def test_a_program_without_parameters_is_read_as_ever() -> None:
    program = read_symbolic(HEAD + "qubit q; rz(0.5) q;")
    assert (program.parameters, program.symbols, program.values([])) == ((), (), [])
    assert program.circuit == read_program(HEAD + "qubit q; rz(0.5) q;")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("input int n; qubit q;", "line 3, column 6: this kind of parameter"),
        ("input float a;\n input float a;", "line 4, column 7: `a` is already declared"),
        ("input float a;\nqubit a;", "line 4, column 7: `a` is already declared"),
        ("input float pi;\nqubit q;", "line 3, column 6: `pi` is a reserved word"),
        ("input float a;\nqubit q;\nrx(a) r;", "line 5, column 7: `r` is not declared"),
        ("input float a;\nqubit[a] q;", "must be an integer"),
        ("input float a; qubit q; ctrl @ pow(a) @ x q;", "line 3"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(body: str, says: str) -> None:
    with pytest.raises(ProgramError) as caught:
        read_symbolic(HEAD + body)
    assert says in str(caught.value)


def test_openqasm_2_has_no_parameters() -> None:
    with pytest.raises(ProgramError, match="OpenQASM 2"):
        read_symbolic("OPENQASM 2.0; input float a; qreg q[1]; U(0, 0, 0.5) q[0];")


def test_the_caps_hold() -> None:
    many = "".join(f"input float a{k};" for k in range(MAX_PARAMETERS + 1))
    with pytest.raises(ProgramError, match="more than 1,000 parameters") as caught:
        read_symbolic(HEAD + many)
    assert caught.value.code == "limit_exceeded"
    with pytest.raises(ProgramError, match="longer than"):
        read_symbolic(HEAD + "input float a;", ReadLimits(source_bytes=10))


def test_parameters_that_change_the_gates_are_refused() -> None:
    source = HEAD + "input float a; qubit q; pow(a) @ x q;"
    program = read_symbolic(source)
    with pytest.raises(ProgramError, match="change its gates"):
        program.values([2.0])


def test_nothing_but_program_errors_comes_out() -> None:
    random = Random(5)
    for _ in range(300):
        text = list(ANSATZ)
        for _ in range(random.randint(1, 6)):
            text[random.randrange(len(text))] = random.choice(";(){}[]ab0.5*/ \ninput")
        try:
            program = read_symbolic("".join(text))
            program.values([0.5] * len(program.parameters))
        except ProgramError:
            continue
