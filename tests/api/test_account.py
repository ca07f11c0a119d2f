"""What users do with their own accounts and tokens, and what operators let them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from qumulus.service import ServiceSettings
from tests.api.cloud import Cloud, open_cloud


@pytest.fixture
async def open_house(tmp_path: Path) -> AsyncIterator[Cloud]:
    """Users may delete themselves but not rename themselves."""
    settings = ServiceSettings(users_may_edit=frozenset({"organization"}), users_may_delete=True)
    folder = tmp_path / "open"
    folder.mkdir()
    async with open_cloud(folder, services=settings) as opened:
        yield opened


async def _me(cloud: Cloud, method: str = "GET", **options: Any) -> httpx.Response:
    return await cloud.call("alice", method, "/user/users/me", **options)


async def test_users_edit_name_and_organization(cloud: Cloud) -> None:
    before = (await _me(cloud)).json()
    assert before["login_events"] is None
    changed = await _me(cloud, "PATCH", json={"name": "Alice", "organization": None, "email": "x@y"})
    assert (changed.status_code, changed.json()) == (200, {**before, "name": "Alice"})
    both = await _me(cloud, "PATCH", json={"name": "A", "organization": "Lab"})
    assert (await _me(cloud)).json() == both.json() == {**before, "name": "A", "organization": "Lab"}
    assert (await _me(cloud, "PATCH", json={})).json() == both.json()
    rows = (await cloud.call("admin", "GET", "/admin/audit?limit=1")).json()
    assert (rows[0]["who"], rows[0]["action"], rows[0]["after"]) == (
        "alice",
        "user.change",
        {"display_name": "A", "organization": "Lab"},
    )


@pytest.mark.parametrize("body", [{"name": "x" * 256}, {"organization": "x" * 256}, {"name": 3}])
async def test_what_is_too_long_or_no_text_is_refused(cloud: Cloud, body: dict[str, Any]) -> None:
    before = (await _me(cloud)).json()
    assert (await _me(cloud, "PATCH", json=body)).status_code == 400
    assert (await _me(cloud)).json() == before


async def test_the_settings_say_what_is_allowed_and_it_is(cloud: Cloud, open_house: Cloud) -> None:
    closed = (await cloud.call("alice", "GET", "/user/system/settings")).json()
    assert closed == {
        "editable_fields": ["name", "organization"],
        "allow_deletion": False,
        "visible_fields": ["id", "name", "email", "organization", "created_at"],
        "login_history_enabled": False,
        "requests_per_s": None,
    }
    refused = await _me(cloud, "DELETE")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")

    opened = (await open_house.call("alice", "GET", "/user/system/settings")).json()
    assert (opened["editable_fields"], opened["allow_deletion"]) == (["organization"], True)
    refused = await _me(open_house, "PATCH", json={"name": "B", "organization": "Lab"})
    assert refused.status_code == 403
    assert (await _me(open_house)).json()["organization"] == ""


async def test_an_account_goes_with_its_jobs_and_tokens(open_house: Cloud) -> None:
    job_id = await open_house.submit()
    refused = await _me(open_house, "DELETE")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    await open_house.call("alice", "POST", f"/user/jobs/{job_id}/cancel")
    gone = await _me(open_house, "DELETE")
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await _me(open_house)).status_code == 401
    assert (await open_house.call("admin", "GET", "/admin/users/alice")).status_code == 404


async def test_a_provider_has_no_account(cloud: Cloud) -> None:
    for method, path in (("GET", "/users/me"), ("GET", "/system/settings"), ("GET", "/announcements")):
        assert (await cloud.call("svsim", method, f"/user{path}")).status_code == 403


async def test_api_tokens_live_90_days_and_replace_only_their_own(cloud: Cloud) -> None:
    assert (await cloud.call("alice", "GET", "/user/api-token")).json() == []
    made = (await cloud.call("alice", "POST", "/user/api-token")).json()
    ends = datetime.fromisoformat(made["api_token_expiration"])
    assert abs(ends - datetime.now(UTC) - timedelta(days=90)) < timedelta(minutes=1)
    assert (await cloud.call("alice", "GET", "/user/api-token")).json() == [
        {"api_token_id": made["api_token_id"], "api_token_expiration": made["api_token_expiration"]}
    ]
    assert (await cloud.call("bob", "GET", "/user/api-token")).json() == []
    again = (await cloud.call("alice", "POST", "/user/api-token")).json()
    listed = (await cloud.call("alice", "GET", "/user/api-token")).json()
    assert [line["api_token_id"] for line in listed] == [again["api_token_id"]]
    assert (await _me(cloud)).status_code == 200  # the token of this call is another one
