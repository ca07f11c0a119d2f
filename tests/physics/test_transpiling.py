"""Transpiling changes neither the distribution nor the operator's value, at any level, with any layout."""

from __future__ import annotations

import re
from typing import Any

import pytest
from qiskit import QuantumCircuit, qasm3
from qiskit.circuit.random import random_circuit

from qumulus.provider.drivers.superconducting import BASIS_GATES, SNAPSHOT, load_calibration
from tests.physics.effort import pick, random_of, seed_of
from tests.physics.jobs import HEAD, assert_distributions_agree, exact_distribution, prepared
from tests.physics.reference import distribution

LEVELS = (0, 1, 2, 3)
COUPLINGS = frozenset(load_calibration(SNAPSHOT).couplings)


def random_measured(number: int) -> QuantumCircuit:
    """Qiskit's own, with a measurement of each qubit into a bit of another number."""
    circuit = random_circuit(4, 5, max_operands=3, seed=seed_of("circuit", number))
    circuit.add_register(*QuantumCircuit(0, 4).cregs)
    for qubit, bit in enumerate(random_of("bits", number).permutation(4).tolist()):
        circuit.measure(qubit, bit)
    return circuit


def transpiled(source: str, device: str, **options: Any) -> Any:
    return prepared(source, device=device, transpiler_info={"transpiler_options": options})


@pytest.mark.parametrize("device", ["SC", "SVSim"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("number", range(pick(3, 15)))
def test_the_distribution_stays(number: int, level: int, device: str) -> None:
    circuit = random_measured(number)
    expected = distribution(circuit)
    run = transpiled(qasm3.dumps(circuit), device, optimization_level=level, seed_transpiler=seed_of(number))
    assert_distributions_agree(exact_distribution(run.plan.circuits[0]), expected)
    if device == "SC":
        assert_native(run)


def assert_native(run: Any) -> None:
    """What runs, and the text that is shown, consist of what the device has."""
    for operation in run.plan.circuits[0].operations:
        assert operation.name in (*BASIS_GATES, "measure", "barrier")
        assert operation.name != "cx" or operation.qubits in COUPLINGS
    text = run.transpile_result["transpiled_program"]
    pairs = re.findall(r"cx \$(\d+), \$(\d+);", text)
    assert {(int(a), int(b)) for a, b in pairs} <= COUPLINGS
    shown = sum(name in BASIS_GATES for name in re.findall(r"^(\w+)", text, re.MULTILINE))
    assert shown == run.transpile_result["stats"]["after"]["n_gates"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("number", range(pick(2, 10)))
def test_the_mapping_says_where_each_qubit_is_measured(number: int, level: int) -> None:
    """Qubit k is measured into bit k, so the shown program's measurement of bit k tells."""
    circuit = random_circuit(5, 4, max_operands=2, seed=seed_of("mapping", number))
    circuit.measure_all()
    layout = random_of("layout", number).permutation(27)[:5].tolist()
    for options in ({}, {"initial_layout": layout}):
        run = transpiled(qasm3.dumps(circuit), "SC", optimization_level=level, seed_transpiler=1, **options)
        found = run.transpile_result["virtual_physical_mapping"]
        measured = re.findall(r"(\d+)\] = measure \$(\d+);", run.transpile_result["transpiled_program"])
        assert {bit: int(place) for bit, place in measured} == found["qubit_mapping"]
        assert found["bit_mapping"] == {str(bit): bit for bit in range(5)}


@pytest.mark.parametrize("level", LEVELS)
def test_a_layout_is_kept_where_nothing_has_to_be_routed(level: int) -> None:
    source = f"{HEAD} qubit[3] q; bit[3] c; h q[0]; cx q[0], q[1]; cx q[1], q[2]; c = measure q;"
    run = transpiled(source, "SC", optimization_level=level, initial_layout=[4, 7, 10])
    mapping = run.transpile_result["virtual_physical_mapping"]["qubit_mapping"]
    assert mapping == {"0": 4, "1": 7, "2": 10}
    assert_distributions_agree(exact_distribution(run.plan.circuits[0]), {"000": 0.5, "111": 0.5})


@pytest.mark.parametrize("level", LEVELS)
def test_hardware_qubits_stay_where_they_are(level: int) -> None:
    source = f"{HEAD} bit[2] c; h $5; cx $5, $8; c[0] = measure $5; c[1] = measure $8;"
    run = transpiled(source, "SC", optimization_level=level)
    measured = {op.clbits[0]: op.qubits[0] for op in run.plan.circuits[0].operations if op.name == "measure"}
    assert measured == {0: 5, 1: 8}
    assert_distributions_agree(exact_distribution(run.plan.circuits[0]), {"00": 0.5, "11": 0.5})


@pytest.mark.parametrize("level", LEVELS)
def test_measurements_midway_and_resets_stay(level: int) -> None:
    source = f"""{HEAD} qubit[2] q; bit[3] c; h q[0]; c[0] = measure q[0]; cx q[0], q[1];
      reset q[0]; c[1] = measure q[0]; c[2] = measure q[1];"""
    run = transpiled(source, "SVSim", optimization_level=level)
    counts = run.execute().result["sampling"]["counts"]
    assert set(counts) == {"000", "101"}
