from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.cli.conftest import Invoke
from tests.unit.sdk.cloud import AT, DEVICE, FakeCloud, refusal

ACCOUNT = {
    "id": "bob",
    "email": "bob@example.org",
    "display_name": "Bob",
    "organization": "",
    "group_id": "",
    "status": "approved",
    "available_devices": ["SC"],
    "may_prioritise": False,
    "created_at": AT,
}
TOKEN = {
    "id": "tok1",
    "role": "user",
    "name": "",
    "owner": "bob",
    "devices": [],
    "expires_at": None,
    "created_at": AT,
}
AUDIT = {
    "id": 7,
    "at": AT,
    "who": "root",
    "action": "device.change",
    "subject": "SC",
    "before": {"status": "available", "n_qubits": 5},
    "after": {"status": "unavailable", "n_qubits": 5},
}

SVSIM = {**DEVICE, "on_lost_lease": "fail", "claim_timeout": 600.0}

Answer = Callable[..., None]


@pytest.fixture
def answer(cloud: FakeCloud) -> Answer:
    def set_answer(method: str, path: str, body: Any) -> None:
        cloud.extra[method, f"/admin{path}"] = lambda _: httpx.Response(200, json=body)

    return set_answer


def sent(cloud: FakeCloud) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(cloud.requests[-1].content)
    return body


def test_user_add_and_change_send_only_what_is_given(
    invoke: Invoke, cloud: FakeCloud, answer: Answer
) -> None:
    answer("POST", "/users", ACCOUNT)
    answer("PATCH", "/users/bob", ACCOUNT)
    answer("GET", "/devices", [SVSIM, {**SVSIM, "device_id": "SC"}])
    done = invoke("admin", "user", "add", "bob", "--email", "bob@example.org", "--devices", "SC,SVSim")
    assert done.stdout == "bob added\n", done.output
    assert sent(cloud) == {"id": "bob", "email": "bob@example.org", "available_devices": ["SC", "SVSim"]}
    invoke("admin", "user", "change", "bob", "--status", "suspended", "--no-prioritise")
    assert sent(cloud) == {"status": "suspended", "may_prioritise": False}
    invoke("admin", "user", "change", "bob", "--devices", "*")
    assert sent(cloud) == {"available_devices": "*"}


def test_a_device_that_does_not_exist_is_granted_and_told(
    invoke: Invoke, cloud: FakeCloud, answer: Answer
) -> None:
    answer("POST", "/users", ACCOUNT)
    answer("GET", "/devices", [SVSIM])
    done = invoke("admin", "user", "add", "bob", "--devices", "SVSim,SVSIM")
    assert (done.exit_code, done.stdout) == (0, "bob added\n")
    assert "no device 'SVSIM' yet" in done.stderr
    assert "'SVSim'" not in done.stderr
    assert sent(cloud)["available_devices"] == ["SVSim", "SVSIM"]


@pytest.mark.parametrize("what", [["user", "bob"], ["device", "SC"], ["announcement", "1"]])
def test_a_change_of_nothing_is_wrong_usage(invoke: Invoke, cloud: FakeCloud, what: list[str]) -> None:
    done = invoke("admin", what[0], "change", what[1])
    assert (done.exit_code, "nothing to change" in done.stderr) == (2, True)
    assert not cloud.requests


def test_user_list_and_show(invoke: Invoke, answer: Answer) -> None:
    answer("GET", "/users", {"offset": 0, "limit": 100, "users": [ACCOUNT]})
    answer("GET", "/users/bob", ACCOUNT)
    assert "bob@example.org" in invoke("admin", "user", "list").stdout
    assert invoke("admin", "user", "list", "-o", "id").stdout == "bob\n"
    assert json.loads(invoke("admin", "user", "show", "bob", "-o", "json").stdout) == ACCOUNT


def test_a_post_that_may_have_arrived_is_not_repeated(
    invoke: Invoke, cloud: FakeCloud, answer: Answer
) -> None:
    answer("POST", "/users", ACCOUNT)
    cloud.lose_answers = 1
    done = invoke("admin", "user", "add", "bob")
    assert done.exit_code == 3
    assert "look before you repeat it" in done.stderr
    assert len(cloud.requests) == 1


def test_a_new_token_alone_stands_on_standard_output(
    invoke: Invoke, cloud: FakeCloud, answer: Answer
) -> None:
    minted = {key: value for key, value in TOKEN.items() if key != "created_at"}
    answer("POST", "/tokens", {**minted, "token": "tok1.s3cret"})
    done = invoke("admin", "token", "add", "--owner", "bob", "--expires", "90d")
    assert done.stdout == "tok1.s3cret\n"
    assert (sent(cloud)["role"], sent(cloud)["owner"]) == ("user", "bob")
    assert sent(cloud)["expires_at"].endswith("Z")
    invoke("admin", "token", "add", "--device", "SC", "--device", "SVSim")
    assert sent(cloud) == {"role": "provider", "devices": ["SC", "SVSim"]}


