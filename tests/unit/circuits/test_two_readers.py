"""A straight-line program means the same to the one-pass reader and to the interpreter."""

from __future__ import annotations

import pytest

from qumulus.circuits import Circuit, Operation, ProgramError, read_any, read_parametric, read_program

HEAD = 'OPENQASM 3.0; include "stdgates.inc"; qubit[3] q; bit[3] c;\n'

# Declarations, then an angle made of them and its value.
CONSTANTS = [
    ("const int n = 2.5;", "n", 2.0),
    ("const int n = -2.5;", "n", -2.0),
    ("const uint[2] n = 3.9;", "n", 3.0),
    ("const int[8] n = 100;", "n * 2", -56.0),
    ("const int[8] n = 100; const int m = n * 2;", "m", -56.0),
    ("const uint[8] n = 3;", "-n", 253.0),
    ("const uint[8] n = 3; const int[8] m = -4;", "m + n", 255.0),
    ("const uint[8] n = 200;", "n + 1000", 1200.0),
    ("const uint[8] n = 200;", "n << 1", 144.0),
    ("const uint[8] n = 200;", "popcount(n) * 100", 300.0),
    ("const int[8] n = 100;", "n / 2 + 3", 53.0),
    ("const int[8] n = 100;", "n * 2.0", 200.0),
    ("const int n = 9223372036854775807;", "n + 1", -9223372036854775808.0),
    ("", "int(9223372036854775807) + 1", -9223372036854775808.0),
    ("const float[32] w = 0.1;", "w", 0.10000000149011612),
    ("", "pow(2, 3) + pow(2.0, (1 + 1))", 12.0),
]
REFUSED = [
    ("x q[0:1:];", "expected"),
    ("x q[2:0];", "selects nothing"),
    ("let a = c[0] ++ c[0];", "a bit twice"),
    ("const angle a = 1.0; const int n = a;", "cannot be made"),
    ("const angle a = 1.0; rx(a ** a) q[0];", "is not defined"),
    ("rx(1 >> 9 ** 9) q[0];", ""),
]


def by_interpreter(source: str) -> Circuit:
    """Read by the interpreter, whatever the program is."""
    circuit = read_parametric(source).bind()
    assert isinstance(circuit, Circuit)
    return circuit


@pytest.mark.parametrize(("declarations", "angle", "value"), CONSTANTS)
def test_constants_have_one_value(declarations: str, angle: str, value: float) -> None:
    source = f"{HEAD}{declarations} rx({angle}) q[0]; pow(1) @ ry({angle}) q[1];"
    for circuit in (read_any(source), by_interpreter(source)):
        assert isinstance(circuit, Circuit)
        first, second = circuit.operations
        assert first == Operation("rx", (0,), (value,), line=first.line, column=first.column)
        assert second.params == (value,)


@pytest.mark.parametrize(("statements", "message"), REFUSED)
def test_what_is_wrong_is_wrong_for_both(statements: str, message: str) -> None:
    for read in (read_any, by_interpreter):
        with pytest.raises(ProgramError, match=message):
            read(HEAD + statements)


def test_sizes_of_small_integers_are_still_read_in_one_pass() -> None:
    circuit = read_program(f"{HEAD}const uint[8] n = 2; const int k = n - 1; h q[k:n]; rx(pi / n) q[k * 2];")
    assert [operation.qubits for operation in circuit.operations] == [(1,), (2,), (2,)]
