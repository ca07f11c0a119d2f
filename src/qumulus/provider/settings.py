"""What the worker wants to know; any settings object with these attributes will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol


class ProviderStartError(Exception):
    """A Provider cannot start as it is set up; the text says why and what to do."""


class DeviceSettings(Protocol):
    """One device that this process serves."""

    @property
    def id(self) -> str:
        """As the Cloud knows it."""
        ...

    @property
    def driver(self) -> str:
        """Key of the table of drivers."""
        ...

    @property
    def options(self) -> Mapping[str, Any]:
        """Of the driver."""
        ...

    @property
    def token(self) -> str:
        """A Provider's token bound to this device."""
        ...

    @property
    def slots(self) -> int:
        """Jobs that run at once."""
        ...


class ProviderSettings(Protocol):
    """One Provider process."""

    @property
    def url(self) -> str:
        """Of the Cloud, without a path."""
        ...

    @property
    def data(self) -> Path:
        """The directory of the outbox."""
        ...

    @property
    def worker(self) -> str:
        """Tells Providers of one device apart; at most 64 characters."""
        ...

    @property
    def lease_s(self) -> float:
        """How long a claim holds without a heartbeat."""
        ...

    @property
    def claim_ahead(self) -> int:
        """At most so many jobs are claimed beyond the free slots."""
        ...

    @property
    def small_jobs_together(self) -> bool:
        """Run them one after the other in one process, which spares each a process of its own."""
        ...

    @property
    def devices(self) -> Sequence[DeviceSettings]:
        """At least one."""
        ...
