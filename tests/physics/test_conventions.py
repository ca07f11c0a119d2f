"""Order of bits, qubits and registers, by programs whose result is certain."""

from __future__ import annotations

import pytest

from tests.physics.effort import pick, random_of, seed_of
from tests.physics.jobs import HEAD, counts_of, result_of
from tests.physics.odds import assert_counts
from tests.physics.reference import distribution

BOTH = [("SVSim", None), ("SVSim", {})]


def random_registers(number: int) -> tuple[str, str]:
    """A program that flips some qubits of several registers, and the one key that it gives."""
    random = random_of("registers", number)
    sizes = random.integers(1, 4, size=3).tolist()
    bit_sizes = random.integers(1, 5, size=3).tolist()
    lines = [f"qubit[{size}] q{k};" for k, size in enumerate(sizes)]
    lines += [f"bit[{size}] c{k};" for k, size in enumerate(bit_sizes)]
    qubits = [(k, index) for k, size in enumerate(sizes) for index in range(size)]
    bits = [(k, index) for k, size in enumerate(bit_sizes) for index in range(size)]
    ones = [place for place in qubits if random.random() < 0.5]
    lines += [f"x q{k}[{index}];" for k, index in ones]
    values = dict.fromkeys(bits, 0)
    for bit in random.permutation(len(bits))[: len(qubits)].tolist():
        source = qubits[int(random.integers(len(qubits)))]
        lines.append(f"c{bits[bit][0]}[{bits[bit][1]}] = measure q{source[0]}[{source[1]}];")
        values[bits[bit]] = int(source in ones)
    # The last register stands leftmost, and in each the last bit.
    key = "".join(str(values[bit]) for bit in reversed(bits))
    return HEAD + "\n".join(lines), key


@pytest.mark.parametrize(("device", "transpiler_info"), BOTH)
@pytest.mark.parametrize("number", range(pick(6, 40)))
def test_the_first_bit_of_the_first_register_is_rightmost(
    number: int, device: str, transpiler_info: object
) -> None:
    source, key = random_registers(number)
    for method in ("auto", "stabilizer", "matrix_product_state"):
        counts = counts_of(
            source,
            device=device,
            shots=20,
            transpiler_info=transpiler_info,
            simulator_info={"method": method},
        )
        assert counts == {key: 20}


@pytest.mark.parametrize("number", range(pick(2, 10)))
def test_several_programs_keep_their_own_bits(number: int) -> None:
    """Program 0 in the rightmost bits, on SVSim as it is and transpiled."""
    cases = [random_registers(10 * number + k) for k in range(3)]
    for transpiler_info in ({"transpiler_lib": None}, {}):
        result = result_of(*(source for source, _ in cases), shots=30, transpiler_info=transpiler_info)[
            "sampling"
        ]
        assert result["counts"] == {"".join(key for _, key in reversed(cases)): 30}
        assert result["divided_counts"] == {str(k): {key: 30} for k, (_, key) in enumerate(cases)}


@pytest.mark.parametrize(
    "method", ["auto", "stabilizer", "matrix_product_state", "density_matrix", "statevector"]
)
def test_qubits_that_nothing_touched_are_read_as_0(method: str) -> None:
    source = HEAD + "qubit[3] q; bit[2] c; c[1] = measure q[2];"
    assert counts_of(source, shots=7, simulator_info={"method": method}) == {"00": 7}


def test_the_first_qubit_of_a_gate_is_its_control() -> None:
    assert counts_of(HEAD + "qubit[2] q; bit[2] c; x q[0]; cx q[0], q[1]; c = measure q;", shots=5) == {
        "11": 5
    }
    assert counts_of(HEAD + "qubit[2] q; bit[2] c; x q[1]; cx q[0], q[1]; c = measure q;", shots=5) == {
        "10": 5
    }


def test_a_phase_estimation_reads_its_fraction_from_the_last_bit() -> None:
    """Exactly as Qiskit's circuit of the same name, whose bits are in the same order."""
    from mqt.bench import BenchmarkLevel, get_benchmark
    from qiskit import qasm3

    circuit = get_benchmark("qpeexact", BenchmarkLevel.ALG, 5)
    counts = counts_of(qasm3.dumps(circuit), shots=500, seed=seed_of("qpe"))
    assert_counts(counts, distribution(circuit), shots=500)
    assert len(counts) == 1
