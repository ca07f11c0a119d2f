"""Bodies that cannot be read, and answers that always can."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from qumulus.http.app import HttpSettings
from tests.api.cloud import BELL, TEXT, Cloud, open_cloud

JOB = {"device_id": "SVSim", "job_info": TEXT}


def job(**fields: Any) -> bytes:
    return json.dumps({**JOB, **fields}).encode()


DEEP = b'{"a":' * 65 + b"1" + b"}" * 65
MALFORMED = {
    "null": b"null",
    "list": b"[]",
    "cut": b'{"device_id": "SV',
    "bad UTF-8": b'{"device_id": "\xff", "job_info": "{}"}',
    "bad UTF-8 outside": b"\xff\xfe",
    "deep": b'{"device_id": "SVSim", "job_info": "{}", "name": ' + DEEP + b"}",
    "very deep": b"[" * 100_000,
    "deep info": b'{"device_id": "SVSim", "job_info": {"program": ["x"], "more": ' + DEEP + b"}}",
    "deep text": job(job_info='{"code": "x", "more": ' + DEEP.decode() + "}"),
    "control character": b'{"device_id": "S\x01"}',
    "half a surrogate": b'{"device_id": "\\ud800", "job_info": "{}"}',
    "NUL": b'{"device_id": "S\\u0000", "job_info": "{}"}',
    "no job_info": b'{"device_id": "SVSim", "shots": 1}',
    "no device": b'{"job_info": "{\\"code\\": \\"x\\"}"}',
    "shots 0": job(shots=0),
    "shots too many": job(shots=10_000_001),
    "shots a text": job(shots="4"),
    "shots a fraction": job(shots=1.5),
    "priority 10": job(priority=10),
    "name a number": job(name=1),
    "info a text": job(transpiler_info="{}"),
    "unknown device": job(device_id="none"),
    "unknown field": job(shot=1),
    "unknown type": job(job_type="magic"),
    "sse": job(job_type="sse"),
    "job_info a number": job(job_info=1),
    "job_info a list": job(job_info=["x"]),
    "job_info null": job(job_info=None),
    "text no JSON": job(job_info="OPENQASM 3;"),
    "text no object": job(job_info='"code"'),
    "text without program": job(job_info='{"shots": 1}'),
    "text with an empty program": job(job_info='{"code": ""}'),
    "code a list": job(job_info='{"code": ["x"]}'),
    "program of numbers": job(job_info='{"program": [1]}'),
    "operator no list": job(job_info='{"code": "x", "operator": {}}'),
    "term without pauli": job(job_info='{"code": "x", "operator": [{"coeff": 1}]}'),
    "parameters no list": job(job_info='{"code": "x", "parameters": {"a": 1}}'),
    "binding of texts": job(job_info='{"code": "x", "parameters": [{"a": "half"}]}'),
    "object without program": job(job_info={"operator": []}),
}


async def test_a_body_that_is_wrong_is_400_and_stores_nothing(cloud: Cloud) -> None:
    for case, content in MALFORMED.items():
        answer = await cloud.call("alice", "POST", "/user/jobs", content=content)
        assert answer.status_code == 400, case
        body = answer.json()
        assert set(body) <= {"code", "message", "details"}, case
        assert body["message"], case
    assert (await cloud.call("alice", "GET", "/user/jobs")).json() == []


async def test_a_refusal_says_what_is_wrong(cloud: Cloud) -> None:
    for case, code, says in (
        ("unknown field", "unknown_field", "did you mean 'shots'?"),
        ("text without program", "invalid_job_info", "'code'"),
        ("text no JSON", "invalid_job_info", "must be a JSON object"),
        ("sse", "unsupported_job_type", "'sse'"),
        ("unknown device", "device_unusable", "'none'"),
        ("no job_info", "bad_request", "job_info"),
        ("shots a text", "bad_request", "'shots' is wrong: Expected `int`, got `str`."),
        ("deep", "bad_request", "deeper than 64"),
    ):
        body = (await cloud.call("alice", "POST", "/user/jobs", content=MALFORMED[case])).json()
        assert body["code"] == code, case
        assert says in body["message"], case


READERS = (
    ("POST", "/user/jobs/batch"),
    ("PATCH", "/provider/jobs/x"),
    ("PATCH", "/provider/jobs/x/job_info"),
    ("POST", "/provider/jobs/reports"),
    ("POST", "/provider/jobs/heartbeat"),
    ("PUT", "/provider/jobs/x/transpiler_info"),
    ("PATCH", "/provider/devices/SVSim/status"),
    ("POST", "/admin/users"),
    ("POST", "/admin/tokens"),
    ("POST", "/admin/devices"),
    ("PATCH", "/admin/devices/SC"),
    ("POST", "/admin/jobs/x/fail"),
)


async def test_no_body_makes_the_cloud_fail(cloud: Cloud) -> None:
    holders = {"user": "alice", "provider": "svsim", "admin": "admin"}
    for method, path in READERS:
        for body in (b"\xff", b"[" * 1000, b"1", b"{", b'{"a": "\\u0000"}'):
            answer = await cloud.call(holders[path.split("/")[1]], method, path, content=body)
            assert answer.status_code == 400, (path, body)
            assert answer.json()["code"] == "bad_request", (path, body)


async def test_the_content_type_does_not_matter(cloud: Cloud) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await cloud.call("alice", "POST", "/user/jobs", content=job(), headers=headers)
    assert answer.status_code == 200


async def _chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1000):
        yield b" " * 1000


async def test_a_large_body_is_413_announced_or_not(tmp_path: Path) -> None:
    settings = HttpSettings(max_body_bytes=10_000, max_batch_bytes=20_000)
    async with open_cloud(tmp_path, settings=settings) as cloud:
        for path, limit in (("/user/jobs", 10_000), ("/user/jobs/batch", 20_000)):
            for content in (b" " * (limit + 1), _chunks(limit + 1000)):
                answer = await cloud.call("alice", "POST", path, content=content)
                assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
                assert str(limit) in answer.json()["message"]
        whole = job() + b" " * (10_000 - len(job()))
        assert (await cloud.call("alice", "POST", "/user/jobs", content=whole)).status_code == 200


async def test_unknown_paths_and_methods_have_the_one_error_shape(cloud: Cloud) -> None:
    for path in ("/nothing", "/user/nothing", "/provider/jobs/x/y/z", "/admin/x", "/users"):
        answer = await cloud.call("alice", "GET", path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
        assert path in answer.json()["message"]
    wrong = await cloud.call("alice", "PUT", "/user/jobs")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert wrong.headers["allow"] == "GET, OPTIONS, POST"
    wrong = await cloud.http.put("/storage/x/input.zip")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert "/storage/x/input.zip" in wrong.json()["message"]


async def test_what_is_possible_at_a_path_is_told_to_who_asks(cloud: Cloud) -> None:
    for path, allowed in (("/user/jobs", "GET, OPTIONS, POST"), ("/user/jobs/x", "DELETE, GET, OPTIONS")):
        told = await cloud.http.options(path)
        assert (told.status_code, told.content, told.headers["allow"]) == (204, b"", allowed)


async def test_a_host_that_cannot_be_is_refused(cloud: Cloud) -> None:
    for path in ("/user/jobs", "/storage/x/input.zip"):
        refused = await cloud.call("alice", "GET", path, headers={"Host": "two words"})
        assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")
    assert (await cloud.call("alice", "GET", "/user/jobs", headers={"Host": "[::1]:80"})).status_code == 200


async def test_a_slash_too_many_does_no_harm(cloud: Cloud) -> None:
    for path in ("/user//jobs", "/user/jobs/", "//user/jobs"):
        assert (await cloud.http.send(request(cloud, path))).status_code == 200, path


def request(cloud: Cloud, path: str) -> Any:
    headers = {"Authorization": f"Bearer {cloud.tokens['alice']}"}
    return cloud.http.build_request("GET", f"http://cloud{path}", headers=headers)


async def test_what_nobody_foresaw_shows_an_incident_and_nothing_else(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def explode(_: object) -> None:
        raise RuntimeError("the secret is swordfish")

    monkeypatch.setattr(cloud.services.store, "list_jobs", explode)
    answer = await cloud.call("alice", "GET", "/user/jobs")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "swordfish" not in answer.text
    record = next(record for record in caplog.records if record.message == "request_failed")
    assert record.__dict__["incident"] in answer.json()["message"]
    assert "swordfish" in (record.exc_text or str(record.exc_info))


async def test_every_json_answer_has_its_length(cloud: Cloud) -> None:
    await cloud.submit()
    for who, path in (
        ("alice", "/user/jobs"),
        ("alice", "/user/nothing"),
        ("alice", "/user/devices"),
        ("svsim", "/provider/jobs"),
        ("admin", "/admin/users"),
        ("alice", "/healthz"),
        ("alice", "/nothing"),
    ):
        answer = await cloud.call(who, "GET", path)
        assert answer.headers["content-type"] == "application/json"
        assert int(answer.headers["content-length"]) == len(answer.content)


async def test_head_gives_the_headers_of_get_and_nothing_happens(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    for who, path in (
        ("alice", f"/user/jobs/{job_id}"),
        ("alice", f"/user/jobs/{job_id}/events"),
        ("alice", "/healthz"),
        ("alice", "/user/docs"),
    ):
        got, head = await cloud.call(who, "GET", path), await cloud.call(who, "HEAD", path)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-length"] == got.headers["content-length"]
    assert (await cloud.call("svsim", "HEAD", "/provider/jobs")).status_code == 200
    assert await cloud.status(job_id) == "submitted"
    stream = await cloud.call(
        "alice", "HEAD", f"/user/jobs/{job_id}/events", headers={"Accept": "text/event-stream"}
    )
    assert stream.headers["content-type"] == "text/event-stream"


async def test_a_program_of_a_megabyte_is_kept_as_it_is(cloud: Cloud) -> None:
    contents = {"code": BELL + "\n// " + "ü" * 500_000}
    job_id = await cloud.submit(job_info=json.dumps(contents))
    assert json.loads((await cloud.job(job_id))["job_info"]) == contents
