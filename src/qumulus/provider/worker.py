"""The worker of one process: its devices, their sandboxes, its outbox; and the end of it all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from qumulus.provider.api import ProviderApi
from qumulus.provider.calibrations import Calibrations
from qumulus.provider.crew import Crew
from qumulus.provider.device import DeviceWorker
from qumulus.provider.drivers import driver_path
from qumulus.provider.drivers.base import Driver, LiveDriver, SandboxKind
from qumulus.provider.lane import Lane
from qumulus.provider.outbox import Outbox
from qumulus.provider.reporter import Reporter
from qumulus.provider.run import Station
from qumulus.provider.settings import DeviceSettings, ProviderSettings
from qumulus.provider.slots import Cores, Slots
from qumulus.provider.tuning import Tuning
from qumulus.sandbox import Sandbox, SandboxError
from qumulus.supervise import supervise

log = logging.getLogger("qumulus.provider.worker")

GRACE_S: Final = 8.0


class Worker:
    """Serves several devices at once; ``drivers`` and ``apis`` are by device id.

    The worker owns none of what it is given: whoever opened it closes it.
    """

    def __init__(
        self,
        settings: ProviderSettings,
        *,
        drivers: Mapping[str, Driver],
        sandboxes: Mapping[SandboxKind, Sandbox],
        apis: Mapping[str, ProviderApi],
        outbox: Outbox,
        small_jobs_together: bool = True,
    ) -> None:
        self._settings = settings
        self._drivers = drivers
        self._sandboxes = sandboxes
        self._apis = apis
        self._outbox = outbox
        self._together = small_jobs_together
        self._cores = Cores()
        self._crew = Crew()
        self._tuning = Tuning(settings.data, self._cores)
        self._devices = [self._device(device) for device in settings.devices]

    async def run(self, stop: asyncio.Event, *, grace_s: float = GRACE_S) -> None:
        """Work until ``stop`` is set, then drain within ``grace_s``."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(device.run()) for device in self._devices]
            tasks += [group.create_task(_warm_up(kind, box)) for kind, box in self._sandboxes.items()]
            resident = self._sandboxes[SandboxKind.RESIDENT]
            tasks.append(group.create_task(supervise("tuning", lambda: self._tuning.run(resident))))
            await stop.wait()
            log.info("provider_drains", extra={"worker": self._settings.worker})
            await asyncio.gather(*(device.drain(grace_s=grace_s) for device in self._devices))
            for task in tasks:
                task.cancel()

    def _device(self, settings: DeviceSettings) -> DeviceWorker:
        driver = self._drivers[settings.id]
        api = self._apis[settings.id]
        reporter = Reporter(
            device_id=settings.id, api=api, outbox=self._outbox, keeps_first=driver.touches_hardware
        )
        station = Station(
            device_id=settings.id,
            driver_name=settings.driver,
            options=settings.options,
            driver=driver,
            sandboxes=self._sandboxes,
            api=api,
            reporter=reporter,
            outbox=self._outbox,
            worker=self._settings.worker,
            calibrations=Calibrations(device_id=settings.id, driver=driver, api=api),
            slots=Slots(slots_of(settings, driver)),
            cores=self._cores,
            crew=self._crew,
            lane=Lane(self._sandboxes[SandboxKind.FORKED]) if self._together else None,
            factory=driver_path(settings.driver),
            tuning=self._tuning,
        )
        return DeviceWorker(
            station,
            slots=slots_of(settings, driver),
            claim_ahead=self._settings.claim_ahead,
            lease_s=self._settings.lease_s,
        )


def slots_of(settings: DeviceSettings, driver: Driver) -> int:
    """Jobs at once: as many as the operator wants and the device takes."""
    return min(settings.slots, driver.jobs_at_once) if isinstance(driver, LiveDriver) else settings.slots


async def _warm_up(kind: SandboxKind, sandbox: Sandbox) -> None:
    """Begin at once what the first job would otherwise wait for; failing is noticed by the devices."""
    try:
        await sandbox.start()
    except SandboxError as error:
        log.warning("sandbox_not_started", extra={"sandbox": kind.value, "error": str(error)})
