"""Loading drivers, and where each starts its jobs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from qumulus.circuits import Circuit, Operation
from qumulus.execution.failures import DeviceError, UnsupportedInstructionError
from qumulus.execution.settings import Settings
from qumulus.provider.drivers import cached_driver, load_driver
from qumulus.provider.drivers.base import DriverSettingsError, SandboxKind
from qumulus.provider.drivers.document import make_document
from qumulus.provider.drivers.lab import LabDriver
from qumulus.provider.drivers.superconducting import SNAPSHOT
from qumulus.provider.messages import JobTask


def job(**changes: Any) -> JobTask:
    fields: dict[str, Any] = {
        "job_id": "job",
        "attempt": 1,
        "device_id": "device",
        "job_type": "sampling",
        "shots": 10,
        "form": "text",
        "job_info": {"code": ""},
        "transpiler_info": None,
        "simulator_info": {},
        "mitigation_info": {},
        "driver": "",
        "options": {},
        "wait_for_go": False,
    }
    return JobTask(**{**fields, **changes})


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("statevctor", {}, "did you mean 'statevector'"),
        ("statevector", {"max_shot": 5}, "did you mean 'max_shots'"),
        ("superconducting", {"kalibration": "x"}, "did you mean 'calibration'"),
        ("statevector", {"n_qubits": "thirty"}, "n_qubits = 'thirty' does not fit"),
        ("statevector", {"wall_s": True}, "wall_s = True does not fit"),
        ("statevector", {"touches_hardware": "no"}, "touches_hardware = 'no' does not fit"),
        ("gateway", {"address": 51021}, "address = 51021 does not fit"),
    ],
)
def test_unknown_kinds_and_settings_are_named(kind: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(DriverSettingsError, match=says):
        load_driver(kind, "device", options)


def test_what_makes_no_driver_is_named() -> None:
    with pytest.raises(DriverSettingsError, match=r"'json:loads' cannot be made with device_id"):
        load_driver("json:loads", "device", {})


@pytest.mark.parametrize("content", ["not json", '{"name": "x"}', "[]"])
def test_a_broken_calibration_document_is_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content)
    with pytest.raises(DriverSettingsError, match=r"broken\.json"):
        _ = load_driver("superconducting", "SC", {"calibration": str(path)}).target


def test_equal_settings_share_a_driver() -> None:
    first = cached_driver("statevector", "SVSim", {"max_shots": 5, "n_qubits": 30})
    assert first is cached_driver("statevector", "SVSim", {"n_qubits": 30, "max_shots": 5})
    assert first is not cached_driver("statevector", "SVSim", {"n_qubits": 31})


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, SandboxKind.FORKED),
        ({"form": "object"}, SandboxKind.RESIDENT),
        ({"transpiler_info": {}}, SandboxKind.RESIDENT),
        ({"form": "object", "transpiler_info": {"transpiler_lib": None}}, SandboxKind.FORKED),
        ({"transpiler_info": {"transpiler_lib": "unknown"}}, SandboxKind.FORKED),
        ({"simulator_info": {"method": "matrix_product_state"}}, SandboxKind.RESIDENT),
        ({"simulator_info": {"method": ["odd"]}}, SandboxKind.FORKED),
    ],
)
def test_the_simulator_starts_in_a_fork_what_needs_no_qiskit(
    changes: dict[str, Any], kind: SandboxKind
) -> None:
    assert load_driver("statevector", "SVSim", {}).sandbox_for(job(**changes)) is kind
    assert load_driver("superconducting", "SC", {}).sandbox_for(job(**changes)) is SandboxKind.RESIDENT


def test_the_devices_are_as_wide_as_they_say() -> None:
    assert load_driver("statevector", "SVSim", {}).describe().n_qubits >= 128
    superconducting = load_driver("superconducting", "SC-2", {}).describe()
    assert superconducting.n_qubits == 27
    assert superconducting.device_info["device_id"] == "SC-2"


def test_the_shipped_calibration_is_of_a_working_device() -> None:
    document = json.loads(Path(SNAPSHOT).read_text())
    assert document["source"]["license"] == "Apache-2.0"
    pairs = {(c["control"], c["target"]) for c in document["couplings"]}
    assert pairs == {(target, control) for control, target in pairs}
    for qubit in document["qubits"]:
        lifetime = qubit["qubit_lifetime"]
        assert 10 < lifetime["t2"] <= 2 * lifetime["t1"] < 2000
        assert 0.99 < qubit["fidelity"] < 1


@dataclass(frozen=True, kw_only=True)
class Answering(LabDriver):
    answer: Any = None
    kind: ClassVar[str] = "answering"

    def document(self) -> Mapping[str, Any]:
        return make_document(
            name="one",
            device_id=self.device_id,
            calibrated_at="2026-01-01T00:00:00Z",
            qubits=[{}],
            couplings=[],
        )

    def run(self, circuit: Circuit, *, shots: int, seed: int) -> Any:
        return self.answer


MEASURED = Circuit(n_qubits=1, n_clbits=1, operations=(Operation("measure", (0,), clbits=(0,)),))


@pytest.mark.parametrize(
    "answer",
    [None, 7, {"0": 9}, {"00": 10}, {0: 10}, {"0": 15, "1": -5}, {"0": 10.0}, {"0": "10"}, {"2": 10}, {}],
)
def test_an_answer_that_is_no_histogram_fails_the_job(answer: Any) -> None:
    runnable = Answering(device_id="lab", answer=answer).prepare(MEASURED, Settings(shots=10))
    with pytest.raises(DeviceError, match="no histogram of 10 shots of 1 bits"):
        runnable.sample(shots=10, seed=0)


def test_a_histogram_may_have_whole_numbers_of_any_kind() -> None:
    answer = {"0": np.int64(9), "1": np.uint8(1)}
    counts = (
        Answering(device_id="lab", answer=answer)
        .prepare(MEASURED, Settings(shots=10))
        .sample(shots=10, seed=0)
    )
    assert counts == {"0": 9, "1": 1}
    assert {type(number) for number in counts.values()} == {int}


@pytest.mark.parametrize("text", [None, "{", "[]", "{}", '{"name": "x"}', '{"calibrated_at": "now"}'])
def test_a_document_that_is_none_is_told_before_the_first_job(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(DriverSettingsError, match=f"The calibration document {path}"):
        load_driver("superconducting", "SC", {"calibration": str(path)})


def test_a_calibration_of_the_cloud_that_is_none_fails_the_job_alone() -> None:
    with pytest.raises(UnsupportedInstructionError, match="lacks 'calibrated_at'"):
        cached_driver("superconducting", "SC", {}, b'{"name": "x"}')
