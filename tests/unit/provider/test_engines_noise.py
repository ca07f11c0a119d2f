"""The noise model against the analytic decay, the calibrated fidelities and readout errors."""

from __future__ import annotations

import json
import math
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from qiskit.quantum_info import DensityMatrix, Kraus, Operator, SuperOp, average_gate_fidelity
from qiskit_aer.noise import thermal_relaxation_error

from qumulus.circuits import Circuit, Operation, matrix
from qumulus.execution.calibration import read_calibration
from qumulus.execution.failures import LimitExceededError
from qumulus.execution.settings import Method, Settings
from qumulus.provider.drivers.base import DriverSettingsError
from qumulus.provider.drivers.superconducting import SNAPSHOT, SuperconductingDriver, load_calibration
from qumulus.provider.engines.aer_engine import build_readout_model
from qumulus.provider.engines.choice import Choice, EngineName
from qumulus.provider.engines.compact import compact
from qumulus.provider.engines.density_engine import probabilities
from qumulus.provider.engines.noise import (
    Channel,
    average_fidelity,
    find_channel,
    gate_channel,
    relaxation,
    waiting,
)
from qumulus.provider.engines.simulation import Simulation

SHOTS = 40_000
CALIBRATION = load_calibration(SNAPSHOT)


def sample(
    *operations: Operation, n_clbits: int = 1, method: Method = Method.AUTO, shots: int = SHOTS
) -> dict[str, int]:
    driver = SuperconductingDriver(device_id="SC")
    circuit = Circuit(n_qubits=27, n_clbits=n_clbits, operations=operations)
    return driver.prepare(circuit, Settings(shots=shots, method=method)).sample(shots=shots, seed=11)


def measure(qubit: int, clbit: int = 0) -> Operation:
    return Operation("measure", (qubit,), clbits=(clbit,))


def read_as_1(qubit: int, p1: float) -> float:
    """Probability to read 1 from a qubit that is 1 with probability p1."""
    values = CALIBRATION.qubits[qubit]
    return p1 * (1 - values.prob_meas0_prep1) + (1 - p1) * values.prob_meas1_prep0


def assert_share(counts: dict[str, int], expected: float) -> None:
    found = counts.get("1", 0) / SHOTS
    assert abs(found - expected) < 5 * math.sqrt(expected * (1 - expected) / SHOTS)


@pytest.mark.parametrize("qubit", [0, 13, 26])
def test_an_excited_qubit_decays_exponentially(qubit: int) -> None:
    t1 = CALIBRATION.qubits[qubit].t1_s
    for share in (0.0, 0.5, 2.0):
        counts = sample(Operation("x", (qubit,)), Operation("delay", (qubit,), (share * t1,)), measure(qubit))
        # The gate's own error is below 0.1 %.
        expected = read_as_1(qubit, math.exp(-share))
        assert_share_within(counts, expected, 0.001)


def assert_share_within(counts: dict[str, int], expected: float, slack: float) -> None:
    found = counts.get("1", 0) / SHOTS
    assert abs(found - expected) < 5 * math.sqrt(expected * (1 - expected) / SHOTS) + slack


@pytest.mark.parametrize("qubit", [0, 13])
def test_a_superposition_loses_its_phase(qubit: int) -> None:
    t2 = CALIBRATION.qubits[qubit].t2_s
    hadamard = [
        Operation("rz", (qubit,), (math.pi / 2,)),
        Operation("sx", (qubit,)),
        Operation("rz", (qubit,), (math.pi / 2,)),
    ]
    for share in (0.0, 0.7, 4.0):
        counts = sample(*hadamard, Operation("delay", (qubit,), (share * t2,)), *hadamard, measure(qubit))
        assert_share_within(counts, read_as_1(qubit, (1 - math.exp(-share)) / 2), 0.003)


@pytest.mark.parametrize("qubit", [0, 8, 25])
def test_idle_measured_qubits_have_their_readout_errors(qubit: int) -> None:
    assert_share(sample(measure(qubit)), read_as_1(qubit, 0.0))


def gate_fidelity(channel: Channel) -> float:
    """By Qiskit."""
    return float(average_gate_fidelity(Kraus(list(channel))))


def test_every_gate_has_the_calibrated_average_fidelity() -> None:
    """Where the lifetimes alone cost more than the calibrated error, they are kept."""
    for qubit, values in enumerate(CALIBRATION.qubits):
        alone = average_fidelity(relaxation(CALIBRATION, qubit, values.gate_duration_s["sx"]))
        found = gate_fidelity(gate_channel(CALIBRATION, "sx", (qubit,)))
        assert math.isclose(found, min(alone, values.fidelity), abs_tol=1e-9)
        assert abs(found - values.fidelity) < 5e-4
    for pair, coupling in CALIBRATION.couplings.items():
        time_s = coupling.gate_duration_s["cx"]
        first, second = (Kraus(list(relaxation(CALIBRATION, qubit, time_s))) for qubit in pair)
        found = gate_fidelity(gate_channel(CALIBRATION, "cx", pair))
        alone = float(average_gate_fidelity(first.tensor(second)))
        assert math.isclose(found, min(alone, coupling.fidelity), abs_tol=1e-9)
        assert abs(found - coupling.fidelity) < 5e-3


