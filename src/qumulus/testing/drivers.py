"""What every device driver must do: subclass :class:`DriverConformance` in a test module.

class TestMyDriver(DriverConformance):
    def make_driver(self) -> Driver:
        return MyDriver(device_id="mine")
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from qumulus.circuits import GATES, Circuit, Operation
from qumulus.execution.counts import Counts
from qumulus.execution.failures import ExecutionError, UnsupportedInstructionError
from qumulus.execution.settings import Settings
from qumulus.provider.drivers.base import Driver, SandboxKind
from qumulus.provider.messages import JobTask

SHOTS: Final = 400
LIKELY: Final = 0.8
"""The share of right results that even a noisy device reaches on a circuit of one or two gates."""

QUBIT_KEYS: Final = frozenset(
    ("id", "physical_id", "position", "fidelity", "meas_error", "qubit_lifetime", "gate_duration")
)
COUPLING_KEYS: Final = frozenset(("control", "target", "fidelity", "gate_duration"))
ANGLES: Final = (0.3, 0.5, 0.7, 1.1)


class DriverConformance:
    """The laws; each method is one test."""

    def make_driver(self) -> Driver:
        """The driver to test; called anew by each test."""
        raise LookupError("A subclass says which driver it tests.")

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
        assert _sample(driver, operations, n_clbits=2)["01"] >= LIKELY * SHOTS

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
        if self.make_driver().touches_hardware:
            return
        driver = self.make_driver()
        operations = (Operation("sx", (0,)), *_measure({0: 0}))
        assert _sample(driver, operations, n_clbits=1) == _sample(driver, operations, n_clbits=1)

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


def _job(driver: Driver, transpiler_info: dict[str, Any] | None) -> JobTask:
    return JobTask(
        job_id="job",
        attempt=1,
        device_id="device",
        job_type="sampling",
        shots=SHOTS,
        form="text",
        job_info={"code": "OPENQASM 3; bit c;"},
        transpiler_info=transpiler_info,
        simulator_info={},
        mitigation_info={},
        driver=driver.kind,
        options={},
        wait_for_go=False,
    )
