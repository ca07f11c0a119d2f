"""Logs tell what happened, never with whose secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from qumulus.logs import FORMATS, set_up_logging

SECRET = "known to one caller".replace(" ", "-")  # in no line of source that a traceback shows


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("style", FORMATS)
def test_an_error_is_logged_without_the_values_of_variables(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(headers: dict[str, str]) -> None:
        raise ValueError(f"{len(headers)} headers")

    set_up_logging(level="info", style=style)
    try:
        fail({"authorization": SECRET})
    except ValueError as error:
        logging.getLogger("qumulus.test").error("request_failed", exc_info=error)
    logged = capsys.readouterr().err
    assert "request_failed" in logged
    assert "ValueError: 1 headers" in logged
    assert SECRET not in logged
