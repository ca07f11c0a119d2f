"""Who may call what, with which header."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from qumulus.domain.account import Role
from qumulus.domain.ids import DeviceId, UserId
from qumulus.http.app import HttpSettings
from tests.api.cloud import TEXT, Cloud, add_token, open_cloud

CALLS = {"user": "/user/jobs", "provider": "/provider/jobs?limit=1", "admin": "/admin/users"}
HOLDERS = {"user": "alice", "provider": "svsim", "admin": "admin"}


def headers(style: str, token: str) -> dict[str, str]:
    return {style: f"Bearer {token}" if style == "Authorization" else token}


@pytest.mark.parametrize("style", ["Authorization", "q-api-token", "X-Api-Key"])
async def test_each_api_takes_its_own_role_by_any_header(cloud: Cloud, style: str) -> None:
    for api, role in product(CALLS, HOLDERS):
        answer = await cloud.http.get(CALLS[api], headers=headers(style, cloud.tokens[HOLDERS[role]]))
        if api == role:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


BAD = ["", "no-dot", "id-of-alice.", ".secret", "id-of-alice.wrong", "nobody.secret", "a.b.c", "é.é"]


@pytest.mark.parametrize("style", ["Authorization", "q-api-token", "X-Api-Key"])
async def test_a_bad_token_is_401_and_challenged_for_bearers_only(cloud: Cloud, style: str) -> None:
    for api, token in product(CALLS, BAD):
        brought = {name: value.encode("latin-1") for name, value in headers(style, token).items()}
        answer = await cloud.http.get(CALLS[api], headers=brought)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated"), token
        assert answer.headers.get("www-authenticate") == ("Bearer" if style == "Authorization" else None)


async def test_no_token_is_401_with_a_challenge(cloud: Cloud) -> None:
    answer = await cloud.http.get("/user/jobs")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    basic = await cloud.http.get("/user/jobs", headers={"Authorization": "Basic YTpi"})
    assert basic.status_code == 401


@pytest.mark.parametrize("style", ["q-api-token", "X-Api-Key"])
async def test_the_key_headers_win_over_authorization(cloud: Cloud, style: str) -> None:
    good, bad = cloud.tokens["alice"], "nobody.secret"
    taken = await cloud.http.get("/user/jobs", headers={"Authorization": f"Bearer {bad}", style: good})
    refused = await cloud.http.get("/user/jobs", headers={"Authorization": f"Bearer {good}", style: bad})
    assert (taken.status_code, refused.status_code) == (200, 401)


@pytest.mark.parametrize("name", ["Authorization", "q-api-token", "Host", "Idempotency-Key"])
async def test_a_header_that_says_two_things_is_obeyed_in_neither(cloud: Cloud, name: str) -> None:
    key = ("Authorization", f"Bearer {cloud.tokens['alice']}")
    once = [(name, "Bearer one.two"), *([] if name == "Authorization" else [key])]
    twice = [*once, key if name == "Authorization" else (name, "another")]
    answer = await cloud.http.request("POST", "/user/jobs", headers=twice)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert name.lower() in answer.json()["message"]
    same = await cloud.http.request("GET", "/user/devices", headers=[key, key])
    assert same.status_code == 200


async def test_the_scheme_may_be_written_in_any_case(cloud: Cloud) -> None:
    answer = await cloud.http.get("/user/jobs", headers={"Authorization": f"bearer {cloud.tokens['alice']}"})
    assert answer.status_code == 200


async def test_an_expired_token_is_401(cloud: Cloud) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    token = await add_token(cloud.services, "old", Role.USER, owner=UserId("alice"), expires_at=past)
    answer = await cloud.http.get("/user/jobs", headers={"q-api-token": token})
    assert (answer.status_code, answer.json()["message"]) == (401, "This token has expired.")


async def test_a_revoked_token_is_worth_nothing_at_once(cloud: Cloud) -> None:
    assert (await cloud.call("alice", "GET", "/user/jobs")).status_code == 200
    assert (await cloud.call("admin", "DELETE", "/admin/tokens/id-of-alice")).status_code == 204
    assert (await cloud.call("alice", "GET", "/user/jobs")).status_code == 401


async def test_a_suspended_user_is_403_at_once(cloud: Cloud) -> None:
    assert (await cloud.call("bob", "GET", "/user/jobs")).status_code == 200
    await cloud.call("admin", "PATCH", "/admin/users/bob", json={"status": "suspended"})
    assert (await cloud.call("bob", "GET", "/user/jobs")).status_code == 403


async def test_jobs_of_others_are_not_disclosed(cloud: Cloud) -> None:
    job_id = await cloud.job_in("cancelled")
    for method, path in (
        ("GET", ""),
        ("GET", "/status"),
        ("GET", "/events"),
        ("POST", "/cancel"),
        ("DELETE", ""),
    ):
        theirs = await cloud.call("bob", method, f"/user/jobs/{job_id}{path}")
        nobodys = await cloud.call("bob", method, f"/user/jobs/unknown{path}")
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.json()["message"].replace(job_id, "unknown") == nobodys.json()["message"]
    assert (await cloud.call("bob", "GET", "/user/jobs")).json() == []


async def test_a_provider_reaches_its_devices_only(cloud: Cloud) -> None:
    job_id = await cloud.job_in("running")
    for method, path, body in (
        ("GET", "/jobs?device_id=SVSim", None),
        ("GET", f"/jobs/{job_id}", None),
        ("PATCH", f"/jobs/{job_id}", {"status": "failed"}),
        ("PATCH", f"/jobs/{job_id}/job_info", {"reason": "r"}),
        ("POST", f"/jobs/{job_id}/release", None),
        ("PUT", f"/jobs/{job_id}/transpiler_info", {}),
        ("POST", "/jobs/heartbeat", {"device_id": "SVSim"}),
        ("PATCH", "/devices/SVSim", {"n_qubits": 1}),
        ("PATCH", "/devices/SVSim/status", {"status": "unavailable"}),
        ("PATCH", "/devices/SVSim/device_info", {"device_info": None}),
    ):
        answer = await cloud.call("sc", method, f"/provider{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_device"), path
    lines = [{"job_id": job_id, "status": "failed"}]
    outcome = (await cloud.call("sc", "POST", "/provider/jobs/reports", json=lines)).json()
    assert outcome[0]["outcome"] == "wrong_device"
    assert await cloud.status(job_id) == "running"


async def test_a_user_reaches_granted_devices_only(cloud: Cloud) -> None:
    await cloud.call("admin", "PATCH", "/admin/users/bob", json={"available_devices": ["SC"]})
    assert [device["device_id"] for device in (await cloud.call("bob", "GET", "/user/devices")).json()] == [
        "SC"
    ]
    refused = await cloud.call("bob", "POST", "/user/jobs", json={"device_id": "SVSim", "job_info": TEXT})
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_device")
    unknown = await cloud.call("bob", "GET", "/user/devices/none")
    assert unknown.status_code == 403


async def test_a_provider_of_two_devices_claims_for_both(cloud: Cloud) -> None:
    jobs = {await cloud.submit(device_id="SC"), await cloud.submit(device_id="SVSim")}
    assert {job["job_id"] for job in await cloud.claim("both")} == jobs


async def test_a_provider_without_devices_is_told_so(cloud: Cloud) -> None:
    cloud.tokens["bare"] = await add_token(
        cloud.services, "bare", Role.PROVIDER, devices=frozenset[DeviceId]()
    )
    answer = await cloud.call("bare", "GET", "/provider/jobs")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_the_rate_limit_is_per_token(tmp_path: Path) -> None:
    async with open_cloud(tmp_path, settings=HttpSettings(requests_per_s=0.5)) as cloud:
        assert (await cloud.call("alice", "GET", "/user/jobs")).status_code == 200
        refused = await cloud.call("alice", "GET", "/user/jobs")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert 1 <= int(refused.headers["retry-after"]) <= 2
        assert (await cloud.call("bob", "GET", "/user/jobs")).status_code == 200
