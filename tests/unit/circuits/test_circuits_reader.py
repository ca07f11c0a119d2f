"""What programs mean: registers, broadcasting, definitions, expressions, measurements."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import qiskit.qasm2
import qiskit.qasm3
from circuit_reference import assert_same, qiskit_unitary, unitary, unitary_of
from hypothesis import given, settings
from hypothesis import strategies as st

from qumulus.circuits import Circuit, Operation, ProgramError, Register, read_any, read_program

HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\n'
HEAD_2 = 'OPENQASM 2.0;\ninclude "qelib1.inc";\n'


def operations(text: str, head: str = HEAD) -> list[tuple[object, ...]]:
    """Names, qubits and what else is not empty."""
    return [
        tuple(part for part in (o.name, o.qubits, o.params, o.clbits, o.controls) if part)
        for o in read_program(head + text).operations
    ]


def angle(expression: str, head: str = HEAD) -> float:
    register = "qreg q[1];" if head is HEAD_2 else "qubit[1] q;"
    return read_program(f"{head}{register} rx({expression}) q[0];").operations[0].params[0]


def test_registers_are_numbered_in_the_order_of_declaration() -> None:
    circuit = read_program(HEAD + "bit[2] c; qubit[2] a; qubit b; bit d; qreg e[2]; creg f[1];")
    assert circuit.qubit_registers == (Register("a", 0, 2), Register("b", 2, 1), Register("e", 3, 2))
    assert circuit.clbit_registers == (Register("c", 0, 2), Register("d", 2, 1), Register("f", 3, 1))
    assert (circuit.n_qubits, circuit.n_clbits) == (5, 4)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("qreg q[1]; rx(1/2) q[0];", 2),
        ('include "qelib1.inc"; qreg q[1]; rx(1/2) q[0];', 2),
        ('include "stdgates.inc"; qubit q; rx(1/2) q;', 3),
        ('OPENQASM 3; include "qelib1.inc"; qreg q[1]; rx(1/2) q[0];', 3),
        ('// qreg\ninclude "stdgates.inc"; qubit[1] q; rx(1/2) q[0];', 3),
    ],
)
def test_without_a_version_line_qelib1_and_qreg_mean_version_2(text: str, version: int) -> None:
    if "include" not in text:
        text = text.replace("rx(1/2)", "U(1/2, 0, 0)")
    # One half in OpenQASM 2; in OpenQASM 3 the integer quotient.
    assert read_program(text).operations[0].params[0] == (0.5 if version == 2 else 0.0)


def test_a_gate_is_applied_along_registers_and_again_for_single_qubits() -> None:
    assert operations("qubit[2] a; qubit[2] b; qubit c; cx a, b; cx c, a; h a; h c;") == [
        ("cx", (0, 2)), ("cx", (1, 3)), ("cx", (4, 0)), ("cx", (4, 1)), ("h", (0,)), ("h", (1,)), ("h", (4,)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("operand", "qubits"),
    [
        ("q[0:2]", [0, 1, 2]), ("q[1:]", [1, 2, 3, 4, 5]), ("q[:1]", [0, 1]), ("q[0:2:5]", [0, 2, 4]),
        ("q[5:-2:1]", [5, 3, 1]), ("q[-1]", [5]), ("q[-6]", [0]), ("q[{4, 0, -1}]", [4, 0, 5]),
        ("q[-2:-1]", [4, 5]), ("q[1:4][1:2]", [2, 3]), ("q[2*n+1]", [5]), ("q[3:-1:0]", [3, 2, 1, 0]),
        ("q[::2]", [0, 1, 2, 3, 4, 5][:3]), ("q[:]", [0, 1, 2, 3, 4, 5]),
    ],
)  # fmt: skip
def test_slices_and_index_sets_choose_qubits(operand: str, qubits: list[int]) -> None:
    found = operations(f"const int n = 2; qubit[6] q; reset {operand};")
    assert found == [("reset", (qubit,)) for qubit in qubits]


def test_an_alias_names_qubits_of_several_registers() -> None:
    found = operations("qubit[3] a; qubit b; let c = a[1:2] ++ b; let d = a[0]; h c; x c[2]; z d;")
    assert found == [("h", (1,)), ("h", (2,)), ("h", (3,)), ("x", (3,)), ("z", (0,))]


def test_hardware_qubits_keep_their_number() -> None:
    circuit = read_program(HEAD + "bit c; cx $3, $1; barrier $0; c = measure $3;")
    assert circuit.uses_physical_qubits
    assert circuit.n_qubits == 4
    assert circuit.qubit_registers == ()
    assert [operation.qubits for operation in circuit.operations] == [(3, 1), (0,), (3,)]


@pytest.mark.parametrize(
    "text",
    [
        "qubit[2] q; bit[2] c; c = measure q;",
        "qubit[2] q; bit[2] c; measure q -> c;",
        "qubit[2] q; bit[2] c = measure q;",
        "qubit[2] q; bit[2] c; c[0] = measure q[0]; c[-1] = measure q[1];",
        "qubit[2] q; bit[2] c; c[0:1] = measure q[0:1];",
        "qreg q[2]; creg c[2]; measure q[0]->c[0];measure q[1] -> c[1] ;",
    ],
)
def test_every_notation_of_measure_writes_bit_by_bit(text: str) -> None:
    assert operations(text) == [("measure", (0,), (0,)), ("measure", (1,), (1,))]


def test_a_measurement_may_have_no_target_and_stand_in_the_middle() -> None:
    found = operations("qubit[2] q; bit c; measure q[1]; c = measure q[0]; reset q[0]; x q[0];")
    assert found == [("measure", (1,)), ("measure", (0,), (0,)), ("reset", (0,)), ("x", (0,))]


def test_measurements_know_their_place() -> None:
    source = (
        HEAD + "qubit[2] q; bit[2] c;\n  measure q[0] -> c[0]; c[1] = measure q[1];\n x q[0]; measure q -> c;"
    )
    places = [(operation.line, operation.column) for operation in read_program(source).operations]
    assert places == [(4, 3), (4, 25), (5, 2), (5, 10), (5, 10)]


def test_barriers_without_operands_hold_all_qubits() -> None:
    assert operations("qubit[3] q; barrier; barrier q[2], q[0:1];") == [
        ("barrier", (0, 1, 2)), ("barrier", (2, 0, 1)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("100ns", 1e-7), ("1.5 us", 1.5e-6), ("2µs", 2e-6), ("2μs", 2e-6), ("3ms", 3e-3), ("1s", 1.0)],
)
def test_delays_are_in_seconds(duration: str, seconds: float) -> None:
    (operation,) = read_program(f"qubit q; delay[{duration}] q;").operations
    assert (operation.name, operation.qubits) == ("delay", (0,))
    assert operation.params[0] == pytest.approx(seconds, rel=1e-12)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("pi", math.pi), ("π/2", math.pi / 2), ("tau", math.tau), ("τ", math.tau),
        ("euler", math.e), ("ℇ", math.e), ("3*pi/4", 3 * math.pi / 4), ("1/2.0", 0.5),
        ("1/2", 0), ("-7/2", -3), ("2**3**2", 512), ("-2**2", -4), ("2**-1", 0.5),
        ("7 % 3", 1), ("-7 % 3", -1), ("7.5 % 2", 1.5), ("(1+2)*3", 9), ("1-2-3", -4), ("- -1", 1), ("+1", 1),
        ("sin(1)", math.sin(1)), ("cos(1)", math.cos(1)), ("tan(0.5)", math.tan(0.5)),
        ("arcsin(1)", math.asin(1)), ("arccos(0.5)", math.acos(0.5)), ("arctan(1)", math.atan(1)),
        ("log(2)", math.log(2)), ("ln(2)", math.log(2)), ("exp(1)", math.e), ("sqrt(2)", math.sqrt(2)),
        ("ceiling(0.1)", 1), ("floor(-0.1)", -1), ("mod(7, 4)", 3), ("pow(2, 3)", 8), ("popcount(7)", 3),
        ("float(1)/2", 0.5), ("int(2.7)", 2), ("5 ^ 3", 6), ("1 << 3", 8), ("6 & 3", 2), ("6 | 1", 7),
        ("1_000", 1000), ("0x1F", 31), ("0b101", 5), ("0o17", 15),
        ("1e-3", 1e-3), (".5", 0.5), ("1.", 1), ("1.5E2", 150),
    ],
)  # fmt: skip
def test_constant_expressions_of_version_3(expression: str, value: float) -> None:
    assert angle(expression) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "expression",
    [
        "2^3^2",
        "-2^2",
        "2^-1",
        "1/2",
        "7/2*2",
        "2*-3",
        "-2*3^2",
        "5-2-1",
        "8/2/2",
        "sin(pi/3)",
        "ln(2)+sqrt(2)",
    ],
)
def test_constant_expressions_of_version_2_are_those_of_qiskit(expression: str) -> None:
    theirs = qiskit.qasm2.loads(f"{HEAD_2} qreg q[1]; rx({expression}) q[0];").data[0].operation.params[0]
    assert angle(expression, HEAD_2) == pytest.approx(theirs, rel=1e-15)


def test_constants_have_types() -> None:
    head = HEAD + "const int[8] n = 7/2; const float[64] f = n; const uint u = 3; const angle a = 3*tau + 1;"
    assert angle("n/2", head) == 1
    assert angle("f/2", head) == 1.5
    assert angle("u", head) == 3
    assert angle("a", head) == pytest.approx(1)


@pytest.mark.parametrize(
    "expression",
    [
        "-a",
        "-a / 2",
        "a + 6",
        "6 + a",
        "a - b",
        "1.5 - b",
        "(a + b) / 2",
        "3 * b",
        "b * 3",
        "b * 1.5",
        "b / a",
        "b / 2.0",
        "-(-a) / 4",
        "2 * pi - a",
        "sin(-a)",
        "b / 3 + a",
        "(a - b) * 2 / 3",
    ],
)
def test_angles_are_reckoned_within_a_turn_whichever_reader_takes_the_program(expression: str) -> None:
    head = HEAD + "const angle a = 1.25; const angle b = 2.5 + a;"
    whole = read_any(f"{head} if (true) {{ }} qubit q; rx({expression}) q;")
    assert isinstance(whole, Circuit)
    assert angle(expression, head) == pytest.approx(whole.operations[0].params[0], rel=1e-14)


def test_comments_and_odd_spacing_change_nothing() -> None:
    text = "/* a\nb */ qubit [2] q ; // c\nh q[ 0 ] ;cx\tq[0]\n,q[1];rx( 0.5 )q[0]; ;\r\nU(0,0,1.5)q[1];"
    found = [(o.name, o.qubits, o.line, o.column) for o in read_program(HEAD + text).operations]
    assert found == [("h", (0,), 5, 1), ("cx", (0, 1), 5, 11), ("rx", (0,), 6, 7), ("u", (1,), 7, 1)]


def test_gate_definitions_are_expanded_with_their_parameters() -> None:
    text = """
    gate inner(a, b) x, y { rx(a/2) y; ctrl @ rz(-b) y, x; }
    gate outer(t) p, q { inner(2*t, t) q, p; inv @ inner(t, 1) p, q; }
    gate nothing q {}
    qubit[2] q; outer(0.5) q[1], q[0]; nothing q;
    """
    assert operations(text) == [
        ("rx", (1,), (0.5,)), ("crz", (1, 0), (-0.5,)), ("crz", (0, 1), (1.0,)), ("rx", (0,), (-0.25,)),
    ]  # fmt: skip


def test_a_gate_called_with_an_integer_may_halve_it() -> None:
    assert operations("gate g(a) q { rx(a/2) q; } qubit q; g(1) q;") == [("rx", (0,), (0.5,))]


def test_library_gates_keep_their_name_and_aliases_lose_theirs() -> None:
    calls = "u1(1) q[0]; phase(1) q[0]; cphase(1) q[0], q[1]; CX q[0], q[1]; u3(1,2,3) q[0]; u2(1,2) q[0];"
    assert [o[0] for o in operations("qubit[3] q;" + calls)] == ["p", "p", "cp", "cx", "u", "u"]
    assert [o[0] for o in operations("qreg q[4]; cu1(1) q[0],q[1]; c3x q[0],q[1],q[2],q[3];", HEAD_2)] == [
        "cp",
        "c3x",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ctrl @ x q[0], q[1]", ("cx", (0, 1))),
        ("ctrl(2) @ x q[0], q[1], q[2]", ("ccx", (0, 1, 2))),
        ("ctrl @ negctrl @ x q[0], q[1], q[2]", ("cx", (1, 0, 2), "0")),
        ("negctrl @ x q[0], q[1]", ("x", (0, 1), "0")),
        ("ctrl @ cz q[0], q[1], q[2]", ("cz", (0, 1, 2), "1")),
        ("ctrl @ gphase(1) q[2]", ("p", (2,), (1.0,))),
        ("gphase(1)", ("gphase", (1.0,))),
        ("inv @ s q[0]", ("sdg", (0,))),
        ("pow(2) @ s q[0]", ("z", (0,))),
        ("pow(0.5) @ x q[0]", ("sx", (0,))),
        ("inv @ pow(0.5) @ z q[0]", ("sdg", (0,))),
        ("pow(0.5) @ inv @ z q[0]", ("s", (0,))),
        ("pow(1e9) @ rz(2) q[0]", ("rz", (0,), (2e9,))),
    ],
)
def test_modified_gates_get_the_plainest_name(text: str, expected: tuple[object, ...]) -> None:
    found = [tuple(part for part in o if part != ()) for o in operations(f"qubit[3] q; {text};")]
    assert found == [expected]


@pytest.mark.parametrize("exponent", [2**20, -(2**20), 17])
def test_a_large_power_of_a_one_qubit_gate_is_one_gate(exponent: int) -> None:
    head = HEAD + "gate g q { h q; t q; gphase(0.3); } qubit[2] q;"
    (operation,) = read_program(f"{head} ctrl @ pow({exponent}) @ g q[0], q[1];").operations
    single = unitary_of(f"{head} ctrl @ g q[0], q[1];")
    assert operation.name == "cu"
    assert_same(
        unitary_of(f"{head} ctrl @ pow({exponent}) @ g q[0], q[1];"), np.linalg.matrix_power(single, exponent)
    )


def test_modifiers_of_a_gate_of_the_program_reach_its_phase() -> None:
    head = HEAD + "gate g(a) p, q { h p; gphase(a); cx p, q; barrier p; rz(a) q; u3(a, 1, 2) p; } qubit[4] q;"
    plain = unitary_of(head + "g(0.3) q[1], q[2];")
    block = unitary_of(head + "ctrl @ negctrl @ pow(-2) @ g(0.3) q[0], q[3], q[1], q[2];")
    selected = [index for index in range(16) if index & 1 and not index & 8]
    inner = block[np.ix_(selected, selected)]
    small = plain[np.ix_([0, 2, 4, 6], [0, 2, 4, 6])]
    # An uncontrolled gate leaves out the phase of u3, -(1 + 2) / 2.
    assert_same(inner, np.linalg.matrix_power(np.linalg.inv(small * np.exp(-1.5j)), 2))
    rest = [index for index in range(16) if index not in selected]
    assert_same(block[np.ix_(rest, rest)], np.eye(12).astype(complex))


def test_version_2_programs_may_bring_gates_that_only_newer_qelib1_files_have() -> None:
    head = HEAD_2 + "gate sx a { sdg a; h a; sdg a; } qreg p[1];"
    assert [o[0] for o in operations("sx p[0];", head)] == ["sdg", "h", "sdg"]


GATES_1 = ["h", "x", "t", "sdg", "sx", "rx({a})", "rz({a})", "u3({a}, {b}, 0.1)", "u2({a}, {b})", "p({b})"]
GATES_2 = ["cx", "cz", "crx({a})", "cp({b})", "swap", "ch", "cu({a}, {b}, 0.2, 0.3)"]


def random_program(seed: int, *, version: int) -> str:
    rng = random.Random(seed)
    n = rng.randint(2, 4)
    lines = [HEAD if version == 3 else HEAD_2, "gate mine(t) a, b { cx a, b; rz(t*pi) b; h a; }"]
    lines.append(f"qubit[{n}] q;" if version == 3 else f"qreg q[{n}];")
    for _ in range(rng.randint(1, 12)):
        gate = rng.choice([*GATES_1, *GATES_2, "mine({a})"])
        n_qubits = 1 if gate in GATES_1 else 2
        prefix = (
            rng.choice(["", "", "inv @ ", "ctrl @ "])
            if version == 3 and n_qubits == 1 and gate[0] != "u"
            else ""
        )
        qubits = rng.sample(range(n), n_qubits + prefix.count("ctrl"))
        text = gate.format(a=round(rng.uniform(-4, 4), 3), b=f"pi/{rng.randint(1, 8)}")
        lines.append(f"{prefix}{text} {', '.join(f'q[{qubit}]' for qubit in qubits)};")
    return "\n".join(lines)


@given(seed=st.integers(0, 10**6), version=st.sampled_from([2, 3]))
@settings(max_examples=60, deadline=None)
def test_random_programs_mean_what_they_mean_to_qiskit(seed: int, version: int) -> None:
    source = random_program(seed, version=version)
    if version == 3:
        theirs = qiskit.qasm3.loads(source)
    else:
        theirs = qiskit.qasm2.loads(source, custom_instructions=qiskit.qasm2.LEGACY_CUSTOM_INSTRUCTIONS)
    assert_same(unitary(read_program(source)), qiskit_unitary(theirs), up_to_phase=True)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_the_fast_road_and_the_slow_road_lead_to_the_same_circuit(seed: int) -> None:
    fast = random_program(seed, version=3)
    # A modifier that does nothing sends every call the slow road.
    slow = "\n".join(
        f"pow(1) @ {line}" if line.startswith(tuple("hxtsrupcm")) else line for line in fast.split("\n")
    )
    assert_same(unitary_of(slow), unitary_of(fast), up_to_phase=True)


def test_operations_are_plain_tuples_with_exact_floats() -> None:
    (operation,) = read_program(HEAD + "qubit q; rz(0.1) q;").operations
    assert operation == Operation("rz", (0,), (0.1,), line=3, column=10)


def test_an_error_reads_as_a_sentence_with_its_place() -> None:
    with pytest.raises(ProgramError) as raised:
        read_program(HEAD + "qubit q;\n  hh q;")
    assert str(raised.value) == "line 4, column 3: the gate `hh` is not defined (did you mean `h`?)"
