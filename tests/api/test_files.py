"""The files form: register, upload, submit, download, and what may go wrong on the way."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from qumulus.domain.ids import JobId
from qumulus.wire.files import read_input_archive
from tests.api.cloud import BELL, RESULT, TEXT, Cloud
from tests.api.files import (
    fetch,
    input_zip,
    patch_status,
    register,
    send,
    submit_files,
    unzipped,
    upload_outputs,
    zipped,
)

SUBMIT = {"device_id": "SVSim", "job_type": "sampling", "shots": 4}


async def submit(cloud: Cloud, job_id: str, who: str = "alice", **changes: Any) -> tuple[int, dict[str, Any]]:
    headers = changes.pop("headers", {})
    answer = await cloud.call(
        who, "POST", f"/user/jobs/{job_id}/submit", json={**SUBMIT, **changes}, headers=headers
    )
    return answer.status_code, answer.json()


async def blobs(cloud: Cloud) -> set[str]:
    return {entry.name async for entry in cloud.services.blobs.entries()}


# --- the way of a job -------------------------------------------------------------------------


async def test_a_job_of_files_goes_its_way(cloud: Cloud) -> None:
    archive = input_zip()
    job_id = await submit_files(cloud, archive, name="bell")
    job = await cloud.job(job_id)
    assert (job["status"], job["name"], job["description"]) == ("submitted", "bell", "")
    assert (job["transpiler_info"], job["simulator_info"], job["mitigation_info"]) == ({}, {}, {})
    assert set(job["job_info"]) == {"input"}
    assert await fetch(cloud, job["job_info"]["input"]) == archive
    (claimed,) = await cloud.claim()
    assert (claimed["form"], claimed["job_info"]["program"]) == ("files", [BELL])
    assert json.loads(unzipped(await fetch(cloud, claimed["input"]))[1])["program"] == [BELL]
    keys = await upload_outputs(cloud, job_id, {"transpile_result": '{"stats": {}}'})
    assert "transpile_result" not in (await cloud.job(job_id))["job_info"]
    assert (await patch_status(cloud, job_id, "running", output_files=keys)).status_code == 200
    assert set((await cloud.job(job_id))["job_info"]) == {"input", "transpile_result"}
    keys += await upload_outputs(cloud, job_id, {"result": json.dumps(RESULT)})
    done = await patch_status(
        cloud, job_id, "succeeded", output_files=keys, execution_time=0.5, message="cold today"
    )
    assert done.status_code == 200, done.text
    job = await cloud.job(job_id)
    assert (job["status"], job["execution_time"], job["job_info"]["message"]) == (
        "succeeded",
        0.5,
        "cold today",
    )
    assert set(job["job_info"]) == {"input", "transpile_result", "result", "message"}
    name, content = unzipped(await fetch(cloud, job["job_info"]["result"]))
    assert (name, json.loads(content)) == ("result.json", RESULT)
    events = (await cloud.call("alice", "GET", f"/user/jobs/{job_id}/events")).json()
    assert [event["to"] for event in events] == ["registered", "submitted", "ready", "running", "succeeded"]


@pytest.mark.parametrize("body", [b"", b"{}", b" { } \n"])
async def test_nothing_in_the_body_registers(cloud: Cloud, body: bytes) -> None:
    answer = await cloud.call(
        "alice", "POST", "/user/jobs", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 200
    assert set(answer.json()) == {"job_id", "presigned_url"}
    job_id = answer.json()["job_id"]
    shown = {"job_id": job_id, "status": "registered"}
    assert await cloud.job(job_id) == shown
    assert (await cloud.call("alice", "GET", "/user/jobs")).json() == [shown]
    assert (await cloud.call("alice", "GET", "/user/jobs?fields=job_id,name")).json() == [{"job_id": job_id}]
    assert await cloud.claim() == []
    assert (await cloud.call("bob", "GET", f"/user/jobs/{job_id}")).status_code == 404


async def test_a_job_waits_from_its_submit_on(cloud: Cloud) -> None:
    early, form = await register(cloud)
    between = await cloud.submit()
    await send(cloud, form, input_zip())
    assert (await submit(cloud, early))[0] == 200
    assert [job["job_id"] for job in await cloud.claim()] == [between, early]
    listed = (await cloud.call("alice", "GET", "/user/jobs")).json()
    assert [job["job_id"] for job in listed] == [early, between]


async def test_the_last_upload_before_the_submit_counts(cloud: Cloud) -> None:
    job_id, form = await register(cloud)
    for n in range(3):
        assert (await send(cloud, form, input_zip(program=[f"// {n}\n{BELL}"]))).status_code == 204
    assert len(await blobs(cloud)) == 1
    assert (await submit(cloud, job_id))[0] == 200
    late = await send(cloud, form, input_zip(program=["// late"]))
    assert (late.status_code, late.json()["code"]) == (409, "illegal_move")
    (claimed,) = await cloud.claim()
    assert claimed["job_info"]["program"] == [f"// 2\n{BELL}"]
    assert b"// 2" in unzipped(await fetch(cloud, claimed["input"]))[1]
    assert len(await blobs(cloud)) == 1


async def test_uploads_and_a_submit_at_once_end_with_one_input(cloud: Cloud) -> None:
    for _ in range(5):
        job_id, form = await register(cloud)
        await send(cloud, form, input_zip(program=["// first"]))
        await asyncio.gather(
            submit(cloud, job_id), *(send(cloud, form, input_zip(program=[f"// {n}"])) for n in range(4))
        )
        (claimed,) = await cloud.claim()
        fetched = json.loads(unzipped(await fetch(cloud, claimed["input"]))[1])
        assert claimed["job_info"]["program"] == fetched["program"]


# --- submits that are refused -----------------------------------------------------------------


async def test_a_submit_without_an_upload_is_refused_and_can_be_repeated(cloud: Cloud) -> None:
    job_id, form = await register(cloud)
    status, body = await submit(cloud, job_id)
    assert (status, body["code"]) == (400, "input_missing")
    await send(cloud, form, input_zip())
    for changes, code in (
        ({"device_id": "none"}, "device_unusable"),
        ({"job_type": "guessing"}, "unsupported_job_type"),
        ({"shots": 0}, "bad_request"),
        ({"shots": "10"}, "bad_request"),
    ):
        status, body = await submit(cloud, job_id, **changes)
        assert (status, body["code"]) == (400, code)
    assert (await submit(cloud, job_id, "bob"))[0] == 404
    assert await cloud.status(job_id) == "registered"
    assert (await submit(cloud, job_id, unknown_field=1, name=None))[0] == 200
    status, body = await submit(cloud, job_id)
    assert (status, body["code"]) == (400, "wrong_status")


async def test_an_upload_that_lies_elsewhere_is_told_as_such(cloud: Cloud) -> None:
    job_id, form = await register(cloud)
    await send(cloud, form, input_zip())
    await cloud.services.blobs.delete(sorted(await blobs(cloud)))
    status, body = await submit(cloud, job_id)
    assert (status, body["code"]) == (503, "unavailable")
    assert "all Clouds must share one" in body["message"]
    assert (await send(cloud, form, input_zip())).status_code == 204
    assert (await submit(cloud, job_id))[0] == 200


async def test_of_many_submits_one_wins(cloud: Cloud) -> None:
    job_id, form = await register(cloud)
    await send(cloud, form, input_zip())
    answers = await asyncio.gather(*(submit(cloud, job_id) for _ in range(5)))
    assert sorted(status for status, _ in answers) == [200, 400, 400, 400, 400]
    assert len(await cloud.claim()) == 1


async def test_a_key_makes_register_and_submit_safe_to_repeat(cloud: Cloud) -> None:
    key = {"Idempotency-Key": "k"}
    first, second = [await cloud.call("alice", "POST", "/user/jobs", headers=key) for _ in range(2)]
    assert first.json()["job_id"] == second.json()["job_id"]
    assert (await cloud.call("alice", "POST", "/user/jobs", headers=key, content=b"{}")).status_code == 422
    job_id = first.json()["job_id"]
    await send(cloud, second.json()["presigned_url"], input_zip())
    for _ in range(2):
        assert await submit(cloud, job_id, headers=key) == (200, {"message": "job submitted"})
    assert (await submit(cloud, job_id, headers=key, shots=5))[0] == 422
    assert len(await cloud.claim()) == 1


# --- bad inputs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "archive",
    [
        b"no archive",
        zipped("input.json", "no JSON"),
        zipped("input.json", b"\xff"),
        zipped("input.json", "[]"),
        zipped("input.json", "{}"),
        zipped("input.json", '{"program": 7}'),
        zipped("input.json", '{"program": ["\\u0000"]}'),
        zipped("input.json", '{"program": ["x"], "operator": ' + "[" * 70 + "]" * 70 + "}"),
        zipped("input.json", b'{"program": ["' + b"x" * 17_000_000 + b'"]}'),
    ],
)
async def test_a_bad_input_fails_at_its_provider(cloud: Cloud, archive: bytes) -> None:
    job_id = await submit_files(cloud, archive)
    (claimed,) = await cloud.claim()
    assert claimed["job_info"]["program"] == []
    assert claimed["job_info"]["input_error"]
    assert await fetch(cloud, claimed["input"]) == archive
    assert (await patch_status(cloud, job_id, "failed", message="bad input")).status_code == 200
    job = await cloud.job(job_id)
    assert (job["status"], job["running_at"], job["execution_time"]) == ("failed", None, None)
    assert (job["job_info"]["message"], "result" in job["job_info"]) == ("bad input", False)


# --- outputs ----------------------------------------------------------------------------------


async def running(cloud: Cloud, **fields: Any) -> str:
    job_id = await submit_files(cloud, **fields)
    await cloud.claim()
    await cloud.start(job_id)
    return job_id


async def test_forms_come_in_the_order_asked_for(cloud: Cloud) -> None:
    job_id = await running(cloud, job_type="multi_manual")
    path = f"/provider/jobs/{job_id}/upload?items="
    for items in ("result,transpile_result,combined_program", "combined_program,result"):
        forms = (await cloud.call("svsim", "GET", path + items)).json()
        assert [form["fields"]["key"] for form in forms] == [
            f"{job_id}/{item}.zip" for item in items.split(",")
        ]


@pytest.mark.parametrize("items", ["", "input", "combined_program", "sse_log", "result,nothing", "../result"])
async def test_what_a_job_does_not_have_cannot_be_uploaded(cloud: Cloud, items: str) -> None:
    job_id = await running(cloud)
    answer = await cloud.call("svsim", "GET", f"/provider/jobs/{job_id}/upload", params={"items": items})
    assert answer.status_code == 400
    assert (await cloud.call("sc", "GET", f"/provider/jobs/{job_id}/upload?items=result")).status_code == 403
    assert (await cloud.call("svsim", "GET", "/provider/jobs/x/upload?items=result")).status_code == 404


async def test_output_files_must_be_there_and_of_this_job(cloud: Cloud) -> None:
    job_id, other = await running(cloud), await running(cloud)
    (key,) = await upload_outputs(cloud, job_id, {"result": json.dumps(RESULT)})
    (others,) = await upload_outputs(cloud, other, {"result": json.dumps(RESULT)})
    for files, expected in (
        ([others], 409),
        ([key, others], 409),
        ([f"{job_id}/transpile_result.zip"], 400),
        ([f"{job_id}/input.zip"], 400),
        ([f"{job_id}/result"], 400),
        ([f"{job_id}/../{other}/result.zip"], 400),
        ([""], 400),
    ):
        answer = await patch_status(cloud, job_id, "succeeded", output_files=files)
        assert answer.status_code == expected, files
    assert await cloud.status(job_id) == "running"
    negative = await patch_status(cloud, job_id, "succeeded", output_files=[key], execution_time=-1)
    assert negative.status_code == 400
    assert (await patch_status(cloud, job_id, "succeeded", output_files=[key])).status_code == 200
    again = await patch_status(cloud, job_id, "succeeded", output_files=[key])
    assert again.status_code == 409  # without an attempt nobody can tell a repeat


@pytest.mark.parametrize("empty", [[], None])
async def test_no_output_files_leave_the_list_alone(cloud: Cloud, empty: Any) -> None:
    job_id = await submit_files(cloud)
    await cloud.claim()
    keys = await upload_outputs(cloud, job_id, {"transpile_result": "{}"})
    await patch_status(cloud, job_id, "running", output_files=keys)
    assert (await patch_status(cloud, job_id, "failed", output_files=empty, message="m")).status_code == 200
    assert set((await cloud.job(job_id))["job_info"]) == {"input", "transpile_result", "message"}


async def test_a_result_from_ready_counts_for_its_running_may_be_lost(cloud: Cloud) -> None:
    job_id = await submit_files(cloud)
    await cloud.claim()
    keys = await upload_outputs(cloud, job_id, {"result": json.dumps(RESULT)})
    assert (await patch_status(cloud, job_id, "succeeded", output_files=keys)).status_code == 200
    assert await cloud.status(job_id) == "succeeded"


async def test_a_failed_job_shows_no_result(cloud: Cloud) -> None:
    job_id = await running(cloud)
    keys = await upload_outputs(cloud, job_id, {"result": json.dumps(RESULT), "transpile_result": "{}"})
    assert (await patch_status(cloud, job_id, "failed", output_files=keys, message="late")).status_code == 200
    job = await cloud.job(job_id)
    assert set(job["job_info"]) == {"input", "transpile_result", "message"}


async def test_an_attempt_that_is_over_can_neither_upload_nor_list(cloud: Cloud) -> None:
    job_id = await submit_files(cloud)
    await cloud.claim()
    path = f"/provider/jobs/{job_id}/upload?items=result"
    (old,) = (await cloud.call("svsim", "GET", path)).json()
    assert (await send(cloud, old, zipped("result.json", "{}"))).status_code == 204
    await cloud.call("svsim", "POST", f"/provider/jobs/{job_id}/release")
    assert (await cloud.call("svsim", "GET", path)).status_code == 409
    assert (await send(cloud, old, zipped("result.json", "{}"))).status_code == 409
    await cloud.claim()
    stale = await send(cloud, old, zipped("result.json", "{}"))
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_attempt")
    assert (await cloud.call("svsim", "GET", path + "&attempt=1")).status_code == 409
    listed = await patch_status(cloud, job_id, "succeeded", output_files=[old["fields"]["key"]])
    assert listed.status_code == 400
    assert await cloud.status(job_id) == "ready"


async def test_after_a_cancel_nothing_is_taken(cloud: Cloud) -> None:
    job_id = await running(cloud)
    keys = await upload_outputs(cloud, job_id, {"result": json.dumps(RESULT)})
    await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")
    assert (await patch_status(cloud, job_id, "succeeded", output_files=keys)).status_code == 409
    assert set((await cloud.job(job_id))["job_info"]) == {"input"}


# --- the end of files -------------------------------------------------------------------------


async def test_a_deleted_job_leaves_no_files(cloud: Cloud) -> None:
    job_id = await running(cloud)
    keys = await upload_outputs(cloud, job_id, {"result": json.dumps(RESULT)})
    await patch_status(cloud, job_id, "succeeded", output_files=keys)
    url = (await cloud.job(job_id))["job_info"]["result"]
    assert len(await blobs(cloud)) == 2
    assert (await cloud.call("alice", "DELETE", f"/user/jobs/{job_id}")).status_code == 200
    assert await blobs(cloud) == set()
    assert await cloud.services.store.objects(JobId(job_id)) == {}
    assert (await cloud.http.get(url)).status_code == 404


async def test_a_registered_job_can_be_cancelled_and_deleted(cloud: Cloud) -> None:
    job_id, form = await register(cloud)
    await send(cloud, form, input_zip())
    assert (await cloud.call("alice", "DELETE", f"/user/jobs/{job_id}")).status_code == 400
    assert (await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")).status_code == 200
    job = await cloud.job(job_id)
    assert (job["status"], job["name"], job["job_info"], job["submitted_at"]) == ("cancelled", "", {}, None)
    assert (await submit(cloud, job_id))[0] == 400
    assert (await send(cloud, form, input_zip())).status_code == 409
    assert (await cloud.call("alice", "DELETE", f"/user/jobs/{job_id}")).status_code == 200
    assert await blobs(cloud) == set()


async def test_addresses_are_those_by_which_the_caller_came(cloud: Cloud) -> None:
    for host, base in (
        ("lab.example:8080", "http://lab.example:8080"),
        ("[::1]:80", "http://[::1]:80"),
    ):
        answer = await cloud.call("alice", "POST", "/user/jobs", headers={"Host": host})
        assert answer.status_code == 200, answer.text
        assert answer.json()["presigned_url"]["url"].startswith(base), host
    answer = await cloud.call("alice", "POST", "/user/jobs", json={"device_id": "SVSim", "job_info": TEXT})
    assert set(answer.json()) == {"job_id"}


async def test_other_calls_are_answered_while_small_archives_of_large_contents_are_read(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How small: a thousandth of what is in it."""
    n_reading, most = 0, 0
    begun, may_end = threading.Event(), threading.Event()

    def slow(archive: bytes | None) -> str:
        nonlocal n_reading, most
        n_reading += 1
        most = max(most, n_reading)
        begun.set()
        assert may_end.wait(10)
        n_reading -= 1
        return read_input_archive(archive)

    monkeypatch.setattr("qumulus.http.user.jobs.read_input_archive", slow)
    archive = input_zip(extra="x" * 4 * 1024 * 1024)
    assert len(archive) < 8 * 1024
    submits = [asyncio.create_task(submit_files(cloud, archive)) for _ in range(3)]
    await asyncio.to_thread(begun.wait, 10)
    assert begun.is_set()
    assert (await cloud.call("bob", "GET", "/user/jobs")).status_code == 200
    may_end.set()
    assert len(set(await asyncio.gather(*submits))) == 3
    assert most == 1
