"""The calls of OQTOPUS's engine: in order, overlapping, lost, repeated, and never with an attempt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.cloud import BELL, RESULT, Cloud, open_cloud
from tests.api.files import input_zip, submit_files, zipped
from tests.compat.engine import DEFAULT_TRANSPILER, TRANSPILED, Engine, only_entry

MULTI = {"sampling": {"counts": {"0000": 4}, "divided_counts": {"0": {"00": 4}, "1": {"00": 4}}}}
FORMS = ("text", "object", "files")


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[Cloud]:
    """In this process; the clients' cloud of this folder is not needed."""
    async with open_cloud(tmp_path) as opened:
        yield opened


async def submit(cloud: Cloud, form: str, *, programs: int = 1, **fields: Any) -> str:
    program = [BELL] * programs
    if form == "files":
        return await submit_files(cloud, input_zip(program=program), **fields)
    info = {"program": program}
    return await cloud.submit(job_info=info if form == "object" else json.dumps(info), **fields)


async def shown(cloud: Cloud, job_id: str) -> dict[str, Any]:
    """A job with its ``job_info`` read, whatever its form."""
    job = await cloud.job(job_id)
    info = job["job_info"]
    if isinstance(info, str):
        info = json.loads(info)
    for key, value in list(info.items()):
        if isinstance(value, str) and value.startswith("http"):
            text = only_entry((await cloud.http.get(value)).content)
            info[key] = text if key == "combined_program" else json.loads(text)
    return {**job, "job_info": info}


# --- jobs of every form, run by the engine -----------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
async def test_a_job_of_any_form_runs_on_the_engine(cloud: Cloud, form: str) -> None:
    job_id = await submit(cloud, form, transpiler_info={})
    engine = Engine(cloud)
    (job,) = await engine.work()
    assert engine.calls_of({"jobs", "upload", "status"}) == ["jobs", "upload", "status", "upload", "status"]
    assert engine.answers == [200, 200]
    done = await shown(cloud, job_id)
    assert done["status"] == "succeeded"
    assert done["transpiler_info"] == DEFAULT_TRANSPILER
    assert done["execution_time"] == 0.25
    info = done["job_info"]
    assert (info["result"], info["transpile_result"]) == (RESULT, TRANSPILED)
    assert info["message"] == "well done"
    times = [done[name] for name in ("submitted_at", "ready_at", "running_at", "ended_at")]
    assert times == sorted(times)
    assert job["job_id"] == job_id


@pytest.mark.parametrize("form", FORMS)
async def test_what_the_engine_fetches_has_all_that_it_needs(cloud: Cloud, form: str) -> None:
    job_id = await submit(cloud, form)
    (job,) = await Engine(cloud).fetch()
    assert job["status"] == "ready"
    for name in ("job_id", "device_id", "shots", "job_type", "input", "submitted_at", "ready_at"):
        assert job[name] is not None, name
    for name in ("transpiler_info", "simulator_info", "mitigation_info"):
        assert isinstance(job[name], dict), name
    again = await Engine(cloud).call("GET", f"/jobs/{job_id}")
    assert again.json()["status"] == "ready"


@pytest.mark.parametrize("form", FORMS)
async def test_several_programs_come_back_combined(cloud: Cloud, form: str) -> None:
    job_id = await submit(cloud, form, programs=2, job_type="multi_manual")
    await Engine(cloud, result=MULTI).work()
    done = await shown(cloud, job_id)
    assert done["job_info"]["combined_program"] == f"{BELL}\n{BELL}"
    assert done["job_info"]["result"] == MULTI


@pytest.mark.parametrize(
    "settings",
    [
        {"transpiler_lib": None},
        {"transpiler_lib": "qiskit", "transpiler_options": {"initial_layout": [0, 1]}},
    ],
)
async def test_explicit_settings_are_echoed_and_not_written_back(
    cloud: Cloud, settings: dict[str, Any]
) -> None:
    job_id = await submit(cloud, "files", transpiler_info=settings)
    engine = Engine(cloud)
    await engine.work()
    assert "transpiler_info" not in engine.calls_of({"transpiler_info"})
    done = await shown(cloud, job_id)
    assert done["transpiler_info"] == settings
    assert ("transpile_result" in done["job_info"]) == (settings["transpiler_lib"] is not None)


