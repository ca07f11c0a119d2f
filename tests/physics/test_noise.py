"""The noise of ``SC`` against Qiskit's density matrices, Qiskit's schedules and closed formulas."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from qiskit import QuantumCircuit, qasm3

from qumulus.provider.drivers.superconducting import SNAPSHOT
from tests.physics.devices import (
    DT_PER_NS,
    Document,
    confusion,
    document_of,
    noisy_distribution,
    options_of,
    qubit,
)
from tests.physics.effort import pick, random_of, seed_of
from tests.physics.jobs import AS_IT_IS, HEAD, counts_of
from tests.physics.odds import assert_counts, assert_share

SHOTS = 20_000
METHODS = ("auto", "density_matrix", "statevector")


def noisy_line(n_qubits: int, number: int) -> Document:
    """A device bad enough that every part of its noise shows."""
    random = random_of("device", number)
    return document_of(
        [
            qubit(
                index,
                p1=random.uniform(0.01, 0.1),
                p0=random.uniform(0.01, 0.15),
                t1_us=(t1 := random.uniform(5, 30)),
                t2_us=random.uniform(0.4, 1.9) * t1,
                fidelity=random.uniform(0.98, 0.999),
            )
            for index in range(n_qubits)
        ],
        fidelity=0.9,
        cx_ns=1_200,
    )


def random_native(n_qubits: int, number: int) -> QuantumCircuit:
    """In the device's gates, with qubits that wait for others, and a few delays and barriers."""
    random = random_of("native", number)
    circuit = QuantumCircuit(n_qubits)
    for _ in range(6 * n_qubits):
        index = int(random.integers(n_qubits))
        kind = random.choice(["sx", "x", "rz", "cx", "cx", "delay", "barrier", "id"])
        if kind == "rz":
            circuit.rz(random.uniform(-3, 3), index)
        elif kind == "cx":
            other = index + 1 if index + 1 < n_qubits else index - 1
            circuit.cx(index, other)
        elif kind == "delay":
            circuit.delay(int(random.integers(100, 3_000)) * DT_PER_NS, index, unit="dt")
        elif kind == "barrier":
            circuit.barrier()
        else:
            getattr(circuit, str(kind))(index)
    circuit.measure_all()
    return circuit


def text_of(circuit: QuantumCircuit) -> str:
    return qasm3.dumps(circuit).replace("000dt]", "ns]")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("number", range(pick(2, 12)))
def test_a_noisy_program_has_qiskits_distribution(number: int, method: str, tmp_path: Path) -> None:
    document, circuit = noisy_line(3, number), random_native(3, number)
    counts = counts_of(
        text_of(circuit),
        device="SC",
        shots=SHOTS,
        seed=seed_of(number, method),
        transpiler_info=AS_IT_IS,
        simulator_info={"method": method},
        options=options_of(document, tmp_path),
    )
    assert_counts(counts, noisy_distribution(circuit, document), shots=SHOTS)


@pytest.mark.parametrize("spectators", [0, 3, 9])
def test_qubits_that_take_no_part_change_nothing(spectators: int) -> None:
    """The noise cut to the active qubits, and that of ever more of the device, whose engines differ."""
    document = json.loads(Path(SNAPSHOT).read_text())
    gates = "sx $1; rz(0.7) $1; cx $1, $4; sx $4; cx $4, $7; x $7; sx $7; cx $1, $4; sx $1;"
    others = [index for index in range(27) if index not in (1, 4, 7)][:spectators]
    idle = " ".join(f"sx ${index}; c[{3 + k}] = measure ${index};" for k, index in enumerate(others))
    measured = "c[0] = measure $1; c[1] = measure $4; c[2] = measure $7;"
    source = f"{HEAD} bit[{3 + spectators}] c; {gates} {measured} {idle}"
    counts = counts_of(source, device="SC", shots=SHOTS, seed=seed_of(spectators), transpiler_info=AS_IT_IS)
    marginal: dict[str, int] = {}
    for key, number in counts.items():
        marginal[key[-3:]] = marginal.get(key[-3:], 0) + number
    assert_counts(marginal, _distribution_on(document, (1, 4, 7)), shots=SHOTS)


