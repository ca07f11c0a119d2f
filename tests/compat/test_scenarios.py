"""What the public scenario tests of OQTOPUS assert, each as a law, against a whole cloud.

They upload an archive of any name with one entry of any name, send ``{}`` to register, and put form
fields into unquoted shell lines.
"""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.e2e.clouds import BELL, Cloud

HEAD = 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; '
FLIP = HEAD + "x q[0]; c = measure q;"
WRONG = HEAD + "x q[7]; c = measure q;"
FORM_FIELDS = {"key", "AWSAccessKeyId", "x-amz-security-token", "policy", "signature"}
ENDED = {"succeeded", "failed", "cancelled"}
DEFAULT = {"transpiler_lib": "qiskit", "transpiler_options": {"optimization_level": 1}}
NO_TRANSPILING = {"transpiler_lib": None}
WITHIN_S = 60.0


@pytest.fixture
def http(cloud: Cloud) -> Iterator[httpx.Client]:
    headers = {"q-api-token": cloud.credentials["users"]["alice"], "Content-Type": "application/json"}
    base = f"http://127.0.0.1:{cloud.port}/user"
    with httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=30) as client:
        yield client


def archive(contents: dict[str, Any]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as opened:
        opened.writestr("anything.json", json.dumps(contents))
    return held.getvalue()


def entry(url: str) -> tuple[str, bytes]:
    """Downloaded without headers: the URL carries the authority."""
    answer = httpx.get(url, trust_env=False, timeout=30)
    assert answer.is_success
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        (name,) = opened.namelist()
        return name, opened.read(name)


def register(http: httpx.Client) -> tuple[str, dict[str, Any]]:
    answer = http.post("/jobs", content="{}")
    assert answer.status_code == 200, answer.text
    return answer.json()["job_id"], answer.json()["presigned_url"]


def submit(http: httpx.Client, contents: dict[str, Any], **fields: Any) -> str:
    job_id, form = register(http)
    sent = httpx.post(
        form["url"],
        data=form["fields"],
        files={"file": ("some.zip", archive(contents), "application/octet-stream")},
        trust_env=False,
    )
    assert sent.status_code in {200, 201, 204}, sent.text
    body = {"device_id": "SVSim", "job_type": "sampling", "shots": 1000, **fields}
    answer = http.post(f"/jobs/{job_id}/submit", json=body)
    assert (answer.status_code, answer.json()) == (200, {"message": "job submitted"})
    return job_id


def ended(http: httpx.Client, job_id: str) -> dict[str, Any]:
    """Poll the job itself, as the scenarios do."""
    deadline = time.monotonic() + WITHIN_S
    while True:
        job: dict[str, Any] = http.get(f"/jobs/{job_id}").json()
        if job["status"] in ENDED:
            return job
        assert time.monotonic() < deadline, job
        time.sleep(0.05)


def run(http: httpx.Client, program: str | list[str] = FLIP, **fields: Any) -> dict[str, Any]:
    programs = [program] if isinstance(program, str) else program
    contents = {"program": programs, **fields.pop("contents", {})}
    return ended(http, submit(http, contents, **fields))


def test_form_fields_survive_an_unquoted_shell_line(http: httpx.Client) -> None:
    job_id, form = register(http)
    fields = form["fields"]
    assert fields.keys() <= FORM_FIELDS
    assert {"key", "AWSAccessKeyId", "policy", "signature"} <= {name for name in fields if fields[name]}
    assert fields["key"] == f"{job_id}/input.zip"
    for text in (*fields.values(), form["url"]):
        assert re.fullmatch(r"[\w./:=+@,~-]+", text), text
    shown = http.get(f"/jobs/{job_id}").json()
    assert (shown["job_id"], shown["status"]) == (job_id, "registered")


def test_submit_needs_the_upload_and_may_be_tried_again(http: httpx.Client) -> None:
    job_id, form = register(http)
    body = {"device_id": "SVSim", "job_type": "sampling", "shots": 10}
    assert http.post(f"/jobs/{job_id}/submit", json=body).status_code == 400
    file = {"file": ("x.zip", archive({"program": [FLIP]}), "application/octet-stream")}
    assert httpx.post(form["url"], data=form["fields"], files=file, trust_env=False).is_success
    for wrong in ({"device_id": "nowhere"}, {"shots": 0}, {"job_type": "magic"}):
        assert http.post(f"/jobs/{job_id}/submit", json=body | wrong).status_code == 400
    assert http.get(f"/jobs/{job_id}/status").json() == {"job_id": job_id, "status": "registered"}
    assert http.post(f"/jobs/{job_id}/submit", json=body).json() == {"message": "job submitted"}
    assert http.post(f"/jobs/{job_id}/submit", json=body).status_code == 400
    assert ended(http, job_id)["status"] == "succeeded"
    assert http.post("/jobs/unknown/submit", json=body).status_code == 404


@pytest.mark.parametrize("device", ["SVSim", "SC"])
def test_empty_settings_come_back_as_the_default_that_was_used(http: httpx.Client, device: str) -> None:
    job = run(http, BELL, device_id=device, transpiler_info={}, simulator_info={}, mitigation_info={})
    assert job["transpiler_info"] == DEFAULT
    assert job["simulator_info"] == {}
    assert job["mitigation_info"] == {}
    name, text = entry(job["job_info"]["transpile_result"])
    assert name == "transpile_result.json"
    assert set(json.loads(text)) == {"transpiled_program", "stats", "virtual_physical_mapping"}


def test_null_settings_are_empty_objects(http: httpx.Client) -> None:
    job = run(http, simulator_info=None, mitigation_info=None)
    assert (job["simulator_info"], job["mitigation_info"]) == ({}, {})
    assert (job["name"], job["description"]) == ("", "")


def test_no_transpiling_is_echoed_and_leaves_no_result_of_it(http: httpx.Client) -> None:
    job = run(http, transpiler_info=NO_TRANSPILING)
    assert job["transpiler_info"] == NO_TRANSPILING
    assert job["job_info"].get("transpile_result") is None


def test_explicit_settings_are_echoed_alone(http: httpx.Client) -> None:
    settings = {"transpiler_lib": "qiskit", "transpiler_options": {"initial_layout": [0, 1]}}
    mitigation = {"ro_error_mitigation": "pseudo_inverse"}
    job = run(http, device_id="SC", transpiler_info=settings, mitigation_info=mitigation)
    assert (job["transpiler_info"], job["mitigation_info"]) == (settings, mitigation)


def test_a_result_is_an_archive_of_result_json(http: httpx.Client) -> None:
    job = run(http, BELL)
    name, text = entry(job["job_info"]["result"])
    counts = json.loads(text)["sampling"]["counts"]
    assert name == "result.json"
    assert sum(counts.values()) == 1000
    assert set(counts) == {"00", "11"}
    assert "'" not in job["job_info"]["result"]


def test_a_success_has_an_execution_time_and_ordered_times(http: httpx.Client) -> None:
    job = run(http)
    assert job["execution_time"] > 0
    times = [
        datetime.fromisoformat(job[name]) for name in ("submitted_at", "ready_at", "running_at", "ended_at")
    ]
    assert times == sorted(times)


@pytest.mark.parametrize("device", ["SVSim", "SC"])
def test_a_job_that_fails_before_running_has_no_time_and_no_result(http: httpx.Client, device: str) -> None:
    job = run(http, WRONG, device_id=device)
    assert job["status"] == "failed"
    assert (job["running_at"], job["execution_time"]) == (None, None)
    assert job["ended_at"] is not None
    assert job["job_info"]["message"]
    assert not {"result", "transpile_result", "sse_log"} & job["job_info"].keys()


def test_final_measurements_do_not_count_in_estimation(http: httpx.Client) -> None:
    operator = [{"pauli": "X 0 X 1", "coeff": 1.5}, {"pauli": "Z0Z1", "coeff": 0.5}]
    job = run(http, BELL, job_type="estimation", contents={"operator": operator})
    found = json.loads(entry(job["job_info"]["result"])[1])["estimation"]
    assert found["exp_value"] == pytest.approx(2.0)
    assert found["stds"] >= 0


def test_several_programs_are_combined_in_order(http: httpx.Client) -> None:
    job = run(http, [FLIP, BELL], job_type="multi_manual")
    result = json.loads(entry(job["job_info"]["result"])[1])["sampling"]
    assert result["divided_counts"]["0"] == {"01": 1000}
    assert set(result["counts"]) == {"0001", "1101"}
    name, text = entry(job["job_info"]["combined_program"])
    assert name == "combined_program"
    assert text.decode().startswith("OPENQASM 3")


def test_a_device_has_its_calibration_as_text(http: httpx.Client) -> None:
    info = json.loads(http.get("/devices/SC").json()["device_info"])
    assert [qubit["id"] for qubit in info["qubits"]] == list(range(27))
    assert {"control", "target", "fidelity"} <= info["couplings"][0].keys()


def test_jobs_of_type_sse_are_refused_clearly(http: httpx.Client) -> None:
    job_id, form = register(http)
    file = {"file": ("x.zip", archive({"sse_program": "print(1)"}), "application/octet-stream")}
    assert httpx.post(form["url"], data=form["fields"], files=file, trust_env=False).is_success
    body = {"device_id": "SVSim", "job_type": "sse", "shots": 1000}
    refused = http.post(f"/jobs/{job_id}/submit", json=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "unsupported_job_type")
    assert http.get(f"/jobs/{job_id}/sselog").status_code == 400
