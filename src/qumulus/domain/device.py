"""Devices as the cloud knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from qumulus.domain.ids import DeviceId
from qumulus.domain.lifecycle import Actor


class DeviceType(StrEnum):
    """The two kinds that OQTOPUS clients know, in their spelling."""

    QPU = "QPU"
    SIMULATOR = "simulator"


class DeviceStatus(StrEnum):
    """What the operator or the Provider declared; never derived from liveness."""

    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"


class OnLostLease(StrEnum):
    """What becomes of a running job whose Provider is gone: hardware must not repeat silently."""

    REQUEUE = "requeue"
    FAIL = "fail"


_OF_STATUS: Final = frozenset({"status", "available_at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device; ``device_info`` is a JSON text with calibration, see ``docs/reference``."""

    id: DeviceId
    device_type: DeviceType
    status: DeviceStatus = DeviceStatus.AVAILABLE
    available_at: datetime | None = None
    n_qubits: int | None = None
    max_shots: int | None = None
    """Of one job; None: nobody said."""
    basis_gates: tuple[str, ...] = ()
    supported_instructions: tuple[str, ...] = ()
    device_info: str | None = None
    calibrated_at: datetime | None = None
    description: str = ""
    on_lost_lease: OnLostLease = OnLostLease.REQUEUE
    claim_timeout_s: float | None = None
    """For Providers that take no lease; None: such a claim has no end."""
    seen_at: datetime | None = None
    """When a Provider of this device last called."""
    is_held: bool = False
    """An operator took it out of service."""

    def changed(self, changes: Mapping[str, Any], *, by: Actor) -> Device:
        """Give the device as it is after changes.

        What an operator took out of service an operator brings back: until then a Provider's word about
        the status counts for nothing.
        """
        if "status" not in changes:
            return replace(self, **changes)
        if by is Actor.ADMIN:
            return replace(self, **changes, is_held=changes["status"] is DeviceStatus.UNAVAILABLE)
        if self.is_held:
            changes = {name: value for name, value in changes.items() if name not in _OF_STATUS}
        return replace(self, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLoad:
    """How busy a device is; ``mean_service_s`` None: no job has ended yet."""

    n_waiting: int
    n_claimed: int
    mean_service_s: float | None

    @property
    def n_pending(self) -> int:
        """Jobs that wait or run."""
        return self.n_waiting + self.n_claimed

    @property
    def expected_wait_s(self) -> float | None:
        """Waiting time of a job submitted now, for one job at a time."""
        return self.wait_behind(self.n_waiting)

    def wait_behind(self, n_before: int) -> float | None:
        """Waiting time in seconds of a job that so many waiting ones go before."""
        if self.mean_service_s is None:
            return None
        return (n_before + self.n_claimed) * self.mean_service_s
