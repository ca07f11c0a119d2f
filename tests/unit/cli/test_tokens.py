"""``qumulus tokens``, ``qumulus console`` and ``qumulus jobs counts``."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from qumulus.cli import console as console_command
from qumulus.cli.console import NOT_BUILT, invitation
from tests.unit.cli.conftest import Invoke
from tests.unit.sdk.cloud import URL, FakeCloud

AT = "2026-05-01T12:00:00Z"
LINK = {"code": "c.s", "url": f"{URL}/sign-in#code=c.s", "expires_at": AT}
TOKEN = {
    "token_id": "tok1",
    "name": "laptop",
    "scope": "read",
    "created_at": AT,
    "expires_at": None,
    "last_used_at": None,
    "is_current": True,
}


def answer(cloud: FakeCloud, call: str, body: Any) -> None:
    method, path = call.split()
    cloud.extra[method, path] = lambda _: httpx.Response(200, json=body)


def test_a_new_token_alone_stands_on_standard_output(invoke: Invoke, cloud: FakeCloud) -> None:
    answer(cloud, "POST /user/tokens", {"token_id": "tok1", "token": "tok1.s3cret"})
    done = invoke("tokens", "create", "laptop", "--read-only", "--expires", "30d")
    assert done.stdout == "tok1.s3cret\n"
    sent = json.loads(cloud.requests[-1].content)
    assert (sent["name"], sent["scope"]) == ("laptop", "read")
    assert sent["expires_at"].endswith("Z")
    invoke("tokens", "create", "laptop")
    assert json.loads(cloud.requests[-1].content)["expires_at"] is None


def test_tokens_are_listed_and_revoked_by_id(invoke: Invoke, cloud: FakeCloud) -> None:
    answer(cloud, "GET /user/tokens", [TOKEN])
    answer(cloud, "DELETE /user/tokens/tok1", {})
    assert invoke("tokens", "list", "-o", "id").stdout == "tok1\n"
    assert "this one" in invoke("tokens", "list").stdout
    assert invoke("tokens", "revoke", "tok1.s3cret", input="n\n").exit_code == 130
    assert invoke("tokens", "revoke", "tok1.s3cret", "--yes").stdout == "tok1 revoked\n"


def test_the_console_is_opened_by_a_link_only_where_it_is_asked_for(
    invoke: Invoke, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(console_command.webbrowser, "open", opened.append)
    answer(cloud, "POST /user/session/code", LINK)
    assert invoke("console").stdout == f"{LINK['url']}\n"
    assert opened == []
    assert invoke("console", "--open", "-o", "json").exit_code == 0
    assert opened == [LINK["url"]]


def test_an_invitation_says_what_to_do_where_there_is_no_link(
    cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr("qumulus.http.settings.ASSETS", tmp_path)
    assert invitation(URL, "id.secret") == NOT_BUILT
    (tmp_path / "index.html").touch()
    answer(cloud, "POST /user/session/code", LINK)
    assert invitation(URL, "id.secret") == LINK["url"]
    cloud.extra["POST", "/user/session/code"] = lambda _: httpx.Response(
        401, json={"code": "x", "message": "no"}
    )
    assert "qumulus console" in invitation(URL, "id.secret")


def test_jobs_are_counted(invoke: Invoke, cloud: FakeCloud) -> None:
    answer(cloud, "GET /user/jobs/counts", {"submitted": 2, "failed": 1})
    done = invoke("jobs", "counts", "--device", "SC", "--search", "bell", "--since", "2h")
    assert [line.split() for line in done.stdout.splitlines()[2:4]] == [["submitted", "2"], ["failed", "1"]]
    params = cloud.requests[-1].url.params
    assert (params["device_id"], params["q"]) == ("SC", "bell")
    assert "start_time" in params
    assert json.loads(invoke("jobs", "counts", "-o", "json").stdout)["cancelled"] == 0
