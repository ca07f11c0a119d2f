"""What holds on every page: accessible, narrow, in both languages, nothing broken, nobody else asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import AWAITED, NARROW, Visitor
from tests.e2e.clouds import BELL, Cloud

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
