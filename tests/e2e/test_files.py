"""The files form through real processes: our Provider runs what an OQTOPUS client sends; SDK and S3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from qumulus.sdk import Client
from tests.api.files import unzipped, zipped
from tests.e2e.clouds import BELL, Cloud, ended, until

ENDS = {"succeeded", "failed", "cancelled"}
FIRST = 'OPENQASM 3; include "stdgates.inc"; qubit[1] q; bit[1] c; x q[0]; c = measure q;'


def run_files(cloud: Cloud, archive: bytes, **fields: Any) -> dict[str, Any]:
    """Register, upload, submit, wait, download."""
    base = f"http://127.0.0.1:{cloud.port}"
    headers = {"q-api-token": cloud.alice.token, "Content-Type": "application/json"}
    with httpx.Client(base_url=base, headers=headers, timeout=60) as http:
        made = http.post("/user/jobs").json()
        form = made["presigned_url"]
        sent = httpx.post(form["url"], data=form["fields"], files={"file": ("input.zip", archive)})
        assert sent.status_code == 204, sent.text
        body = {"device_id": "SVSim", "job_type": "sampling", "shots": 100, **fields}
        path = f"/user/jobs/{made['job_id']}"
        assert http.post(f"{path}/submit", json=body).json() == {"message": "job submitted"}
        until(lambda: http.get(f"{path}/status", params={"wait": 20}).json()["status"] in ENDS, within_s=100)
        job: dict[str, Any] = http.get(path).json()
        for key, url in job["job_info"].items():
            if job["status"] == "succeeded" and key != "message":
                name, content = unzipped(httpx.get(url).content)
                job["job_info"][key] = json.loads(content) if name.endswith(".json") else content.decode()
        return job


def test_our_provider_runs_programs_that_came_as_files(whole_cloud: Cloud) -> None:
    programs = [FIRST, BELL]
    archive = zipped("input.json", json.dumps({"program": programs}))
    job = run_files(whole_cloud, archive, job_type="multi_manual")
    assert job["status"] == "succeeded", job
    info = job["job_info"]
    assert info["input"] == {"program": programs}
    divided = info["result"]["sampling"]["divided_counts"]
    assert divided["0"] == {"1": 100}
    assert set(divided["1"]) <= {"00", "11"}
    assert info["combined_program"].startswith("OPENQASM 3")
    assert job["transpiler_info"]["transpiler_lib"] == "qiskit"
    assert set(info["transpile_result"]) == {"transpiled_program", "stats", "virtual_physical_mapping"}
    with Client(f"http://127.0.0.1:{whole_cloud.port}", whole_cloud.alice.token) as client:
        result = client.job(job["job_id"]).result()
        assert result.divided_counts == divided


def test_our_provider_says_what_is_wrong_with_an_archive(whole_cloud: Cloud) -> None:
    job = run_files(whole_cloud, b"no archive at all")
    assert (job["status"], job["running_at"]) == ("failed", None)
    assert "no zip archive" in job["job_info"]["message"]


@pytest.fixture
def bucket() -> Iterator[dict[str, str]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {
        "endpoint": f"http://{host}:{port}",
        "region": "us-east-1",
        "access_key_id": "key-id",
        "secret_access_key": "the-secret-of-the-bucket",
    }
    client = boto3.client(
        "s3",
        endpoint_url=options["endpoint"],
        region_name="us-east-1",
        aws_access_key_id="key-id",
        aws_secret_access_key="the-secret-of-the-bucket",
    )
    client.create_bucket(Bucket="archives")
    yield options
    server.stop()


def test_archives_may_lie_in_a_bucket(tmp_path: Path, bucket: dict[str, str]) -> None:
    data = tmp_path / "data"
    data.mkdir()
    options = ", ".join(f'{name} = "{value}"' for name, value in bucket.items())
    settings = (
        f'[cloud]\nstorage = "s3://archives/lab"\nstorage_options = {{ {options} }}\nlog_level = "debug"\n'
    )
    (data / "config.toml").write_text(settings)
    cloud = Cloud(data, "up")
    with ended(cloud):
        cloud.ready()
        job = run_files(cloud, zipped("input.json", json.dumps({"program": [BELL]})))
        assert (job["status"], job["job_info"]["input"]) == ("succeeded", {"program": [BELL]})
        assert sum(job["job_info"]["result"]["sampling"]["counts"].values()) == 100
        log = cloud.said
    assert not (data / "storage").exists()
    assert "the-secret-of-the-bucket" not in log
