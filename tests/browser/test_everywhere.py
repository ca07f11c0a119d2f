"""What holds on every page: accessible, narrow, in both languages, nothing broken, nobody else asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import AWAITED, NARROW, Visitor
from tests.e2e.clouds import BELL, Caller, Cloud

Visit = Callable[..., Visitor]
AXE = Path(__file__).parents[2] / "console/node_modules/axe-core/axe.min.js"
ROUTES = ("/", "/jobs", "/jobs?q=status%3Afailed", "/new", "/devices", "/devices/SC", "/account", "/nowhere")
CHECK = """axe.run(document, {rules: {'label-content-name-mismatch': {enabled: true}}})
  .then(found => found.violations)"""
TABS = ("result", "circuit", "program", "events", "evidence", "raw")


@pytest.fixture(scope="module")
def routes(whole: Cloud) -> list[str]:
    """Every address, with jobs of each kind of end."""
    succeeded = whole.alice.submit(BELL, device="SC", name="a good one")
    failed = whole.alice.submit("OPENQASM 3;\nnosuchgate q;", name="a bad one")
    for job_id in (succeeded, failed):
        whole.alice.status(job_id, wait=60)
    tabs = [f"/jobs/{succeeded}?tab={tab}" for tab in TABS]
    return [*ROUTES, *tabs, f"/jobs/{succeeded}?view=waterfall", f"/jobs/{failed}"]


def complaints(page: Page) -> list[str]:
    """What axe finds wrong."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate(CHECK)
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def settled(visitor: Visitor) -> None:
    """Wait until nothing is loading any more, and no picture moves."""
    expect(visitor.page.locator(AWAITED)).to_have_count(0)
    visitor.page.wait_for_function(
        "document.getAnimations().every(one => one.playState !== 'running' ||"
        " one.effect.getComputedTiming().iterations === Infinity)"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-GB", "ja-JP"])
def test_every_page_is_accessible(
    whole: Cloud, visit: Visit, routes: list[str], theme: str, language: str
) -> None:
    alice = visit(whole.alice, color_scheme=theme, locale=language, reduced_motion="reduce")
    assert alice.page.evaluate("document.documentElement.dataset.theme") == theme
    found = {}
    for route in routes:
        alice.page.goto(alice.origin + route)
        expect(alice.page.locator("h1").first).to_be_visible()
        settled(alice)
        wrong = complaints(alice.page)
        if wrong:
            found[route] = wrong
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


def test_the_sign_in_page_is_accessible(quiet: Cloud, visit: Visit) -> None:
    for theme in ("light", "dark"):
        alice = visit(quiet.alice, is_signed_in=False, color_scheme=theme)
        alice.page.goto(f"{alice.origin}/sign-in")
        expect(alice.page.locator("h1")).to_be_visible()
        assert complaints(alice.page) == []


def test_nothing_is_wider_than_a_telephone(whole: Cloud, visit: Visit, routes: list[str]) -> None:
    alice = visit(whole.alice, viewport=NARROW)
    wide = {}
    for route in routes:
        alice.page.goto(alice.origin + route)
        expect(alice.page.locator("h1").first).to_be_visible()
        settled(alice)
        width = alice.page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            wide[route] = width
    assert wide == {}


def test_what_users_wrote_and_what_to_do_meanwhile_fit_a_telephone(quiet: Cloud, visit: Visit) -> None:
    job_id = quiet.alice.submit(name="name" * 60, description="first\nsecond" + "description" * 60)
    alice = visit(quiet.alice, viewport=NARROW).open(f"/jobs/{job_id}?tab=result")
    expect(alice.content).to_contain_text(f"qumulus jobs wait {job_id}")
    settled(alice)
    assert alice.page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    assert "first\nsecond" in alice.content.locator(".job-head").inner_text()


def test_japanese_is_spoken_throughout(whole: Cloud, visit: Visit) -> None:
    alice = visit(whole.alice).open("/")
    alice.open_menu()
    alice.page.get_by_role("menuitemradio", name="日本語").click()
    expect(alice.page.locator("html")).to_have_attribute("lang", "ja")
    for route in ("/", "/jobs", "/new", "/devices", "/account"):
        alice.open(route)
        heading = alice.content.locator("h1").first.inner_text()
        assert any(ord(letter) > 0x3000 for letter in heading), (route, heading)


def test_whoever_wants_less_motion_gets_none(whole: Cloud, visit: Visit) -> None:
    alice = visit(whole.alice, reduced_motion="reduce").open("/")
    moving = "document.getAnimations().filter(one => one.effect.getComputedTiming().duration > 50).length"
    assert alice.page.evaluate(moving) == 0


def test_what_others_wrote_is_text_and_never_a_script(quiet: Cloud, visit: Visit) -> None:
    evil = "<img src=x onerror=window.taken=1><script>window.taken=1</script>"
    admin = Caller(port=quiet.port, token=quiet.credentials["admin_token"])
    news = {"title": evil, "content": f"{evil}\n[here](javascript:window.taken=1)", "publishable": True}
    span = {"start_time": "2020-01-01T00:00:00Z", "end_time": "2099-01-01T00:00:00Z"}
    admin.call("POST", "/admin/announcements", {**news, **span})
    job_id = quiet.alice.submit(f"OPENQASM 3;\n// {evil}", name=evil, description=evil)
    device = quiet.provider("SVSim")
    device.ask("GET", "/provider/jobs", limit=100)
    device.ask("PATCH", f"/provider/jobs/{job_id}/job_info", {"reason": f"line 2, column 1: {evil}"})
    alice = visit(quiet.alice)
    for route in ("/", "/jobs", *(f"/jobs/{job_id}?tab={tab}" for tab in TABS)):
        alice.open(route)
        settled(alice)
        expect(alice.content).to_contain_text("<img src=x")
        assert alice.page.evaluate("window.taken") is None
        assert alice.content.locator("img[src=x], a[href^=javascript]").count() == 0
