from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from qumulus.transport import (
    ApiError,
    ClientError,
    CloudUnreachableError,
    HttpClient,
    RetryPolicy,
    errors,
    segment,
)
from qumulus.transport._generated.http import SyncHttpClient
from tests.unit.transport.script import Entry, Script, ok, refusal

EAGER = RetryPolicy(first_pause_s=0.0)
URL = "http://cloud.test"


def client(*entries: Entry, retries: RetryPolicy = EAGER) -> tuple[HttpClient, Script]:
    script = Script(*entries)
    return HttpClient(URL, "id.secret", retries=retries, transport=script), script


async def test_a_refused_connection_is_tried_again_whatever_the_call() -> None:
    http, script = client(httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), ok({"a": 1}))
    answer = await http.request("POST", "/admin/users", body=b"{}")
    assert (answer.status, answer.body) == (200, b'{"a":1}')
    assert script.is_over


@pytest.mark.parametrize(
    "error", [httpx.ReadError("reset"), httpx.ReadTimeout(""), httpx.RemoteProtocolError("eof")]
)
async def test_a_post_that_may_have_arrived_is_sent_once(error: Exception) -> None:
    http, script = client(error, ok())
    with pytest.raises(CloudUnreachableError) as caught:
        await http.request("POST", "/admin/users", body=b"{}")
    assert caught.value.may_have_been_done
    assert len(script.requests) == 1


async def test_an_idempotent_post_is_repeated_with_the_same_key_and_body() -> None:
    http, script = client(httpx.ReadError("reset"), refusal(502), refusal(503, "outcome_unknown"), ok())
    headers = {"idempotency-key": "k1"}
    await http.request("POST", "/user/jobs", body=b'{"x":1}', headers=headers, idempotent=True)
    assert {request.headers["idempotency-key"] for request in script.requests} == {"k1"}
    assert {request.content for request in script.requests} == {b'{"x":1}'}
    assert len(script.requests) == 4


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_methods_that_are_idempotent_by_definition_are_repeated(method: str) -> None:
    http, script = client(httpx.ReadError("reset"), ok())
    await http.request(method, "/x")
    assert script.is_over


async def test_an_error_after_a_repeat_says_so() -> None:
    http, _ = client(httpx.ReadError("reset"), refusal(404))
    with pytest.raises(errors.NotFoundError) as caught:
        await http.request("DELETE", "/user/jobs/1")
    assert caught.value.after_repeat


async def test_a_first_error_is_not_after_a_repeat() -> None:
    http, _ = client(httpx.ConnectError("refused"), refusal(404))
    with pytest.raises(errors.NotFoundError) as caught:
        await http.request("DELETE", "/user/jobs/1")
    assert not caught.value.after_repeat


@pytest.mark.parametrize(
    ("status", "family"),
    [
        (400, errors.BadRequestError),
        (401, errors.NotAuthenticatedError),
        (403, errors.NotAllowedError),
        (404, errors.NotFoundError),
        (405, errors.BadRequestError),
        (409, errors.ConflictError),
        (410, errors.GoneError),
        (413, errors.TooLargeError),
        (422, errors.KeyReusedError),
        (429, errors.TooManyRequestsError),
        (500, errors.CloudFailedError),
        (503, errors.CloudUnavailableError),
    ],
)
async def test_each_status_has_its_family(status: int, family: type[ApiError]) -> None:
    http, _ = client(refusal(status, "word"), retries=RetryPolicy(total_s=0, first_contact_s=0))
    with pytest.raises(family) as caught:
        await http.request("GET", "/x")
    assert type(caught.value) is family
    assert (caught.value.status, caught.value.code, str(caught.value)) == (status, "word", "No: word.")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (httpx.Response(500, html="<h1>Oops</h1>"), "500 Internal Server Error"),
        (httpx.Response(500, text="upstream died"), "500 Internal Server Error: upstream died"),
        (httpx.Response(500, content=b"\xff\xfe{"), "500 Internal Server Error"),
        (httpx.Response(500, json=[1]), "500 Internal Server Error"),
        (httpx.Response(500, json={"message": None, "details": 5}), "500 Internal Server Error"),
        (httpx.Response(599), "599 unknown status"),
    ],
)
async def test_an_error_of_any_shape_is_readable(answer: httpx.Response, message: str) -> None:
    http, _ = client(answer)
    with pytest.raises(ApiError) as caught:
        await http.request("GET", "/x")
    assert caught.value.message == message
    assert caught.value.code == f"http_{answer.status_code}"
    assert caught.value.details == ()


