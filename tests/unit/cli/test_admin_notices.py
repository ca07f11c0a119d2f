"""``qumulus admin announcement`` and ``whitelist``: what they send, and what they show."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.cli.conftest import Invoke
from tests.unit.sdk.cloud import AT, FakeCloud

NOTICE = {
    "id": 3,
    "title": "Maintenance",
    "content": "SC is **warm**.",
    "start_time": AT,
    "end_time": AT,
    "publishable": False,
    "updated_at": AT,
}
EXPECTED = {
    "id": 1,
    "email": "eve@lab.org",
    "group_id": "lab",
    "display_name": "",
    "organization": "Lab",
    "is_signup_completed": True,
    "available_devices": ["SC"],
}


@pytest.fixture(autouse=True)
def answers(cloud: FakeCloud) -> None:
    for method, path, body in (
        ("POST", "announcements", {"message": "announcement added", "announcement_id": 3}),
        ("GET", "announcements", {"announcements": [NOTICE]}),
        ("GET", "announcements/3", NOTICE),
        ("PATCH", "announcements/3", {"message": "announcement updated"}),
        ("DELETE", "announcements/3", None),
        ("GET", "whitelist_users", {"users": [EXPECTED]}),
        ("POST", "whitelist_users", {"message": "whitelist users added"}),
        ("DELETE", "whitelist_users", None),
    ):
        status = 200 if body else 204
        cloud.extra[method, f"/admin/{path}"] = lambda _, b=body, s=status: httpx.Response(s, json=b)


def sent(cloud: FakeCloud) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(cloud.requests[-1].content)
    return body


def test_an_announcement_runs_from_now_for_a_week(invoke: Invoke, cloud: FakeCloud) -> None:
    done = invoke("admin", "announcement", "add", "Maintenance", "--text", "soon")
    assert (done.exit_code, done.stdout) == (0, "3 added\n")
    body = sent(cloud)
    start, end = (datetime.fromisoformat(body.pop(key)) for key in ("start_time", "end_time"))
    assert abs(start - datetime.now(UTC)) < timedelta(minutes=1)
    assert abs(end - start - timedelta(days=7)) < timedelta(minutes=1)
    assert body == {"title": "Maintenance", "content": "soon", "publishable": True}


def test_only_what_is_given_changes(invoke: Invoke, cloud: FakeCloud, tmp_path: Path) -> None:
    text = tmp_path / "text.md"
    text.write_text("# Hello")
    words = (
        "announcement",
        "change",
        "3",
        "--file",
        str(text),
        "--draft",
        "--until",
        "2026-03-01T00:00+00:00",
    )
    assert invoke("admin", *words).exit_code == 0
    assert sent(cloud) == {"content": "# Hello", "end_time": "2026-03-01T00:00:00Z", "publishable": False}


def test_announcements_are_shown(invoke: Invoke) -> None:
    assert "by operators" in invoke("admin", "announcement", "list").stdout
    shown = invoke("admin", "announcement", "show", "3").stdout
    assert "SC is **warm**." in shown
    assert invoke("admin", "announcement", "delete", "3", "-y").stdout == "3 deleted\n"
    assert invoke("admin", "announcement", "add", "x", "--from", "soon").exit_code == 2


def test_people_are_expected_and_no_longer(invoke: Invoke, cloud: FakeCloud) -> None:
    words = ("whitelist", "add", "eve@lab.org", "dan@lab.org", "--group", "lab", "--devices", "SC,SVSim")
    assert invoke("admin", *words).stdout == "eve@lab.org added\ndan@lab.org added\n"
    rest = {"group_id": "lab", "available_devices": ["SC", "SVSim"]}
    assert sent(cloud) == {"users": [{"email": "eve@lab.org", **rest}, {"email": "dan@lab.org", **rest}]}
    assert invoke("admin", "whitelist", "delete", "eve@lab.org", "-o", "id").stdout == "eve@lab.org\n"
    assert sent(cloud) == {"user_emails": ["eve@lab.org"]}


def test_the_whitelist_is_shown_with_who_has_an_account(invoke: Invoke, cloud: FakeCloud) -> None:
    shown = invoke("admin", "whitelist", "list", "--waiting", "--group", "lab").stdout
    assert "eve@lab.org" in shown
    assert "yes" in shown
    assert dict(cloud.requests[-1].url.params) == {
        "group_id": "lab",
        "limit": "100",
        "is_signup_completed": "false",
        "sort": "email,asc",
    }
