"""Looking at programs over HTTP, in a real child process."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import msgspec
import psutil
import pytest

from qumulus.domain.device import Device, DeviceType
from qumulus.domain.ids import DeviceId
from qumulus.ports.operations import AddDevice
from qumulus.programs import sandboxed
from qumulus.sandbox import Limits
from qumulus.wire.programs import CheckBody, LayoutBody
from tests.api.cloud import BELL, Cloud, audit

HEAD = 'OPENQASM 3; include "stdgates.inc";\n'
QPU = {"couplings": [{"control": 0, "target": 1}], "name": "qpu"}


async def check(cloud: Cloud, code: str, **fields: Any) -> CheckBody:
    answer = await cloud.call("alice", "POST", "/user/qasm/check", json={"code": code, **fields})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-length"] == str(len(answer.content))
    return msgspec.json.decode(answer.content, type=CheckBody)


async def layout(cloud: Cloud, code: str) -> httpx.Response:
    return await cloud.call("alice", "POST", "/user/qasm/layout", json={"code": code})


async def add_qpu(cloud: Cloud) -> None:
    room = cloud.services
    device = Device(
        id=DeviceId("QPU"),
        device_type=DeviceType.QPU,
        n_qubits=3,
        basis_gates=("rz", "sx", "x", "cx"),
        device_info=json.dumps(QPU),
    )
    await room.store.apply(AddDevice(device=device, at=room.clock.now(), audit=audit()))
    room.drop_devices()


async def test_a_good_program_is_counted(cloud: Cloud) -> None:
    found = await check(cloud, BELL)
    assert (found.ok, found.diagnostics, found.parameters) == (True, (), ())
    assert found.statistics is not None
    counted = found.statistics
    assert (counted.n_qubits, counted.n_clbits, counted.n_gates, counted.depth) == (2, 2, 2, 3)
    assert counted.operations == {"measure": 2, "h": 1, "cx": 1}
    assert counted.is_clifford


async def test_an_error_has_its_place_and_a_hint(cloud: Cloud) -> None:
    found = await check(cloud, HEAD + "qubit q;\n  hh q;")
    assert (found.ok, found.statistics) == (False, None)
    (error,) = found.diagnostics
    assert (error.severity, error.code, error.line, error.column) == ("error", "invalid_program", 3, 3)
    assert error.hint == "did you mean `h`?"


async def test_what_a_device_lacks_is_noted_once_with_its_place(cloud: Cloud) -> None:
    await add_qpu(cloud)
    body = "qubit[4] q; bit[4] c;\nh q[0]; h q[1];\ncx q[0], q[1]; cx q[1], q[0]; c = measure q;"
    found = await check(cloud, HEAD + body, device_id="QPU")
    assert [(each.severity, each.code) for each in found.diagnostics] == [
        ("error", "too_many_qubits"),
        ("note", "needs_transpiling"),
        ("note", "needs_transpiling"),
    ]
    assert not found.ok
    _, gate, coupling = found.diagnostics
    assert "no gate `h`" in gate.message
    assert (gate.line, gate.column) == (3, 1)
    assert "does not couple qubits 1 and 0" in coupling.message
    assert (coupling.line, coupling.column) == (4, 16)


async def test_a_simulator_takes_every_gate(cloud: Cloud) -> None:
    found = await check(cloud, HEAD + "qubit[3] q; bit c; ctrl @ ch q[0], q[1], q[2];", device_id="SVSim")
    assert (found.ok, found.diagnostics) == (True, ())


async def test_a_program_that_measures_nothing_is_warned_of(cloud: Cloud) -> None:
    found = await check(cloud, HEAD + "input float theta; qubit q; rx(theta) q;")
    assert found.ok
    assert [each.code for each in found.diagnostics] == ["nothing_measured"]
    assert found.parameters == ("theta",)


async def test_a_layout_has_wires_columns_and_labels(cloud: Cloud) -> None:
    answer = await layout(
        cloud, HEAD + "qubit[3] q; bit c; rx(pi / 2) q[0]; cx q[0], q[2]; x q[1]; c = measure q[1];"
    )
    found = msgspec.json.decode(answer.content, type=LayoutBody)
    assert found.qubits == ("q[0]", "q[1]", "q[2]")
    assert found.clbits == ("c[0]",)
    assert [[item.label for item in column] for column in found.columns] == [
        ["RX(π/2)"],
        ["X"],
        ["X"],
        ["M→c[0]"],
    ]
    controlled = found.columns[1][0]
    assert [(control.qubit, control.state) for control in controlled.controls] == [(0, 1)]
    assert (controlled.qubits, controlled.line, controlled.column) == ((2,), 2, 37)
    assert found.is_complete


async def test_an_unreadable_program_has_no_layout(cloud: Cloud) -> None:
    answer = await layout(cloud, HEAD + "qubit q;\nhh q;")
    assert answer.status_code == 400
    body = answer.json()
    assert body["code"] == "invalid_program"
    assert body["message"].startswith("line 3, column 1: the gate `hh` is not defined")
    assert body["details"] == [{"reason_code": "invalid_program", "line": 3, "column": 1}]


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("alice", {}, 400, "bad_request"),
        ("alice", {"code": ""}, 400, "bad_request"),
        ("alice", {"code": 3}, 400, "bad_request"),
        ("alice", {"code": BELL, "device": "SC"}, 400, "unknown_field"),
        ("alice", {"code": BELL, "device_id": "none"}, 404, "not_found"),
        ("alice", {"code": "x" * (4 * 1024 * 1024 + 1)}, 400, "bad_request"),
        ("svsim", {"code": BELL}, 403, "not_allowed"),
    ],
)
async def test_wrong_calls_are_refused(
    cloud: Cloud, who: str, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await cloud.call(who, "POST", "/user/qasm/check", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_cloud_that_looks_at_no_programs_says_so(cloud: Cloud) -> None:
    cloud.services.programs = None
    answer = await layout(cloud, BELL)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_reading_that_takes_too_long_is_ended(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandboxed, "LIMITS", Limits(memory_bytes=None, wall_s=0.2))
    bomb = "qubit[2] q; gate g0 a, b { rx(0.1) a; cx a, b; }\n"
    bomb += "".join(f"gate g{k + 1} a, b {{ pow(50) @ g{k} a, b; }}\n" for k in range(3))
    code = HEAD + bomb + "g3 q[0], q[1];" * 3
    answer = await cloud.call("alice", "POST", "/user/qasm/check", json={"code": code})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    monkeypatch.undo()
    assert (await check(cloud, BELL)).ok


async def test_many_at_once_are_all_answered_by_few_processes(cloud: Cloud) -> None:
    found = await asyncio.gather(*(check(cloud, BELL) for _ in range(20)))
    assert all(each.ok for each in found)
    assert len(psutil.Process().children()) <= sandboxed.WORKERS


async def test_a_program_that_measurements_steer_is_right_but_has_no_layout(cloud: Cloud) -> None:
    code = HEAD + "qubit[2] q; bit c; h q[0]; c = measure q[0];\n  if (c) { x q[1]; } c = measure q[1];"
    found = await check(cloud, code, device_id="SVSim")
    assert (found.ok, found.statistics) == (True, None)
    (note,) = found.diagnostics
    assert (note.severity, note.code, note.line, note.column) == ("note", "classical_control", 3, 3)
    answer = await layout(cloud, code)
    assert answer.status_code == 400
    assert answer.json()["details"] == [{"reason_code": "unsupported_instruction", "line": 3, "column": 3}]


STEERED = (
    "def flip(qubit a, qubit b) { sx a;\n"
    "  h a; cx a, b; }\n"
    "qubit[3] q; bit c; c = measure q[0]; if (c) { flip(q[0], q[1]); cx q[0], q[2]; }"
)


async def test_subroutines_of_steered_programs_are_checked(cloud: Cloud) -> None:
    assert (await check(cloud, HEAD + STEERED)).ok
    found = await check(cloud, HEAD + STEERED.replace("  h a;", "  h d;"))
    assert not found.ok
    (error,) = found.diagnostics
    assert (error.code, error.line, error.column) == ("invalid_program", 3, 5)
    assert "`d` is not declared" in error.message


async def test_what_a_device_lacks_for_a_steered_program_has_its_place_in_subroutines_too(
    cloud: Cloud,
) -> None:
    await add_qpu(cloud)
    found = await check(cloud, HEAD + STEERED, device_id="QPU")
    assert not found.ok
    note, gate, coupling = found.diagnostics
    assert (note.severity, note.code) == ("note", "classical_control")
    assert (gate.severity, gate.code, gate.line, gate.column) == ("error", "unsupported_instruction", 3, 3)
    assert "has no gate `h`" in gate.message
    assert (coupling.code, coupling.line, coupling.column) == ("unsupported_instruction", 4, 65)
    assert "does not couple qubits 0 and 2" in coupling.message


async def test_subroutines_are_checked_where_parameters_decide(cloud: Cloud) -> None:
    code = HEAD + "input int n;\ndef flip(qubit a) { hh a; }\nqubit q; bit c; if (n == 1) { flip(q); }"
    (error,) = (await check(cloud, code)).diagnostics
    assert (error.code, error.line, error.column) == ("invalid_program", 3, 21)