def _distribution_on(document: Document, chosen: tuple[int, ...]) -> dict[str, float]:
    """The same program on a device of these qubits only."""
    place = {index: position for position, index in enumerate(chosen)}
    small = {
        "qubits": [document["qubits"][index] for index in chosen],
        "couplings": [
            {**entry, "control": place[entry["control"]], "target": place[entry["target"]]}
            for entry in document["couplings"]
            if entry["control"] in place and entry["target"] in place
        ],
    }
    circuit = QuantumCircuit(3)
    circuit.sx(0)
    circuit.rz(0.7, 0)
    circuit.cx(0, 1)
    circuit.sx(1)
    circuit.cx(1, 2)
    circuit.x(2)
    circuit.sx(2)
    circuit.cx(0, 1)
    circuit.sx(0)
    circuit.measure_all()
    return noisy_distribution(circuit, small)


def test_an_excited_qubit_that_waits_for_others_decays(tmp_path: Path) -> None:
    """By exp(-t/T1), where t is the length of the gates that it waits for."""
    t1_us, n_gates, cx_us = 10.0, 20, 0.4
    document = document_of([qubit(k, p1=0, p0=0, t1_us=t1_us, t2_us=t1_us) for k in range(3)])
    options = options_of(document, tmp_path)
    chain = "cx q[1], q[2]; " * n_gates
    source = f"{HEAD} qubit[3] q; bit c; x q[0]; barrier q; {chain} barrier q; rz(0) q[0]; c = measure q[0];"
    counts = counts_of(source, device="SC", shots=SHOTS, transpiler_info=AS_IT_IS, options=options)
    waits_us = n_gates * cx_us + 0.036
    assert_share(counts["1"], SHOTS, math.exp(-waits_us / t1_us))


@pytest.mark.parametrize("share", [0.3, 1.5])
def test_delays_and_echoes_decay_by_their_lifetimes(share: float, tmp_path: Path) -> None:
    """P(1) after x: exp(-t/T1); after sx, wait, sx: (1 + exp(-t/T2))/2; with an echo its complement."""
    t1_us, t2_us = 40.0, 25.0
    options = options_of(document_of([qubit(0, p1=0.02, p0=0.06, t1_us=t1_us, t2_us=t2_us)]), tmp_path)
    wait = f"delay[{share * t2_us}us] q;"
    half = f"delay[{share * t2_us / 2}us] q;"
    gate_us = 0.036
    excited = math.exp(-(share * t2_us + gate_us) / t1_us)
    phase = math.exp(-share - 2 * gate_us / t2_us)
    cases = {
        f"x q; {wait}": (excited, 0.0),
        f"sx q; {wait} sx q;": ((1 + phase) / 2, 0.002),
        f"sx q; {half} x q; {half} sx q;": ((1 - phase) / 2, 0.002),
    }
    for body, (one, slack) in cases.items():
        counts = counts_of(
            f"{HEAD} qubit q; bit c; {body} c = measure q;",
            device="SC",
            shots=SHOTS,
            seed=seed_of(body, share),
            transpiler_info=AS_IT_IS,
            options=options,
        )
        read = [0.02 + (1 - 0.08) * p for p in (one - slack, one + slack)]
        assert_share(counts.get("1", 0), SHOTS, *read)


def test_gate_errors_add_up_as_randomized_benchmarking_expects(tmp_path: Path) -> None:
    """A depolarizing parameter of 2(1 - F) for each gate, after any number of them."""
    fidelity, n_gates = 0.99, 30
    options = options_of(document_of([qubit(0, p1=0, p0=0, fidelity=fidelity)]), tmp_path)
    source = f"{HEAD} qubit q; bit c; {'x q; ' * n_gates} c = measure q;"
    counts = counts_of(source, device="SC", shots=SHOTS, transpiler_info=AS_IT_IS, options=options)
    decay = (2 * fidelity - 1) ** n_gates
    assert_share(counts["1"], SHOTS, (1 - decay) / 2)


def test_readout_errors_are_those_of_each_qubit(tmp_path: Path) -> None:
    document = document_of([qubit(k, p1=0.02 * (k + 1), p0=0.05 * (k + 1)) for k in range(4)])
    source = f"{HEAD} qubit[4] q; bit[4] c; x q[1]; x q[2]; c = measure q;"
    counts = counts_of(
        source, device="SC", shots=SHOTS, transpiler_info=AS_IT_IS, options=options_of(document, tmp_path)
    )
    expected = {}
    for value in range(16):
        columns = [confusion(document, k)[value >> k & 1, int(k in (1, 2))] for k in range(4)]
        expected[f"{value:04b}"] = float(np.prod(columns))
    assert_counts(counts, expected, shots=SHOTS)
