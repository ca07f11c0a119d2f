"""What operators' tools and browsers ask."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from qumulus.domain.errors import OutcomeUnknownError, UnavailableError
from qumulus.http.app import HttpSettings, build_app
from tests.api.cloud import Cloud, open_cloud


async def test_health_and_readiness(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("/healthz", "/readyz"):
        assert (await cloud.http.get(path)).status_code == 200
    assert (await cloud.http.post("/healthz")).status_code == 405

    async def down() -> None:
        raise UnavailableError("The schema is old: run `qumulus db upgrade`.")

    monkeypatch.setattr(cloud.services.store, "ping", down)
    answer = await cloud.http.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "qumulus db upgrade" in answer.json()["message"]
    assert (await cloud.http.get("/healthz")).status_code == 200


async def test_an_unknown_outcome_is_503_and_safe_to_repeat(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(_: object) -> None:
        raise OutcomeUnknownError

    job_id = await cloud.submit()
    monkeypatch.setattr(cloud.services.store, "apply", lost)
    answer = await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (503, "outcome_unknown")
    assert answer.headers["retry-after"] == "1"


async def test_metrics_are_for_administrators(cloud: Cloud, tmp_path: Path) -> None:
    assert (await cloud.http.get("/metrics")).status_code == 401
    assert (await cloud.call("alice", "GET", "/metrics")).status_code == 403
    await cloud.job_in("succeeded")
    page = (await cloud.call("admin", "GET", "/metrics")).text
    assert re.search(r'qumulus_jobs_moved_total\{status="succeeded"\} 1.0', page)
    assert "qumulus_claims_total 1.0" in page
    line = 'qumulus_http_request_seconds_count{method="POST",route="/user/jobs",status="200"} 1.0'
    assert line in page
    assert 'route="/provider/jobs/{job_id}/job_info"' in page
    assert 'qumulus_jobs_waiting{device="SVSim"}' in page


async def test_metrics_may_be_open(tmp_path: Path) -> None:
    async with open_cloud(tmp_path, settings=HttpSettings(metrics_open=True)) as cloud:
        assert (await cloud.http.get("/metrics")).status_code == 200


async def test_metrics_do_not_grow_with_what_is_asked(cloud: Cloud) -> None:
    for index in range(20):
        await cloud.call("alice", "GET", f"/nothing/{index}")
        await cloud.call("alice", "GET", f"/user/jobs/{index}")
    page = (await cloud.call("admin", "GET", "/metrics")).text
    routes = set(re.findall(r'route="([^"]*)"', page))
    assert routes <= {"none", "/user/jobs/{job_id}", "/metrics"}


PREFLIGHT = {
    "Origin": "https://console.example",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


async def test_browsers_of_allowed_origins_may_call(cloud: Cloud, tmp_path: Path) -> None:
    preflight = await cloud.http.options("/user/jobs", headers=PREFLIGHT)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    allowed = preflight.headers["access-control-allow-headers"].lower()
    for name in ("authorization", "content-type", "q-api-token", "idempotency-key", "last-event-id"):
        assert name in allowed
    for method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
        assert method in preflight.headers["access-control-allow-methods"]
    answer = await cloud.call("alice", "GET", "/user/jobs", headers={"Origin": PREFLIGHT["Origin"]})
    assert answer.headers["access-control-allow-origin"] == "*"
    refused = await cloud.http.get("/user/jobs", headers={"Origin": PREFLIGHT["Origin"]})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "*")
    without = await cloud.call("alice", "GET", "/user/jobs")
    assert "access-control-allow-origin" not in without.headers


async def test_browsers_of_other_origins_may_not(cloud: Cloud) -> None:
    app = build_app(cloud.services, settings=HttpSettings(allowed_origins=("https://mine.example",)))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://cloud") as http:
        other = await http.options("/user/jobs", headers=PREFLIGHT)
        assert "access-control-allow-origin" not in other.headers
        mine = await http.options("/user/jobs", headers={**PREFLIGHT, "Origin": "https://mine.example"})
        assert mine.headers["access-control-allow-origin"] == "https://mine.example"
        assert mine.headers["vary"] == "Origin"


async def test_each_api_tells_what_it_is_to_anybody(cloud: Cloud) -> None:
    for api in ("user", "provider", "admin"):
        for path in (f"/{api}", f"/{api}/"):
            banner = (await cloud.http.get(path)).json()
            assert set(banner) == {"version", "contract", "features"}
        document = (await cloud.http.get(f"/{api}/openapi.json")).json()
        assert document["openapi"] == "3.1.0"
        assert document["servers"] == [{"url": f"/{api}"}]


async def test_pages_ask_nobody_else_for_anything(cloud: Cloud) -> None:
    for path in ("/", "/user/docs", "/provider/docs", "/admin/docs"):
        page = await cloud.http.get(path)
        assert page.headers["content-type"].startswith("text/html")
        assert not re.search(r"(src|href)=['\"]?(https?:)?//|<script|@import|url\(", page.text)
    assert "/user/jobs/{job_id}/cancel" in (await cloud.http.get("/user/docs")).text


async def test_the_application_lives_as_its_server_says(cloud: Cloud) -> None:
    asked = iter(["lifespan.startup", "lifespan.shutdown"])
    said: list[str] = []

    async def receive() -> dict[str, str]:
        return {"type": next(asked)}

    async def send(message: dict[str, str]) -> None:
        said.append(message["type"])

    await cloud.app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_a_websocket_is_sent_away(cloud: Cloud) -> None:
    said: list[str] = []

    async def send(message: dict[str, str]) -> None:
        said.append(message["type"])

    await cloud.app({"type": "websocket", "path": "/user/events"}, send, send)
    assert said == ["websocket.close"]
