"""The official OpenQASM 3 examples: right results, or refused by the name of the construct."""

from __future__ import annotations

import cmath
import math

import numpy as np
import pytest
from tests.unit.circuits import example_programs as examples
from tests.unit.circuits.circuit_reference import assert_same, unitary
from tests.unit.circuits.product_state import ProductState, distribution

from qumulus.circuits import Circuit, DynamicProgram, ProgramError, read_any


def number(bits: tuple[int, ...]) -> int:
    return sum(bit << position for position, bit in enumerate(bits))


def assert_close(found: dict[tuple[int, ...], float], expected: dict[tuple[int, ...], float]) -> None:
    for bits in found.keys() | expected.keys():
        assert found.get(bits, 0) == pytest.approx(expected.get(bits, 0), abs=1e-6), bits


@pytest.mark.parametrize(("left", "right"), [(1, 15), (0, 0), (7, 9), (15, 15), (10, 5)])
def test_the_adder_adds(left: int, right: int) -> None:
    source = examples.ADDER.replace("left_value = 1;", f"left_value = {left};")
    circuit = read_any(source.replace("right_value = 15;", f"right_value = {right};"))
    assert isinstance(circuit, Circuit)
    [(bits, probability)] = distribution(
        source.replace("right_value = 15;", f"right_value = {right};")
    ).items()
    assert (number(bits), round(probability, 9)) == (left + right, 1)


def test_the_arrays_alone_are_a_program_without_a_result() -> None:
    circuit = read_any(examples.ARRAYS)
    assert isinstance(circuit, Circuit)
    assert (circuit.n_qubits, circuit.n_clbits, circuit.operations) == (0, 0, ())


def test_the_arrays_hold_what_was_written() -> None:
    [bits] = distribution(examples.ARRAYS + examples.ARRAYS_END)
    last, second, cells, corner = (number(bits[k : k + 8]) for k in (0, 8, 16, 24))
    assert (last, second, cells, corner) == (6, 5, 32, 11)
    assert bits[32] == 1
    assert number(bits[33:]) == (4 * 100 + 8 * 10 + 4) % 256


def test_the_controlled_phase_is_one() -> None:
    circuit = read_any(examples.CONTROLLED_PHASE)
    assert isinstance(circuit, Circuit)
    assert_same(unitary(circuit), np.diag([1, 1, 1, 1j]), up_to_phase=True)


@pytest.mark.parametrize("source", [examples.INVERSE_QFT_1, examples.INVERSE_QFT_2])
def test_the_inverse_transform_of_a_uniform_state_is_zero(source: str) -> None:
    assert_close(distribution(source), {(0, 0, 0, 0): 1})


def test_the_two_inverse_transforms_agree() -> None:
    turned = "h q; rz(0.4) q[0]; rz(1.1) q[1]; ry(0.7) q[2]; cx q[3], q[1];"
    first, second = (
        distribution(source.replace("h q;", turned))
        for source in (examples.INVERSE_QFT_1, examples.INVERSE_QFT_2)
    )
    assert len(first) > 8
    assert_close(first, second)


def test_phase_estimation_has_the_distribution_of_its_recurrence() -> None:
    n, theta = 10, float(np.float32(3 * math.pi / 8))
    expected: dict[tuple[int, ...], float] = {}

    def follow(step: int, c: int, probability: float, *, phase: float) -> None:
        if step == n:
            bits = tuple(c >> k & 1 for k in range(n))
            expected[bits] = expected.get(bits, 0) + probability
            return
        one = math.sin((phase * 2**step - math.tau * c / 2**n) / 2) ** 2
        for outcome, p in ((0, 1 - one), (1, one)):
            if p > 1e-9:
                follow(step + 1, (c & ~1 | outcome) << 1 & (1 << n) - 1, probability * p, phase=phase)

    follow(0, 0, 0.5, phase=0.0)
    follow(0, 0, 0.5, phase=theta)
    assert_close(distribution(examples.PHASE_ESTIMATION), expected)


@pytest.mark.parametrize(("error", "syndrome"), [(0, (1, 0)), (1, (1, 1)), (2, (0, 1))])
def test_the_code_corrects_any_one_flip(error: int, syndrome: tuple[int, int]) -> None:
    source = examples.CORRECTION.replace("ERROR", str(error))
    assert_close(distribution(source), {(0, 0, 0, *syndrome): 1})


def test_the_fourier_transform_of_five_is_uniform() -> None:
    assert_close(distribution(examples.FOURIER), {tuple(map(int, f"{k:04b}")): 1 / 16 for k in range(16)})


def test_tomography_sees_a_plus_state() -> None:
    assert_close(distribution(examples.TOMOGRAPHY), {(0,): 0.5, (1,): 0.5})


def test_the_benchmarking_sequence_is_the_identity() -> None:
    assert_close(distribution(examples.BENCHMARKING), {(0, 0): 1})


