"""Asks a driver in the Provider's own process, where nothing that it does may harm the others."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Final, TypeVar

from qumulus.provider.drivers.base import DeviceUnavailableError, DriverSettingsError

log: Final = logging.getLogger("qumulus.provider.driver")

T = TypeVar("T")


def ask_in_thread(question: Callable[[], T]) -> asyncio.Future[T]:
    """The answer of a thread of its own, which the process does not wait for when it ends.

    It fails with a DeviceUnavailableError or DriverSettingsError, whatever the driver raised.
    """
    answer: Future[T] = Future()
    answer.set_running_or_notify_cancel()  # who no longer waits leaves the thread alone

    def work() -> None:
        with _Failing(answer):
            answer.set_result(question())

    threading.Thread(target=work, name="driver", daemon=True).start()
    return asyncio.wrap_future(answer)


class _Failing:
    """Makes what its body raises the answer; ``sys.exit`` and Rust's panics are faults as any others."""

    def __init__(self, answer: Future[T]) -> None:
        self._answer = answer

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if kind is not None and not isinstance(error, DeviceUnavailableError | DriverSettingsError):
            log.error("driver_broke", exc_info=error)
            error = DeviceUnavailableError(f"its driver broke: {kind.__name__}")
        if error is not None:
            self._answer.set_exception(error)
        return True
