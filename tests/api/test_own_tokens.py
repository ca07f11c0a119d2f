"""A user's own tokens: what they may do, whom they may make, and when they end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qumulus.service import ServiceSettings
from tests.api.cloud import Cloud, open_cloud
from tests.api.test_sessions import JOB, PROOF, cookie_of, sign_in, signed_in


async def test_a_token_of_scope_read_changes_nothing_whichever_way_it_is_used(cloud: Cloud) -> None:
    made = await cloud.call("alice", "POST", "/user/tokens", json={"name": "dashboard", "scope": "read"})
    reader = {"Authorization": f"Bearer {made.json()['token']}"}
    job_id = await cloud.submit()
    assert (await cloud.http.get(f"/user/jobs/{job_id}", headers=reader)).status_code == 200
    for method, path in (
        ("POST", "/user/jobs"),
        ("POST", f"/user/jobs/{job_id}/cancel"),
        ("POST", "/user/tokens"),
        ("POST", "/user/session/code"),
        ("DELETE", f"/user/tokens/{made.json()['token_id']}"),
    ):
        assert (await cloud.http.request(method, path, headers=reader)).status_code == 403, path
    opened = cookie_of(await sign_in(cloud, token=made.json()["token"]))
    cloud.http.cookies.clear()
    refused = await cloud.http.post("/user/jobs", json=JOB, headers={**opened, **PROOF})
    assert refused.status_code == 403
    assert await cloud.status(job_id) == "submitted"


async def test_a_user_has_a_hundred_tokens_however_many_are_made_at_once(cloud: Cloud) -> None:
    calls = (cloud.call("alice", "POST", "/user/tokens", json={"name": f"n{i}"}) for i in range(110))
    answers = [answer.status_code for answer in await asyncio.gather(*calls)]
    known = (await cloud.call("alice", "GET", "/user/tokens")).json()
    assert len(known) == 100
    assert answers.count(200) < 110
    assert answers.count(200) + answers.count(409) == 110


async def test_own_tokens_are_listed_without_secrets_and_revoked_at_once(cloud: Cloud) -> None:
    end = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    made = (
        await cloud.call("alice", "POST", "/user/tokens", json={"name": "notebook", "expires_at": end})
    ).json()
    listed = (await cloud.call("alice", "GET", "/user/tokens")).text
    assert "notebook" in listed
    assert made["token"].partition(".")[2] not in listed
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert (await cloud.http.get("/user/jobs", headers=bearer)).status_code == 200
    path = f"/user/tokens/{made['token_id']}"
    assert (await cloud.call("bob", "DELETE", path)).status_code == 404
    assert (await cloud.call("alice", "DELETE", path)).status_code == 200
    assert (await cloud.http.get("/user/jobs", headers=bearer)).status_code == 401


async def test_an_end_that_no_calendar_has_is_refused_and_breaks_no_list(cloud: Cloud) -> None:
    body = {"name": "late", "expires_at": "9999-12-31T23:59:59-23:59"}
    assert (await cloud.call("alice", "POST", "/user/tokens", json=body)).status_code == 400
    assert (await cloud.call("alice", "GET", "/user/tokens")).status_code == 200
    assert (await cloud.call("admin", "GET", "/admin/tokens")).status_code == 200


async def test_a_token_that_would_have_ended_already_is_refused(cloud: Cloud) -> None:
    body = {"name": "late", "expires_at": "2001-01-01T00:00:00Z"}
    answer = await cloud.call("alice", "POST", "/user/tokens", json=body)
    assert (answer.status_code, "expires_at" in answer.json()["message"]) == (400, True)


async def test_nothing_made_with_a_token_outlives_it(cloud: Cloud) -> None:
    """Neither directly, nor in a browser, nor in a browser that a link of that one signed in."""
    soon = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    later, sooner = (soon + timedelta(seconds=1)).isoformat(), soon.isoformat()
    first = await cloud.call("alice", "POST", "/user/tokens", json={"name": "n", "expires_at": sooner})
    bearer = {"Authorization": f"Bearer {first.json()['token']}"}
    session = cookie_of(await sign_in(cloud, token=first.json()["token"])) | PROOF
    cloud.http.cookies.clear()
    code = (await cloud.http.post("/user/session/code", headers=session)).json()["code"]
    linked = cookie_of(await sign_in(cloud, code=code)) | PROOF
    cloud.http.cookies.clear()
    for authority in (bearer, session, linked):
        for end in ({}, {"expires_at": later}):
            refused = await cloud.http.post("/user/tokens", headers=authority, json={"name": "n", **end})
            assert (refused.status_code, refused.json()["code"]) == (400, "bad_request"), refused.text
            assert f"{soon:%H:%M:%SZ}" in refused.json()["message"]
        made = await cloud.http.post(
            "/user/tokens", headers=authority, json={"name": "n", "expires_at": sooner}
        )
        assert made.status_code == 200, made.text
        renewed = (await cloud.http.post("/user/api-token", headers=authority)).json()
        assert datetime.fromisoformat(renewed["api_token_expiration"]) == soon


async def test_a_browser_signed_in_with_an_endless_token_makes_endless_ones(cloud: Cloud) -> None:
    async with signed_in(cloud) as cookie:
        made = await cloud.http.post("/user/tokens", headers=cookie | PROOF, json={"name": "mine"})
        assert made.status_code == 200, made.text


@pytest.mark.parametrize(
    ("who", "path", "more"),
    [("alice", "/user/tokens", {}), ("admin", "/admin/tokens", {"role": "user", "owner": "alice"})],
)
async def test_no_other_token_bears_the_name_of_the_one_that_is_replaced(
    cloud: Cloud, who: str, path: str, more: dict[str, Any]
) -> None:
    refused = await cloud.call(who, "POST", path, json={"name": "api-token", **more})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")
    assert "api-token" in refused.json()["message"]


async def test_the_last_use_of_a_token_is_remembered(tmp_path: Path) -> None:
    settings = ServiceSettings(seen_every_s=0.02)
    async with open_cloud(tmp_path, services=settings) as cloud:
        used = None
        async with asyncio.timeout(10):
            while used is None:
                listed = (await cloud.call("alice", "GET", "/user/tokens")).json()
                used = next(one["last_used_at"] for one in listed if one["is_current"])
                await asyncio.sleep(0.02)
        age = datetime.now(UTC) - datetime.fromisoformat(used)
        assert timedelta(0) <= age < timedelta(minutes=1)
