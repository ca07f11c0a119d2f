"""Which calibration a device's jobs run on: the one in force, or an earlier one that a job asks for."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from qumulus.provider.api import ProviderApi
from qumulus.provider.backoff import Backoff
from qumulus.provider.drivers.base import CalibratedDriver, Driver
from qumulus.transport import ClientError
from qumulus.transport.errors import RefusedError

log = logging.getLogger("qumulus.provider.calibrations")

MAX_KEPT: Final = 16
LONGEST_PAUSE_S: Final = 60.0
"""So late may a new calibration be noticed after a clock was set."""

_encode: Final = msgspec.json.Encoder().encode


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Calibrations:
    """Publishes what a drifting device becomes; jobs get it only once the Cloud knows it."""

    def __init__(
        self, *, device_id: str, driver: Driver, api: ProviderApi, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._device_id = device_id
        self._driver = driver
        self._api = api
        self._now = now
        self._current: Mapping[str, Any] | None = None
        self._current_text: bytes | None = None
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def turn(self) -> datetime | None:
        """Publish the calibration in force if it is new; gives until when it is, None for ever.

        Raises:
            ClientError: the Cloud did not take it; jobs go on with the one before.
        """
        if not isinstance(self._driver, CalibratedDriver):
            return None
        found = self._driver.in_force(self._now())
        if found is None:
            return None
        document = found.document
        if document != self._current:
            await self._api.publish(
                n_qubits=len(document["qubits"]),
                device_info=document,
                calibrated_at=document["calibrated_at"],
            )
            self._current, self._current_text = document, _encode(document)
            log.info(
                "device_calibrated",
                extra={"device_id": self._device_id, "calibrated_at": document["calibrated_at"]},
            )
        return found.until

    async def run(self) -> None:
        """Take turn after turn; returns if the device never changes by itself."""
        backoff = Backoff(first_s=1.0, longest_s=LONGEST_PAUSE_S)
        while True:
            try:
                until = await self.turn()
            except ClientError as error:
                extra = {"device_id": self._device_id, "error": str(error)}
                log.warning("calibration_not_published", extra=extra)
                await backoff.pause()
                continue
            if until is None:
                return
            backoff.succeed()
            await asyncio.sleep(min(LONGEST_PAUSE_S, max(0.0, (until - self._now()).total_seconds())))

    async def document_for(self, simulator_info: Mapping[str, Any]) -> bytes | None:
        """What a job runs on; None: what its driver has by itself.

        A ``calibration_id`` that is no text, or that the Cloud does not know, is left to the job's
        process to refuse. Waits until the Cloud answers.
        """
        wanted = simulator_info.get("calibration_id")
        if not isinstance(wanted, str):
            return self._current_text
        if wanted not in self._kept:
            found = await self._ask_for(wanted)
            if found is None:
                return None
            self._kept[wanted] = found
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return self._kept[wanted]

    async def _ask_for(self, name: str) -> bytes | None:
        backoff = Backoff()
        while True:
            try:
                return await self._api.calibration(name)
            except RefusedError as error:
                extra = {"device_id": self._device_id, "calibration": name, "error": str(error)}
                log.info("calibration_not_given", extra=extra)
                return None
            except ClientError:
                await backoff.pause()
