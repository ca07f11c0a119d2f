"""What operators tell, and what users see of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.cloud import Cloud

NOTICE = {
    "title": "Maintenance",
    "content": "SC is **warm**.",
    "start_time": "2026-03-01T00:00:00Z",
    "end_time": "2026-03-02T00:00:00Z",
    "publishable": True,
}
BOTH = ("/user", "/admin")


async def _add(cloud: Cloud, **changes: Any) -> int:
    made = await cloud.call("admin", "POST", "/admin/announcements", json=NOTICE | changes)
    assert made.status_code == 200, made.text
    assert made.json()["message"] == "announcement added"
    number: int = made.json()["announcement_id"]
    return number


async def _titles(cloud: Cloud, base: str, query: str = "") -> list[str]:
    who = "admin" if base == "/admin" else "alice"
    answer = await cloud.call(who, "GET", f"{base}/announcements?{query}")
    assert answer.status_code == 200, answer.text
    return [notice["title"] for notice in answer.json()["announcements"]]


async def test_an_announcement_comes_changes_and_goes(cloud: Cloud) -> None:
    number = await _add(cloud)
    assert (await cloud.call("alice", "GET", f"/user/announcements/{number}")).json() == {
        "id": number,
        **NOTICE,
    }
    changes = {"title": "Done", "end_time": "2026-03-01T12:00:00", "content": None}
    path = f"/admin/announcements/{number}"
    changed = await cloud.call("admin", "PATCH", path, json=changes)
    assert (changed.status_code, changed.json()) == (200, {"message": "announcement updated"})
    seen = (await cloud.call("admin", "GET", path)).json()
    assert seen.pop("updated_at")
    assert seen == {"id": number, **NOTICE, "title": "Done", "end_time": "2026-03-01T12:00:00Z"}
    gone = await cloud.call("admin", "DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    for method in ("GET", "PATCH", "DELETE"):
        assert (await cloud.call("admin", method, path, json={})).status_code == 404
    rows = (await cloud.call("admin", "GET", "/admin/audit?limit=3")).json()
    assert [(row["action"], row["subject"]) for row in rows] == [
        ("announcement.drop", str(number)),
        ("announcement.change", str(number)),
        ("announcement.add", str(number)),
    ]
    assert rows[1]["before"]["title"] == "Maintenance"


async def test_users_see_only_what_is_publishable(cloud: Cloud) -> None:
    number = await _add(cloud, publishable=False, title="draft")
    assert await _titles(cloud, "/user") == []
    assert await _titles(cloud, "/admin") == ["draft"]
    hidden = await cloud.call("alice", "GET", f"/user/announcements/{number}")
    unknown = await cloud.call("alice", "GET", "/user/announcements/999")
    assert hidden.status_code == unknown.status_code == 404
    await cloud.call("admin", "PATCH", f"/admin/announcements/{number}", json={"publishable": True})
    assert await _titles(cloud, "/user") == ["draft"]


@pytest.mark.parametrize("base", BOTH)
async def test_lists_go_by_start_then_id(cloud: Cloud, base: str) -> None:
    for title, day in (("b", 2), ("c", 3), ("a", 1), ("d", 3)):
        await _add(
            cloud, title=title, start_time=f"2026-03-0{day}T00:00:00Z", end_time="2026-04-01T00:00:00Z"
        )
    assert await _titles(cloud, base) == ["a", "b", "c", "d"]
    assert await _titles(cloud, base, "order=DESC") == ["d", "c", "b", "a"]
    assert await _titles(cloud, base, "offset=1&limit=2&order=ASC&current_time=") == ["b", "c"]
    assert await _titles(cloud, base, "offset=4") == []
    await _add(cloud, title="e", start_time="2026-02-01T00:00:00Z")
    for _ in range(8):
        await _add(cloud)
    assert len(await _titles(cloud, base)) == 10


@pytest.mark.parametrize("base", BOTH)
async def test_current_time_keeps_those_whose_time_it_is(cloud: Cloud, base: str) -> None:
    await _add(cloud)
    for moment, seen in (
        ("2026-02-28T23:59:59.999Z", []),
        ("2026-03-01T00:00:00.000Z", ["Maintenance"]),
        ("2026-03-01T09:00:00%2B09:00", ["Maintenance"]),
        ("2026-03-02T00:00:00", ["Maintenance"]),
        ("2026-03-02T00:00:00.000001Z", []),
    ):
        assert await _titles(cloud, base, f"current_time={moment}") == seen, moment


@pytest.mark.parametrize("missing", NOTICE)
async def test_every_part_of_an_announcement_is_needed(cloud: Cloud, missing: str) -> None:
    body = {key: value for key, value in NOTICE.items() if key != missing}
    refused = await cloud.call("admin", "POST", "/admin/announcements", json=body)
    assert (refused.status_code, missing in refused.json()["message"]) == (400, True)
    assert await _titles(cloud, "/admin") == []


async def test_what_makes_no_sense_is_refused(cloud: Cloud) -> None:
    number = await _add(cloud)
    path = f"/admin/announcements/{number}"
    for method, where, body in (
        ("POST", "/admin/announcements", NOTICE | {"end_time": "2026-02-01T00:00:00Z"}),
        ("POST", "/admin/announcements", NOTICE | {"start_time": "soon"}),
        ("PATCH", path, {"start_time": "2026-03-03T00:00:00Z"}),
        ("PATCH", path, {"publishable": "yes"}),
    ):
        assert (await cloud.call("admin", method, where, json=body)).status_code == 400, body
    for query in ("order=UP", "limit=0", "offset=-1", "current_time=now", "limit=x"):
        for base, who in (("/user", "alice"), ("/admin", "admin")):
            assert (await cloud.call(who, "GET", f"{base}/announcements?{query}")).status_code == 400
    for word in ("x", "-1", "1.0", "%C2%B2", "9" * 40):
        assert (await cloud.call("alice", "GET", f"/user/announcements/{word}")).status_code == 404
