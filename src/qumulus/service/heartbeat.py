"""A Provider is alive: renew its leases, tell it what was cancelled or lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from qumulus.domain.account import Caller
from qumulus.domain.ids import DeviceId, JobId
from qumulus.ports.operations import Heartbeat, Pulse
from qumulus.service.claim import bound_devices
from qumulus.service.services import Services
from qumulus.service.waiting import Gone, never, wait_for

SHORTEST_LEASE_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """What a Provider says it holds; ``lease_s`` None keeps the length of each lease."""

    device_id: DeviceId | None
    jobs: tuple[tuple[JobId, int], ...]
    lease_s: float | None
    worker: str = ""
    wait_s: float = 0.0


async def beat_heart(services: Services, beat: Beat, *, by: Caller, gone: Gone = never) -> Pulse:
    """Renew, then answer at once if a job is lost or cancelled, else when one is cancelled.

    The wait is cut to half the lease, so that the next heartbeat comes in time.

    Raises:
        WrongDeviceError: the token is not bound to the device.
        NotFoundError: there is no such device.
    """
    devices = await bound_devices(services, beat.device_id, by=by)
    services.note_seen(devices)
    pulse: Pulse | None = None

    async def look() -> Pulse:
        nonlocal pulse
        if pulse is None:
            pulse = await services.store.apply(
                Heartbeat(
                    devices=devices,
                    jobs=beat.jobs,
                    at=services.clock.now(),
                    worker=beat.worker,
                    lease_s=beat.lease_s,
                )
            )
            return pulse
        if not beat.jobs:
            return pulse
        return _with_cancelled(pulse, await services.store.cancelled_among(beat.jobs))

    topics = [f"c:{device}" for device in devices]
    return await wait_for(
        services, topics, look, is_enough=_is_news, wait_s=min(beat.wait_s, _longest_wait_s(beat)), gone=gone
    )


def _longest_wait_s(beat: Beat) -> float:
    if not beat.jobs:
        return beat.wait_s
    return (SHORTEST_LEASE_S if beat.lease_s is None else beat.lease_s) / 2


def _is_news(pulse: Pulse) -> bool:
    return bool(pulse.cancelled or pulse.lost)


def _with_cancelled(pulse: Pulse, cancelled: Sequence[JobId]) -> Pulse:
    if not cancelled:
        return pulse
    gone = frozenset(cancelled)
    renewed = tuple(job for job in pulse.renewed if job not in gone)
    return replace(pulse, renewed=renewed, cancelled=tuple(cancelled))
