"""``jobs show --evidence``, ``jobs replay``, ``jobs diff``, ``devices calibrations``."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.unit.cli.conftest import Invoke
from tests.unit.sdk.cloud import FakeCloud, job_body
from tests.unit.sdk.test_evidence import CALIBRATION, COUNTS, answer_replays, done


@pytest.fixture(autouse=True)
def job(cloud: FakeCloud) -> None:
    cloud.add(done())


def test_evidence_is_shown_fact_by_fact(invoke: Invoke, cloud: FakeCloud) -> None:
    lines = invoke("jobs", "show", "j", "--evidence").stdout.splitlines()
    facts = dict(line.split(maxsplit=1) for line in lines)
    assert facts["calibration.id"] == "c1"
    assert facts["seeds.simulation"] == "7"
    assert facts["transpiler.options.optimization_level"] == "1"
    document = json.loads(invoke("jobs", "show", "j", "--evidence", "-o", "json").stdout)
    assert document["provenance"]["versions"] == {"numpy": "2.4.6"}
    assert invoke("jobs", "show", "j", "--evidence", "-o", "id").stdout == "j\n"
    cloud.add(job_body("k", status="running"))
    assert "no evidence" in invoke("jobs", "show", "k", "--evidence").stdout


def test_a_replay_that_agrees_says_so_and_ends_well(invoke: Invoke, cloud: FakeCloud) -> None:
    answer_replays(cloud)
    shown = invoke("jobs", "replay", "j")
    assert shown.exit_code == 0
    assert "Verdict  identical" in shown.stdout
    assert "total variation 0.0000" in shown.stdout
    document = json.loads(invoke("jobs", "replay", "j", "-o", "json").stdout)
    assert (document["original_id"], document["verdict"], document["agrees"]) == ("j", "identical", True)
    assert invoke("jobs", "replay", "j", "-o", "id").stdout.startswith("job-")


def test_a_replay_that_disagrees_is_an_exit_code_and_tells_the_circumstances(
    invoke: Invoke, cloud: FakeCloud
) -> None:
    answer_replays(cloud, counts={**COUNTS, "00": 280, "11": 704}, versions={"numpy": "3"})
    shown = invoke("jobs", "replay", "j")
    assert shown.exit_code == 1
    assert "Verdict  different" in shown.stdout
    assert "versions.numpy  2.4.6 → 3" in shown.stdout


def test_a_diff_shows_each_part(invoke: Invoke, cloud: FakeCloud) -> None:
    cloud.add(done("k", counts={"00": 1000, "11": 24}, engine="other", info={"code": "x" * 500}))
    lines = invoke("jobs", "diff", "j", "k").stdout.splitlines()
    assert lines[0] == "Inputs"
    assert lines[1].endswith("xx…")
    assert "Settings: the same" in lines
    assert "  engine  aer → other" in lines
    assert "chi-square" in lines[-1]
    assert invoke("jobs", "diff", "j", "j").stdout.splitlines()[:4] == [
        "Inputs: the same",
        "Settings: the same",
        "Provenance: the same",
        "Results: the same",
    ]
    cloud.add(job_body("l", status="running"))
    assert invoke("jobs", "diff", "j", "l").stdout.endswith("Results: not comparable\n")
    assert (
        json.loads(invoke("jobs", "diff", "j", "k", "-o", "json").stdout)["provenance"][0]["what"] == "engine"
    )


def test_calibrations_are_listed_and_shown(invoke: Invoke, cloud: FakeCloud) -> None:
    path = "/user/devices/SC/calibrations"
    document = {**CALIBRATION, "device_info": '{"qubits": []}'}
    cloud.extra = {
        ("GET", path): lambda _: httpx.Response(200, json=[CALIBRATION]),
        ("GET", f"{path}/c1"): lambda _: httpx.Response(200, json=document),
    }
    table = invoke("devices", "calibrations", "SC").stdout.splitlines()
    assert table[0].split()[:2] == ["Calibration", "Calibrated"]
    assert table[2].split()[0] == "c1"
    assert "100.5" in table[2]
    assert invoke("devices", "calibrations", "SC", "-o", "id").stdout == "c1\n"
    assert cloud.requests[0].url.params["limit"] == "20"
    whole = json.loads(invoke("devices", "calibrations", "SC", "c1", "-o", "json").stdout)
    assert whole["device_info"] == {"qubits": []}
