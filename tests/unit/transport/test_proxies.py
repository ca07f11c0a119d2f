from __future__ import annotations

import pytest

from qumulus.transport.proxies import proxy_for


@pytest.fixture(autouse=True)
def proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("http_proxy", "http://proxy.test:3128")
    monkeypatch.setenv("https_proxy", "proxy.test:3129")
    monkeypatch.setenv("no_proxy", "inside.test")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "http://127.8.9.1",
        "http://localhost:8000",
        "http://[::1]:8000",
        "https://a.localhost",
    ],
)
def test_this_machine_is_reached_without_a_proxy(url: str) -> None:
    assert proxy_for(url) is None


def test_a_proxy_of_the_environment_is_used_by_scheme() -> None:
    assert proxy_for("http://cloud.test") == "http://proxy.test:3128"
    assert proxy_for("https://cloud.test") == "http://proxy.test:3129"


def test_no_proxy_is_honoured() -> None:
    assert proxy_for("http://inside.test") is None
    assert proxy_for("http://deep.inside.test") is None


def test_without_a_proxy_the_connection_is_direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("http_proxy")
    monkeypatch.delenv("https_proxy")
    assert proxy_for("http://cloud.test") is None
