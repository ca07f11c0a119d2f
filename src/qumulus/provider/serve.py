"""Builds a Provider from its settings and runs it until the process is told to end."""

from __future__ import annotations

import asyncio
import logging
import re
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from qumulus.provider.api import ProviderApi
from qumulus.provider.child import FORKED_PRELOAD
from qumulus.provider.drivers import load_driver
from qumulus.provider.drivers.base import Driver, SandboxKind
from qumulus.provider.messages import encode
from qumulus.provider.outbox import Outbox
from qumulus.provider.rehearsal import rehearsal_task
from qumulus.provider.settings import DeviceSettings, ProviderSettings
from qumulus.provider.worker import GRACE_S, Worker, slots_of
from qumulus.sandbox import ForkedSandbox, ResidentSandbox, Sandbox
from qumulus.transport import NO_RETRIES
from qumulus.transport.direct import DirectHttpClient

log = logging.getLogger("qumulus.provider")

TARGET: Final = "qumulus.provider.child:run_job"
SPARES: Final = 1
STANDBY: Final = 1
"""Forked children that wait for a job."""


async def serve(settings: ProviderSettings, *, grace_s: float = GRACE_S) -> None:
    """Serve the devices until SIGTERM or SIGINT.

    Raises:
        OutboxError: another process uses the same worker name and data directory.
        DriverSettingsError: a device's driver or its options are unknown.
    """
    drivers = {
        device.id: load_driver(device.driver, device.id, dict(device.options)) for device in settings.devices
    }
    stop = _stop_signal()
    async with AsyncExitStack() as stack:
        outbox = Outbox(settings.data / f"provider-{_file_name(settings.worker)}.db")
        stack.callback(outbox.close)
        apis = {device.id: await _open_api(stack, settings, device) for device in settings.devices}
        sandboxes = await stack.enter_async_context(
            _sandboxes(
                n_resident=len(drivers),
                n_networked=_jobs_over_networks(settings, drivers),
                rehearsals=_rehearsals(settings, drivers),
            )
        )
        worker = Worker(
            settings,
            drivers=drivers,
            sandboxes=sandboxes,
            apis=apis,
            outbox=outbox,
            small_jobs_together=settings.small_jobs_together,
        )
        log.info("provider_started", extra={"worker": settings.worker, "devices": sorted(drivers)})
        await worker.run(stop, grace_s=grace_s)
    log.info("provider_ended", extra={"worker": settings.worker})


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _open_api(stack: AsyncExitStack, settings: ProviderSettings, device: DeviceSettings) -> ProviderApi:
    client = DirectHttpClient(settings.url, device.token, timeout_s=10.0, retries=NO_RETRIES)
    await stack.enter_async_context(client)
    return ProviderApi(client, device_id=device.id, worker=settings.worker, lease_s=settings.lease_s)


def _rehearsals(settings: ProviderSettings, drivers: Mapping[str, Driver]) -> list[bytes]:
    """A task for each device whose small jobs are forked."""
    tasks = [rehearsal_task(device.id, device.driver, device.options) for device in settings.devices]
    return [encode(task) for task in tasks if drivers[task.device_id].sandbox_for(task) is SandboxKind.FORKED]


def _jobs_over_networks(settings: ProviderSettings, drivers: Mapping[str, Driver]) -> int:
    """How many jobs run at once on devices that are reached over a network."""
    return sum(
        slots_of(device, drivers[device.id])
        for device in settings.devices
        if drivers[device.id].sandbox_for(rehearsal_task(device.id, device.driver, device.options))
        is SandboxKind.NETWORKED
    )


@asynccontextmanager
async def _sandboxes(
    *, n_resident: int, n_networked: int, rehearsals: Sequence[bytes]
) -> AsyncIterator[Mapping[SandboxKind, Sandbox]]:
    """One zygote and up to two sets of resident workers for all devices, closed at the end."""
    sandboxes: dict[SandboxKind, Sandbox] = {
        SandboxKind.FORKED: ForkedSandbox(
            TARGET, FORKED_PRELOAD, rehearsals=rehearsals, standby=STANDBY if rehearsals else 0
        ),
        SandboxKind.RESIDENT: ResidentSandbox(TARGET, workers=n_resident, spares=SPARES),
    }
    if n_networked:
        sandboxes[SandboxKind.NETWORKED] = ResidentSandbox(
            TARGET, workers=n_networked, spares=SPARES, network=True
        )
    try:
        yield sandboxes
    finally:
        for sandbox in sandboxes.values():
            await sandbox.close()


def _file_name(worker: str) -> str:
    """The worker's name, as far as it may stand in a file name."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", worker) or "worker"
