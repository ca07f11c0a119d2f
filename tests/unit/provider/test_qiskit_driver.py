"""Backends of Qiskit as devices, against distributions computed with numpy and analytic values."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pytest
from qiskit import QuantumCircuit, qasm3
from qiskit.circuit.random import random_circuit
from qiskit.quantum_info import Statevector
from qiskit_ibm_runtime.fake_provider import FakeAlgiers, FakeManilaV2

from qumulus.circuits import Circuit, Operation, read_any
from qumulus.execution.counts import Counts
from qumulus.execution.failures import DeviceError, UnsupportedInstructionError
from qumulus.execution.settings import Method, Settings
from qumulus.execution.transpile import transpiler_for
from qumulus.provider.drivers import load_driver
from qumulus.provider.drivers.base import (
    ANNOUNCE,
    DeviceStatus,
    DeviceUnavailableError,
    DriverSettingsError,
    SandboxKind,
)
from qumulus.provider.drivers.qiskit_backend import QiskitDriver
from qumulus.testing.drivers import BELL
from tests.unit.provider.test_drivers import job

FAKES = "qiskit_ibm_runtime.fake_provider"
VENDOR = "tests.unit.provider.vendor_fake"


def driver_of(backend: str, **options: Any) -> QiskitDriver:
    driver = load_driver("qiskit", "device", {"backend": backend, **options})
    assert isinstance(driver, QiskitDriver)
    return driver


def sampled(driver: QiskitDriver, text: str, *, shots: int, seed: int = 7, **options: Any) -> Counts:
    circuit = read_any(text)
    assert isinstance(circuit, Circuit)
    placed = transpiler_for(driver.target).transpile(circuit, {"optimization_level": 1, **options}).placed
    return driver.prepare(placed.circuit, Settings(shots=shots)).sample(shots=shots, seed=seed)


def vendor(ends: str) -> QiskitDriver:
    """A backend of its own for each way that its jobs end."""
    return driver_of(f"{VENDOR}:VendorBackend", backend_options={"ends": ends})


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_aer_gives_the_distribution_of_random_circuits(seed: int) -> None:
    circuit = random_circuit(4, 6, max_operands=2, seed=seed)
    ideal = Statevector(circuit).probabilities()
    measured = QuantumCircuit(4, 6)
    measured.compose(circuit, inplace=True)
    measured.measure(range(4), [5, 0, 2, 1])
    shots = 20_000
    text = qasm3.dumps(measured.decompose(reps=3))
    counts = sampled(driver_of("qiskit_aer:AerSimulator"), text, shots=shots)
    found = np.zeros(16)
    for key, number in counts.items():
        assert len(key) == 6
        bits = key[::-1]
        assert bits[3] == bits[4] == "0"
        found[sum(int(bits[c]) << q for q, c in enumerate((5, 0, 2, 1)))] += number / shots
    assert 0.5 * abs(found - ideal).sum() < 0.03  # far above what 20,000 shots of 16 outcomes scatter


def test_readout_errors_of_the_backend_are_those_of_the_counts() -> None:
    driver = driver_of(f"{VENDOR}:noisy_aer", backend_options={"p1": 0.05, "p0": 0.2})
    text = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; x q[1]; c = measure q;'
    counts = sampled(driver, text, shots=40_000)
    expected = {"10": 0.95 * 0.8, "11": 0.05 * 0.8, "00": 0.95 * 0.2, "01": 0.05 * 0.2}
    for key, probability in expected.items():
        sigma = (probability * (1 - probability) / 40_000) ** 0.5
        assert abs(counts[key] / 40_000 - probability) < 5 * sigma


def test_a_fake_device_has_the_errors_that_it_publishes() -> None:
    driver = driver_of(f"{FAKES}:FakeManilaV2")
    error = driver.describe().device_info["qubits"][2]["meas_error"]
    text = 'OPENQASM 3; include "stdgates.inc"; bit c; x $2; c = measure $2;'
    zeros = sampled(driver, text, shots=20_000)["0"] / 20_000
    expected = error["prob_meas0_prep1"]
    # Beside reading there is the error of one gate, and a little decay.
    assert expected - 0.008 < zeros < expected + 0.02


@pytest.mark.parametrize("name", ["FakeAlgiers", "FakeManilaV2"])
def test_a_bell_pair_on_a_fake_device(name: str) -> None:
    counts = sampled(driver_of(f"{FAKES}:{name}"), BELL, shots=2000)
    assert counts["00"] + counts["11"] > 1700
    assert 800 < counts["00"] < 1200


def test_gates_that_programs_cannot_name_are_made_from_those_they_can() -> None:
    driver = driver_of(f"{VENDOR}:ecr_backend")
    assert driver.gates() == ("rz", "sx", "x", "cx")
    assert set(driver.target.calibration.couplings) == {(0, 1), (1, 0)}  # type: ignore[union-attr]
    text = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; x q[0]; cx q[0], q[1]; c = measure q;'
    assert sampled(driver, text, shots=50) == {"11": 50}


@pytest.mark.parametrize("level", range(4))
def test_broken_qubits_and_couplings_of_other_kinds_are_worked_around(level: int) -> None:
    driver = driver_of(f"{VENDOR}:PatchyBackend")
    fidelities = [qubit["fidelity"] for qubit in driver.describe().device_info["qubits"]]
    assert fidelities == [0.999] * 4 + [0.0]
    alone = 'OPENQASM 3; include "stdgates.inc"; qubit q; bit c; x q; c = measure q;'
    assert sampled(driver, alone, shots=20, optimization_level=level) == {"1": 20}
    chain = (
        'OPENQASM 3; include "stdgates.inc"; qubit[4] q; bit[4] c; x q[0]; cx q[0], q[1]; cx q[1], q[2];'
        " cx q[2], q[3]; c = measure q;"
    )
    assert sampled(driver, chain, shots=20, optimization_level=level) == {"1111": 20}


def test_what_cannot_be_put_into_the_gates_of_its_qubits_is_the_program_s_trouble() -> None:
    circuit = read_any('OPENQASM 3; include "stdgates.inc"; bit c; x $4; c = measure $4;')
    assert isinstance(circuit, Circuit)
    runnable = driver_of(f"{VENDOR}:PatchyBackend").prepare(circuit, Settings(shots=5))
    with pytest.raises(DeviceError, match="does not go into the gates that the device has on its qubits"):
        runnable.sample(shots=5, seed=1)


def test_what_gates_follow_a_measurement_keeps_its_bit() -> None:
    text = (
        'OPENQASM 3; include "stdgates.inc"; qubit q; bit[2] c; x q; c[0] = measure q; delay[20ns] q;'
        " reset q; c[1] = measure q;"
    )
    assert sampled(driver_of("qiskit_aer:AerSimulator"), text, shots=30) == {"01": 30}


def test_a_sampler_runs_what_a_backend_without_run_cannot() -> None:
    driver = driver_of(f"{FAKES}:FakeManilaV2", sampler="qiskit_ibm_runtime:SamplerV2")
    counts = sampled(driver, BELL, shots=500)
    assert sum(counts.values()) == 500
    assert counts["00"] + counts["11"] > 400
    assert sampled(driver, BELL, shots=500) == counts


def test_equal_seeds_give_equal_counts_and_others_do_not() -> None:
    driver = driver_of("qiskit_aer:AerSimulator")
    assert sampled(driver, BELL, shots=500, seed=3) == sampled(driver, BELL, shots=500, seed=3)
    assert len({str(sampled(driver, BELL, shots=500, seed=seed)) for seed in range(5)}) > 1


# --- what is published ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [FakeManilaV2, FakeAlgiers])
def test_the_document_holds_what_the_backend_measured(kind: type[Any]) -> None:
    backend = kind()
    description = driver_of(f"{FAKES}:{kind.__name__}").describe()
    info = description.device_info
    properties = backend.properties()
    assert (info["name"], info["device_id"]) == (backend.name, "device")
    assert description.n_qubits == backend.num_qubits == len(info["qubits"])
    pairs = {(c["control"], c["target"]): c for c in info["couplings"]}
    assert set(pairs) == {tuple(edge) for edge in backend.coupling_map}
    for index, qubit in enumerate(info["qubits"]):
        assert qubit["qubit_lifetime"]["t1"] == pytest.approx(properties.t1(index) * 1e6)
        assert qubit["qubit_lifetime"]["t2"] == pytest.approx(properties.t2(index) * 1e6)
        assert qubit["fidelity"] == pytest.approx(1 - properties.gate_error("sx", index))
        assert qubit["gate_duration"]["sx"] == pytest.approx(properties.gate_length("sx", index) * 1e9)
        assert qubit["meas_error"]["readout_assignment_error"] == properties.readout_error(index)
    for pair, coupling in pairs.items():
        assert coupling["fidelity"] == pytest.approx(1 - properties.gate_error("cx", list(pair)))
        assert coupling["gate_duration"]["cx"] == pytest.approx(
            properties.gate_length("cx", list(pair)) * 1e9
        )
    moment = properties.last_update_date.timestamp()
    assert description.calibrated_at.endswith("Z")
    assert np.datetime64(description.calibrated_at[:-1]).astype("int64") == int(moment)


def test_a_backend_that_says_little_is_described_by_its_target() -> None:
    driver = vendor("well")
    info = driver.describe().device_info
    first, second = info["qubits"]
    assert first["fidelity"] == 1 - 2e-3
    assert first["qubit_lifetime"] == {"t1": pytest.approx(50), "t2": pytest.approx(40)}
    assert second["qubit_lifetime"] == {"t1": pytest.approx(60), "t2": 1e9}
    assert first["meas_error"]["prob_meas1_prep0"] == 0.05  # read anew before it is published
    assert driver.describe().calibrated_at == "2026-03-01T00:00:00Z"
    assert driver.describe().device_type == "QPU"
    assert driver_of("qiskit_aer:AerSimulator").describe().device_type == "simulator"


def test_a_device_behind_a_network_gets_one_and_is_not_repeated() -> None:
    assert vendor("well").touches_hardware
    assert vendor("well").sandbox_for(job()) is SandboxKind.NETWORKED
    assert driver_of("qiskit_aer:AerSimulator", network=False).sandbox_for(job()) is SandboxKind.RESIDENT


# --- what cannot be ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operations", "says"),
    [
        ((Operation("h", (0,), line=2, column=5),), "line 2, column 5: the device has no gate 'h'"),
        ((Operation("cx", (1, 0)),), "not coupled in this order"),
        ((Operation("reset", (0,)),), "no 'reset', only cx, rz, sx, x, measure, barrier"),
    ],
)
def test_what_the_target_has_not_is_refused_by_name(operations: tuple[Operation, ...], says: str) -> None:
    with pytest.raises(UnsupportedInstructionError, match=says):
        vendor("well").prepare(Circuit(n_qubits=2, n_clbits=1, operations=operations), Settings(shots=1))


def test_a_method_of_our_simulators_is_refused() -> None:
    circuit = Circuit(n_qubits=2, n_clbits=1, operations=())
    with pytest.raises(UnsupportedInstructionError, match="no method stabilizer"):
        vendor("well").prepare(circuit, Settings(shots=1, method=Method.STABILIZER))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"backend": "no_such_module:Backend"}, "module:name of a module that is installed"),
        ({"backend": "qiskit_aer"}, "module:name"),
        ({"backend": "qiskit_aer:AerSimulator", "sampler": "nowhere:Sampler"}, "sampler = 'nowhere:Sampler'"),
        ({"backend": "qiskit_aer:NoSuchThing"}, "NoSuchThing"),
        ({"backend": f"{VENDOR}:no_backend"}, "is a str, but no BackendV2"),
        ({"backend": f"{VENDOR}:noisy_aer", "backend_options": {"p": 1}}, "does not take its options"),
    ],
)
def test_wrong_settings_are_named(options: dict[str, Any], says: str) -> None:
    with pytest.raises(DriverSettingsError, match=says):
        load_driver("qiskit", "device", options).describe()


# --- vendors' jobs ----------------------------------------------------------------------------------


def test_a_vendor_s_job_is_announced_and_can_be_cancelled_by_its_name() -> None:
    driver = vendor("well")
    told: list[str] = []
    token = ANNOUNCE.set(told.append)
    try:
        counts = sampled(driver, BELL, shots=20)
    finally:
        ANNOUNCE.reset(token)
    assert sum(counts.values()) == 20
    (reference,) = told
    driver.cancel(reference)
    assert driver._opened().jobs[reference].is_cancelled
    with pytest.raises(DeviceUnavailableError, match="no-such-job"):
        driver.cancel("no-such-job")


@pytest.mark.parametrize("ends", ["unreachable", "lost"])
def test_a_vendor_that_cannot_be_reached_is_the_device_s_trouble(ends: str) -> None:
    with pytest.raises(DeviceUnavailableError, match="cannot be reached"):
        sampled(vendor(ends), BELL, shots=20)


@pytest.mark.parametrize(("ends", "says"), [("badly", "will hardly do so"), ("cancelled", "submit it again")])
def test_a_vendor_s_failed_job_fails_without_its_words(
    ends: str, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(DeviceError, match=says) as caught:
        sampled(vendor(ends), BELL, shots=20)
    assert "10.0.0.7" not in str(caught.value)
    assert any("10.0.0.7" in str(getattr(record, "error", "")) for record in caplog.records)


def test_the_vendor_s_status_is_the_device_s() -> None:
    driver = vendor("status")
    assert driver.status() is DeviceStatus.AVAILABLE
    driver._opened().is_operational = False
    assert driver.status() is DeviceStatus.UNAVAILABLE
    with pytest.raises(DeviceUnavailableError, match=r"vendor\.example"):
        vendor("unreachable").status()
    assert driver_of("qiskit_aer:AerSimulator").status() is DeviceStatus.AVAILABLE
