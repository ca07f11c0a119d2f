from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from qumulus.programs import sandboxed
from qumulus.sandbox import Limits
from tests.unit.cli.conftest import Invoke
from tests.unit.sdk.cloud import FakeCloud

BAD = 'OPENQASM 3; include "stdgates.inc";\nqubit q;\nhh q;\n'


@pytest.fixture
def bad(tmp_path: Path) -> str:
    file = tmp_path / "bad.qasm"
    file.write_text(BAD)
    return str(file)


def test_a_good_program_is_fine_and_no_cloud_is_asked(invoke: Invoke, cloud: FakeCloud, bell: str) -> None:
    done = invoke("qasm", "check", bell)
    assert (done.exit_code, done.stdout) == (0, f"{bell}: fine\n")
    assert cloud.requests == []


def test_an_error_is_told_as_compilers_do(invoke: Invoke, bad: str) -> None:
    done = invoke("qasm", "check", bad)
    assert done.exit_code == 1
    assert done.stdout == (
        f"{bad}:3:1: error: the gate `hh` is not defined (did you mean `h`?) [invalid_program]\n"
    )


def test_findings_as_json(invoke: Invoke, bad: str) -> None:
    done = invoke("qasm", "check", bad, "-o", "json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert (found["ok"], found["diagnostics"][0]["line"]) == (False, 3)


def test_a_device_is_asked_of_the_cloud(invoke: Invoke, cloud: FakeCloud, bell: str) -> None:
    note = {"severity": "note", "code": "needs_transpiling", "message": "no h", "hint": None}
    answer = {
        "ok": True,
        "diagnostics": [{**note, "line": 2, "column": 5}],
        "statistics": None,
        "parameters": [],
    }
    cloud.extra["POST", "/user/qasm/check"] = lambda _: httpx.Response(200, json=answer)
    done = invoke("qasm", "check", bell, "--device", "SC")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{bell}:2:5: note: no h [needs_transpiling]\n"
    assert json.loads(cloud.requests[0].content)["device_id"] == "SC"


def test_statistics(invoke: Invoke, bell: str) -> None:
    done = invoke("qasm", "stats", bell)
    assert "Qubits          2\n" in done.stdout
    assert "cx              1\n" in done.stdout
    counted = json.loads(invoke("qasm", "stats", bell, "-o", "json").stdout)
    assert (counted["n_gates"], counted["is_clifford"], counted["parameters"]) == (2, True, [])


def test_a_drawing_as_wide_as_asked(invoke: Invoke, bell: str) -> None:
    done = invoke("qasm", "draw", bell, "--ascii", "--width", "20")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("q[0]: -[H]-@-")
    assert max(map(len, lines)) <= 20
    assert "" in lines


@pytest.mark.parametrize("command", ["stats", "draw"])
def test_what_cannot_be_read_is_refused_with_its_place(invoke: Invoke, bad: str, command: str) -> None:
    done = invoke("qasm", command, bad)
    assert (done.exit_code, done.stdout) == (1, "")
    assert ":3:1: error:" in done.stderr


def test_a_file_that_is_not_there_is_wrong_usage(invoke: Invoke) -> None:
    assert invoke("qasm", "draw", "no-such.qasm").exit_code == 2


STEERED = 'OPENQASM 3; include "stdgates.inc";\nqubit q; bit c; h q; c = measure q;\nif (c) { x q; }\n'


def test_a_program_that_measurements_steer_is_right_but_no_circuit(invoke: Invoke, tmp_path: Path) -> None:
    file = tmp_path / "steered.qasm"
    file.write_text(STEERED)
    done = invoke("qasm", "check", str(file))
    assert (done.exit_code, "note: measurements decide" in done.stdout) == (0, True)
    assert f"{file}:3:1: " in done.stdout
    for command in ("stats", "draw"):
        refused = invoke("qasm", command, str(file))
        assert refused.exit_code == 1
        assert f"{file}:3:1: " in refused.output


def test_reading_that_takes_too_long_is_ended(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the limits of the process that reads, which is not the command's own."""
    monkeypatch.setattr(sandboxed, "LIMITS", Limits(memory_bytes=None, wall_s=0.2))
    body = "qubit[2] q; gate g0 a, b { rx(0.1) a; cx a, b; }\n"
    body += "".join(f"gate g{k + 1} a, b {{ pow(50) @ g{k} a, b; }}\n" for k in range(3))
    file = tmp_path / "bomb.qasm"
    file.write_text('OPENQASM 3; include "stdgates.inc";\n' + body + "g3 q[0], q[1];" * 3)
    for command in ("check", "stats", "draw"):
        done = invoke("qasm", command, str(file))
        assert done.exit_code == 1
        assert "too much time or memory" in done.stderr


def test_parameters_that_decide_are_told(invoke: Invoke, tmp_path: Path) -> None:
    file = tmp_path / "layers.qasm"
    file.write_text('OPENQASM 3; include "stdgates.inc"; input int n; qubit q; for int k in [1:n] { x q; }')
    done = invoke("qasm", "check", str(file), "-o", "json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert (found["ok"], found["parameters"], found["statistics"]) == (True, ["n"], None)
    assert found["diagnostics"][0]["code"] == "parameters_decide"
    assert "parameters n decide" in invoke("qasm", "draw", str(file)).stderr
