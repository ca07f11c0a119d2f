"""Callers who mean harm, or whose programs do."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.api.cloud import RESULT, TEXT, Cloud
from tests.api.raw import Held

BEYOND = ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00")


@pytest.mark.parametrize(
    "content",
    [
        b'{"device_id": "SVSim", "job_info": {"code": "\xff"}}',
        b'{"device_id": "SVSim", "job_info": "\xff"}',
        b'{"device_id": "SVSim", "job_info": {"code": "x", "more": "\xff"}}',
    ],
)
async def test_parts_kept_as_they_came_are_utf8_too(cloud: Cloud, content: bytes) -> None:
    answer = await cloud.call("alice", "POST", "/user/jobs", content=content)
    assert answer.status_code == 400
    assert "UTF-8" in answer.json()["message"]


async def test_reports_are_utf8(cloud: Cloud) -> None:
    job_id = await cloud.job_in("running")
    for content in (b'{"note": "\xff"}', b'{"job_info": {"result": {"sampling": "\xff"}}}'):
        answer = await cloud.call("svsim", "PATCH", f"/provider/jobs/{job_id}/job_info", content=content)
        assert answer.status_code == 400
    assert await cloud.status(job_id) == "running"


LONG = "x" * 300_000


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/user/jobs", {"device_id": LONG, "job_info": TEXT}),
        ("/user/jobs", {"device_id": "SVSim", "job_info": TEXT, "job_type": LONG}),
        ("/user/jobs/batch", [{"device_id": LONG, "job_info": TEXT}]),
        ("/user/tokens", {"name": "n", "scope": LONG}),
        ("/user/qasm/check", {"code": "OPENQASM 3;", "device_id": LONG}),
        ("/user/qasm/check", {"code": f"OPENQASM 3; qubit q; {LONG} q;"}),
        ("/user/qasm/layout", {"code": f"OPENQASM 3; qubit q; {LONG} q;"}),
    ],
)
async def test_nobody_is_told_all_that_was_said(cloud: Cloud, path: str, body: Any) -> None:
    answer = await cloud.call("alice", "POST", path, json=body)
    assert answer.status_code in {200, 400, 404}, answer.text[:200]
    assert "xxx …" in answer.text or " … xxx" in answer.text
    assert len(answer.content) < 12_000


@pytest.mark.parametrize("time", BEYOND)
async def test_times_beyond_the_calendar_are_refused(cloud: Cloud, time: str) -> None:
    calls: list[tuple[str, str, str, dict[str, Any]]] = [
        ("admin", "POST", "/admin/tokens", {"role": "user", "owner": "alice", "expires_at": time}),
        ("svsim", "PATCH", "/provider/devices/SVSim/device_info", {"calibrated_at": time}),
        (
            "svsim",
            "PATCH",
            "/provider/devices/SVSim/status",
            {"status": "available", "available_at": time},
        ),
    ]
    for who, method, path, body in calls:
        assert (await cloud.call(who, method, path, json=body)).status_code == 400, path


@pytest.mark.parametrize(
    "path",
    [
        "/user/jobs?page=99999999999999999999",
        "/user/jobs?size=65535&page=4611686018427387904",
        "/user/jobs?cursor=%00",
        "/user/jobs/%00",
        "/user/events?cursor=x-99999999999999999999-1",
    ],
)
async def test_numbers_and_names_that_cannot_be_are_the_callers_mistake(cloud: Cloud, path: str) -> None:
    assert (await cloud.call("alice", "GET", path)).status_code < 500


@pytest.mark.parametrize("name", [".", "..", "bob\n", "a/b", ""])
async def test_ids_that_no_path_can_name_are_refused(cloud: Cloud, name: str) -> None:
    assert (await cloud.call("admin", "POST", "/admin/users", json={"id": name})).status_code == 400
    info = json.dumps({"device_id": name})
    for body in ({"device_id": name}, {"device_info": info}):
        answer = await cloud.call("admin", "POST", "/admin/devices", json={"device_type": "QPU", **body})
        assert answer.status_code == 400, body


@pytest.mark.parametrize("body", [{"role": "user", "owner": "alice"}, {"role": "admin"}])
async def test_a_binding_that_would_not_bind_is_refused(cloud: Cloud, body: dict[str, str]) -> None:
    answer = await cloud.call("admin", "POST", "/admin/tokens", json={**body, "devices": ["SC"]})
    assert answer.status_code == 400
    assert "Providers" in answer.json()["message"]


async def test_nothing_is_told_of_another_devices_job(cloud: Cloud) -> None:
    job_id = await cloud.job_in("running")
    wrong_kind = {"job_info": {"result": {"estimation": {"exp_value": 1.0, "stds": 0.0}}}}
    for body in (wrong_kind, {"job_info": {"result": RESULT}}):
        answer = await cloud.call("sc", "PATCH", f"/provider/jobs/{job_id}/job_info", json=body)
        assert answer.status_code == 403
        assert answer.json()["code"] == "wrong_device"


async def test_a_revoked_token_ends_the_streams_that_it_opened(cloud: Cloud) -> None:
    made = (
        await cloud.call("admin", "POST", "/admin/tokens", json={"role": "user", "owner": "alice"})
    ).json()
    cloud.tokens["revoked"] = made["token"]
    async with Held(cloud, "revoked", "/user/events", headers={"Accept": "text/event-stream"}) as stream:
        await stream.line(": here you are")
        assert (await cloud.call("admin", "DELETE", f"/admin/tokens/{made['id']}")).status_code == 204
        await cloud.submit()
        assert b"data: " not in await stream.body()
        await stream.ended()


async def test_a_revoked_token_claims_nothing_after_its_wait(cloud: Cloud) -> None:
    asked = {"role": "provider", "devices": ["SVSim"]}
    made = (await cloud.call("admin", "POST", "/admin/tokens", json=asked)).json()
    cloud.tokens["revoked"] = made["token"]
    async with Held(cloud, "revoked", "/provider/jobs?wait=30") as held:
        while not cloud.services.meters.open_waits:  # noqa: ASYNC110 - nothing tells when it waits
            await asyncio.sleep(0)
        await cloud.call("admin", "DELETE", f"/admin/tokens/{made['id']}")
        job_id = await cloud.submit()
        assert (await held.piece())["status"] == 401
        await held.ended()
    assert await cloud.status(job_id) == "submitted"


@pytest.mark.parametrize("path", ["/user/jobs", "/user/jobs/batch"])
async def test_a_repeat_is_answered_though_the_device_has_gone(cloud: Cloud, path: str) -> None:
    job = {"device_id": "SC", "job_info": TEXT}
    body: Any = job if path == "/user/jobs" else [job]
    first = await cloud.call("alice", "POST", path, json=body, headers={"Idempotency-Key": "k"})
    gone = {"status": "unavailable"}
    assert (await cloud.call("sc", "PATCH", "/provider/devices/SC/status", json=gone)).status_code == 200
    again = await cloud.call("alice", "POST", path, json=body, headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json()) == (200, first.json())
    for headers in ({}, {"Idempotency-Key": "new"}):
        assert (await cloud.call("alice", "POST", path, json=body, headers=headers)).status_code == 400
    other: Any = {**job, "shots": 5}
    other = other if path == "/user/jobs" else [other]
    reused = await cloud.call("alice", "POST", path, json=other, headers={"Idempotency-Key": "k"})
    assert reused.status_code == 422
    bobs = await cloud.call("bob", "POST", path, json=body, headers={"Idempotency-Key": "k"})
    assert bobs.status_code == 400


async def test_of_renewals_at_the_same_time_one_token_stays(cloud: Cloud) -> None:
    calls = [cloud.call("alice", "POST", "/user/api-token") for _ in range(8)]
    made = [answer.json() for answer in await asyncio.gather(*calls)]
    good = []
    for token in made:
        headers = {"q-api-token": f"{token['api_token_id']}.{token['api_token_secret']}"}
        good.append((await cloud.http.get("/user/users/me", headers=headers)).status_code == 200)
    assert sum(good) == 1
    assert (await cloud.call("alice", "GET", "/user/users/me")).status_code == 200
    assert (await cloud.call("alice", "DELETE", "/user/api-token")).status_code == 200
    assert (await cloud.call("alice", "DELETE", "/user/api-token")).status_code == 404


async def test_a_page_of_large_jobs_ends_early_and_says_where_to_go_on(cloud: Cloud) -> None:
    program = json.dumps({"code": "//" + "x" * (6 * 1024 * 1024)})
    for _ in range(4):
        await cloud.submit(job_info=program)
    first = await cloud.call("alice", "GET", "/user/jobs")
    assert len(first.json()) == 2
    second = await cloud.call("alice", "GET", first.links["next"]["url"])
    assert len(second.json()) == 2
    assert len({job["job_id"] for job in first.json() + second.json()}) == 4
    narrow = await cloud.call("alice", "GET", "/user/jobs?fields=job_id,status")
    assert len(narrow.json()) == 4
