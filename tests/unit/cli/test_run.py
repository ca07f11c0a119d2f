from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer

from qumulus.cli.run import read_bindings, read_operator
from tests.unit.cli.conftest import Invoke
from tests.unit.sdk.cloud import AT, BELL, DIVIDED, ESTIMATED, SAMPLED, FakeCloud, refusal


def ends(status: str = "succeeded", **info: Any) -> dict[str, Any]:
    return {"status": status, "ended_at": AT, "job_info": json.dumps({"code": BELL, **info})}


def sent(cloud: FakeCloud) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(cloud.requests[0].content)
    return body


def test_a_file_becomes_a_histogram(invoke: Invoke, cloud: FakeCloud, bell: str) -> None:
    cloud.progress["job-1"] = [ends(**SAMPLED)]
    done = invoke("run", bell, "--device", "SVSim", "--shots", "1000", "--name", "bell")
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["11", "00"]
    assert done.stdout.splitlines()[0].endswith("0.5029  515")
    assert (sent(cloud)["shots"], sent(cloud)["name"]) == (1000, "bell")


def test_several_files_run_side_by_side(invoke: Invoke, cloud: FakeCloud, bell: str) -> None:
    cloud.progress["job-1"] = [ends(**DIVIDED)]
    done = invoke("run", bell, bell, "--device", "SVSim")
    assert done.exit_code == 0, done.output
    assert sent(cloud)["job_type"] == "multi_manual"
    assert json.loads(sent(cloud)["job_info"]) == {"program": [BELL, BELL]}
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        *("program", "00", "11"),
        *("program", "01", "00"),
        *("all", "0100", "0011"),
    ]


def test_bindings_are_shown_one_by_one(invoke: Invoke, cloud: FakeCloud, bell: str, tmp_path: Path) -> None:
    results = [{"sampling": {"counts": {"0": 4}}}, {"estimation": {"exp_value": 0.5, "stds": 0.1}}]
    cloud.progress["job-1"] = [ends(result={"bindings": results})]
    file = tmp_path / "more.json"
    file.write_text('[{"a": 3, "b": 4}]')
    done = invoke("run", bell, "-d", "SVSim", "--bind", "a=0.5, b=-1e-3", "--bind", f"@{file}")
    assert done.exit_code == 0, done.output
    assert json.loads(sent(cloud)["job_info"])["parameters"] == [{"a": 0.5, "b": -0.001}, {"a": 3, "b": 4}]
    lines = done.stdout.splitlines()
    assert (lines[0], lines[2], lines[3]) == ("binding 0", "binding 1", "expectation value  0.5 ± 0.1")


@pytest.mark.parametrize("command", [["run", "-d", "SVSim"], ["qasm", "check"]])
@pytest.mark.parametrize(
    ("contents", "why"), [(b" \n", "is empty"), (b"\xff\xfe", "it is not UTF-8 text"), (None, "No such file")]
)
def test_a_file_that_is_no_program_is_wrong_usage(
    invoke: Invoke, tmp_path: Path, *, command: list[str], contents: bytes | None, why: str
) -> None:
    file = tmp_path / "p.qasm"
    if contents is not None:
        file.write_bytes(contents)
    done = invoke(*command, str(file), env={"COLUMNS": "300"})
    assert (done.exit_code, why in done.stderr) == (2, True), done.stderr
    assert "codec" not in done.stderr


def test_bindings_may_be_of_any_type() -> None:
    (binding,) = read_bindings("w=0.5, n=-3, flag=true, other=false, mask=0b011")
    assert binding == {"w": 0.5, "n": -3, "flag": True, "other": False, "mask": "011"}
    assert [type(value) for value in binding.values()] == [float, int, bool, bool, str]


@pytest.mark.parametrize(
    "text", ["a", "a=x", "a=nan", "a=-inf", "a=1,a=2", "a=1_0", "a=0b", "=1", "@missing.json"]
)
def test_wrong_bindings_are_wrong_usage(invoke: Invoke, bell: str, text: str) -> None:
    done = invoke("run", bell, "-d", "SVSim", "--bind", text)
    assert done.exit_code == 2


def test_an_expectation_value(invoke: Invoke, cloud: FakeCloud, bell: str) -> None:
    cloud.progress["job-1"] = [ends(**ESTIMATED)]
    done = invoke("run", bell, "-d", "SVSim", "--estimate", "X0 X1:1.5, Z0", "--exact")
    assert done.stdout == "expectation value  1.5 ± 0.01\n"
    assert json.loads(sent(cloud)["job_info"])["operator"] == [
        {"pauli": "X0 X1", "coeff": 1.5},
        {"pauli": "Z0", "coeff": 1.0},
    ]
    assert sent(cloud)["simulator_info"] == {"exact": True}


def test_options_reach_the_job(invoke: Invoke, cloud: FakeCloud, bell: str) -> None:
    arguments = ["--seed", "7", "--method", "stabilizer", "--transpile", "3", "--mitigate", "--priority", "1"]
    done = invoke("run", bell, "-d", "SC", *arguments, "--no-wait")
    assert (done.exit_code, done.stdout) == (0, "job-1\n")
    body = sent(cloud)
    assert body["simulator_info"] == {"seed_simulation": 7, "method": "stabilizer"}
    assert body["transpiler_info"] == {
        "transpiler_lib": "qiskit",
        "transpiler_options": {"optimization_level": 3},
    }
    assert body["mitigation_info"] == {"ro_error_mitigation": "pseudo_inverse"}
    assert body["priority"] == 1


