"""A browser that signs in has a session already: which one ends."""

from __future__ import annotations

from unittest.mock import AsyncMock

import pytest

from qumulus.domain.account import TokenKind
from qumulus.domain.ids import TokenId
from qumulus.service import sessions
from qumulus.service.authenticate import authenticate
from tests.api.cloud import Cloud
from tests.api.test_sessions import PROOF, cookie_of, sign_in, signed_in


async def test_a_browser_that_signs_in_again_leaves_no_session_behind(cloud: Cloud) -> None:
    async with signed_in(cloud) as former:
        refused = await cloud.http.post("/user/session", json={"token": "nobody.secret"}, headers=former)
        assert refused.status_code == 401
        assert (await cloud.http.get("/user/jobs", headers=former)).status_code == 200
        body = {"token": cloud.tokens["alice"]}
        cookie = cookie_of(await cloud.http.post("/user/session", json=body, headers=former))
        cloud.http.cookies.clear()
        assert (await cloud.http.get("/user/jobs", headers=former)).status_code == 401
        assert len((await cloud.http.get("/user/sessions", headers=cookie)).json()) == 1


async def test_a_browser_that_follows_its_own_link_stays_signed_in(cloud: Cloud) -> None:
    """Its session opened the link, directly or by way of another browser: what ends with it must not go."""
    async with signed_in(cloud) as former:
        made = await cloud.http.post("/user/session/code", headers=former | PROOF)
        other = cookie_of(await sign_in(cloud, code=made.json()["code"]))
        cloud.http.cookies.clear()
        for maker in (former, other):
            code = (await cloud.http.post("/user/session/code", headers=maker | PROOF)).json()["code"]
            cookie = cookie_of(await cloud.http.post("/user/session", json={"code": code}, headers=former))
            cloud.http.cookies.clear()
            assert (await cloud.http.get("/user/jobs", headers=cookie)).status_code == 200


async def test_a_former_session_that_ends_meanwhile_is_in_nobodys_way(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another Cloud has dropped is known here for a moment more."""
    async with signed_in(cloud) as former:
        known = await authenticate(cloud.services, former["Cookie"].partition("=")[2], kind=TokenKind.SESSION)
        assert (await cloud.http.delete("/user/session", headers=former | PROOF)).status_code == 200
        monkeypatch.setattr(sessions, "authenticate", AsyncMock(return_value=known))
        successor = await cloud.services.store.token(TokenId("id-of-alice"))
        assert successor is not None
        await sessions.end_former(cloud.services, "it", successor=successor)


@pytest.mark.parametrize("former", ["", "nobody.secret", "no session at all"])
async def test_a_cookie_that_is_none_is_in_nobodys_way_to_sign_in(cloud: Cloud, former: str) -> None:
    name = cookie_of(await sign_in(cloud))["Cookie"].partition("=")[0]
    cloud.http.cookies.clear()
    sent = {"Cookie": f"{name}={former}"}
    body = {"token": cloud.tokens["bob"]}
    assert (await cloud.http.post("/user/session", json=body, headers=sent)).json()["user_id"] == "bob"
