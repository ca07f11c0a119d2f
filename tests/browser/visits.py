"""Somebody at a browser: signs in, opens pages, and meets no other server than the Cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from tests.e2e.clouds import Caller

CHROMIUM: Final[dict[str, Any]] = {
    "executable_path": "/usr/bin/chromium",
    "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
}
WIDE: Final = {"width": 1440, "height": 900}
NARROW: Final = {"width": 390, "height": 844}
AWAITED: Final = "[aria-busy=true], .loading, .avatar-awaited, .editor-awaited"
"""What stands on a page while something is on its way to it."""
PATIENCE_MS: Final = 15_000
MENU_TRIES: Final = 3
MENU_WAIT_MS: Final = 3_000

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Visitor:
    """A browser context with one page."""

    who: Caller
    context: BrowserContext
    page: Page
    strangers: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """The Cloud's."""
        return f"http://127.0.0.1:{self.who.port}"

    def sign_in(self) -> Visitor:
        """By a link that works once."""
        self.page.goto(link(self.who))
        expect(self.content).to_be_visible()
        return self

    def open(self, path: str) -> Visitor:
        """Go to an address, and wait until it shows something."""
        self.page.goto(self.origin + path)
        expect(self.content.locator("h1").first).to_be_visible()
        return self

    def open_menu(self) -> Visitor:
        """Open the user's menu; as a person would, once more if it did not open."""
        menu = self.page.get_by_role("menu")
        for _ in range(MENU_TRIES):
            self.page.locator(".avatar").click()
            try:
                menu.wait_for(timeout=MENU_WAIT_MS)
            except Error:
                continue
            return self
        raise AssertionError("the user's menu does not open")

    @property
    def content(self) -> Locator:
        """What is beside the navigation."""
        return self.page.locator("main#content")

    @property
    def job_status(self) -> Locator:
        """On the page of a job, or the first in a list."""
        return self.content.locator(".badge").first

    @property
    def steps(self) -> Locator:
        """Of the live sequence, as a screen reader has them."""
        return self.content.locator("ol.unseen > li")

    def line(self, job_id: str) -> Locator:
        """Of a job in the list of jobs."""
        return self.content.locator(f'[data-job="{job_id}"]')


def link(who: Caller) -> str:
    """Make a link that signs in once."""
    return str(who.ask("POST", "/user/session/code")["url"])


@contextmanager
def visiting(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open browsers of people; close them in the end, and see that none met a stranger or broke."""
    visitors: list[Visitor] = []

    def visit(who: Caller, *, is_signed_in: bool = True, **options: Any) -> Visitor:
        context = browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(who=who, context=context, page=context.new_page())
        visitors.append(visitor)

        def note(url: str) -> None:
            if not url.startswith((visitor.origin, "data:", "blob:")):
                visitor.strangers.append(url)

        context.on("request", lambda request: note(request.url))
        visitor.page.on("pageerror", lambda error: visitor.broken.append(str(error)))
        return visitor.sign_in() if is_signed_in else visitor

    try:
        yield visit
        for visitor in visitors:
            assert visitor.strangers == []
            assert visitor.broken == []
    finally:
        for visitor in visitors:
            visitor.context.close()
