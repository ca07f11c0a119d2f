"""Two whole Clouds and one browser for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visits import CHROMIUM, Visitor, visiting
from tests.e2e.clouds import Caller, Cloud, ended


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """``qumulus up`` with its Provider."""
    cloud = Cloud(tmp_path_factory.mktemp("whole") / "data", "up")
    with ended(cloud):
        yield cloud.ready()


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A Cloud whose devices do what a test makes them do."""
    cloud = Cloud(tmp_path_factory.mktemp("quiet") / "data", "up", "--no-providers")
    with ended(cloud):
        yield cloud.ready()


@pytest.fixture(scope="session")
def bob(quiet: Cloud) -> Caller:
    """A second user of the quiet Cloud."""
    admin = Caller(port=quiet.port, token=quiet.credentials["admin_token"])
    admin.ask("POST", "/admin/users", {"id": "bob"})
    minted = admin.ask("POST", "/admin/tokens", {"role": "user", "owner": "bob"})
    return Caller(port=quiet.port, token=minted["token"])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Opens a browser of somebody's own, signed in by a link; whatever it asks of others fails the test."""
    with visiting(chromium) as visit:
        yield visit