# --- fetching ----------------------------------------------------------------------------------


async def test_the_engine_empties_a_queue_by_asking_again_at_once(cloud: Cloud) -> None:
    ids = [await submit(cloud, FORMS[i % 3]) for i in range(5)]
    engine = Engine(cloud, limit=2)
    assert [job["job_id"] for job in await engine.fetch()] == ids
    assert engine.said == [("GET", "jobs")] * 3
    assert await engine.fetch() == []


async def test_two_engines_on_one_device_share_its_jobs(cloud: Cloud) -> None:
    ids = [await submit(cloud, "object") for _ in range(8)]
    fetched = await asyncio.gather(*(Engine(cloud, limit=3).fetch() for _ in range(2)))
    assert sorted(job["job_id"] for jobs in fetched for job in jobs) == sorted(ids)


async def test_jobs_run_side_by_side(cloud: Cloud) -> None:
    ids = [await submit(cloud, FORMS[i % 3], transpiler_info={}) for i in range(9)]
    await Engine(cloud).work()
    assert [await cloud.status(job_id) for job_id in ids] == ["succeeded"] * 9


# --- failures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("archive", [zipped("input.json", "{}"), zipped("input.json", "not json")])
async def test_a_bad_input_fails_from_ready(cloud: Cloud, archive: bytes) -> None:
    job_id = await submit_files(cloud, archive)
    engine = Engine(cloud)
    await engine.work()
    assert engine.answers == [200]
    failed = await shown(cloud, job_id) if archive[:2] != b"PK" else await cloud.job(job_id)
    assert failed["status"] == "failed"
    assert (failed["running_at"], failed["execution_time"]) == (None, None)
    assert failed["job_info"]["message"]
    assert not {"result", "transpile_result"} & failed["job_info"].keys()


async def test_a_failure_keeps_the_archives_that_were_reported(cloud: Cloud) -> None:
    job_id = await submit(cloud, "files", transpiler_info={"transpiler_lib": "qiskit"})
    engine = Engine(cloud)
    await engine.fetch()
    keys = await engine.upload(job_id, {"transpile_result": json.dumps(TRANSPILED)})
    await engine.tell(job_id, "running", output_files=keys)
    await engine.tell(job_id, "failed", output_files=[], message="the fridge is warm")
    failed = await shown(cloud, job_id)
    assert failed["job_info"]["transpile_result"] == TRANSPILED
    assert failed["job_info"]["message"] == "the fridge is warm"


# --- lost, repeated and late calls --------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
async def test_a_lost_running_does_not_lose_the_result(cloud: Cloud, form: str) -> None:
    job_id = await submit(cloud, form)
    engine = Engine(cloud, lost=frozenset({"running"}))
    await engine.work()
    assert engine.answers == [200]
    done = await shown(cloud, job_id)
    assert (done["status"], done["job_info"]["result"]) == ("succeeded", RESULT)


@pytest.mark.parametrize("status", ["running", "succeeded", "failed"])
async def test_a_repeated_status_is_refused_and_changes_nothing(cloud: Cloud, status: str) -> None:
    job_id = await submit(cloud, "files")
    engine = Engine(cloud, repeated=frozenset({status}))
    await engine.fetch()
    if status == "succeeded":
        await engine.tell(job_id, "running")
        keys = await engine.upload(job_id, {"result": json.dumps(RESULT)})
        await engine.tell(job_id, status, output_files=keys)
    else:
        await engine.tell(job_id, status, message="why" if status == "failed" else None)
    assert engine.answers[-2:] == [200, 409]
    assert await cloud.status(job_id) == status


