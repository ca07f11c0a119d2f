"""The console's sessions and a user's own tokens: who may do what with them, and when they end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from qumulus.domain.account import TokenKind
from qumulus.domain.ids import UserId
from qumulus.http.app import HttpSettings
from qumulus.service import ServiceSettings
from qumulus.service.sessions import MAX_SESSIONS
from tests.api.cloud import TEXT, Cloud, open_cloud

PROOF = {"X-Qumulus-Console": "1"}
JOB = {"device_id": "SVSim", "job_info": TEXT}


async def sign_in(cloud: Cloud, **body: Any) -> httpx.Response:
    return await cloud.http.post("/user/session", json=body or {"token": cloud.tokens["alice"]})


def cookie_of(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    pair = answer.headers["set-cookie"].partition(";")[0]
    return {"Cookie": pair}


@asynccontextmanager
async def signed_in(cloud: Cloud) -> AsyncIterator[dict[str, str]]:
    answer = await sign_in(cloud)
    cloud.http.cookies.clear()
    yield cookie_of(answer)


async def test_a_token_opens_a_session_whose_cookie_no_script_and_no_other_site_can_use(cloud: Cloud) -> None:
    answer = await sign_in(cloud)
    parts = set(answer.headers["set-cookie"].split("; ")[1:])
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= parts
    assert answer.headers["cache-control"] == "no-store"
    secret = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert secret not in answer.text
    assert answer.json()["user_id"] == "alice"


async def test_the_cookie_is_marked_secure_where_the_cloud_is_reached_by_https(tmp_path: Path) -> None:
    settings = HttpSettings(public_url="https://cloud.example")
    async with open_cloud(tmp_path, settings=settings) as cloud:
        assert "Secure" in (await sign_in(cloud)).headers["set-cookie"]


async def test_a_session_reads_and_writes_like_its_user(cloud: Cloud) -> None:
    async with signed_in(cloud) as cookie:
        made = await cloud.http.post("/user/jobs", json=JOB, headers={**cookie, **PROOF})
        assert made.status_code == 200, made.text
        seen = await cloud.http.get(f"/user/jobs/{made.json()['job_id']}", headers=cookie)
        assert seen.json()["status"] == "submitted"


async def test_a_write_by_cookie_alone_is_refused_and_does_nothing(cloud: Cloud) -> None:
    async with signed_in(cloud) as cookie:
        refused = await cloud.http.post("/user/jobs", json=JOB, headers=cookie)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
        assert (await cloud.http.get("/user/jobs", headers=cookie)).json() == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_call_from_another_site_is_refused_even_with_cookie_and_header(
    cloud: Cloud, site: str
) -> None:
    async with signed_in(cloud) as cookie:
        sent = {**cookie, **PROOF, "Sec-Fetch-Site": site}
        for method, path in (("GET", "/user/jobs"), ("GET", "/user/events"), ("POST", "/user/jobs")):
            refused = await cloud.http.request(method, path, headers=sent)
            assert refused.status_code == 403, path


async def test_no_foreign_page_may_send_the_header_that_proves_the_console(cloud: Cloud) -> None:
    asked = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-qumulus-console",
    }
    answer = await cloud.http.options("/user/jobs", headers=asked)
    assert "x-qumulus-console" not in answer.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_header_wins_over_the_cookie(cloud: Cloud) -> None:
    async with signed_in(cloud) as cookie:
        bearer = {"Authorization": f"Bearer {cloud.tokens['bob']}"}
        assert (await cloud.http.get("/user/users/me", headers={**cookie, **bearer})).json()["id"] == "bob"
        wrong = {**cookie, "q-api-token": "nobody.secret"}
        assert (await cloud.http.get("/user/users/me", headers=wrong)).status_code == 401


async def test_a_session_is_no_token_and_a_token_no_session(cloud: Cloud) -> None:
    async with signed_in(cloud) as cookie:
        name, _, secret = cookie["Cookie"].partition("=")
        as_token = {"Authorization": f"Bearer {secret}"}
        assert (await cloud.http.get("/user/jobs", headers=as_token)).status_code == 401
        as_cookie = {"Cookie": f"{name}={cloud.tokens['alice']}"}
        assert (await cloud.http.get("/user/jobs", headers=as_cookie)).status_code == 401


@pytest.mark.parametrize("holder", ["svsim", "admin"])
async def test_only_users_sign_in(cloud: Cloud, holder: str) -> None:
    assert (await sign_in(cloud, token=cloud.tokens[holder])).status_code == 403


@pytest.mark.parametrize("body", [{}, {"token": "a.b", "code": "a.b"}, {"user": "x"}, {"token": 1}])
async def test_a_sign_in_that_cannot_be_understood_is_400(cloud: Cloud, body: dict[str, Any]) -> None:
    answer = await cloud.http.post("/user/session", json=body)
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


async def test_failed_sign_ins_are_slowed_down_and_good_ones_are_not(cloud: Cloud) -> None:
    for _ in range(25):
        assert (await sign_in(cloud)).status_code == 200
    statuses = [(await sign_in(cloud, token="nobody.secret")).status_code for _ in range(25)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert (await sign_in(cloud)).status_code == 200  # behind a proxy all have the same address


async def code_for(cloud: Cloud, who: str = "alice") -> str:
    answer = await cloud.call(who, "POST", "/user/session/code")
    assert answer.status_code == 200, answer.text
    code: str = answer.json()["code"]
    assert answer.json()["url"] == f"http://cloud/sign-in#code={code}"
    return code


async def test_a_link_signs_in_once(cloud: Cloud) -> None:
    code = await code_for(cloud)
    assert (await sign_in(cloud, code=code)).json()["user_id"] == "alice"
    again = await sign_in(cloud, code=code)
    assert (again.status_code, "set-cookie" in again.headers) == (401, False)


async def test_of_many_who_use_one_link_together_one_gets_in(cloud: Cloud) -> None:
    code = await code_for(cloud)
    answers = await asyncio.gather(*(sign_in(cloud, code=code) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7


async def test_a_link_is_no_token_and_a_token_no_link(cloud: Cloud) -> None:
    code = await code_for(cloud)
    bearer = {"Authorization": f"Bearer {code}"}
    assert (await cloud.http.get("/user/jobs", headers=bearer)).status_code == 401
    assert (await sign_in(cloud, code=cloud.tokens["alice"])).status_code == 401
    assert (await sign_in(cloud, token=code)).status_code == 401


async def test_codes_and_sessions_end_by_themselves(tmp_path: Path) -> None:
    settings = ServiceSettings(code_life=timedelta(0), session_idle=timedelta(0))
    async with open_cloud(tmp_path, services=settings) as cloud:
        assert (await sign_in(cloud, code=await code_for(cloud))).status_code == 401
        async with signed_in(cloud) as cookie:
            refused = await cloud.http.get("/user/jobs", headers=cookie)
            assert (refused.status_code, refused.json()["message"]) == (401, "This session has expired.")


async def test_signing_out_ends_the_session_not_just_the_cookie(cloud: Cloud) -> None:
    async with signed_in(cloud) as cookie:
        out = await cloud.http.delete("/user/session", headers={**cookie, **PROOF})
        assert out.status_code == 200
        assert "Max-Age=0" in out.headers["set-cookie"]
        assert (await cloud.http.get("/user/jobs", headers=cookie)).status_code == 401


async def test_the_sessions_of_a_revoked_token_end_with_it(cloud: Cloud) -> None:
    minted = (await cloud.call("alice", "POST", "/user/tokens", json={"name": "laptop"})).json()
    cookie = cookie_of(await sign_in(cloud, token=minted["token"]))
    cloud.http.cookies.clear()
    code = (await cloud.http.post("/user/session/code", headers={"q-api-token": minted["token"]})).json()[
        "code"
    ]
    linked = cookie_of(await sign_in(cloud, code=code))
    cloud.http.cookies.clear()
    await cloud.call("alice", "DELETE", f"/user/tokens/{minted['token_id']}")
    for ended in (cookie, linked):
        assert (await cloud.http.get("/user/jobs", headers=ended)).status_code == 401


async def test_one_lists_and_ends_ones_own_sessions_only(cloud: Cloud) -> None:
    async with signed_in(cloud) as cookie:
        mine = (await cloud.http.get("/user/sessions", headers=cookie)).json()
        assert [one["is_current"] for one in mine] == [True]
        assert (await cloud.call("bob", "GET", "/user/sessions")).json() == []
        path = f"/user/sessions/{mine[0]['session_id']}"
        assert (await cloud.call("bob", "DELETE", path)).status_code == 404
        assert (await cloud.call("alice", "DELETE", path)).status_code == 200
        assert (await cloud.http.get("/user/jobs", headers=cookie)).status_code == 401


async def test_this_session_is_known_only_to_a_session(cloud: Cloud) -> None:
    async with signed_in(cloud) as cookie:
        assert (await cloud.http.get("/user/session", headers=cookie)).json()["is_current"]
    assert (await cloud.call("alice", "GET", "/user/session")).status_code == 404


async def test_sessions_opened_from_sessions_end_with_the_token_behind_them_all(cloud: Cloud) -> None:
    minted = (await cloud.call("alice", "POST", "/user/tokens", json={"name": "laptop"})).json()
    cookies = [cookie_of(await sign_in(cloud, token=minted["token"]))]
    for _ in range(2):
        cloud.http.cookies.clear()
        made = await cloud.http.post("/user/session/code", headers={**cookies[-1], **PROOF})
        cookies.append(cookie_of(await sign_in(cloud, code=made.json()["code"])))
    cloud.http.cookies.clear()
    assert (await cloud.http.get("/user/jobs", headers=cookies[-1])).status_code == 200
    await cloud.call("alice", "DELETE", f"/user/tokens/{minted['token_id']}")
    for cookie in cookies:
        assert (await cloud.http.get("/user/jobs", headers=cookie)).status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_no_foreign_page_signs_a_browser_in(cloud: Cloud, site: str) -> None:
    body = {"token": cloud.tokens["alice"]}
    answer = await cloud.http.post("/user/session", json=body, headers={"Sec-Fetch-Site": site})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


async def test_who_may_only_read_may_sign_out(cloud: Cloud) -> None:
    made = await cloud.call("alice", "POST", "/user/tokens", json={"name": "wall", "scope": "read"})
    cookie = cookie_of(await sign_in(cloud, token=made.json()["token"]))
    cloud.http.cookies.clear()
    assert (await cloud.http.delete("/user/session", headers={**cookie, **PROOF})).status_code == 200
    assert (await cloud.http.get("/user/jobs", headers=cookie)).status_code == 401


async def test_one_user_keeps_a_bounded_number_of_sessions_and_links_the_newest(cloud: Cloud) -> None:
    first = cookie_of(await sign_in(cloud))
    cloud.http.cookies.clear()
    for _ in range(MAX_SESSIONS):
        last = cookie_of(await sign_in(cloud))
        cloud.http.cookies.clear()
        code = await code_for(cloud)
    assert len((await cloud.http.get("/user/sessions", headers=last)).json()) == MAX_SESSIONS
    assert (await cloud.http.get("/user/jobs", headers=first)).status_code == 401
    codes = await cloud.services.store.tokens(owner=UserId("alice"), kind=TokenKind.CODE)
    assert len(codes) == MAX_SESSIONS
    assert (await sign_in(cloud, code=code)).status_code == 200


@pytest.mark.parametrize("path", ["/user/jobs", "/user/users/me", "/user/tokens", "/user/nothing"])
async def test_a_browser_keeps_no_answer_of_a_session_and_guesses_no_type(cloud: Cloud, path: str) -> None:
    async with signed_in(cloud) as cookie:
        answer = await cloud.http.get(path, headers=cookie)
        assert answer.headers.get_list("cache-control") == ["no-store"]
        assert answer.headers["x-content-type-options"] == "nosniff"
