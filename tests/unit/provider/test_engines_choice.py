"""Which engine is chosen, and what is refused before it runs."""

from __future__ import annotations

import pytest

from qumulus.circuits import Circuit, read_program
from qumulus.execution.failures import LimitExceededError, UnsupportedInstructionError
from qumulus.execution.settings import Method
from qumulus.provider.engines.choose import choose_engine, choose_exact_engine

GIB = 1 << 30


def program(body: str, n_qubits: int) -> Circuit:
    head = f'OPENQASM 3; include "stdgates.inc"; qubit[{n_qubits}] q; bit[{n_qubits}] c;'
    return read_program(f"{head}{body}")


WIDE = "h q; cx q[0], q[1]; c = measure q;"
WIDE_ODD = "h q; t q; cx q[0], q[1]; c = measure q;"
MIDWAY = "h q[0]; c[0] = measure q[0]; h q[0]; c[1] = measure q[0];"
MIDWAY_ODD = "h q[0]; c[0] = measure q[0]; t q[0]; h q[0]; c[1] = measure q[0];"


@pytest.mark.parametrize(
    ("body", "n_qubits", "engine"),
    [
        (WIDE, 2, "qulacs"),
        (WIDE, 12, "qulacs"),
        (WIDE, 13, "stim"),
        (WIDE, 128, "stim"),
        (WIDE_ODD, 24, "qulacs"),
        (WIDE_ODD, 25, "aer"),
        (MIDWAY, 2, "stim"),
        (MIDWAY_ODD, 2, "aer"),
        ("h q[0]; t q[0]; cx q[0], q[90]; c = measure q;", 128, "qulacs"),
    ],
)
def test_the_cheapest_engine_that_can_do_it(body: str, n_qubits: int, engine: str) -> None:
    assert choose_engine(program(body, n_qubits), Method.AUTO).engine == engine


def test_only_qubits_that_matter_are_simulated() -> None:
    body = "reset q; barrier q; id q[5]; delay[1us] q[6]; h q[9]; t q[9]; c = measure q;"
    choice = choose_engine(program(body, 20), Method.AUTO)
    assert choice.circuit.active == (9,)
    assert choice.circuit.wiring == {9: 0}
    assert choice.circuit.n_clbits == 20


def test_what_cannot_fit_is_refused_with_the_numbers() -> None:
    choice = choose_engine(program(WIDE_ODD, 40), Method.AUTO)
    with pytest.raises(LimitExceededError, match=r"40 qubits .* 16 TiB .* 8 GiB") as caught:
        choice.check_memory(8 * GIB)
    assert caught.value.code == "limit_exceeded"
    choose_engine(program(WIDE_ODD, 28), Method.AUTO).check_memory(8 * GIB)
    choose_engine(program(WIDE_ODD, 40), Method.MATRIX_PRODUCT_STATE).check_memory(8 * GIB)


def test_a_density_matrix_takes_the_square() -> None:
    choice = choose_engine(program(WIDE, 14), Method.DENSITY_MATRIX)
    assert choice.memory_bytes == choose_engine(program(WIDE_ODD, 28), Method.STATEVECTOR).memory_bytes


def test_the_stabilizer_method_names_what_is_not_clifford() -> None:
    assert choose_engine(program(WIDE, 3), Method.STABILIZER).engine == "stim"
    with pytest.raises(UnsupportedInstructionError, match=r"line 1, column \d+: t is no Clifford"):
        choose_engine(program(WIDE_ODD, 3), Method.STABILIZER)


def test_exact_values_need_a_pure_state() -> None:
    assert choose_exact_engine(program("h q; t q;", 3), Method.AUTO).engine == "qulacs"
    assert choose_exact_engine(program("h q; t q;", 26), Method.AUTO).engine == "qulacs"
    assert choose_exact_engine(program("h q;", 60), Method.AUTO).engine == "stim"
    with pytest.raises(UnsupportedInstructionError, match="reset"):
        choose_exact_engine(program("h q; reset q[0];", 3), Method.AUTO)
    with pytest.raises(UnsupportedInstructionError, match="density_matrix"):
        choose_exact_engine(program("h q;", 3), Method.DENSITY_MATRIX)