@pytest.mark.parametrize("qubit", range(27))
def test_relaxation_is_that_of_aer(qubit: int) -> None:
    values = CALIBRATION.qubits[qubit]
    for time_s in (1e-8, 1e-6, 1e-4):
        expected = SuperOp(thermal_relaxation_error(values.t1_s, values.t2_s, time_s)).data
        np.testing.assert_allclose(
            SuperOp(Kraus(list(waiting(CALIBRATION, qubit, time_s)))).data, expected, atol=1e-9
        )


def test_control_and_target_relax_by_their_own_lifetimes() -> None:
    """Of a cx that lasts long, seen in the probabilities to stay excited."""
    qubit: dict[str, Any] = {
        "fidelity": 1.0,
        "meas_error": {"prob_meas1_prep0": 0.0, "prob_meas0_prep1": 0.0},
        "gate_duration": {"rz": 0, "sx": 0, "x": 0},
    }
    calibration = read_calibration(
        {
            "name": "slow",
            "calibrated_at": "now",
            "qubits": [{**qubit, "qubit_lifetime": {"t1": t1, "t2": t1}} for t1 in (1.0, 1000.0)],
            "couplings": [{"control": 1, "target": 0, "fidelity": 1.0, "gate_duration": {"cx": 1000}}],
        }
    )
    operations = (Operation("x", (1,)), Operation("cx", (1, 0)), measure(0), measure(1, 1))
    circuit = Circuit(n_qubits=2, n_clbits=2, operations=operations)
    choice = Choice(
        engine=EngineName.AER,
        method=Method.DENSITY_MATRIX,
        circuit=compact(circuit, noisy=True),
        memory_bytes=0,
        calibration=calibration,
    )
    counts = Simulation(choice=choice, memory_limit_bytes=1).sample(shots=SHOTS, seed=5)
    excited = [sum(n for key, n in counts.items() if key[-1 - bit] == "1") / SHOTS for bit in (0, 1)]
    assert abs(excited[0] - math.exp(-1)) < 0.02
    assert abs(excited[1] - math.exp(-0.001)) < 0.02


def test_trajectories_agree_with_the_density_matrix() -> None:
    random = Random(4)
    pairs = [(1, 4), (4, 7), (7, 10), (10, 12)]
    operations = []
    for pair in pairs * 3:
        operations += [
            Operation("sx", (pair[0],)),
            Operation("rz", (pair[1],), (random.uniform(0, 3),)),
            Operation("cx", pair),
        ]
    operations += [measure(qubit, bit) for bit, qubit in enumerate((1, 4, 7, 10, 12))]
    dense, drawn = (
        sample(*operations, n_clbits=5, method=method, shots=8_000)
        for method in (Method.DENSITY_MATRIX, Method.STATEVECTOR)
    )
    p, q = (np.array([counts.get(f"{k:05b}", 0) for k in range(32)]) / 8_000 for counts in (dense, drawn))
    # Twice what two samples of one distribution are apart on average; without noise it is 0.5.
    assert np.abs(p - q).sum() < 2 * math.sqrt(4 * 32 / 8_000 / math.pi)


def test_noise_is_cut_to_the_active_qubits_and_cached() -> None:
    # Other tests may have crowded out what was loaded when this file was imported.
    model = build_readout_model(load_calibration(SNAPSHOT), (12, 13, 14))
    assert sorted(model.noise_qubits) == [0, 1, 2]
    assert build_readout_model(load_calibration(SNAPSHOT), (12, 13, 14)) is model


def total_variation(left: dict[str, int], right: dict[str, int]) -> float:
    keys = left.keys() | right.keys()
    return sum(abs(left.get(key, 0) - right.get(key, 0)) for key in keys) / (2 * SHOTS)


