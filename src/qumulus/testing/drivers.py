"""What every device driver must do: subclass :class:`DriverConformance` in a test module.

class TestMyDriver(DriverConformance):
    def make_driver(self) -> Driver:
        return MyDriver(device_id="mine")
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from unittest import mock

from qumulus.circuits import GATES, Circuit, Operation
from qumulus.execution.calibration import read_calibration
from qumulus.execution.counts import Counts
from qumulus.execution.failures import ExecutionError, UnsupportedInstructionError
from qumulus.execution.settings import Settings
from qumulus.provider.drivers.base import (
    CalibratedDriver,
    DeviceStatus,
    DeviceUnavailableError,
    Driver,
    LiveDriver,
    SandboxKind,
)
from qumulus.provider.job_run import JobRun
from qumulus.provider.messages import GO, JobTask, Prepared, decode_child_message, encode
from qumulus.provider.prepare_job import prepare_job
from qumulus.sandbox import Execution, ExitKind, ResidentSandbox

SHOTS: Final = 400
LIKELY: Final = 0.8
"""The share of right results that even a noisy device reaches on a circuit of one or two gates."""

QUBIT_KEYS: Final = frozenset(
    ("id", "physical_id", "position", "fidelity", "meas_error", "qubit_lifetime", "gate_duration")
)
COUPLING_KEYS: Final = frozenset(("control", "target", "fidelity", "gate_duration"))
ANGLES: Final = (0.3, 0.5, 0.7, 1.1)
BELL: Final = (
    'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'
)
WITHIN_S: Final = 60.0
_KILLS: Final = 5


class DriverConformance:
    """The laws; each method is one test."""

    def make_driver(self) -> Driver:
        """The driver to test; called anew by each test."""
        raise LookupError("A subclass says which driver it tests.")

    def repeats_seeds(self, driver: Driver) -> bool:
        """Whether equal seeds must give equal counts: on simulators, unless a subclass says otherwise."""
        return not driver.touches_hardware

    def test_description_has_every_key_for_two_qubits_or_more(self) -> None:
        info = self.make_driver().describe().device_info
        assert info.keys() >= {"name", "device_id", "qubits", "couplings", "calibrated_at"}
        assert len(info["qubits"]) >= 2
        assert info["couplings"]
        for index, qubit in enumerate(info["qubits"]):
            assert qubit.keys() >= QUBIT_KEYS
            assert qubit["id"] == index
            assert qubit["position"].keys() >= {"x", "y"}
            assert all(0 <= value <= 1 for value in (qubit["fidelity"], *qubit["meas_error"].values()))
            assert all(value > 0 for value in qubit["qubit_lifetime"].values())
        for coupling in info["couplings"]:
            assert coupling.keys() >= COUPLING_KEYS
            assert {coupling["control"], coupling["target"]} <= set(range(len(info["qubits"])))

    def test_description_is_stable_json_that_agrees_with_the_target(self) -> None:
        driver = self.make_driver()
        description = driver.describe()
        assert json.dumps(description.device_info) == json.dumps(self.make_driver().describe().device_info)
        assert description.n_qubits == driver.target.n_qubits == len(description.device_info["qubits"])
        assert description.basis_gates == driver.target.basis_gates
        assert description.max_shots == driver.target.max_shots
        assert description.calibrated_at == description.device_info["calibrated_at"]

    def test_every_basis_gate_runs(self) -> None:
        driver = self.make_driver()
        for name in driver.target.basis_gates:
            gate = GATES[name]
            qubits = _coupled(driver)[: gate.n_qubits] if gate.n_qubits <= 2 else range(gate.n_qubits)
            operation = Operation(name, tuple(qubits), ANGLES[: gate.n_params])
            counts = _sample(driver, (operation, *_measure({0: qubits[0]})), n_clbits=1)
            assert sum(counts.values()) == SHOTS, name

    def test_a_gate_of_another_kind_is_refused_or_run_but_never_ignored(self) -> None:
        driver = self.make_driver()
        operations = (Operation("h", (0,)), Operation("z", (0,)), Operation("h", (0,)), *_measure({0: 0}))
        try:
            counts = _sample(driver, operations, n_clbits=1)
        except UnsupportedInstructionError:
            return
        assert counts.get("1", 0) >= LIKELY * SHOTS

    def test_bit_0_is_the_rightmost_and_unwritten_bits_are_0(self) -> None:
        driver = self.make_driver()
        first, second = _coupled(driver)
        operations = (Operation("x", (first,)), *_measure({0: first, 3: second}))
        counts = _sample(driver, operations, n_clbits=5)
        assert counts["00001"] >= LIKELY * SHOTS
        assert {len(key) for key in counts} == {5}
        assert sum(counts.values()) == SHOTS

    def test_a_bit_keeps_what_was_measured_when_gates_follow(self) -> None:
        driver = self.make_driver()
        operations = (
            Operation("x", (0,)),
            *_measure({0: 0}),
            Operation("x", (0,)),
            *_measure({1: 0}),
        )
        try:
            counts = _sample(driver, operations, n_clbits=2)
        except UnsupportedInstructionError:
            return
        assert counts["01"] >= LIKELY * SHOTS

    def test_the_first_qubit_of_cx_controls(self) -> None:
        driver = self.make_driver()
        control, target = _coupled(driver)
        operations = (
            Operation("x", (control,)),
            Operation("cx", (control, target)),
            *_measure({0: control, 1: target}),
        )
        assert _sample(driver, operations, n_clbits=2)["11"] >= LIKELY * SHOTS

    def test_equal_seeds_give_equal_counts(self) -> None:
        driver = self.make_driver()
        if not self.repeats_seeds(driver):
            return
        operations = (Operation("sx", (0,)), *_measure({0: 0}))
        assert _sample(driver, operations, n_clbits=1) == _sample(driver, operations, n_clbits=1)

    def test_an_emulated_device_can_be_as_it_was_calibrated(self) -> None:
        driver = self.make_driver()
        own = driver.target.calibration
        if not isinstance(driver, CalibratedDriver) or own is None:
            return
        same = driver.at_calibration(driver.describe().device_info)
        assert same.target.calibration is not None
        assert same.target.calibration.id == own.id
        assert same.target == same.target
        operations = (Operation("sx", (0,)), *_measure({0: 0}))
        assert _sample(same, operations, n_clbits=1) == _sample(driver, operations, n_clbits=1)

    def test_exact_expectations_are_right_or_refused(self) -> None:
        driver = self.make_driver()
        circuit = Circuit(n_qubits=2, n_clbits=0, operations=(Operation("x", (1,)),))
        try:
            runnable = driver.prepare_exact(circuit, Settings(shots=1, exact=True))
            values = runnable.expectations((((0, "Z"),), ((1, "Z"),), ((0, "Z"), (1, "X"))))
        except ExecutionError:
            return
        assert [round(value, 9) for value in values] == [1, -1, 0]

    def test_every_job_has_a_sandbox_and_positive_limits(self) -> None:
        driver = self.make_driver()
        for info in (None, {}, {"transpiler_lib": None}, {"transpiler_lib": "nonsense"}):
            job = _job(driver, info)
            assert driver.sandbox_for(job) in SandboxKind
            limits = driver.limits_for(job)
            assert limits.wall_s is None or limits.wall_s > 0
            assert limits.memory_bytes is None or limits.memory_bytes > 0

    def test_a_job_of_every_type_runs_from_its_text(self) -> None:
        driver = self.make_driver()
        sampled = _perform(driver, _job(driver, {}))
        counts = sampled["sampling"]["counts"]
        assert sum(counts.values()) == SHOTS
        assert counts.get("00", 0) + counts.get("11", 0) >= LIKELY * SHOTS
        zz = {"code": BELL, "operator": [{"pauli": "Z 0 Z 1", "coeff": 1.0}]}
        estimated = _perform(driver, _job(driver, {}, job_type="estimation", job_info=zz))
        assert estimated["estimation"]["exp_value"] >= LIKELY - (1 - LIKELY)
        assert sampled["provenance"]["engine"]

    def test_limits_are_refused_before_anything_runs(self) -> None:
        driver = self.make_driver()
        target = driver.target
        too_long = _prepared(driver, _job(driver, {}, shots=target.max_shots + 1))
        wide = f"OPENQASM 3; qubit[{target.n_qubits + 1}] q; bit c; c = measure q[0];"
        too_wide = _prepared(driver, _job(driver, {}, job_info={"code": wide}))
        for run, code in ((too_long, "too_many_shots"), (too_wide, "too_many_qubits")):
            assert run.refusal is not None
            assert run.refusal.code == code
            assert not run.runnables

    def test_the_calibration_is_dated_and_is_the_one_that_programs_are_transpiled_for(self) -> None:
        driver = self.make_driver()
        description = driver.describe()
        assert datetime.fromisoformat(description.calibrated_at).tzinfo is not None
        calibration = driver.target.calibration
        if calibration is None:
            return
        told = read_calibration(description.device_info)
        assert (calibration.id, calibration.calibrated_at) == (told.id, told.calibrated_at)
        assert (calibration.qubits, calibration.couplings) == (told.qubits, told.couplings)

    def test_a_live_device_says_how_it_is_and_bears_a_cancel_of_nothing(self) -> None:
        driver = self.make_driver()
        if not isinstance(driver, LiveDriver):
            return
        assert driver.status() is DeviceStatus.AVAILABLE
        assert driver.refresh_s > 0
        assert driver.jobs_at_once >= 1
        with suppress(DeviceUnavailableError):
            driver.cancel("no-such-run")

    def test_a_killed_job_leaves_nothing_behind_and_the_next_one_runs(self) -> None:
        driver = self.make_driver()
        paths = os.pathsep.join(filter(None, sys.path))
        with mock.patch.dict(os.environ, {"PYTHONPATH": paths}):
            asyncio.run(asyncio.wait_for(_kill_one(driver), WITHIN_S))
        assert _perform(driver, _job(driver, {}))["sampling"]["counts"]


async def _kill_one(driver: Driver) -> None:
    sandbox = ResidentSandbox("qumulus.testing.driver_child:run_job", workers=1, spares=0, network=True)
    options = {field.name: getattr(driver, field.name) for field in _settings_of(driver)}
    job = _job(driver, {}, options=options)
    job.driver = f"{type(driver).__module__}:{type(driver).__qualname__}"
    try:
        ends: list[ExitKind] = []
        while ExitKind.KILLED not in ends:  # a quick job may be done before it is killed
            assert len(ends) < _KILLS, ends
            execution = await sandbox.run(encode(job), driver.limits_for(job))
            assert isinstance(await _said(execution), Prepared)
            family = _descendants(execution.pid)
            execution.send(GO)
            execution.kill()
            ends.append((await execution.ended()).kind)
        assert not [pid for pid in (execution.pid, *family) if _is_there(pid)]
    finally:
        await sandbox.close()


async def _said(execution: Execution) -> object:
    raw = await execution.receive()
    return None if raw is None else decode_child_message(raw)


def _settings_of(driver: Any) -> tuple[dataclasses.Field[Any], ...]:
    if not dataclasses.is_dataclass(driver):
        return ()
    return tuple(field for field in dataclasses.fields(driver) if field.init and field.name != "device_id")


def _is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _descendants(pid: int) -> list[int]:
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return children + [grandchild for child in children for grandchild in _descendants(child)]


def _coupled(driver: Driver) -> tuple[int, int]:
    coupling = driver.describe().device_info["couplings"][0]
    return coupling["control"], coupling["target"]


def _measure(wiring: Mapping[int, int]) -> tuple[Operation, ...]:
    return tuple(Operation("measure", (qubit,), clbits=(clbit,)) for clbit, qubit in wiring.items())


def _sample(driver: Driver, operations: tuple[Operation, ...], *, n_clbits: int) -> Counts:
    circuit = Circuit(n_qubits=driver.target.n_qubits, n_clbits=n_clbits, operations=operations)
    runnable = driver.prepare(circuit, Settings(shots=SHOTS))
    runnable.check()
    return runnable.sample(shots=SHOTS, seed=7)


def _prepared(driver: Driver, job: JobTask) -> JobRun:
    run = prepare_job(job, is_resident=True, driver=driver)
    assert run is not None
    return run


def _perform(driver: Driver, job: JobTask) -> dict[str, Any]:
    return _prepared(driver, job).execute().result


def _job(driver: Driver, transpiler_info: dict[str, Any] | None, **changes: Any) -> JobTask:
    fields: dict[str, Any] = {
        "job_id": "job",
        "attempt": 1,
        "device_id": "device",
        "job_type": "sampling",
        "shots": SHOTS,
        "form": "text",
        "job_info": {"code": BELL},
        "transpiler_info": transpiler_info,
        "simulator_info": {},
        "mitigation_info": {},
        "driver": driver.kind,
        "options": {},
        "wait_for_go": True,
    }
    return JobTask(**{**fields, **changes})
