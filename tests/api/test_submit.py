"""Submits: idempotency, batches, and the forms in which jobs are answered."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from tests.api.cloud import BELL, RESULT, TEXT, Cloud

JOB = {"device_id": "SVSim", "job_info": TEXT, "shots": 4}


async def _post(cloud: Cloud, path: str, body: object, key: str, who: str = "alice") -> httpx.Response:
    return await cloud.call(who, "POST", path, json=body, headers={"Idempotency-Key": key})


async def test_a_job_of_several_programs_is_answered_in_its_form(cloud: Cloud) -> None:
    result = {"sampling": {"counts": {"0100": 4}, "divided_counts": {"0": {"00": 4}, "1": {"01": 4}}}}
    text = json.dumps({"program": [BELL, BELL]}, separators=(",", ":"))
    for job_info in (text, {"program": [BELL, BELL]}):
        job_id = await cloud.submit(job_type="multi_manual", job_info=job_info)
        (claimed,) = await cloud.claim()
        assert (claimed["job_type"], claimed["job_info"]) == ("multi_manual", job_info)
        fence = {"job_id": job_id, "attempt": 1}
        reports = [
            {**fence, "status": "running", "job_info": {"combined_program": "OPENQASM"}},
            {**fence, "job_info": {"result": result}},
        ]
        answer = await cloud.call("svsim", "POST", "/provider/jobs/reports", json=reports)
        assert [line["outcome"] for line in answer.json()] == ["moved", "moved"]
        shown = (await cloud.job(job_id))["job_info"]
        contents = json.loads(shown) if isinstance(job_info, str) else shown
        assert contents == {"program": [BELL, BELL], "combined_program": "OPENQASM", "result": result}


async def _count(cloud: Cloud, who: str = "alice") -> int:
    return len((await cloud.call(who, "GET", "/user/jobs")).json())


@pytest.mark.parametrize(("path", "body"), [("/user/jobs", JOB), ("/user/jobs/batch", [JOB, JOB])])
async def test_a_repeated_key_answers_the_same_bytes_and_stores_nothing(
    cloud: Cloud, path: str, body: object
) -> None:
    first = await _post(cloud, path, body, "k")
    stored = await _count(cloud)
    again = await _post(cloud, path, body, "k")
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert await _count(cloud) == stored


async def test_many_at_once_with_one_key_store_one_job(cloud: Cloud) -> None:
    answers = await asyncio.gather(*[_post(cloud, "/user/jobs", JOB, "k") for _ in range(20)])
    assert len({answer.content for answer in answers}) == 1
    assert await _count(cloud) == 1


async def test_a_key_with_another_body_is_422(cloud: Cloud) -> None:
    await _post(cloud, "/user/jobs", JOB, "k")
    other = await _post(cloud, "/user/jobs", {**JOB, "shots": 5}, "k")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert await _count(cloud) == 1


async def test_keys_are_per_user_and_per_route(cloud: Cloud) -> None:
    ids = {
        (await _post(cloud, "/user/jobs", JOB, "k")).json()["job_id"],
        (await _post(cloud, "/user/jobs", JOB, "k", "bob")).json()["job_id"],
        (await _post(cloud, "/user/jobs/batch", [JOB], "k")).json()[0]["job_id"],
    }
    assert len(ids) == 3


async def test_a_refused_submit_does_not_use_the_key_up(cloud: Cloud) -> None:
    assert (await _post(cloud, "/user/jobs", {**JOB, "device_id": "none"}, "k")).status_code == 400
    assert (await _post(cloud, "/user/jobs", JOB, "k")).status_code == 200


async def test_a_key_outlives_the_job(cloud: Cloud) -> None:
    first = await _post(cloud, "/user/jobs", JOB, "k")
    job_id = first.json()["job_id"]
    await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")
    await cloud.call("alice", "DELETE", f"/user/jobs/{job_id}")
    assert (await _post(cloud, "/user/jobs", JOB, "k")).content == first.content


async def test_a_key_has_bounds(cloud: Cloud) -> None:
    assert (await _post(cloud, "/user/jobs", JOB, "k" * 255)).status_code == 200
    for key in ("k" * 256, ""):
        assert (await _post(cloud, "/user/jobs", JOB, key)).status_code == 400


async def test_a_batch_is_stored_whole_in_its_order(cloud: Cloud) -> None:
    body = [{**JOB, "name": f"job {index}"} for index in range(30)]
    answer = await cloud.call("alice", "POST", "/user/jobs/batch", json=body)
    ids = [line["job_id"] for line in answer.json()]
    listed = (await cloud.call("alice", "GET", "/user/jobs")).json()
    assert [job["job_id"] for job in listed] == ids
    assert [job["name"] for job in listed] == [job["name"] for job in body]
    assert [job["job_id"] for job in await cloud.claim(limit=30)] == ids


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"shot": 1}, "unknown_field"),
        ({"shots": 0}, "bad_request"),
        ({"job_info": "{}"}, "invalid_job_info"),
        ({"device_id": "none"}, "device_unusable"),
        ({"job_type": "sse"}, "unsupported_job_type"),
    ],
)
async def test_a_batch_with_one_wrong_job_stores_none_and_names_it(
    cloud: Cloud, broken: dict[str, object], code: str
) -> None:
    answer = await cloud.call("alice", "POST", "/user/jobs/batch", json=[JOB, JOB, {**JOB, **broken}])
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["message"].startswith("Job 2: ")
    assert answer.json()["details"][0]["index"] == 2
    assert await _count(cloud) == 0


async def test_a_batch_has_bounds(cloud: Cloud) -> None:
    for body in ([], [JOB] * 1001):
        assert (await cloud.call("alice", "POST", "/user/jobs/batch", json=body)).status_code == 400
    assert await _count(cloud) == 0


async def test_an_unavailable_device_takes_no_jobs(cloud: Cloud) -> None:
    await cloud.call("svsim", "PATCH", "/provider/devices/SVSim/status", json={"status": "unavailable"})
    answer = await cloud.call("alice", "POST", "/user/jobs", json=JOB)
    assert (answer.status_code, answer.json()["code"]) == (400, "device_unusable")


async def test_an_unknown_device_is_refused_with_the_names_of_those_there_are(cloud: Cloud) -> None:
    answer = await cloud.call("alice", "POST", "/user/jobs", json={**JOB, "device_id": "SCC"})
    assert (answer.status_code, answer.json()["code"]) == (400, "device_unusable")
    assert answer.json()["message"] == "There is no device 'SCC': use one of SC, SVSim."
    assert await _count(cloud) == 0


async def test_what_the_user_leaves_out_has_the_contracts_defaults(cloud: Cloud) -> None:
    text = await cloud.job(await cloud.submit(shots=1024))
    assert (text["job_type"], text["shots"], text["priority"]) == ("sampling", 1024, 5)
    assert (text["name"], text["description"]) == ("", "")
    assert (text["simulator_info"], text["mitigation_info"], text["transpiler_info"]) == ({}, {}, None)
    objects = await cloud.job(await cloud.submit(job_info={"program": [BELL]}))
    assert objects["transpiler_info"] == {}


# --- forms ------------------------------------------------------------------------------------

FORMS = {
    "text, code": json.dumps({"code": BELL, "extra": [1]}),
    "text, program": json.dumps({"program": BELL}),
    "text, list": json.dumps({"program": [BELL]}),
    "object": {"program": [BELL], "extra": {"a": 1.5}},
    "object, code": {"code": BELL},
}


def contents(job_info: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(job_info) if isinstance(job_info, str) else job_info  # type: ignore[assignment]
    return found


@pytest.mark.parametrize("form", FORMS)
async def test_a_job_is_answered_in_the_form_it_came_in(cloud: Cloud, form: str) -> None:
    sent = FORMS[form]
    job_id = await cloud.submit(job_info=sent)
    [claimed] = await cloud.claim()
    assert type(claimed["job_info"]) is type(sent)
    await cloud.start(job_id)
    await cloud.report(job_id, result=RESULT, transpile_result={"stats": None}, code="mine", program=["mine"])
    job = await cloud.job(job_id)
    assert type(job["job_info"]) is type(sent)
    expected = {**contents(sent), "result": RESULT, "transpile_result": {"stats": None}}
    shown = contents(job["job_info"])
    if isinstance(sent, dict):
        assert shown.pop("program") == [BELL]
        expected.pop("program", None)
    assert shown == expected


@pytest.mark.parametrize("form", FORMS)
async def test_an_engines_key_gets_objects_with_a_list_of_programs(cloud: Cloud, form: str) -> None:
    await cloud.submit(job_info=FORMS[form])
    answer = await cloud.http.get("/provider/jobs", headers={"X-Api-Key": cloud.tokens["svsim"]})
    [job] = answer.json()
    assert job["job_info"]["program"] == [BELL]
    assert job["transpiler_info"] == job["simulator_info"] == job["mitigation_info"] == {}


async def test_a_provider_may_ask_for_a_form(cloud: Cloud) -> None:
    text, objects = await cloud.submit(), await cloud.submit(job_info={"program": [BELL]})
    for form, kind in (("text", str), ("object", dict)):
        for job_id in (text, objects):
            path = f"/provider/jobs/{job_id}?job_info_form={form}"
            assert type((await cloud.call("svsim", "GET", path)).json()["job_info"]) is kind
    wrong = await cloud.call("svsim", "GET", f"/provider/jobs/{text}?job_info_form=files")
    assert wrong.status_code == 400


async def test_the_object_form_ignores_what_it_does_not_know(cloud: Cloud) -> None:
    job_id = await cloud.submit(job_info={"program": [BELL]}, unheard_of=1, transpiler_info=None)
    assert (await cloud.job(job_id))["transpiler_info"] == {}


async def test_reason_and_message_are_the_same_text(cloud: Cloud) -> None:
    first = await cloud.job_in("ready")
    await cloud.report(first, reason="by reason", code="invalid_program")
    shown = contents((await cloud.job(first))["job_info"])
    assert shown == {
        "code": BELL,
        "reason": "by reason",
        "message": "by reason",
        "reason_code": "invalid_program",
    }
    second = await cloud.job_in("running")
    body = {"job_info": {"message": "by message"}, "overwrite_status": "failed", "execution_time": 0.5}
    await cloud.call("svsim", "PATCH", f"/provider/jobs/{second}/job_info", json=body)
    job = await cloud.job(second)
    shown = contents(job["job_info"])
    assert (shown["reason"], shown["message"], job["execution_time"]) == ("by message", "by message", 0.5)
    third = await cloud.job_in("running")
    body = {"status": "failed", "message": "by status"}
    await cloud.call("svsim", "PATCH", f"/provider/jobs/{third}/status", json=body)
    assert contents((await cloud.job(third))["job_info"])["reason"] == "by status"


async def test_the_users_own_result_key_gives_way_to_the_providers(cloud: Cloud) -> None:
    job_id = await cloud.submit(job_info=json.dumps({"code": BELL, "result": "mine"}))
    await cloud.claim()
    await cloud.start(job_id)
    await cloud.report(job_id, result=RESULT)
    assert contents((await cloud.job(job_id))["job_info"])["result"] == RESULT