@pytest.mark.parametrize("arguments", [[], ["--role", "provider"], ["--owner", "bob", "--expires", "never"]])
def test_a_token_for_nobody_is_wrong_usage(invoke: Invoke, cloud: FakeCloud, arguments: list[str]) -> None:
    assert invoke("admin", "token", "add", *arguments).exit_code == 2
    assert not cloud.requests


def test_token_list_and_delete(invoke: Invoke, cloud: FakeCloud, answer: Answer) -> None:
    answer("GET", "/tokens", [TOKEN])
    answer("DELETE", "/tokens/tok1", {})
    assert invoke("admin", "token", "list", "-o", "id").stdout == "tok1\n"
    assert invoke("admin", "token", "delete", "tok1.s3cret", "--yes").stdout == "tok1 revoked\n"
    assert cloud.requests[-1].url.path == "/admin/tokens/tok1"


def test_devices(invoke: Invoke, cloud: FakeCloud, answer: Answer, tmp_path: Path) -> None:
    shown = SVSIM
    answer("GET", "/devices", [shown])
    answer("GET", "/devices/SVSim", shown)
    answer("POST", "/devices", {"message": "device added"})
    answer("PATCH", "/devices/SVSim", {"message": "device changed"})
    answer("DELETE", "/devices/SVSim", {})
    assert "fail" in invoke("admin", "device", "list").stdout
    assert "10 min 0 s" in invoke("admin", "device", "show", "SVSim").stdout
    assert "by an operator" not in invoke("admin", "device", "list").stdout
    answer("GET", "/devices/SVSim", {**shown, "status": "unavailable", "is_held": True})
    assert "unavailable (by an operator)" in invoke("admin", "device", "show", "SVSim").stdout
    info = tmp_path / "info.json"
    info.write_text("{}")
    invoke("admin", "device", "add", "X", "--type", "QPU", "--qubits", "5", "--info", str(info))
    assert sent(cloud) == {"device_id": "X", "device_type": "QPU", "n_qubits": 5, "device_info": "{}"}
    invoke("admin", "device", "change", "SVSim", "--status", "unavailable", "--claim-timeout", "0")
    assert sent(cloud) == {"status": "unavailable", "claim_timeout": None}
    assert invoke("admin", "device", "delete", "SVSim", input="y\n").exit_code == 0
    assert cloud.requests[-1].method == "DELETE"


@pytest.mark.parametrize("action", ["requeue", "fail"])
def test_stuck_jobs(invoke: Invoke, cloud: FakeCloud, answer: Answer, action: str) -> None:
    answer("POST", f"/jobs/j1/{action}", {"message": "done"})
    done = invoke("admin", "job", action, "j1", "--reason", "cryostat is warm")
    assert done.exit_code == 0
    assert sent(cloud) == {"reason": "cryostat is warm"}


def test_audit_shows_what_changed(invoke: Invoke, answer: Answer) -> None:
    answer("GET", "/audit", [AUDIT])
    shown = invoke("admin", "audit").stdout
    assert "status: available → unavailable" in shown
    assert "n_qubits" not in shown


def test_a_token_of_a_user_is_told_where_an_administrators_comes_from(
    invoke: Invoke, cloud: FakeCloud
) -> None:
    cloud.extra["GET", "/admin/devices"] = lambda _: refusal(403, "not_allowed", "This is the admin API.")
    refused = invoke("admin", "device", "list")
    assert refused.exit_code == 3
    assert "give another token by --token or QUMULUS_TOKEN" in refused.stderr


def test_an_administrator_comes_from_the_file_of_up(
    invoke: Invoke, cloud: FakeCloud, answer: Answer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    contents = {"url": "http://cloud.test", "admin_token": "id.secret", "users": {"alice": "a.b"}}
    (tmp_path / "credentials.json").write_text(json.dumps(contents))
    monkeypatch.setenv("QUMULUS_DATA", str(tmp_path))
    monkeypatch.delenv("QUMULUS_URL")
    monkeypatch.delenv("QUMULUS_TOKEN")
    answer("GET", "/tokens", [])
    assert invoke("admin", "token", "list").exit_code == 0
    refused = invoke("devices", "list")
    assert refused.exit_code == 3
    assert "No valid token." in refused.stderr


def test_what_was_removed_by_a_call_whose_answer_was_lost_is_removed(
    invoke: Invoke, cloud: FakeCloud
) -> None:
    answers = [httpx.Response(204), refusal(404, "not_found", "No user eve is known to you.")]
    cloud.extra["DELETE", "/admin/users/eve"] = lambda _: answers.pop(0)
    cloud.lose_answers = 1
    done = invoke("admin", "user", "delete", "eve", "--yes")
    assert (done.exit_code, answers) == (0, []), done.stderr
    assert invoke("admin", "user", "delete", "bob", "--yes").exit_code == 3