async def test_details_are_kept() -> None:
    body = {"code": "c", "message": "m", "details": [{"index": 3}]}
    http, _ = client(httpx.Response(400, json=body))
    with pytest.raises(ApiError) as caught:
        await http.request("GET", "/x")
    assert caught.value.details == ({"index": 3},)


async def test_a_redirect_is_not_followed_but_said() -> None:
    http, script = client(httpx.Response(307, headers={"location": "https://elsewhere.test/"}))
    with pytest.raises(errors.BadRequestError, match=r"https://elsewhere\.test/"):
        await http.request("GET", "/x")
    assert len(script.requests) == 1


async def test_a_rate_limit_too_far_away_is_told_at_once() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=3600), usegmt=True)
    http, script = client(refusal(429, retry_after=later))
    with pytest.raises(errors.TooManyRequestsError) as caught:
        await http.request("GET", "/x")
    assert caught.value.retry_after_s == pytest.approx(3600, abs=60)
    assert len(script.requests) == 1


async def test_a_retry_after_that_is_neither_number_nor_date_is_ignored() -> None:
    http, script = client(refusal(429, retry_after="soon"), ok())
    await http.request("GET", "/x")
    assert script.is_over


async def test_what_a_request_carries() -> None:
    http, script = client(ok())
    params = {"wait": 30, "device_id": "a b&c", "none": None}
    await http.request("GET", "/provider/jobs", params=params, headers={"x-more": "1"}, timeout_s=45)
    (request,) = script.requests
    assert str(request.url) == "http://cloud.test/provider/jobs?wait=30&device_id=a+b%26c"
    assert request.headers["authorization"] == "Bearer id.secret"
    assert request.headers["user-agent"].startswith("qumulus/")
    assert request.headers["x-more"] == "1"
    assert request.extensions["timeout"] == {"connect": 10.0, "read": 45, "write": 45, "pool": 45}


@pytest.mark.parametrize(
    "url",
    [
        "cloud.test:8000",
        "ftp://cloud.test",
        "http://",
        "",
        "http://[::1",
        "http://cloud.test:http",
        "http://cloud.test:70000",
        "http://cloud..test",
    ],
)
def test_a_url_that_cannot_work_is_refused_at_once(url: str) -> None:
    with pytest.raises(ClientError, match="no URL of a cloud"):
        HttpClient(url, "t")


def test_a_trailing_slash_makes_no_double_slash() -> None:
    assert HttpClient("http://cloud.test/base/", "t").url("/user/jobs") == "http://cloud.test/base/user/jobs"


def test_an_id_cannot_leave_its_segment() -> None:
    assert segment("../admin?x=1#y") == "..%2Fadmin%3Fx%3D1%23y"


def test_the_token_is_in_no_text_of_an_error() -> None:
    http = SyncHttpClient(
        URL,
        "id.secret",
        retries=RetryPolicy(first_contact_s=0),
        transport=Script(httpx.ConnectError("refused")),
    )
    with pytest.raises(CloudUnreachableError) as caught:
        http.request("GET", "/x")
    assert str(caught.value) == "No answer from http://cloud.test: refused"
    assert "secret" not in repr(http) + repr(caught.value)


def test_the_blocking_client_follows_the_same_laws() -> None:
    script = Script(httpx.ConnectError("refused"), refusal(429, retry_after="0"), ok({"a": 1}))
    with SyncHttpClient(URL, "t", retries=EAGER, transport=script) as http:
        assert http.request("POST", "/x", body=b"{}").body == b'{"a":1}'
    assert script.is_over


async def test_closing_closes_the_transport() -> None:
    closed: list[Any] = []

    class Closing(Script):
        async def aclose(self) -> None:
            closed.append(self)

    async with HttpClient(URL, "t", transport=Closing(ok())) as http:
        await http.request("GET", "/x")
    assert len(closed) == 1
    await http.close()
    assert len(closed) == 1
