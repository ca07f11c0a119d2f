"""OpenQASM 2 with ``if``: all that is legal there, beside what the one-pass reader takes."""

from __future__ import annotations

import pytest

from qumulus.circuits import DynamicProgram, Operation, ProgramError, read_any

HEAD = 'OPENQASM 2.0;\ninclude "qelib1.inc";\n'
NAMES = f"""{HEAD}opaque magic(a) x, y;
qreg int[2]; qreg def[1]; creg let[2]; creg bit[1];
gate box(a) switch {{ rx(a^2/2) switch; }}
h int[0]; measure int -> let;
if (let == 3) rx(2^3^2/512) def[0];
if(let==1) box(2) def[0];
if(let==2) measure def[0] -> bit[0];
if(let==0) reset def[0];
barrier int, def[0];
measure def->bit;
"""
ROTATION = f"{HEAD}qreg q[1]; creg c[1]; measure q -> c;\nif (c == 0) rx(-2^2 + 1/2) q[0]; measure q -> c;"


class Scripted:
    """Gives these outcomes, and notes what is applied."""

    def __init__(self, *outcomes: int) -> None:
        self.outcomes = list(outcomes)
        self.applied: list[Operation] = []

    def apply(self, operation: Operation) -> None:
        self.applied.append(operation)

    def measure(self, _qubit: int) -> int:
        return self.outcomes.pop(0)

    def reset(self, qubit: int) -> None:
        self.applied.append(Operation("reset", (qubit,)))


def dynamic(source: str) -> DynamicProgram:
    program = read_any(source)
    assert isinstance(program, DynamicProgram)
    return program


@pytest.mark.parametrize(
    ("outcomes", "steered", "bits"),
    [
        ((1, 1, 1), ("rx", (2,), (1.0,)), (1, 1, 1)),
        ((1, 0, 0), ("rx", (2,), (2.0,)), (1, 0, 0)),
        ((0, 0, 1), ("reset", (2,), ()), (0, 0, 1)),
        ((0, 1, 1, 0), None, (0, 1, 0)),
    ],
)
def test_names_powers_and_opaque_gates_stand_beside_if(
    outcomes: tuple[int, ...], steered: tuple[object, ...] | None, bits: tuple[int, ...]
) -> None:
    program, machine = dynamic(NAMES), Scripted(*outcomes)
    assert [register.name for register in program.qubit_registers] == ["int", "def"]
    assert [register.name for register in program.clbit_registers] == ["let", "bit"]
    assert program.run(machine) == bits
    assert not machine.outcomes
    between = [operation[:3] for operation in machine.applied[1:-1]]
    assert between == ([] if steered is None else [steered])


def test_a_power_binds_closer_than_a_sign() -> None:
    (rotation,) = dynamic(ROTATION).check()
    assert rotation == Operation("rx", (0,), (-3.5,), line=4, column=13)


@pytest.mark.parametrize(
    ("statements", "place", "message"),
    [
        ("if (c == 1) foo q[0];", (3, 51), "`foo` is not defined"),
        ("if (c == 1) x q[0]", (3, 57), "expected `;`"),
        ("if (c == 1) rx(1/0) q[0];", (3, 54), "division by zero"),
        ("if (c == 1) x q[1];", (3, 53), "out of range"),
        ("opaque g a; if (c == 1) g q[0];", (3, 63), "opaque"),
        (f"if (c == {'1' * 5000}) x q[0];", (3, 48), "cannot be read"),
        (f"if (c == 1) x q[{'1' * 5000}];", (3, 55), "cannot be read"),
        ("if (c == 1 ns) x q[0];", (3, 43), "not defined for"),
        ("if (c == 1) x q[0 ns];", (3, 55), "must be an integer"),
        ("if (c == 1) gphase(1) q[0];", (3, 51), "`gphase` is not defined"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(statements: str, place: tuple[int, int], message: str) -> None:
    source = f"{HEAD}qreg q[1]; creg c[1]; measure q -> c; {statements}"
    with pytest.raises(ProgramError, match=message) as caught:
        dynamic(source).check()
    assert (caught.value.line, caught.value.column) == place


def test_an_index_in_a_condition_is_read_as_ever() -> None:
    program = dynamic(f"{HEAD}qreg q[1]; creg c[1]; measure q -> c; if (c[0]) x q[0]; else y q[0];")
    assert [operation.name for operation in program.check()] == ["x", "y"]


@pytest.mark.parametrize(
    ("statements", "names"),
    [
        ("if (c == 1) barrier q;", ["barrier"]),
        ("bit d; if (c == 1) x q[0];", ["x"]),
        ("if (c == 1) bool d;", []),
        ("gate gphase(a) b { rx(a) b; } if (c == 1) gphase(1) q[0];", ["rx"]),
        ("gate delay a { x a; } if (c == 1) delay q[0];", ["x"]),
    ],
)
def test_words_of_openqasm_3_are_what_they_are_there_or_gates_that_the_program_defines(
    statements: str, names: list[str]
) -> None:
    program, machine = dynamic(f"{HEAD}qreg q[1]; creg c[1]; measure q -> c; {statements}"), Scripted(1)
    program.check()
    program.run(machine)
    assert [operation.name for operation in machine.applied] == names


@pytest.mark.parametrize("version", ["2e0", "2_0", "2 ns", "0x2", '"2.0"', "4.0", "2" * 5000, "3" * 5000])
def test_an_odd_version_is_told(version: str) -> None:
    start = "qreg q[1]; creg c[1];" if version[0] in '"02' else "qubit[1] q; bit[1] c;"
    with pytest.raises(ProgramError) as caught:
        read_any(f"OPENQASM {version};\n{start} if (c == 1) reset q[0];")
    assert (caught.value.line, caught.value.column) == (1, 10)