@pytest.mark.parametrize(("word", "info"), [("none", {"transpiler_lib": None}), ("default", {})])
def test_transpiling_by_word(invoke: Invoke, cloud: FakeCloud, bell: str, word: str, info: object) -> None:
    invoke("run", bell, "-d", "SC", "--transpile", word, "--no-wait")
    assert sent(cloud)["transpiler_info"] == info


def test_a_program_comes_from_standard_input(invoke: Invoke, cloud: FakeCloud) -> None:
    done = invoke("run", "-", "-d", "SVSim", "--no-wait", input=BELL)
    assert done.exit_code == 0
    assert json.loads(sent(cloud)["job_info"]) == {"code": BELL}


def test_json_is_the_whole_job(invoke: Invoke, cloud: FakeCloud, bell: str) -> None:
    cloud.progress["job-1"] = [ends(**SAMPLED)]
    done = invoke("run", bell, "-d", "SVSim", "-o", "json")
    shown = json.loads(done.stdout)
    assert (shown["id"], shown["status"]) == ("job-1", "succeeded")
    assert shown["job_info"]["result"] == SAMPLED["result"]


def test_a_failed_job_is_exit_code_1_with_its_reason(invoke: Invoke, cloud: FakeCloud, bell: str) -> None:
    cloud.progress["job-1"] = [ends("failed", reason="line 3: what?", reason_code="invalid_program")]
    done = invoke("run", bell, "-d", "SVSim")
    assert done.exit_code == 1
    assert "Job job-1 failed (invalid_program): line 3: what?" in done.stderr
    assert done.stdout == ""


def test_a_wait_that_runs_out_is_exit_code_4_and_says_how_to_go_on(
    invoke: Invoke, cloud: FakeCloud, bell: str
) -> None:
    done = invoke("run", bell, "-d", "SVSim", "--timeout", "0.02")
    assert done.exit_code == 4
    assert "qumulus jobs wait job-1" in done.stderr
    assert cloud.jobs["job-1"]["status"] == "submitted"


def test_an_interruption_leaves_the_job_and_says_how_to_go_on(
    invoke: Invoke, cloud: FakeCloud, bell: str
) -> None:
    def interrupt(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    cloud.extra["GET", "/user/jobs/job-1"] = interrupt
    done = invoke("run", bell, "-d", "SVSim")
    assert done.exit_code == 130
    assert "qumulus jobs wait job-1" in done.stderr
    assert cloud.jobs["job-1"]["status"] == "submitted"


def test_a_second_interruption_is_no_wish_to_cancel(
    invoke: Invoke, cloud: FakeCloud, bell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> httpx.Response:
        raise KeyboardInterrupt

    def abort(*_: object, **__: object) -> bool:
        raise typer.Abort

    cloud.extra["GET", "/user/jobs/job-1"] = interrupt
    monkeypatch.setattr("qumulus.cli.run._can_ask", lambda: True)
    monkeypatch.setattr(typer, "confirm", abort)
    done = invoke("run", bell, "-d", "SVSim")
    assert done.exit_code == 130
    assert "qumulus jobs wait job-1" in done.stderr
    assert cloud.jobs["job-1"]["status"] == "submitted"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--device", "SVSim", "missing.qasm"],
        ["BELL"],
        ["BELL", "-d", "SVSim", "--shots", "0"],
        ["BELL", "-d", "SVSim", "--transpile", "9"],
        ["BELL", "-d", "SVSim", "--estimate", "X0:abc"],
        ["BELL", "-d", "SVSim", "--estimate", "Q0"],
        ["BELL", "-d", "SVSim", "--estimate", "X0:1e999"],
        ["BELL", "BELL", "-d", "SVSim", "--estimate", "X0"],
        ["BELL", "-d", "SVSim", "--exact"],
        ["BELL", "-d", "SVSim", "-o", "yaml"],
    ],
)
def test_wrong_usage_is_exit_code_2_and_asks_nothing(
    invoke: Invoke, cloud: FakeCloud, bell: str, arguments: list[str]
) -> None:
    done = invoke("run", *(bell if argument == "BELL" else argument for argument in arguments))
    assert done.exit_code == 2
    assert not cloud.requests


def test_a_device_that_is_not_there_leads_to_those_that_are(
    invoke: Invoke, cloud: FakeCloud, bell: str
) -> None:
    cloud.extra["POST", "/user/jobs"] = lambda _: refusal(400, "device_unusable", "There is no device 'S'.")
    done = invoke("run", bell, "-d", "S")
    assert done.exit_code == 3
    assert "There is no device 'S'." in done.stderr
    assert "qumulus devices list" in done.stderr


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("I", [("I", 1.0)]),
        ("X0Z1:-2", [("X0Z1", -2.0)]),
        ("X 0 Z 1 : 1e-3,Y12", [("X 0 Z 1", 0.001), ("Y12", 1.0)]),
    ],
)
def test_operators_as_people_type_them(text: str, terms: object) -> None:
    assert read_operator(text) == terms


def test_an_empty_operator_is_refused() -> None:
    with pytest.raises(typer.BadParameter):
        read_operator(" , ")
