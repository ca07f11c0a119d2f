"""Everything that was observed of an OQTOPUS device-gateway, done to the driver."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qumulus.circuits import Circuit, Operation, read_any
from qumulus.execution.counts import Counts
from qumulus.execution.failures import (
    DeviceError,
    ExecutionError,
    InvalidProgramError,
    LimitExceededError,
    TooManyQubitsError,
    UnsupportedInstructionError,
)
from qumulus.execution.settings import Settings
from qumulus.execution.transpile import transpiler_for
from qumulus.provider.drivers.base import DeviceStatus, DeviceUnavailableError, Runnable
from qumulus.provider.drivers.gateway import GatewayDriver
from qumulus.provider.drivers.gateway_protocol import METHODS
from qumulus.testing.gateway import GatewayServer

FLIPPED = (Operation("x", (0,)), Operation("measure", (0,), clbits=(0,)))


@pytest.fixture
def gateway() -> Iterator[GatewayServer]:
    with GatewayServer() as server:
        yield server


def driver_of(gateway: GatewayServer, **options: Any) -> GatewayDriver:
    return GatewayDriver(device_id="QPU1", address=gateway.address, refresh_s=0.001, **options)


def prepared(
    driver: GatewayDriver, operations: tuple[Operation, ...] = FLIPPED, n_clbits: int = 1
) -> Runnable:
    circuit = Circuit(n_qubits=driver.target.n_qubits, n_clbits=n_clbits, operations=operations)
    return driver.prepare(circuit, Settings(shots=10))


def sampled(driver: GatewayDriver, operations: tuple[Operation, ...] = FLIPPED, n_clbits: int = 1) -> Counts:
    return prepared(driver, operations, n_clbits).sample(shots=10, seed=1)


# --- the protocol -----------------------------------------------------------------------------


def test_messages_have_the_numbers_of_the_protocol() -> None:
    request = METHODS["CallJob"].request(job_id="j", shots=300, program="p")
    assert request.SerializeToString() == b"\x0a\x01j\x10\xac\x02\x1a\x01p"
    encoded = b"\x08\x02\x12\x0c\x0a\x07\x0a\x0201\x10\xac\x02\x12\x01m"
    answer = METHODS["CallJob"].response.FromString(encoded)
    assert (answer.status, dict(answer.result.counts)) == (2, {"01": 300})
    info = METHODS["GetDeviceInfo"].response(body={"device_id": "d", "calibrated_at": "t", "max_shots": 5})
    assert info.SerializeToString() == b"\x0a\x08\x0a\x01d\x28\x05\x3a\x01t"
    assert METHODS["GetServiceStatus"].response.FromString(b"\x08\x02").service_status == 2
    assert METHODS["CallJob"].path == "/qpu_interface.v1.QpuService/CallJob"


# --- a working gateway ------------------------------------------------------------------------


def test_a_program_comes_back_in_our_bit_order(gateway: GatewayServer) -> None:
    operations = (
        Operation("x", (2,)),
        *(Operation("measure", (q,), clbits=(c,)) for q, c in ((2, 3), (0, 1))),
    )
    assert sampled(driver_of(gateway), operations, 5) == {"01000": 10}


def test_any_program_is_compiled_to_what_the_gateway_runs(gateway: GatewayServer) -> None:
    text = (
        'OPENQASM 3; include "stdgates.inc"; qubit[4] q; bit[4] c; x q[3]; id q[0]; h q[0]; z q[0]; h q[0];'
        " cx q[3], q[0]; swap q[0], q[1]; ccx q[3], q[2], q[0]; cp(0.3) q[3], q[0]; barrier q; c = measure q;"
    )
    circuit = read_any(text)
    assert isinstance(circuit, Circuit)
    driver = driver_of(gateway)
    for level in range(4):
        placed = transpiler_for(driver.target).transpile(circuit, {"optimization_level": level}).placed
        counts = driver.prepare(placed.circuit, Settings(shots=10)).sample(shots=10, seed=1)
        assert counts == {"1000": 10}  # q0 flipped twice; swapped into q1: 0


def test_the_device_is_published_under_our_id(gateway: GatewayServer) -> None:
    description = driver_of(gateway).describe()
    assert description.device_info["device_id"] == "QPU1"
    assert description.device_info["name"] == "grid"
    assert description.calibrated_at == "2026-11-01T00:00:00Z"
    assert description.device_type == "simulator"


# --- what the gateway leaves to its callers -----------------------------------------------------


@pytest.mark.parametrize(
    ("operations", "says"),
    [
        ((Operation("h", (0,)),), "no gate 'h'"),
        ((Operation("reset", (0,)),), "no 'reset'"),
        ((Operation("cx", (1, 0)),), "not coupled in this order"),
        ((Operation("cx", (0, 3)),), "not coupled"),
        ((*FLIPPED, Operation("x", (0,), line=3, column=1)), "line 3, column 1: 'x' acts on a qubit after"),
        ((Operation("x", (0, 1), controls="1"),), "no controlled gate"),
    ],
)
def test_what_the_gateway_fails_or_gets_wrong_is_refused_by_name(
    gateway: GatewayServer, operations: tuple[Operation, ...], says: str
) -> None:
    with pytest.raises(UnsupportedInstructionError, match=says):
        prepared(driver_of(gateway), operations)
    assert gateway.jobs == []


def test_announced_limits_are_kept_although_the_gateway_does_not() -> None:
    with GatewayServer(max_qubits=2, max_shots=100) as gateway:
        driver = driver_of(gateway)
        assert driver.target.max_shots == driver.describe().max_shots == 100
        assert driver_of(gateway, max_shots=50).target.max_shots == 50
        wide = tuple(Operation("measure", (q,), clbits=(q,)) for q in range(3))
        with pytest.raises(TooManyQubitsError, match="uses 3 qubits, the device runs 2"):
            prepared(driver, wide, 3).check()
        prepared(driver, wide[:2], 3).check()


def test_limits_that_are_not_announced_are_the_topology_s_and_ours() -> None:
    with GatewayServer(max_qubits=0, max_shots=0) as gateway:
        driver = driver_of(gateway)
        assert (driver.most_qubits(), driver.most_shots()) == (4, 100_000)


def test_no_shots_and_no_bits_never_reach_the_gateway(gateway: GatewayServer) -> None:
    driver = driver_of(gateway)
    with pytest.raises(InvalidProgramError, match="one shot"):
        prepared(driver).sample(shots=0, seed=1)
    with pytest.raises(InvalidProgramError, match="no classical bits"):
        sampled(driver, (Operation("x", (0,)),), 0)
    assert gateway.jobs == []


def test_a_program_of_more_than_a_message_is_refused(gateway: GatewayServer) -> None:
    operations = (*(Operation("rz", (0,), (0.1234567890123,)) for _ in range(170_000)), *FLIPPED)
    with pytest.raises(LimitExceededError, match="make it shorter"):
        sampled(driver_of(gateway), operations)
    assert gateway.jobs == []


# --- the device is away -------------------------------------------------------------------------


def away_by_status(word: str) -> Callable[[GatewayServer], None]:
    def switch(gateway: GatewayServer) -> None:
        gateway.faults.status_word = word

    return switch


def switched(name: str) -> Callable[[GatewayServer], None]:
    return lambda gateway: setattr(gateway.faults, name, True)


@pytest.mark.parametrize(
    ("switch", "status"),
    [
        (away_by_status("maintenance"), DeviceStatus.MAINTENANCE),
        (away_by_status("inactive"), DeviceStatus.UNAVAILABLE),
        (away_by_status("gone fishing"), DeviceStatus.UNAVAILABLE),
        (switched("status_fails"), DeviceStatus.UNAVAILABLE),
    ],
    ids=["maintenance", "inactive", "unknown word", "status fails"],
)
def test_a_device_that_is_not_active_gets_no_job(
    gateway: GatewayServer, switch: Callable[[GatewayServer], None], status: DeviceStatus
) -> None:
    driver = driver_of(gateway)
    runnable = prepared(driver)
    switch(gateway)
    assert driver.status() is status
    for call in (runnable.check, lambda: runnable.sample(shots=10, seed=1)):
        with pytest.raises(DeviceUnavailableError, match=str(status)):
            call()
    assert gateway.jobs == []
    gateway.faults.status_word, gateway.faults.status_fails = "active", False
    assert runnable.sample(shots=10, seed=1) == {"1": 10}


def test_a_gateway_that_is_gone_is_the_device_s_trouble_and_may_come_back(gateway: GatewayServer) -> None:
    driver = driver_of(gateway)
    runnable = prepared(driver)
    gateway.stop()
    for call in (driver.status, driver.describe, runnable.check, lambda: runnable.sample(shots=10, seed=1)):
        with pytest.raises(DeviceUnavailableError, match="UNAVAILABLE") as caught:
            call()
        assert not caught.value.may_be_the_job
    gateway.start()
    came_back(driver)
    assert runnable.sample(shots=10, seed=1) == {"1": 10}


def came_back(driver: GatewayDriver) -> None:
    """As a Provider does: ask until it answers."""
    pause = threading.Event()
    for _ in range(200):
        try:
            driver.status()
        except DeviceUnavailableError:
            pause.wait(0.05)
        else:
            return
    raise AssertionError("the gateway did not come back")


def test_a_gateway_that_dies_in_the_midst_of_a_job_is_the_device_s_trouble(gateway: GatewayServer) -> None:
    driver = driver_of(gateway)
    runnable = prepared(driver)
    gateway.faults.holds_jobs = True
    killer = threading.Thread(target=lambda: (gateway.began.acquire(timeout=30), gateway.stop()))
    killer.start()
    with pytest.raises(DeviceUnavailableError, match=r"CallJob with (UNAVAILABLE|CANCELLED)"):
        runnable.sample(shots=10, seed=1)
    killer.join()
    gateway.start()


def test_a_connection_that_breaks_off_is_the_device_s_trouble(gateway: GatewayServer) -> None:
    driver = driver_of(gateway)
    gateway.faults.goes_away = True
    with pytest.raises(DeviceUnavailableError, match="UNAVAILABLE"):
        driver.status()


def test_a_job_that_takes_too_long_goes_back_but_is_suspected(gateway: GatewayServer) -> None:
    driver = driver_of(gateway, job_timeout_s=0.2)
    gateway.faults.holds_jobs = True
    with pytest.raises(DeviceUnavailableError, match="CallJob with DEADLINE_EXCEEDED") as caught:
        sampled(driver)
    assert caught.value.may_be_the_job
    gateway.release()


def test_one_thread_of_the_gateway_stays_free_for_its_status(gateway: GatewayServer) -> None:
    driver = driver_of(gateway, max_workers=2)
    assert driver.jobs_at_once == 1
    assert driver_of(gateway, max_workers=5).jobs_at_once == 4
    assert driver_of(gateway, max_workers=1).jobs_at_once == 1
    gateway.faults.holds_jobs = True
    job = threading.Thread(target=sampled, args=(driver,))
    job.start()
    assert gateway.began.acquire(timeout=30)
    assert driver.status() is DeviceStatus.AVAILABLE
    gateway.release()
    job.join()


def test_a_full_gateway_answers_its_status_late_and_that_is_the_device_s_trouble() -> None:
    with GatewayServer(max_workers=1) as gateway:
        driver = driver_of(gateway, call_timeout_s=0.2)
        runnable = prepared(driver)
        gateway.faults.holds_jobs = True
        job = threading.Thread(target=runnable.sample, kwargs={"shots": 10, "seed": 1})
        job.start()
        assert gateway.began.acquire(timeout=30)
        with pytest.raises(DeviceUnavailableError, match="GetServiceStatus with DEADLINE_EXCEEDED") as caught:
            driver.status()
        assert not caught.value.may_be_the_job
        gateway.release()
        job.join()


# --- answers that are none ------------------------------------------------------------------------


def test_an_empty_description_is_not_healthy(gateway: GatewayServer) -> None:
    gateway.faults.info_is_empty = True
    with pytest.raises(DeviceUnavailableError, match="its answer is empty"):
        driver_of(gateway).describe()


@pytest.mark.parametrize(
    "change",
    [
        lambda topology: topology.pop("calibrated_at"),
        lambda topology: topology.pop("couplings"),
        lambda topology: topology["qubits"].pop(0),
        lambda topology: topology["qubits"][1].update(id="one"),
        lambda topology: topology.update(qubits=None),
    ],
    ids=["no time", "no couplings", "ids from 1", "id of text", "no qubits"],
)
def test_a_broken_topology_is_the_device_s_trouble(
    gateway: GatewayServer, change: Callable[[dict[str, Any]], object]
) -> None:
    gateway.faults.topology = change
    with pytest.raises(DeviceUnavailableError, match=r"empty|unreadable"):
        driver_of(gateway).describe()


def test_what_a_topology_leaves_out_reads_as_perfect(gateway: GatewayServer) -> None:
    def cut(topology: dict[str, Any]) -> None:
        topology["qubits"] = [{"id": qubit["id"]} for qubit in reversed(topology["qubits"])]
        topology["couplings"] = [
            {"control": c["control"], "target": c["target"], "gate_duration": {"rzx90": 70}}
            for c in topology["couplings"]
        ]

    gateway.faults.topology = cut
    driver = driver_of(gateway)
    info = driver.describe().device_info
    assert [qubit["id"] for qubit in info["qubits"]] == [0, 1, 2, 3]
    assert info["couplings"][0]["gate_duration"] == {"cx": 70, "rzx90": 70}
    assert sampled(driver) == {"1": 10}


@pytest.mark.parametrize("fault", ["job_fails", "answer_is_empty", "job_breaks"])
def test_a_job_that_the_gateway_fails_fails_without_its_words(
    gateway: GatewayServer, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    driver = driver_of(gateway)
    setattr(gateway.faults, fault, True)
    with caplog.at_level(logging.ERROR), pytest.raises(DeviceError) as caught:
        sampled(driver)
    assert not any(word in str(caught.value) for word in ("internal server error", "Exception", "/opt"))
    details = [str(getattr(record, "details", "")) for record in caplog.records]
    assert any("/opt" in text for text in details) == (fault == "job_breaks")


def test_a_device_that_turned_inactive_after_the_question_is_no_fault_of_the_job(
    gateway: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = driver_of(gateway)
    runnable = prepared(driver)
    gateway.faults.status_word = "inactive"
    monkeypatch.setattr(GatewayDriver, "status", lambda _: DeviceStatus.AVAILABLE)
    with pytest.raises(DeviceUnavailableError, match="became unavailable"):
        runnable.sample(shots=10, seed=1)


def test_a_job_status_inactive_is_the_device_s_trouble(gateway: GatewayServer) -> None:
    gateway.faults.says_inactive = True
    with pytest.raises(DeviceUnavailableError, match="inactive"):
        sampled(driver_of(gateway))


def test_a_first_job_that_calibrates_the_device_is_noticed(gateway: GatewayServer) -> None:
    gateway.faults.calibrates_on_first_job = True
    driver = driver_of(gateway)
    before = driver.describe()
    sampled(driver)
    after = driver.describe()
    assert (before.calibrated_at, after.calibrated_at) == ("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z")
    assert after.device_info["qubits"][0]["meas_error"]["prob_meas1_prep0"] == 0.02


def test_a_job_that_is_repeated_runs_again_under_a_name_of_its_own(gateway: GatewayServer) -> None:
    runnable = prepared(driver_of(gateway))
    runnable.sample(shots=10, seed=1)
    runnable.sample(shots=10, seed=1)
    assert len(set(gateway.jobs)) == 2


# --- the server of ours has the faults of the real one ----------------------------------------------


def call(gateway: GatewayServer, program: str, shots: int = 8) -> dict[str, int]:
    from qumulus.provider.drivers.gateway_client import gateway_at

    client = gateway_at(gateway.address, 5.0)
    return client.call_job(job_id="j", shots=shots, program=program, timeout_s=5.0)


def test_our_server_answers_as_the_real_one_was_seen_to(gateway: GatewayServer) -> None:
    head = 'OPENQASM 3.0; include "stdgates.inc"; qubit[2] q; bit[2] c; '
    midway = head + "x q[0]; c[0] = measure q[0]; x q[0]; c[1] = measure q[0];"
    assert call(gateway, midway) == {"00": 8}  # and not 01
    assert call(gateway, head.replace("bit[2] c;", "") + "x q[0];") == {"": 8}
    assert call(gateway, midway, shots=0) == {}
    assert sum(call(gateway, midway, shots=1_000_000).values()) == 1_000_000
    refused = ["h q[0];", "reset q[0];", "x q[17];"]
    for program in (*(head + text for text in refused), "OPENQASM 2.0; qreg q[1];"):
        with pytest.raises(ExecutionError, match="does not say why"):
            call(gateway, program)
    gateway.faults.status_word = "maintenance"
    assert call(gateway, midway) == {"00": 8}
