"""The console's files over HTTP: served as built, safely, and not in the way of anything else."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qumulus.http.app import HttpSettings
from tests.api.cloud import Cloud, open_cloud

PAGE = "<!doctype html><title>Qumulus</title>" + " " * 600
SCRIPT = "console.log('hello');\n" * 100
HTML = {"Accept": "text/html,*/*"}


@pytest.fixture
async def built(tmp_path: Path) -> AsyncIterator[Cloud]:
    folder = tmp_path / "console"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "assets" / "index-abc123.js").write_text(SCRIPT)
    (folder / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    async with open_cloud(tmp_path, settings=HttpSettings(console=folder)) as cloud:
        yield cloud


@pytest.mark.parametrize("path", ["/", "/jobs", "/jobs/0190b6a0-0000-7000-8000-000000000000", "/sign-in"])
async def test_every_address_of_a_screen_is_the_one_page(built: Cloud, path: str) -> None:
    answer = await built.http.get(path, headers=HTML)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_page_may_load_nothing_from_elsewhere_and_stand_in_no_frame(built: Cloud) -> None:
    policy = (await built.http.get("/", headers=HTML)).headers["content-security-policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
    assert rules["default-src"] == ["'self'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert "script-src" not in rules, "scripts fall under default-src: no inline ones"
    assert not any("http" in source for sources in rules.values() for source in sources)


async def test_no_other_site_may_load_a_part_of_it_and_it_asks_for_no_device(built: Cloud) -> None:
    headers = (await built.http.get("/", headers=HTML)).headers
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"
    for device in ("camera", "microphone", "geolocation"):
        assert f"{device}=()" in headers["permissions-policy"]


async def test_a_file_with_its_hash_in_the_name_is_kept_for_ever(built: Cloud) -> None:
    answer = await built.http.get("/assets/index-abc123.js")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_files_travel_zipped_to_those_who_take_that_and_plain_to_others(built: Cloud) -> None:
    path = "/assets/index-abc123.js"
    async with built.http.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
        assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
        assert gzip.decompress(raw).decode() == SCRIPT
    plain = await built.http.get(path, headers={"Accept-Encoding": "identity"})
    assert ("content-encoding" in plain.headers, plain.text) == (False, SCRIPT)


async def test_a_page_that_is_known_is_not_sent_again(built: Cloud) -> None:
    first = await built.http.get("/", headers=HTML)
    again = await built.http.get("/", headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/assets/missing.js"]
)
async def test_nothing_outside_the_folder_is_handed_out(built: Cloud, path: str) -> None:
    answer = await built.http.get(path)
    assert (answer.status_code, "secret" in answer.text.replace("secret.txt", "")) == (404, False)


@pytest.mark.parametrize("path", ["/user/nothing", "/admin/nothing", "/provider/nothing"])
async def test_the_apis_keep_their_own_not_found(built: Cloud, path: str) -> None:
    answer = await built.http.get(path, headers=HTML)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_the_operators_pages_are_no_screens(built: Cloud, path: str) -> None:
    assert (await built.http.get(path, headers=HTML)).json()["status"] in {"alive", "ready"}


async def test_a_program_that_asks_for_an_unknown_path_is_told_so(built: Cloud) -> None:
    answer = await built.http.get("/jobs", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_without_a_build_the_front_page_says_how_to_get_one(tmp_path: Path) -> None:
    async with open_cloud(tmp_path, settings=HttpSettings(console=tmp_path / "nothing")) as cloud:
        answer = await cloud.http.get("/", headers=HTML)
        assert "make console" in answer.text
        assert (await cloud.http.get("/jobs", headers=HTML)).status_code == 404
