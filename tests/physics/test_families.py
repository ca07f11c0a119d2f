"""Every family of MQT Bench, exported as OpenQASM 2 and 3, read and run, against numpy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from mqt.bench import BenchmarkLevel, get_benchmark
from mqt.bench.benchmarks import get_available_benchmark_names
from qiskit import QuantumCircuit, qasm2, qasm3
from qiskit.exceptions import QiskitError
from qiskit.qasm2 import QASM2ExportError

from qumulus.circuits import Circuit, DynamicProgram, read_any
from qumulus.execution.settings import Method
from qumulus.provider.engines.choice import EngineName
from qumulus.provider.engines.clifford import first_non_clifford
from tests.physics.effort import pick, seed_of
from tests.physics.jobs import assert_distributions_agree, counts_of, counts_on, exact_distribution
from tests.physics.odds import assert_counts
from tests.physics.reference import distribution

MOST_QUBITS = 12
WIDER = {"seven_qubit_steane_code", "shor", "shors_nine_qubit_code"}
"""Families whose smallest circuit has 13 to 18 qubits."""
PRODUCT_STATE_QUBITS = 8
SHOTS = 4_000
DYNAMIC = {"dynamic_qft", "ghz_dynamic", "iqpe"}


@cache
def circuit_of(family: str, size: int) -> QuantumCircuit | None:
    """None: the family has no circuit of this size."""
    try:
        circuit: QuantumCircuit = get_benchmark(family, BenchmarkLevel.ALG, size)
    except Exception:  # noqa: BLE001 # each family refuses in a way of its own
        return None
    if circuit.num_clbits == 0:
        circuit.measure_all()
    return circuit


def sizes_of(family: str) -> list[int]:
    """In the short form two small ones, in the long form all."""
    every = [size for size in range(2, MOST_QUBITS + 1) if circuit_of(family, size) is not None]
    wanted = [size for size in every if size >= 4][:1] if family not in DYNAMIC else every[2:4]
    return every if pick(False, True) else (wanted or every[:1])


def cases() -> Iterator[Any]:
    for family in get_available_benchmark_names():
        if family not in WIDER:
            yield from (pytest.param(family, size, id=f"{family}-{size}") for size in sizes_of(family))


def exported(circuit: QuantumCircuit) -> Iterator[str]:
    """Texts of one circuit; what Qiskit cannot write is decomposed, what OpenQASM 2 has not is left out."""
    plain = circuit
    try:
        yield qasm3.dumps(plain)
    except TypeError:
        plain = circuit.decompose(reps=3)
        yield qasm3.dumps(plain)
    try:
        yield qasm2.dumps(plain)
    except (QASM2ExportError, QiskitError):
        assert any(item.operation.name == "if_else" for item in circuit.data)


def test_all_families_have_a_circuit() -> None:
    names = set(get_available_benchmark_names())
    assert len(names) >= 36
    assert names > WIDER
    assert all(sizes_of(name) for name in names - WIDER)


@pytest.mark.parametrize(("family", "size"), [*cases()])
def test_every_family_gives_its_distribution(family: str, size: int) -> None:
    circuit = circuit_of(family, size)
    assert circuit is not None
    expected = distribution(circuit)
    for number, source in enumerate(exported(circuit)):
        program = read_any(source)
        seed = seed_of(family, size, number)
        assert_counts(counts_of(source, shots=SHOTS, seed=seed), expected, shots=SHOTS)
        if isinstance(program, DynamicProgram):
            continue
        assert_distributions_agree(exact_distribution(program), expected)
        if number == 0:
            assert_engines_agree(program, expected, seed)


def assert_engines_agree(circuit: Circuit, expected: dict[str, float], seed: int) -> None:
    """On the engines that would not be chosen; a matrix product state of much entanglement is slow."""
    if circuit.n_qubits <= PRODUCT_STATE_QUBITS:
        counts = counts_on(
            EngineName.AER, circuit, shots=SHOTS, seed=seed, method=Method.MATRIX_PRODUCT_STATE
        )
        assert_counts(counts, expected, shots=SHOTS)
    if first_non_clifford(circuit.operations) is None:
        counts = counts_on(EngineName.STIM, circuit, shots=SHOTS, seed=seed, method=Method.STABILIZER)
        assert_counts(counts, expected, shots=SHOTS)
