"""Any client generation with any Provider generation: three forms of jobs, three kinds of Providers.

The Providers are as small as their contracts: ``ours`` reports lines, ``inline`` knows only calls with
contents, ``files`` only archives. Each computes nothing: what is tested is what travels.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.api.cloud import BELL, Cloud
from tests.api.files import fetch, patch_status, submit_files, unzipped, upload_outputs, zipped

OPERATOR = [{"pauli": "X 0 X 1", "coeff": 1.5}, {"pauli": "Y 0 Z 1", "coeff": 1.2}]
TRANSPILED = {
    "transpiled_program": "OPENQASM 3; // transpiled",
    "stats": {"before": {}, "after": {}},
    "virtual_physical_mapping": {"qubit_mapping": {"0": 1, "1": 0}, "bit_mapping": {}},
}
COMBINED = 'OPENQASM 3; // "both"\nqubit[4] q;'
PROGRAMS = {"sampling": [BELL], "estimation": [BELL], "multi_manual": [BELL, f"// second\n{BELL}"]}
RESULTS = {
    "sampling": {"sampling": {"counts": {"00": 2, "11": 2}, "divided_counts": None}, "estimation": None},
    "estimation": {"sampling": None, "estimation": {"exp_value": 1.5, "stds": 0.25}},
    "multi_manual": {
        "sampling": {
            "counts": {"0000": 2, "1111": 2},
            "divided_counts": {"0": {"00": 2, "11": 2}, "1": {"00": 2, "11": 2}},
        },
        "estimation": None,
    },
}
CLIENTS = ("text", "object", "files")
Job = dict[str, Any]


# --- clients ----------------------------------------------------------------------------------


async def submit(cloud: Cloud, form: str, job_type: str, **more: Any) -> str:
    contents: dict[str, Any] = {"program": PROGRAMS[job_type]}
    if job_type == "estimation":
        contents["operator"] = OPERATOR
    fields = {"job_type": job_type, "shots": 4, "transpiler_info": {}, **more}
    if form == "files":
        return await submit_files(cloud, zipped("input.json", json.dumps(contents)), **fields)
    text = {"code": contents["program"][0], **contents} if job_type == "sampling" else contents
    info = json.dumps(text) if form == "text" else contents
    return await cloud.submit(job_info=info, **fields)


async def see(cloud: Cloud, form: str, job_id: str) -> tuple[Job, dict[str, Any]]:
    """A job and what its own generation of clients sees in ``job_info``."""
    job = await cloud.job(job_id)
    info = job["job_info"]
    if form == "text":
        assert isinstance(info, str)
        return job, json.loads(info)
    assert isinstance(info, dict)
    if form == "object":
        return job, info
    seen: dict[str, Any] = {}
    for key, value in info.items():
        if key in {"message", "reason_code"}:
            seen[key] = value
            continue
        name, content = unzipped(await fetch(cloud, value))
        if key == "combined_program":
            assert name == "combined_program"
            seen[key] = content.decode()
        else:
            assert name == f"{key}.json"
            seen[key] = json.loads(content)
    seen.update(seen.pop("input"))
    return job, seen


# --- Providers --------------------------------------------------------------------------------


class Ours:
    """Claims with a lease, reports lines with its attempt."""

    async def take(self, cloud: Cloud) -> tuple[Job, dict[str, Any]]:
        (job,) = await cloud.claim(lease=10)
        info = job["job_info"]
        return job, json.loads(info) if isinstance(info, str) else info

    async def start(self, cloud: Cloud, job: Job, parts: dict[str, Any]) -> None:
        await self._report(cloud, job, status="running", job_info=parts)

    async def succeed(self, cloud: Cloud, job: Job, parts: dict[str, Any]) -> None:
        await self._report(cloud, job, status="succeeded", job_info=parts, execution_time=0.25)

    async def fail(self, cloud: Cloud, job: Job, reason: str) -> None:
        await self._report(cloud, job, status="failed", job_info={"reason": reason})

    async def _report(self, cloud: Cloud, job: Job, **line: Any) -> None:
        body = [{"job_id": job["job_id"], "attempt": job["attempt"], **line}]
        (outcome,) = (await cloud.call("svsim", "POST", "/provider/jobs/reports", json=body)).json()
        assert outcome["outcome"] == "moved", outcome


class Inline:
    """The OQTOPUS engine to 1.0: contents in ``job_info``, both ways; no attempts."""

    async def take(self, cloud: Cloud) -> tuple[Job, dict[str, Any]]:
        answer = await call_as_engine(cloud, "GET", "/provider/jobs?device_id=SVSim&max_results=1")
        (job,) = answer.json()
        assert isinstance(job["job_info"], dict)
        assert all(
            isinstance(job[f"{name}_info"], dict) for name in ("transpiler", "simulator", "mitigation")
        )
        return job, job["job_info"]

    async def start(self, cloud: Cloud, job: Job, parts: dict[str, Any]) -> None:
        await self._write(cloud, job, job_info=parts)
        path = f"/provider/jobs/{job['job_id']}/status"
        assert (await call_as_engine(cloud, "PATCH", path, json={"status": "running"})).status_code == 200

    async def succeed(self, cloud: Cloud, job: Job, parts: dict[str, Any]) -> None:
        await self._write(cloud, job, job_info=parts, overwrite_status="succeeded", execution_time=0.25)

    async def fail(self, cloud: Cloud, job: Job, reason: str) -> None:
        await self._write(cloud, job, job_info={"message": reason}, overwrite_status="failed")

    async def _write(self, cloud: Cloud, job: Job, **body: Any) -> None:
        path = f"/provider/jobs/{job['job_id']}/job_info"
        answer = await call_as_engine(cloud, "PATCH", path, json=body)
        assert answer.status_code == 200, answer.text


class Files:
    """The OQTOPUS engine since 1.1: archives both ways; no attempts."""

    def __init__(self) -> None:
        self._keys: list[str] = []

    async def take(self, cloud: Cloud) -> tuple[Job, dict[str, Any]]:
        answer = await call_as_engine(cloud, "GET", "/provider/jobs?device_id=SVSim&status=submitted&limit=1")
        (job,) = answer.json()
        assert job["status"] == "ready"
        return job, json.loads(unzipped(await fetch(cloud, job["input"]))[1])

    async def start(self, cloud: Cloud, job: Job, parts: dict[str, Any]) -> None:
        await self._upload(cloud, job, parts)
        answer = await patch_status(cloud, job["job_id"], "running", output_files=self._keys)
        assert answer.status_code == 200, answer.text

    async def succeed(self, cloud: Cloud, job: Job, parts: dict[str, Any]) -> None:
        await self._upload(cloud, job, parts)
        answer = await patch_status(
            cloud, job["job_id"], "succeeded", output_files=self._keys, execution_time=0.25, message=None
        )
        assert answer.status_code == 200, answer.text

    async def fail(self, cloud: Cloud, job: Job, reason: str) -> None:
        answer = await patch_status(cloud, job["job_id"], "failed", output_files=[], message=reason)
        assert answer.status_code == 200, answer.text

    async def _upload(self, cloud: Cloud, job: Job, parts: dict[str, Any]) -> None:
        for item, content in parts.items():
            text = content if isinstance(content, str) else json.dumps(content)
            self._keys += await upload_outputs(cloud, job["job_id"], {item: text})


async def call_as_engine(cloud: Cloud, method: str, path: str, **options: Any) -> Any:
    headers = {"X-Api-Key": cloud.tokens["svsim"], "Content-Type": "application/json"}
    return await cloud.http.request(method, path, headers=headers, **options)


PROVIDERS: dict[str, Callable[[], Any]] = {"ours": Ours, "inline": Inline, "files": Files}


# --- the matrix -------------------------------------------------------------------------------


@pytest.mark.parametrize("job_type", PROGRAMS)
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("client", CLIENTS)
async def test_any_client_has_its_jobs_run_by_any_provider(
    cloud: Cloud, client: str, provider: str, job_type: str
) -> None:
    device = PROVIDERS[provider]()
    job_id = await submit(cloud, client, job_type)
    job, contents = await device.take(cloud)
    assert (job["job_id"], job["job_type"], job["shots"]) == (job_id, job_type, 4)
    assert contents["program"] == PROGRAMS[job_type]
    assert contents.get("operator") == (OPERATOR if job_type == "estimation" else None)
    early = {"transpile_result": TRANSPILED}
    if job_type == "multi_manual":
        early["combined_program"] = COMBINED
    await device.start(cloud, job, early)
    await device.succeed(cloud, job, {"result": RESULTS[job_type]})
    job, seen = await see(cloud, client, job_id)
    assert (job["status"], job["execution_time"]) == ("succeeded", 0.25)
    assert seen["program"] == PROGRAMS[job_type]
    assert seen["result"] == RESULTS[job_type]
    assert seen["transpile_result"] == TRANSPILED
    assert seen.get("combined_program") == (COMBINED if job_type == "multi_manual" else None)


@pytest.mark.parametrize("stage", ["ready", "running"])
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("client", CLIENTS)
async def test_any_client_sees_why_any_provider_failed(
    cloud: Cloud, client: str, provider: str, stage: str
) -> None:
    device = PROVIDERS[provider]()
    job_id = await submit(cloud, client, "sampling")
    job, _ = await device.take(cloud)
    if stage == "running":
        await device.start(cloud, job, {"transpile_result": TRANSPILED})
    await device.fail(cloud, job, 'no "gate" of that name')
    job, seen = await see(cloud, client, job_id)
    assert (job["status"], seen["message"]) == ("failed", 'no "gate" of that name')
    assert "result" not in seen
    assert (job["running_at"] is None) == (stage == "ready")


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("client", CLIENTS)
async def test_any_client_cancels_under_any_provider(cloud: Cloud, client: str, provider: str) -> None:
    device = PROVIDERS[provider]()
    job_id = await submit(cloud, client, "sampling")
    job, _ = await device.take(cloud)
    await device.start(cloud, job, {"transpile_result": TRANSPILED})
    assert (await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")).status_code == 200
    late: Callable[..., Awaitable[None]] = device.succeed
    with pytest.raises(AssertionError):
        await late(cloud, job, {"result": RESULTS["sampling"]})
    job, seen = await see(cloud, client, job_id)
    assert job["status"] == "cancelled"
    assert "result" not in seen


@pytest.mark.parametrize("client", CLIENTS)
async def test_default_settings_are_written_back_and_others_echoed(cloud: Cloud, client: str) -> None:
    default = {"transpiler_lib": "qiskit", "transpiler_options": {"optimization_level": 1}}
    for sent in ({}, {"transpiler_lib": None}, {**default, "transpiler_options": {"initial_layout": [0, 1]}}):
        job_id = await submit(
            cloud, client, "sampling", transpiler_info=sent, mitigation_info={"ro_error_mitigation": "x"}
        )
        job, _ = await Files().take(cloud)
        assert job["transpiler_info"] == sent
        if not sent:
            path = f"/provider/jobs/{job_id}/transpiler_info"
            assert (await call_as_engine(cloud, "PUT", path, json=default)).status_code == 200
        shown = await cloud.job(job_id)
        assert shown["transpiler_info"] == (sent or default)
        assert (shown["simulator_info"], shown["mitigation_info"]) == ({}, {"ro_error_mitigation": "x"})


@pytest.mark.parametrize("client", ["text", "object"])
@pytest.mark.parametrize("archive", [b"no archive", zipped("result.json", "[]"), zipped("result.json", "{")])
async def test_a_result_that_cannot_be_read_fails_the_job(cloud: Cloud, client: str, archive: bytes) -> None:
    """Its Provider would not hear of a refusal: the engine never looks at the answer."""
    from tests.api.files import send

    job_id = await submit(cloud, client, "sampling")
    device = Files()
    job, _ = await device.take(cloud)
    await device.start(cloud, job, {})
    (form,) = (await cloud.call("svsim", "GET", f"/provider/jobs/{job_id}/upload?items=result")).json()
    await send(cloud, form, archive)
    answer = await patch_status(cloud, job_id, "succeeded", output_files=[form["fields"]["key"]])
    assert answer.status_code == 200
    job, seen = await see(cloud, client, job_id)
    assert job["status"] == "failed"
    assert "cannot be read" in seen["message"]


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_remark_on_a_success_is_a_message(cloud: Cloud, client: str) -> None:
    for provider in (Inline(), Files()):
        job_id = await submit(cloud, client, "sampling")
        job, _ = await provider.take(cloud)
        await provider.start(cloud, job, {"transpile_result": TRANSPILED})
        if isinstance(provider, Inline):
            body = {
                "job_info": {"result": RESULTS["sampling"], "message": "warm"},
                "overwrite_status": "succeeded",
            }
            path = f"/provider/jobs/{job_id}/job_info"
            assert (await call_as_engine(cloud, "PATCH", path, json=body)).status_code == 200
        else:
            (key,) = await upload_outputs(cloud, job_id, {"result": json.dumps(RESULTS["sampling"])})
            sent = await patch_status(cloud, job_id, "succeeded", output_files=[key], message="warm")
            assert sent.status_code == 200, sent.text
        job, seen = await see(cloud, client, job_id)
        assert (job["status"], seen["message"], "reason" in seen) == ("succeeded", "warm", False)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("client", CLIENTS)
async def test_contents_can_be_read_in_either_form_whatever_the_job(
    cloud: Cloud, client: str, provider: str
) -> None:
    device = PROVIDERS[provider]()
    job_id = await submit(cloud, client, "multi_manual")
    job, _ = await device.take(cloud)
    await device.start(cloud, job, {"transpile_result": TRANSPILED, "combined_program": COMBINED})
    await device.succeed(cloud, job, {"result": RESULTS["multi_manual"]})
    path = f"/user/jobs/{job_id}?job_info_form="
    info = (await cloud.call("alice", "GET", path + "object")).json()["job_info"]
    assert json.loads((await cloud.call("alice", "GET", path + "text")).json()["job_info"]) == info
    assert info["program"] == PROGRAMS["multi_manual"]
    assert (info["result"], info["combined_program"]) == (RESULTS["multi_manual"], COMBINED)
