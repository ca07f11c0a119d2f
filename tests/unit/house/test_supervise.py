"""A loop that fails is told of and started again."""

from __future__ import annotations

import logging

import pytest

from qumulus.supervise import supervise


@pytest.mark.parametrize("expected", [(), (LookupError,)])
async def test_only_an_unexpected_failure_is_told_with_its_stack(
    expected: tuple[type[Exception], ...], caplog: pytest.LogCaptureFixture
) -> None:
    failures = iter([KeyError("away")])

    async def loop() -> None:
        for failure in failures:
            raise failure

    with caplog.at_level(logging.ERROR, logger="qumulus.supervise"):
        await supervise("loop", loop, expected=expected)
    (told,) = caplog.records
    assert told.message == "loop_failed"
    assert (told.exc_info is None) == bool(expected)
