"""Layouts, drawings and statistics of circuits."""

from __future__ import annotations

import math
from random import Random

import pytest

from qumulus.circuits import GATES, Circuit, Operation, read_program
from qumulus.circuits.layout import angle_text, lay_out
from qumulus.circuits.parameters import read_symbolic
from qumulus.circuits.statistics import count
from qumulus.circuits.text_drawing import ASCII, draw

HEAD = 'OPENQASM 3; include "stdgates.inc";\n'


def random_circuit(random: Random, n_qubits: int, n_operations: int) -> Circuit:
    names = [name for name, gate in GATES.items() if gate.n_qubits <= n_qubits]
    operations = []
    for _ in range(n_operations):
        name = random.choice([*names, "measure", "reset", "barrier"])
        gate = GATES.get(name)
        width = gate.n_qubits if gate else random.randint(1, n_qubits) if name == "barrier" else 1
        qubits = tuple(random.sample(range(n_qubits), width))
        params = tuple(random.uniform(0, 3) for _ in range(gate.n_params if gate else 0))
        operations.append(Operation(name, qubits, params, (0,) if name == "measure" else ()))
    return Circuit(n_qubits=n_qubits, n_clbits=1, operations=tuple(operations))


@pytest.mark.parametrize("seed", range(20))
def test_nothing_overlaps_and_the_order_on_each_wire_is_kept(seed: int) -> None:
    circuit = random_circuit(Random(seed), 5, 60)
    layout = lay_out(circuit)
    assert layout.is_complete
    assert sum(len(column) for column in layout.columns) == len(circuit.operations)
    for column in layout.columns:
        taken = [wire for item in column for wire in range(item.span[0], item.span[1] + 1)]
        assert len(taken) == len(set(taken))
    for qubit in range(circuit.n_qubits):
        drawn = [
            item.name
            for column in layout.columns
            for item in column
            if qubit in item.qubits or qubit in {control.qubit for control in item.controls}
        ]
        assert drawn == [operation.name for operation in circuit.operations if qubit in operation.qubits]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("seed", range(5))
def test_lines_keep_to_the_width_unless_one_box_is_wider(seed: int, width: int) -> None:
    layout = lay_out(random_circuit(Random(seed), 4, 40))
    lines = list(draw(layout, width=width))
    margin = len("q[0]: ") + 1
    assert max(map(len, lines)) <= max(width, margin + 40)
    # Four wires with three gaps, and an empty line between bands.
    assert (len(lines) + 1) % 8 == 0
    for start in range(0, len(lines), 8):
        wires = lines[start : start + 7 : 2]
        assert [line[:4] for line in wires] == ["q[0]", "q[1]", "q[2]", "q[3]"]
        assert len({len(line) for line in wires}) == 1
        assert lines[start + 7 : start + 8] in ([], [""])


def test_a_drawing_of_every_symbol() -> None:
    body = (
        "qubit[3] q; bit[2] c; h q[0]; cx q[0], q[2]; barrier q; negctrl @ z q[0], q[1]; swap q[0], q[1];\n"
        "cp(pi/2) q[1], q[2]; reset q[0]; delay[50ns] q[0]; c[1] = measure q[2];"
    )
    assert list(draw(lay_out(read_program(HEAD + body)), width=100)) == [
        "q[0]: ─[H]─●─░─○─✕────|0⟩───[DELAY(50ns)]─",
        "           │   │ │",
        "q[1]: ─────┼─░─●─✕─────●──────────────────",
        "           │           │",
        "q[2]: ─────⊕─░─────[P(π/2)]───[M→c[1]]────",
    ]


def test_plain_characters_only() -> None:
    source = HEAD + "qubit[2] q; bit c; rx(pi/3) q[0]; cx q[0], q[1]; reset q[0]; c = measure q[1];"
    text = "\n".join(draw(lay_out(read_program(source)), style=ASCII))
    assert text.isascii()
    assert "[RX(pi/3)]" in text
    assert "[M>c[0]]" in text


def test_a_program_without_qubits_is_drawn_as_such() -> None:
    assert list(draw(lay_out(read_program("OPENQASM 3; bit c;")))) == ["no qubits"]


def test_what_is_too_long_is_cut_and_said_so() -> None:
    layout = lay_out(read_program(HEAD + "qubit q; h q; x q; y q;"), max_items=2)
    assert not layout.is_complete
    assert [[item.name for item in column] for column in layout.columns] == [["h"], ["x"]]
    assert list(draw(layout))[-1] == "… and more that is not drawn"


def test_parameters_keep_their_names() -> None:
    program = read_symbolic(
        HEAD + "input float a; input float b; qubit q; rx(a) q; ry(2*a - b + pi/2) q; rz(-b) q;"
    )
    labels = [
        item.label for column in lay_out(program.circuit, symbols=program.symbols).columns for item in column
    ]
    assert labels == ["RX(a)", "RY(2·a-b+π/2)", "RZ(-b)"]


@pytest.mark.parametrize(
    ("angle", "text"),
    [
        (math.pi, "π"),
        (-math.pi / 2, "-π/2"),
        (3 * math.pi / 4, "3π/4"),
        (0.0, "0"),
        (0.3, "0.3"),
        (-1.25, "-1.25"),
        (1e-7, "1e-07"),
        (math.pi / 32, "π/32"),
    ],
)
def test_angles_are_written_as_people_do(angle: float, text: str) -> None:
    assert angle_text(angle) == text


def test_physical_qubits_keep_their_names() -> None:
    assert lay_out(read_program(HEAD + "h $2;")).qubits == ("$0", "$1", "$2")


def test_statistics_count_what_is_there() -> None:
    source = (
        HEAD + "qubit[4] q; bit[4] c; h q; cx q[0], q[1]; ccx q[0], q[1], q[2]; ctrl @ rx(0.1) q[0], q[3];"
        "barrier q; gphase(0.3); delay[1ns] q[0]; reset q[1]; c = measure q; x q[0];"
    )
    found = count(read_program(source))
    assert (found.n_qubits, found.n_clbits, found.n_measurements) == (4, 4, 4)
    assert (found.n_gates, found.n_gates_1q, found.n_gates_2q, found.n_gates_multi) == (8, 5, 2, 1)
    assert found.operations["h"] == 4
    assert not found.is_clifford
    # h, cx, ccx, crx, delay, measure, x, all on qubit 0.
    assert found.depth == 7


@pytest.mark.parametrize(
    ("gate", "expected"),
    [("h q[0];", True), ("rz(pi/2) q[0];", True), ("rz(0.1) q[0];", False), ("t q[0];", False), ("", True)],
)
def test_clifford_circuits_are_known_as_such(gate: str, expected: bool) -> None:
    assert count(read_program(f"{HEAD} qubit[2] q; {gate} cx q[0], q[1];")).is_clifford == expected


def test_depth_agrees_with_the_layout_where_wires_do_not_cross() -> None:
    for seed in range(5):
        circuit = random_circuit(Random(seed), 1, 30)
        kept = tuple(op for op in circuit.operations if op.name not in ("barrier",))
        plain = Circuit(n_qubits=1, n_clbits=1, operations=kept)
        assert count(plain).depth == len(lay_out(plain).columns) == len(kept)
