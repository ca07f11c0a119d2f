"""What clients of OQTOPUS ask beside jobs: headers, browsers, and paths that lead nowhere here."""

from __future__ import annotations

from pathlib import Path

import pytest

from qumulus.http.app import HttpSettings
from tests.api.cloud import Cloud, open_cloud

JSON = {"content-type": "application/json"}
FRONTEND, ADMIN = "https://frontend.example.org", "https://admin.example.org"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/signup"),
        ("PUT", "/confirm_signup"),
        ("PUT", "/confirm"),
        ("PUT", "/mfa_reset_request"),
        ("POST", "/mfa_reset/start"),
        ("POST", "/mfa_reset/verify_code"),
        ("POST", "/mfa_reset/confirm_totp"),
        ("POST", "/signup/signup"),
        ("PUT", "/signup/confirm_signup"),
    ],
)
async def test_sign_up_leads_nowhere_and_says_so(cloud: Cloud, method: str, path: str) -> None:
    answer = await cloud.http.request(method, path, json={"email": "eve@lab.org", "password": "x"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "no sign-up" in answer.json()["message"]


async def test_no_job_has_a_log_of_sse(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    for who, base, words in (
        ("alice", "/user", (("GET", "sselog"),)),
        ("svsim", "/provider", (("GET", "ssesrc"), ("PATCH", "sselog"))),
    ):
        for method, word in words:
            refused = await cloud.call(who, method, f"{base}/jobs/{job_id}/{word}")
            assert (refused.status_code, refused.json()["code"]) == (400, "unsupported_job_type")
            missing = await cloud.call(who, method, f"{base}/jobs/unknown/{word}")
            assert missing.status_code == 404
    assert (await cloud.call("bob", "GET", f"/user/jobs/{job_id}/sselog")).status_code == 404
    assert (await cloud.call("sc", "GET", f"/provider/jobs/{job_id}/ssesrc")).status_code == 403


async def test_a_content_type_without_a_body_is_taken(cloud: Cloud) -> None:
    job_id = await cloud.submit()
    for method, path, status in (
        ("GET", "/user/devices", 200),
        ("GET", "/user/jobs?q=&status=", 200),
        ("GET", "/user/announcements?offset=0&limit=10&order=ASC&current_time=", 200),
        ("POST", f"/user/jobs/{job_id}/cancel", 200),
        ("DELETE", f"/user/jobs/{job_id}", 200),
        ("POST", "/user/api-token", 200),
        ("DELETE", "/user/api-token", 200),
    ):
        answer = await cloud.call("alice", method, path, headers=JSON)
        assert answer.status_code == status, (path, answer.text)
        assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize(("base", "who"), [("/user", "alice"), ("/provider", "svsim"), ("/admin", "admin")])
async def test_browsers_may_call_from_configured_origins(
    tmp_path: Path, base: str, who: str, method: str
) -> None:
    settings = HttpSettings(allowed_origins=(FRONTEND, ADMIN))
    async with open_cloud(tmp_path, settings=settings) as cloud:
        for origin in (FRONTEND, ADMIN):
            asked = {
                "origin": origin,
                "access-control-request-method": method,
                "access-control-request-headers": "authorization,content-type",
            }
            allowed = await cloud.http.options(f"{base}/jobs/x", headers=asked)
            assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, origin)
            assert method in allowed.headers["access-control-allow-methods"].split(", ")
            assert "authorization" in allowed.headers["access-control-allow-headers"].lower()
            refused = await cloud.call(who, method, f"{base}/jobs/x/y", headers={"origin": origin})
            assert refused.headers["access-control-allow-origin"] == origin
        stranger = await cloud.call(who, "GET", f"{base}/devices", headers={"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in stranger.headers


async def test_what_operators_browsers_send_as_text_is_read_as_numbers(cloud: Cloud) -> None:
    for path in ("/users", "/whitelist_users", "/announcements"):
        answer = await cloud.call("admin", "GET", f"/admin{path}?offset=0&limit=10")
        assert answer.status_code == 200, answer.text
    page = (await cloud.call("admin", "GET", "/admin/users?offset=1&limit=1&sort=id,asc")).json()
    assert (page["offset"], page["limit"], [user["id"] for user in page["users"]]) == (1, 1, ["bob"])


async def test_the_token_header_wins_and_brings_no_challenge(cloud: Cloud) -> None:
    bearer = {"authorization": f"Bearer {cloud.tokens['alice']}"}
    refused = await cloud.http.get("/user/users/me", headers={**bearer, "q-api-token": "wrong.token"})
    assert (refused.status_code, "www-authenticate" in refused.headers) == (401, False)
    challenged = await cloud.http.get("/user/users/me", headers={"authorization": "Bearer wrong.token"})
    assert (challenged.status_code, challenged.headers["www-authenticate"]) == (401, "Bearer")
    for malformed in ("", "nodot", "a.b.c", ".", "x."):
        answer = await cloud.http.get("/user/users/me", headers={"q-api-token": malformed})
        assert answer.status_code == 401, malformed
