"""Keeps the Cloud's picture of a device up to date: its description, its calibration, whether it is there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from qumulus.provider.api import ProviderApi
from qumulus.provider.asking import ask_in_thread
from qumulus.provider.drivers.base import (
    DeviceDescription,
    DeviceStatus,
    DeviceUnavailableError,
    Driver,
    DriverSettingsError,
    LiveDriver,
)
from qumulus.transport import ClientError
from qumulus.transport.errors import RefusedError

log = logging.getLogger("qumulus.provider.watch")

MENDABLE = frozenset({401, 429})
"""Refusals that an operator or time can mend, for any call."""
ANSWERS_WITHIN_S: Final = 60.0
"""A driver that has not said so long how its device is: nobody can tell that jobs would be run."""

_TROUBLES: Final = (DeviceUnavailableError, DriverSettingsError)
"""Some settings show to be wrong only when the device is asked; what is told may be set right meanwhile."""

T = TypeVar("T")


class Watch:
    """Publishes a device, again whenever it has changed, and notices when it goes away.

    ``lost`` is called with the reason when the device takes no jobs; while ``is_lost``, nobody looks:
    whoever waits for the device to come back calls :meth:`publish` then.
    """

    def __init__(
        self,
        *,
        device_id: str,
        driver: Driver,
        api: ProviderApi,
        lost: Callable[[str], None],
        is_lost: Callable[[], bool],
    ) -> None:
        self._device_id = device_id
        self._driver = driver
        self._api = api
        self._lost = lost
        self._is_lost = is_lost
        self._published: DeviceDescription | None = None
        self._question: asyncio.Future[Any] | None = None
        """The last one that was put to the driver, in a thread that nobody can end."""

    async def publish(self) -> bool:
        """Tell the Cloud what it does not know yet; False: a device that says nothing, which is told as lost.

        Raises:
            ClientError: the Cloud did not take it, for a reason that can pass.
        """
        try:
            device = await self._describe()
        except _TROUBLES as error:
            self._lost(str(error))
            return False
        if device == self._published:
            return True
        try:
            await self._api.publish(
                n_qubits=device.n_qubits,
                max_shots=device.max_shots,
                device_info=device.device_info,
                calibrated_at=device.calibrated_at,
                basis_gates=device.basis_gates,
                supported_instructions=device.supported_instructions,
            )
        except RefusedError as error:
            if error.status in MENDABLE | {403, 404}:
                raise
            log.error("device_not_published", extra={"device_id": self._device_id, "error": str(error)})
        else:
            named = {"device_id": self._device_id, "n_qubits": device.n_qubits}
            log.info("device_published", extra={**named, "calibrated_at": device.calibrated_at})
        self._published = device
        return True

    async def run(self) -> None:
        """Look again and again, for ever; a device that cannot change is not looked at."""
        if not isinstance(self._driver, LiveDriver):
            return
        while True:
            await asyncio.sleep(self._driver.refresh_s)
            if not self._is_lost():
                await self._look()

    async def is_there(self) -> bool:
        """Whether the device takes jobs, as far as it says; if not, the log knows why."""
        trouble = await self._trouble()
        if trouble is not None:
            log.info("device_still_lost", extra={"device_id": self._device_id, "reason": trouble})
        return trouble is None

    async def _look(self) -> None:
        trouble = await self._trouble()
        if trouble is not None:
            self._lost(trouble)
            return
        try:
            await self.publish()
        except ClientError as error:  # said again after the next look
            log.warning("device_not_published", extra={"device_id": self._device_id, "error": str(error)})

    async def _trouble(self) -> str | None:
        if not isinstance(self._driver, LiveDriver):
            return None
        try:
            status = await self._ask(self._driver.status)
        except _TROUBLES as error:
            return str(error)
        return None if status is DeviceStatus.AVAILABLE else f"its status is {status}"

    async def _describe(self) -> DeviceDescription:
        return await self._ask(self._driver.describe)

    async def _ask(self, question: Callable[[], T]) -> T:
        """Have a thread ask; one that hangs is not joined by another.

        Raises:
            DeviceUnavailableError: the driver says so, or nothing at all.
        """
        if self._question is None or self._question.done():
            asked = ask_in_thread(question)
            self._question = asked
            asked.add_done_callback(lambda answer: answer.cancelled() or answer.exception())
            await asyncio.wait({asked}, timeout=ANSWERS_WITHIN_S)
            if asked.done():
                return asked.result()
        raise DeviceUnavailableError("its driver does not answer")


def cancel_at_device(driver: LiveDriver, reference: str) -> None:
    """Have a device stop a run, behind the scenes."""
    told = ask_in_thread(partial(driver.cancel, reference))
    told.add_done_callback(partial(_note_cancel, reference))


def _note_cancel(reference: str, told: asyncio.Future[None]) -> None:
    error = None if told.cancelled() else told.exception()
    if error is not None:
        log.warning("not_cancelled_at_device", extra={"reference": reference, "error": str(error)})
