from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from qumulus.cli.main import app
from qumulus.transport._generated import connection
from tests.unit.sdk.cloud import BELL, URL, FakeCloud

Invoke = Callable[..., Any]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeCloud:
    """A cloud behind every client of the command line."""
    fake = FakeCloud()
    monkeypatch.setattr(connection, "_open", lambda _: fake)
    monkeypatch.setenv("QUMULUS_URL", URL)
    monkeypatch.setenv("QUMULUS_TOKEN", "id.secret")
    monkeypatch.setenv("QUMULUS_DATA", str(tmp_path / "nothing"))
    return fake


@pytest.fixture
def invoke() -> Invoke:
    """Run the command line; gives exit code and output."""

    def run(*arguments: str, **options: Any) -> Any:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], **options)

    return run


@pytest.fixture
def bell(tmp_path: Path) -> str:
    path = tmp_path / "bell.qasm"
    path.write_text(BELL, encoding="utf-8")
    return str(path)