@pytest.mark.parametrize("seed", range(4))
def test_a_density_matrix_of_ours_agrees_with_aers_and_with_trajectories(seed: int) -> None:
    random = Random(seed)
    operations: list[Operation] = []
    pairs = [pair for pair in CALIBRATION.couplings if max(pair) < 8]
    for _ in range(12):
        pair = random.choice(pairs)
        operations += [
            Operation(random.choice(("sx", "x", "id")), (pair[0],)),
            Operation("rz", (pair[1],), (random.uniform(0, 6),)),
            Operation("cx", pair),
            Operation("delay", (pair[0],), (2e-6,)),
        ]
    used = sorted({qubit for operation in operations for qubit in operation.qubits})[:4]
    measured = tuple(measure(qubit, clbit) for clbit, qubit in enumerate(used))
    small = compact(Circuit(n_qubits=27, n_clbits=len(used), operations=(*operations, *measured)), noisy=True)
    found = []
    for engine, method in (
        (EngineName.DENSITY, Method.DENSITY_MATRIX),
        (EngineName.AER, Method.DENSITY_MATRIX),
        (EngineName.TRAJECTORIES, Method.STATEVECTOR),
    ):
        choice = Choice(engine=engine, method=method, circuit=small, memory_bytes=0, calibration=CALIBRATION)
        found.append(Simulation(choice=choice, memory_limit_bytes=0).sample(shots=SHOTS, seed=seed))
    # Two samples of the same distribution on 16 outcomes differ by about 0.01.
    assert total_variation(found[0], found[1]) < 0.025
    assert total_variation(found[0], found[2]) < 0.025


@pytest.mark.parametrize(("n_qubits", "n_couplings"), [(1, 0), (2, 8), (5, 24), (8, 24)])
def test_a_density_matrix_of_ours_is_that_of_qiskit(n_qubits: int, n_couplings: int) -> None:
    """To the last digits: a gate, then its Kraus operators, one after the other."""
    random = Random(n_qubits)
    qubits = (10, 7, 4, 1, 0, 2, 3, 5)[:n_qubits]
    pairs = [pair for pair in CALIBRATION.couplings if {*pair} <= {*qubits}]
    operations = [Operation("sx", (qubit,)) for qubit in qubits]
    for pair in (random.choice(pairs) for _ in range(n_couplings)):
        operations += [
            Operation("rz", (pair[0],), (random.uniform(-4, 4),)),
            Operation(random.choice(("sx", "x", "id")), (pair[random.randrange(2)],)),
            Operation("cx", pair),
            Operation("delay", (random.choice(qubits),), (random.uniform(0, 5e-5),)),
        ]
    operations += [Operation("sx", (qubit,)) for qubit in qubits]
    small = compact(Circuit(n_qubits=27, n_clbits=0, operations=tuple(operations)), noisy=True)
    choice = Choice(
        engine=EngineName.DENSITY,
        method=Method.DENSITY_MATRIX,
        circuit=small,
        memory_bytes=0,
        calibration=CALIBRATION,
    )
    state = DensityMatrix.from_int(0, 2**n_qubits)
    for operation in small.operations:
        if operation.name != "delay":
            gate = Operator(np.array(matrix(operation.name, operation.params)))
            state = state.evolve(gate, list(operation.qubits))
        if (channel := find_channel(CALIBRATION, operation, small.active)) is not None:
            state = state.evolve(Kraus(list(channel)), list(operation.qubits))
    np.testing.assert_allclose(probabilities(choice), state.probabilities(), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        (None, "fidelity", 1.5),
        (None, "fidelity", math.nan),
        ("meas_error", "prob_meas1_prep0", -0.1),
        ("meas_error", "prob_meas0_prep1", 1.1),
        ("qubit_lifetime", "t1", 0),
        ("qubit_lifetime", "t2", -5),
        ("gate_duration", "sx", -50),
    ],
)
def test_a_calibration_with_impossible_numbers_is_refused(
    tmp_path: Path, part: str | None, key: str, value: float
) -> None:
    document = json.loads(Path(SNAPSHOT).read_text())
    qubit = document["qubits"][3]
    (qubit if part is None else qubit[part])[key] = value
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps(document))
    with pytest.raises(DriverSettingsError, match="must be from"):
        _ = SuperconductingDriver(device_id="SC", calibration=str(path)).target


@pytest.mark.parametrize("fidelity", [0.0, 0.2, 0.5])
def test_a_gate_without_any_fidelity_depolarises_fully(fidelity: float) -> None:
    document = json.loads(Path(SNAPSHOT).read_text())
    for entry in (*document["qubits"], *document["couplings"]):
        entry["fidelity"] = fidelity
    calibration = read_calibration(document)
    for name, qubits in (("sx", (0,)), ("cx", (0, 1))):
        channel = gate_channel(calibration, name, qubits)
        dimension = 1 << len(qubits)
        assert average_fidelity(channel) == pytest.approx(max(fidelity, 1 / dimension))
        assert Kraus(list(channel)).is_cptp()


def test_both_copies_of_a_density_matrix_count_as_memory() -> None:
    """Two of 4¹² real numbers are alive at a time."""
    operations = (*(Operation("sx", (qubit,)) for qubit in range(12)), measure(0))
    driver = SuperconductingDriver(device_id="SC", memory_bytes=200 << 20)
    circuit = Circuit(n_qubits=27, n_clbits=1, operations=operations)
    runnable = driver.prepare(circuit, Settings(shots=1, method=Method.DENSITY_MATRIX))
    with pytest.raises(LimitExceededError, match="256 MiB"):
        runnable.check()
