"""Tells a broken sandbox from a program that breaks its own process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from qumulus.provider.backoff import Backoff
from qumulus.provider.drivers.base import LiveDriver, SandboxKind
from qumulus.provider.messages import JobTask, Unavailable, decode_child_message, encode
from qumulus.provider.run import Station
from qumulus.sandbox import Limits, SandboxError
from qumulus.transport import ClientError

log = logging.getLogger("qumulus.provider.health")

PROBES: Final = 3
PROBE_LIMITS: Final = Limits(memory_bytes=None, wall_s=60.0)
DOUBT_S: Final = 60.0
"""A device that has not been seen to work for so long is not, whatever its sandbox waits for."""
LONGEST_PAUSE_S: Final = 60.0
LATE_S: Final = 10.0
"""So long a copy of a call may be under way that was cut off, or sent twice, and be carried out at last."""

_NO_GO: Final = b"no go"
_PROGRAM: Final = 'OPENQASM 3; include "stdgates.inc"; qubit[1] q; bit[1] c; c[0] = measure q[0];'


class Health:
    """Whether the device's jobs can be run at all.

    A doubt is settled by a probe: a tiny program of our own, up to the point where a device would be
    touched. After ``PROBES`` failed ones, or ``DOUBT_S`` without an answer, the device is declared
    unavailable, until a probe succeeds.
    The same holds for a device that is away. ``changed`` is called when :attr:`is_sound` changes,
    ``returns`` before the device is called available again: it may say that it is not.
    """

    def __init__(
        self, station: Station, *, changed: Callable[[], None], returns: Callable[[], Awaitable[bool]]
    ) -> None:
        self.is_sound = True
        self._station = station
        self._changed = changed
        self._returns = returns
        self._lock = asyncio.Lock()
        self._broken: SandboxKind | None = None
        self._is_broken = asyncio.Event()

    async def check(self, kind: SandboxKind) -> bool:
        """Settle a doubt about one kind of sandbox."""
        async with self._lock:
            if not self.is_sound:
                return False
            if await self._is_well(kind, tries=PROBES):
                return True
            self._break(kind)
        log.error("device_broken", extra={"device_id": self._station.device_id, "sandbox": kind.value})
        return False

    async def _is_well(self, kind: SandboxKind, *, tries: int) -> bool:
        backoff = Backoff()
        try:
            async with asyncio.timeout(DOUBT_S):
                for _ in range(tries):
                    if await self._probe(kind):
                        return True
                    await backoff.pause()
        except TimeoutError:
            extra = {"device_id": self._station.device_id, "sandbox": kind.value, "for_s": DOUBT_S}
            log.error("sandbox_hangs", extra=extra)
        return False

    def lose_device(self, reason: str) -> None:
        """The device takes no jobs, until a probe finds that it does."""
        if self.is_sound:
            log.error("device_lost", extra={"device_id": self._station.device_id, "reason": reason})
            self._break(self._station.driver.sandbox_for(self.task()))

    def _break(self, kind: SandboxKind) -> None:
        self.is_sound = False
        self._broken = kind
        self._is_broken.set()
        self._changed()

    async def run(self) -> None:
        """Nurse the device whenever it is broken, for ever."""
        if self.is_sound and self._station.outbox.is_withdrawn(self._station.device_id):
            await self._call_back()
        while True:
            await self._is_broken.wait()
            await self._declare(is_available=False)
            await self._recover()
            await self._call_back()

    async def _recover(self) -> None:
        kind = self._broken
        assert kind is not None
        driver = self._station.driver
        longest_s = driver.refresh_s if isinstance(driver, LiveDriver) else LONGEST_PAUSE_S
        backoff = Backoff(first_s=min(1.0, longest_s), longest_s=longest_s)
        while not (await self._is_well(kind, tries=1) and await self._returns()):
            await backoff.pause()
        self._is_broken.clear()
        self.is_sound = True
        log.info("device_works_again", extra={"device_id": self._station.device_id})
        self._changed()

    async def _call_back(self) -> None:
        """Declare the device available, and again, lest a late copy of the withdrawal be the last word."""
        await self._declare(is_available=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(LATE_S):
                await self._is_broken.wait()
        if self.is_sound:
            await self._declare(is_available=True)
            self._station.outbox.set_withdrawn(self._station.device_id, False)

    async def _declare(self, *, is_available: bool) -> None:
        """Tell the Cloud, however long it takes; remembered, so that a successor can take it back."""
        device_id = self._station.device_id
        if not is_available:
            self._station.outbox.set_withdrawn(device_id, True)
        backoff = Backoff()
        while True:
            try:
                await self._station.api.set_available(is_available)
            except ClientError as error:
                log.warning("status_not_declared", extra={"device_id": device_id, "error": str(error)})
                await backoff.pause()
            else:
                return

    async def _probe(self, kind: SandboxKind) -> bool:
        try:
            execution = await self._station.sandboxes[kind].run(encode(self.task()), PROBE_LIMITS)
        except SandboxError as error:
            log.error(
                "sandbox_broken",
                extra={"device_id": self._station.device_id, "sandbox": kind.value, "error": str(error)},
            )
            return False
        try:
            first = await execution.receive()
            if self._station.driver.touches_hardware:
                execution.send(_NO_GO)
            await execution.ended()
        except asyncio.CancelledError:
            execution.kill()
            raise
        return first is not None and not isinstance(decode_child_message(first), Unavailable)

    def task(self) -> JobTask:
        """The probe as a job."""
        station = self._station
        return JobTask(
            job_id="probe",
            attempt=0,
            device_id=station.device_id,
            job_type="sampling",
            shots=1,
            form="text",
            job_info={"code": _PROGRAM},
            transpiler_info={"transpiler_lib": None},
            simulator_info={},
            mitigation_info={},
            driver=station.driver_name,
            options=dict(station.options),
            wait_for_go=station.driver.touches_hardware,
        )
