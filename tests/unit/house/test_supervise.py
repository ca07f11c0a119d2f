"""A loop that fails is told of and started again."""

from __future__ import annotations

import asyncio
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


async def test_a_cancellation_that_nobody_asked_for_does_not_end_a_loop(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failures = iter([asyncio.CancelledError()])

    async def loop() -> None:
        for failure in failures:
            raise failure

    await supervise("loop", loop)
    assert [record.message for record in caplog.records] == ["loop_failed"]


async def test_a_loop_ends_with_its_task() -> None:
    began = asyncio.Event()

    async def loop() -> None:
        began.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(supervise("loop", loop))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