async def test_a_lost_end_leaves_the_job_running_for_an_operator(cloud: Cloud) -> None:
    job_id = await submit(cloud, "files")
    await Engine(cloud, lost=frozenset({"succeeded"})).work()
    assert await cloud.status(job_id) == "running"
    assert "result" not in (await cloud.job(job_id))["job_info"]
    requeued = await cloud.call("admin", "POST", f"/admin/jobs/{job_id}/requeue")
    assert requeued.status_code == 200
    await Engine(cloud).work()
    assert (await shown(cloud, job_id))["job_info"]["result"] == RESULT


async def test_a_cancel_meanwhile_drops_the_result(cloud: Cloud) -> None:
    job_id = await submit(cloud, "files", transpiler_info={"transpiler_lib": None})
    engine = Engine(cloud)
    (job,) = await engine.fetch()
    await engine.tell(job_id, "running")
    keys = await engine.upload(job_id, {"result": json.dumps(RESULT)})
    assert (await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")).status_code == 200
    await engine.tell(job_id, "succeeded", output_files=keys, execution_time=1.0)
    assert engine.answers == [200, 409]
    await engine.run(job)  # one that had not begun: forms are refused, and so is its failure
    assert engine.answers[2:] == [409, 409]
    cancelled = await cloud.job(job_id)
    assert (cancelled["status"], cancelled["execution_time"]) == ("cancelled", None)
    assert set(cancelled["job_info"]) == {"input"}


async def test_settings_written_in_the_background_may_come_late(cloud: Cloud) -> None:
    job_id = await submit(cloud, "files", transpiler_info={})
    engine = Engine(cloud)
    await engine.fetch()
    keys = await engine.upload(job_id, {"result": json.dumps(RESULT)})
    await engine.tell(job_id, "succeeded", output_files=keys)
    late = await engine.call("PUT", f"/jobs/{job_id}/transpiler_info", json=DEFAULT_TRANSPILER)
    assert late.status_code in {200, 409}
    assert await cloud.status(job_id) == "succeeded"


async def test_a_later_generation_may_say_cancelling(cloud: Cloud) -> None:
    waiting = await submit(cloud, "files")
    engine = Engine(cloud, limit=1)
    await engine.tell(waiting, "cancelling")
    assert engine.answers == [409]
    (job,) = (await engine.call("GET", "/jobs", params={"device_id": "SVSim", "limit": 1})).json()
    job_id = job["job_id"]
    for _ in range(2):
        await engine.tell(job_id, "cancelling")
    assert await cloud.status(job_id) == "ready"
    await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")
    await engine.tell(job_id, "cancelling")
    assert engine.answers == [409, 200, 200, 200]
    listed = await engine.call("GET", "/jobs", params={"device_id": "SVSim", "status": "cancelling"})
    assert [(job["job_id"], job["status"]) for job in listed.json()] == [(job_id, "cancelled")]
    assert (await engine.call("PATCH", "/jobs/none/status", json={"status": "cancelling"})).status_code == 404
    stale = {"status": "cancelling", "attempt": 7}
    assert (await engine.call("PATCH", f"/jobs/{job_id}/status", json=stale)).status_code == 409
    own = await cloud.call("alice", "GET", "/user/jobs", params={"status": "cancelling"})
    assert (own.status_code, own.json()) == (200, [])


# --- what is refused ----------------------------------------------------------------------------


async def test_files_that_are_not_there_or_anothers_are_refused(cloud: Cloud) -> None:
    job_id, other = await submit(cloud, "files"), await submit(cloud, "files")
    engine = Engine(cloud)
    await engine.fetch()
    (of_other,) = await engine.upload(other, {"result": json.dumps(RESULT)})
    for keys, status in (
        ([f"{job_id}/result.zip"], 400),
        ([f"{job_id}/secret.zip"], 400),
        (["../result.zip"], 400),
        ([of_other], 409),
    ):
        body = {"status": "succeeded", "output_files": keys}
        refused = await engine.call("PATCH", f"/jobs/{job_id}/status", json=body)
        assert refused.status_code == status, (keys, refused.text)
        assert await cloud.status(job_id) == "ready"


@pytest.mark.parametrize(
    ("job_type", "items", "status"),
    [
        ("sampling", "nonsense", 400),
        ("sampling", "", 400),
        ("sampling", "combined_program", 400),
        ("sampling", "result,sse_log", 400),
        ("multi_manual", "result,combined_program,transpile_result", 200),
    ],
)
async def test_forms_come_in_the_order_of_the_items(
    cloud: Cloud, job_type: str, items: str, status: int
) -> None:
    job_id = await submit(cloud, "files", job_type=job_type)
    engine = Engine(cloud)
    await engine.fetch()
    answer = await engine.call("GET", f"/jobs/{job_id}/upload", params={"items": items})
    assert answer.status_code == status
    if status == 200:
        keys = [form["fields"]["key"] for form in answer.json()]
        assert keys == [f"{job_id}/{item}.zip" for item in items.split(",")]
    assert (await engine.call("GET", "/jobs/none/upload", params={"items": "result"})).status_code == 404


@pytest.mark.parametrize(("time_s", "status", "kept"), [(-1, 400, None), (0, 200, None), (None, 200, None)])
async def test_only_a_positive_execution_time_counts(
    cloud: Cloud, time_s: float | None, status: int, kept: float | None
) -> None:
    job_id = await submit(cloud, "files")
    engine = Engine(cloud)
    await engine.fetch()
    await engine.tell(job_id, "running")
    await engine.tell(job_id, "failed", execution_time=time_s, message="no")
    assert engine.answers == [200, status]
    job = await cloud.job(job_id)
    assert (job["execution_time"], job["status"]) == (kept, "failed" if status == 200 else "running")


async def test_the_engine_describes_its_device(cloud: Cloud) -> None:
    engine = Engine(cloud)
    info = json.dumps({"name": "lab", "qubits": [], "couplings": []})
    for path, body in (
        ("", {"n_qubits": 5}),
        ("/status", {"status": "unavailable"}),
        ("/device_info", {"device_info": info, "calibrated_at": "2026-01-02T03:04:05.000000+0000"}),
        ("/status", {"status": "available"}),
    ):
        answer = await engine.call("PATCH", f"/devices/SVSim{path}", json=body)
        assert (answer.status_code, "message" in answer.json()) == (200, True), answer.text
    device = (await cloud.call("alice", "GET", "/user/devices/SVSim")).json()
    assert (device["n_qubits"], device["status"], device["device_info"]) == (5, "available", info)
    assert device["calibrated_at"] == "2026-01-02T03:04:05Z"


async def test_a_calibration_may_be_uploaded(cloud: Cloud) -> None:
    engine = Engine(cloud)
    info = json.dumps({"name": "lab", "qubits": [{"id": 0}], "couplings": []})
    given = (await engine.call("GET", "/devices/SVSim/device_info/upload")).json()
    body = {"upload_id": given["upload_id"], "calibrated_at": "2026-01-02T03:04:05Z"}
    path = "/devices/SVSim/device_info"
    assert (await engine.call("PATCH", path, json=body)).status_code == 400  # nothing is there yet
    form = given["presigned_url"]
    file = {"file": ("device_info.zip", zipped("device_info.json", info), "application/zip")}
    assert (await cloud.http.post(form["url"], data=form["fields"], files=file)).is_success
    other = Engine(cloud, who="sc")
    assert (await other.call("PATCH", path, json=body)).status_code == 403
    assert (await engine.call("PATCH", path, json=body)).status_code == 200
    device = (await cloud.call("alice", "GET", "/user/devices/SVSim")).json()
    assert (device["device_info"], device["calibrated_at"]) == (info, "2026-01-02T03:04:05Z")
    again = (await engine.call("GET", "/devices/SVSim/device_info/upload")).json()
    form = again["presigned_url"]
    assert (await cloud.http.post(form["url"], data=form["fields"], files=file)).is_success
    repeated = await engine.call("PATCH", path, json=body | {"upload_id": again["upload_id"]})
    assert (repeated.status_code, repeated.json()["code"]) == (409, "conflict")
    for upload_id in ("../secret", "", "0" * 32):
        refused = await engine.call("PATCH", path, json=body | {"upload_id": upload_id})
        assert refused.status_code == 400