def sampled(source: str, shots: int, seed: int) -> dict[tuple[int, ...], int]:
    program = read_any(source)
    assert isinstance(program, DynamicProgram)
    return program.sample(lambda: ProductState(program.n_qubits), shots, np.random.default_rng(seed))


def test_repeating_until_success_rotates_by_the_right_angle() -> None:
    assert sampled(examples.REPEAT_UNTIL_SUCCESS, 500, 1) == {(0, 0, 0): 500}


def test_a_quotient_of_integers_is_an_integer_in_an_argument_too() -> None:
    """The example says ``arccos(3 / 5)``, which is arccos(0) in OpenQASM 3."""
    source = examples.REPEAT_UNTIL_SUCCESS.replace("3.0 / 5", "3 / 5")
    one, shots = math.sin((math.pi / 2 - math.acos(3 / 5)) / 2) ** 2, 2000
    counts = sampled(source, shots, 2)
    # Five standard deviations; the seed is fixed.
    assert abs(counts[0, 0, 1] - shots * one) < 5 * math.sqrt(shots * one * (1 - one))


def test_teleporting_keeps_the_state() -> None:
    one = math.sin(0.15) ** 2
    found = distribution(examples.TELEPORT)
    expected = {(a, b, c): (one if c else 1 - one) / 4 for a in (0, 1) for b in (0, 1) for c in (0, 1)}
    assert_close(found, expected)


def test_teleporting_ten_times_keeps_the_state() -> None:
    source = examples.TELEPORT_CHAIN.replace("n_pairs = 10", "n_pairs = 3")
    assert_close(distribution(source), {(0,): 1})
    program = read_any(examples.TELEPORT_CHAIN)
    assert isinstance(program, DynamicProgram)
    rng = np.random.default_rng(7)
    assert {program.run(ProductState(program.n_qubits, rng)) for _ in range(10)} == {(0,)}


def _rotation(angle: float) -> np.ndarray:
    cos, sin = math.cos(angle / 2), math.sin(angle / 2)
    return np.array([[cos, -sin], [sin, cos]])


def test_distilled_states_turn_qubits_as_the_gate_would() -> None:
    program = read_any(examples.DISTILLATION)
    assert isinstance(program, DynamicProgram)
    state = ProductState(program.n_qubits, np.random.default_rng(4))
    assert program.run(state) == (1,)
    q0 = program.qubit_registers[2].start
    found = state.vector([q0, q0 + 1])
    # h, cx, ry on qubit 0, cx, ry on qubit 1; qubit 0 is the lower bit.
    cx = np.eye(4)[[0, 3, 2, 1]]
    start = np.array([1, 1, 0, 0]) / math.sqrt(2)
    turn = _rotation(math.pi / 4)
    expected = np.kron(turn, np.eye(2)) @ cx @ np.kron(np.eye(2), turn) @ cx @ start
    assert abs(np.vdot(expected, found)) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("name", examples.REFUSED)
def test_pulses_timing_and_outside_functions_are_refused_by_name(name: str) -> None:
    source, construct = examples.REFUSED[name]
    with pytest.raises(ProgramError) as raised:
        read_any(source)
    assert raised.value.code == "unsupported_instruction"
    assert construct in raised.value.message
    assert raised.value.line
    assert raised.value.hint


@pytest.mark.parametrize(
    ("body", "column", "says"),
    [
        ("array[int, 4] n = {5, 6, 7, 8}; int a = n[0]; n[a - 1] = a + 1;", 47, "index 4 is out of range"),
        ("gate cphase(t) a, b { CX a, b; }", 6, "`cphase` is already declared"),
        ("qubit[3] w; def f(qubit[3] v) { cz v[3], v[2]; } f(w);", 36, "index 3 is out of range"),
        ("qubit[3] w; def f(qubit[3] v) { cz v[2], v[1]; } f w; cp(1) q[0], w[0];", 61, "`q`"),
        ("def f() -> bool { success = true; return success; } bool b = f();", 19, "`success`"),
    ],
)
def test_examples_that_are_wrong_in_themselves_are_refused_there(body: str, column: int, says: str) -> None:
    """What ``arrays``, ``cphase`` and ``msd`` do; ``msd`` also calls subroutines as if they were gates."""
    with pytest.raises(ProgramError, match=says) as raised:
        read_any(f"{examples.HEAD}{body}")
    assert raised.value.code == "invalid_program"
    assert (raised.value.line, raised.value.column) == (3, column)


def test_an_assignment_to_nothing_declared_is_invalid() -> None:
    with pytest.raises(ProgramError, match="`y`"):
        read_any("\ny=2+2;\n")


def test_cmath_and_the_language_agree_on_complex_functions() -> None:
    source = "complex[float[64]] z = exp(1 + 2im); output bool same; same = real(z) > RE && imag(z) > IM;"
    value = cmath.exp(1 + 2j)
    text = source.replace("RE", repr(value.real - 1e-9)).replace("IM", repr(value.imag - 1e-9))
    assert list(distribution(text)) == [(1,)]
