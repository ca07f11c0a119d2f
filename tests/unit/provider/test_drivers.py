"""Loading drivers, and where each starts its jobs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qumulus.provider.drivers import cached_driver, load_driver
from qumulus.provider.drivers.base import DriverSettingsError, SandboxKind
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
