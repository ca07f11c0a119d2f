"""Whom operators expect."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.cloud import Cloud

EVE = {"email": "eve@lab.org", "group_id": "lab", "available_devices": ["SC", "SVSim"]}
DAN = {
    "email": "dan@lab.org",
    "group_id": "guests",
    "available_devices": "*",
    "display_name": "Dan",
    "organization": "Lab",
}


async def _add(cloud: Cloud, *users: dict[str, Any]) -> httpx.Response:
    return await cloud.call("admin", "POST", "/admin/whitelist_users", json={"users": list(users)})


async def _emails(cloud: Cloud, query: str = "") -> list[str]:
    answer = await cloud.call("admin", "GET", f"/admin/whitelist_users?{query}")
    assert answer.status_code == 200, answer.text
    return [user["email"] for user in answer.json()["users"]]


async def test_people_are_expected_until_they_are_not(cloud: Cloud) -> None:
    made = await _add(cloud, EVE, DAN)
    assert (made.status_code, made.json()) == (200, {"message": "whitelist users added"})
    users = (await cloud.call("admin", "GET", "/admin/whitelist_users")).json()["users"]
    assert [type(user.pop("id")) for user in users] == [int, int]
    assert users == [
        {**EVE, "display_name": "", "organization": "", "is_signup_completed": False},
        {**DAN, "is_signup_completed": False},
    ]
    body = {"user_emails": ["eve@lab.org", "nobody@lab.org"]}
    for _ in range(2):  # a client that got no answer asks again
        gone = await cloud.call("admin", "DELETE", "/admin/whitelist_users", json=body)
        assert (gone.status_code, gone.content) == (204, b"")
    assert await _emails(cloud) == ["dan@lab.org"]
    rows = (await cloud.call("admin", "GET", "/admin/audit?limit=2")).json()
    assert [row["action"] for row in rows] == ["whitelist.drop", "whitelist.add"]


async def test_whoever_has_an_account_has_signed_up(cloud: Cloud) -> None:
    await _add(cloud, EVE, DAN)
    await cloud.call("admin", "POST", "/admin/users", json={"id": "e", "email": "eve@lab.org"})
    assert await _emails(cloud, "is_signup_completed=true") == ["eve@lab.org"]
    assert await _emails(cloud, "is_signup_completed=false") == ["dan@lab.org"]
    await cloud.call("admin", "POST", "/admin/users", json={"id": "dan@lab.org"})
    assert await _emails(cloud, "is_signup_completed=false") == []


async def test_lists_are_filtered_sorted_and_paged(cloud: Cloud) -> None:
    await _add(cloud, EVE, DAN)
    assert await _emails(cloud, "sort=email,asc") == ["dan@lab.org", "eve@lab.org"]
    assert await _emails(cloud, "sort=group_id,desc&limit=1&offset=0") == ["eve@lab.org"]
    assert await _emails(cloud, "offset=1") == ["dan@lab.org"]
    for query in ("email=eve@lab.org", "group_id=lab", "organization=&group_id=lab"):
        assert await _emails(cloud, query) == ["eve@lab.org"], query
    assert await _emails(cloud, "display_name=Dan") == ["dan@lab.org"]
    for query in ("sort=devices,asc", "sort=id,up", "limit=0"):
        assert (await cloud.call("admin", "GET", f"/admin/whitelist_users?{query}")).status_code == 400


@pytest.mark.parametrize(
    "users",
    [
        (DAN, EVE),
        (DAN, DAN),
        (DAN, {**DAN, "email": "no address"}),
        (DAN, {"email": "x@lab.org", "group_id": "lab"}),
        (DAN, {"email": "x@lab.org", "available_devices": "*"}),
        (DAN, {**DAN, "email": "x@lab.org", "available_devices": "some"}),
        (),
    ],
)
async def test_one_wrong_or_known_entry_refuses_all(cloud: Cloud, users: tuple[dict[str, Any], ...]) -> None:
    await _add(cloud, EVE)
    assert (await _add(cloud, *users)).status_code == 400
    assert await _emails(cloud) == ["eve@lab.org"]
