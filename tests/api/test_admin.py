"""Operators' calls, each with its row in the audit trail."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.api.cloud import TEXT, Cloud


async def _admin(cloud: Cloud, method: str, path: str, **options: Any) -> httpx.Response:
    return await cloud.call("admin", method, f"/admin{path}", **options)


async def _audit(cloud: Cloud) -> list[tuple[str, str, str]]:
    rows = (await _admin(cloud, "GET", "/audit")).json()
    return [(row["who"], row["action"], row["subject"]) for row in rows if row["who"] != "test"]


async def test_a_user_comes_changes_and_goes(cloud: Cloud) -> None:
    made = await _admin(cloud, "POST", "/users", json={"id": "carol@lab.org", "email": "carol@lab.org"})
    assert made.status_code == 200
    assert made.json()["available_devices"] == "*"
    again = await _admin(cloud, "POST", "/users", json={"id": "carol@lab.org"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    changes = {"available_devices": ["SC"], "display_name": "Carol", "may_prioritise": True}
    changed = await _admin(cloud, "PATCH", "/users/carol@lab.org", json=changes)
    assert {**made.json(), **changes} == changed.json()
    assert (await _admin(cloud, "GET", "/users/carol@lab.org")).json() == changed.json()
    assert (await _admin(cloud, "DELETE", "/users/carol@lab.org")).status_code == 204
    assert (await _admin(cloud, "GET", "/users/carol@lab.org")).status_code == 404
    assert await _audit(cloud) == [
        ("id-of-admin", "user.drop", "carol@lab.org"),
        ("id-of-admin", "user.change", "carol@lab.org"),
        ("id-of-admin", "user.add", "carol@lab.org"),
    ]
    rows = (await _admin(cloud, "GET", "/audit?limit=2")).json()
    assert rows[1]["before"]["devices"] is None
    assert rows[1]["after"]["devices"] == ["SC"]


async def test_users_are_listed_by_page_filter_and_order(cloud: Cloud) -> None:
    page = (await _admin(cloud, "GET", "/users?limit=1&offset=1&sort=id,desc")).json()
    assert (page["offset"], page["limit"], [user["id"] for user in page["users"]]) == (1, 1, ["alice"])
    await _admin(cloud, "PATCH", "/users/bob", json={"status": "suspended"})
    found = (await _admin(cloud, "GET", "/users?status=suspended")).json()
    assert [user["id"] for user in found["users"]] == ["bob"]
    for query in ("sort=secret", "sort=id,up", "status=odd", "limit=0"):
        assert (await _admin(cloud, "GET", f"/users?{query}")).status_code == 400


async def test_nobody_goes_with_unfinished_jobs(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    for path in ("/users/alice", "/devices/SVSim"):
        refused = await _admin(cloud, "DELETE", path)
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")
    assert (await _admin(cloud, "DELETE", "/devices/SVSim")).status_code == 204
    assert await cloud.status(job_id) == "cancelled"
    assert (await _admin(cloud, "DELETE", "/users/alice")).status_code == 204
    assert (await cloud.call("alice", "GET", "/user/jobs")).status_code == 401


async def test_a_token_is_shown_once_and_works(cloud: Cloud) -> None:
    made = await _admin(cloud, "POST", "/tokens", json={"role": "user", "owner": "alice", "name": "laptop"})
    assert made.headers["cache-control"] == "no-store"
    token = made.json()["token"]
    assert (await cloud.http.get("/user/users/me", headers={"q-api-token": token})).json()["id"] == "alice"
    listed = await _admin(cloud, "GET", "/tokens?owner=alice&role=user")
    assert [entry["name"] for entry in listed.json()] == ["", "laptop"]
    secret = token.split(".")[1]
    assert secret not in listed.text
    assert secret not in (await _admin(cloud, "GET", "/audit")).text


async def test_a_token_must_make_sense(cloud: Cloud) -> None:
    for body, status in (
        ({"role": "user"}, 400),
        ({"role": "user", "owner": "nobody"}, 404),
        ({"role": "provider"}, 400),
        ({"role": "provider", "devices": ["none"]}, 400),
        ({"role": "king"}, 400),
        ({"role": "admin", "ower": "x"}, 400),
    ):
        assert (await _admin(cloud, "POST", "/tokens", json=body)).status_code == status, body
    assert (await _admin(cloud, "DELETE", "/tokens/unknown")).status_code == 404


async def test_a_device_comes_changes_and_goes(cloud: Cloud) -> None:
    info = json.dumps({"device_id": "lab", "name": "lab", "qubits": []})
    body = {
        "device_info": info,
        "device_type": "QPU",
        "n_qubits": 5,
        "basis_gates": ["sx"],
        "claim_timeout": 60,
    }
    made = await _admin(cloud, "POST", "/devices", json=body)
    assert (made.status_code, made.json()) == (200, {"message": "device added"})
    assert (await _admin(cloud, "POST", "/devices", json=body)).status_code == 409
    changes = {"on_lost_lease": "fail", "claim_timeout": None, "status": "unavailable"}
    assert (await _admin(cloud, "PATCH", "/devices/lab", json=changes)).status_code == 200
    device = (await _admin(cloud, "GET", "/devices/lab")).json()
    assert device["device_info"] == info
    assert (device["n_qubits"], device["basis_gates"], device["device_type"]) == (5, ["sx"], "QPU")
    assert {key: device[key] for key in changes} == changes
    assert device["is_held"] is True
    assert [entry["device_id"] for entry in (await _admin(cloud, "GET", "/devices")).json()] == [
        "SC",
        "SVSim",
        "lab",
    ]
    assert (await _admin(cloud, "DELETE", "/devices/lab")).status_code == 204
    assert (await _admin(cloud, "PATCH", "/devices/lab", json=changes)).status_code == 404
    assert [row[1] for row in await _audit(cloud)] == ["device.drop", "device.change", "device.add"]


async def test_a_device_must_make_sense(cloud: Cloud) -> None:
    for body in (
        {"device_id": "x"},
        {"device_type": "QPU"},
        {"device_id": "x", "device_type": "abacus"},
        {"device_id": "x", "device_type": "QPU", "device_info": "{"},
        {"device_type": "QPU", "device_info": "{}"},
        {"device_id": "a b", "device_type": "QPU"},
        {"device_id": "x", "device_type": "QPU", "claim_timeout": 0},
    ):
        assert (await _admin(cloud, "POST", "/devices", json=body)).status_code == 400, body


async def test_a_stuck_job_is_queued_again_or_fails_with_a_reason(cloud: Cloud) -> None:
    first, second = await cloud.job_in("running"), await cloud.job_in("running")
    await _admin(cloud, "POST", f"/jobs/{first}/requeue", json={"reason": "stuck"})
    assert await cloud.status(first) == "submitted"
    await _admin(cloud, "POST", f"/jobs/{second}/fail", json={"reason": "the fridge is warm"})
    assert json.loads((await cloud.job(second))["job_info"])["reason"] == "the fridge is warm"
    assert (await _admin(cloud, "POST", f"/jobs/{second}/fail")).status_code == 409
    assert (await _admin(cloud, "POST", "/jobs/unknown/requeue")).status_code == 404
    events = (await cloud.call("alice", "GET", f"/user/jobs/{first}/events")).json()
    assert events[-1]["actor"] == "admin"
    assert events[-1]["detail"]["reason"] == "stuck"
    assert {(row[1], row[2]) for row in await _audit(cloud)} == {("job.requeue", first), ("job.fail", second)}


# --- what users and Providers say of accounts and devices -------------------------------------


async def test_ones_own_account_and_token(cloud: Cloud) -> None:
    assert (await cloud.call("alice", "GET", "/user/users/me")).json()["id"] == "alice"
    status = await cloud.call("alice", "GET", "/user/api-token/status")
    assert status.json() == {"api_token_expiration": None}
    assert (await cloud.call("alice", "DELETE", "/user/api-token")).status_code == 404

    first = (await cloud.call("alice", "POST", "/user/api-token")).json()
    second = (await cloud.call("alice", "POST", "/user/api-token")).json()
    tokens = [f"{made['api_token_id']}.{made['api_token_secret']}" for made in (first, second)]
    answers = [
        await cloud.http.get("/user/api-token/status", headers={"q-api-token": token}) for token in tokens
    ]
    assert [answer.status_code for answer in answers] == [401, 200]
    assert answers[1].json()["api_token_expiration"] == second["api_token_expiration"]
    assert (await cloud.call("alice", "GET", "/user/users/me")).status_code == 200

    dropped = await cloud.call("alice", "DELETE", "/user/api-token")
    assert (dropped.status_code, dropped.content) == (200, b"")
    gone = await cloud.http.get("/user/users/me", headers={"q-api-token": tokens[1]})
    assert gone.status_code == 401


async def test_a_provider_describes_its_device(cloud: Cloud) -> None:
    info = json.dumps({"name": "SVSim", "qubits": [{"id": 0}]})
    calibrated = "2026-01-02T03:04:05Z"
    for path, body in (
        ("", {"n_qubits": 30}),
        ("/status", {"status": "unavailable"}),
        ("/device_info", {"device_info": info, "calibrated_at": calibrated}),
    ):
        answer = await cloud.call("svsim", "PATCH", f"/provider/devices/SVSim{path}", json=body)
        assert (answer.status_code, answer.json()) == (200, {"message": "device updated"})
    device = (await cloud.call("alice", "GET", "/user/devices/SVSim")).json()
    assert (device["n_qubits"], device["status"], device["device_info"]) == (30, "unavailable", info)
    assert device["calibrated_at"] == calibrated
    assert (device["n_pending_jobs"], device["expected_wait"]) == (0, None)
    for path, body in (("/status", {"status": "off"}), ("/device_info", {"device_info": "[]"}), ("", {})):
        answer = await cloud.call("svsim", "PATCH", f"/provider/devices/SVSim{path}", json=body)
        assert answer.status_code == 400
    unknown = await cloud.call("alice", "GET", "/user/devices/none")
    assert unknown.status_code == 404


async def test_a_provider_says_what_its_device_takes(cloud: Cloud) -> None:
    for body in (
        {
            "n_qubits": 2,
            "max_shots": 5000,
            "basis_gates": ["rz", "sx", "cz"],
            "supported_instructions": ["measure"],
        },
        {"n_qubits": 3},  # as a Provider of an engine or of an earlier version says it
    ):
        answer = await cloud.call("sc", "PATCH", "/provider/devices/SC", json=body)
        assert answer.status_code == 200
    device = (await cloud.call("alice", "GET", "/user/devices/SC")).json()
    assert (device["n_qubits"], device["max_shots"], device["basis_gates"]) == (3, 5000, ["rz", "sx", "cz"])
    assert device["supported_instructions"] == ["measure"]
    for wrong in (["rz", ""], "rz", [1]):
        body = {"n_qubits": 2, "basis_gates": wrong}
        assert (await cloud.call("sc", "PATCH", "/provider/devices/SC", json=body)).status_code == 400
    for wrong in (0, -1, 2.5, None, 1 << 31):
        body = {"n_qubits": 2, "max_shots": wrong}
        assert (await cloud.call("sc", "PATCH", "/provider/devices/SC", json=body)).status_code == 400
    await _admin(cloud, "PATCH", "/devices/SC", json={"max_shots": None})
    assert (await cloud.call("alice", "GET", "/user/devices/SC")).json()["max_shots"] is None


async def test_a_provider_is_told_that_an_operator_took_its_device_out_of_service(cloud: Cloud) -> None:
    await _admin(cloud, "PATCH", "/devices/SVSim", json={"status": "unavailable"})
    for _ in range(2):
        answer = await cloud.call(
            "svsim", "PATCH", "/provider/devices/SVSim/status", json={"status": "available"}
        )
        held = {"message": "device not changed: an operator took it out of service"}
        assert (answer.status_code, answer.json()) == (200, held)
        assert (await cloud.call("alice", "GET", "/user/devices/SVSim")).json()["status"] == "unavailable"
    await _admin(cloud, "PATCH", "/devices/SVSim", json={"status": "available"})
    assert (await cloud.call("alice", "GET", "/user/devices/SVSim")).json()["status"] == "available"


async def test_nobody_may_use_a_device_that_is_not_there(cloud: Cloud) -> None:
    wanted = {"available_devices": ["SC", "NOPE"]}
    eve = {"email": "eve@lab.org", "group_id": "lab", **wanted}
    for method, path, body in (
        ("POST", "/users", {"id": "carol", **wanted}),
        ("PATCH", "/users/bob", wanted),
        ("POST", "/whitelist_users", {"users": [eve]}),
        ("POST", "/tokens", {"role": "provider", "devices": ["NOPE"]}),
    ):
        refused = await _admin(cloud, method, path, json=body)
        assert refused.status_code == 400
        assert refused.json()["message"] == "There is no device 'NOPE': add it first."
    assert (await _admin(cloud, "GET", "/users/carol")).status_code == 404
    assert (await _admin(cloud, "GET", "/whitelist_users")).json()["users"] == []


async def test_a_device_that_went_stays_in_the_lists_that_had_it(cloud: Cloud) -> None:
    await _admin(cloud, "POST", "/devices", json={"device_id": "lab", "device_type": "simulator"})
    await _admin(cloud, "PATCH", "/users/bob", json={"available_devices": ["lab"]})
    assert (await _admin(cloud, "DELETE", "/devices/lab")).status_code == 204
    both = {"available_devices": ["SC", "lab"]}
    assert (await _admin(cloud, "PATCH", "/users/bob", json=both)).json()["available_devices"] == [
        "SC",
        "lab",
    ]


async def test_a_new_user_with_a_new_token_on_a_new_device_gets_a_result(cloud: Cloud) -> None:
    await _admin(cloud, "POST", "/devices", json={"device_id": "lab", "device_type": "simulator"})
    await _admin(cloud, "POST", "/users", json={"id": "carol", "available_devices": ["lab"]})
    for name, body in (
        ("carol", {"role": "user", "owner": "carol"}),
        ("lab", {"role": "provider", "devices": ["lab"]}),
    ):
        cloud.tokens[name] = (await _admin(cloud, "POST", "/tokens", json=body)).json()["token"]
    answer = await cloud.call("carol", "POST", "/user/jobs", json={"device_id": "lab", "job_info": TEXT})
    job_id = answer.json()["job_id"]
    await cloud.claim("lab")
    await cloud.start(job_id, "lab")
    await cloud.report(job_id, "lab", result={"sampling": {"counts": {"0": 1}}})
    assert await cloud.status(job_id, "carol") == "succeeded"


async def test_what_is_wrong_with_a_name_is_said_in_words(cloud: Cloud) -> None:
    for path, body, says in (
        ("/users", {"id": "a b"}, "'id' is wrong: Expected letters, digits and the signs . _ - + @."),
        ("/users", {"id": ""}, "'id' is wrong: it is empty."),
        ("/devices", {"device_id": "x/y", "device_type": "QPU"}, "'device_id' is wrong: Expected letters"),
        (
            "/whitelist_users",
            {"users": [{"email": "eve", "group_id": ""}]},
            "'users[0].email' is wrong: Expected an address such as eve@lab.org.",
        ),
    ):
        answer = await cloud.call("admin", "POST", f"/admin{path}", json=body)
        assert (answer.status_code, answer.json()["message"].startswith(says)) == (400, True), answer.text
