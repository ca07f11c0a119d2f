"""Drivers by kind. To add one: a file in this folder and its line in the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import msgspec

from qumulus.execution.failures import nearest
from qumulus.provider.drivers.base import Driver, DriverSettingsError

ENTRY_POINTS: Final = "qumulus.drivers"

DRIVERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "statevector": "qumulus.provider.drivers.statevector:StatevectorDriver",
        "superconducting": "qumulus.provider.drivers.superconducting:SuperconductingDriver",
    }
)
"""kind → ``module:class``; the class takes ``device_id`` and its settings as keywords."""


def load_driver(kind: str, device_id: str, options: Mapping[str, Any]) -> Driver:
    """Make a driver, ours or one that another package registered.

    Raises:
        DriverSettingsError: unknown kind or setting, naming the nearest valid one.
    """
    factory: Any = _find(kind)
    if is_dataclass(factory):
        valid = {field.name for field in fields(factory) if field.init} - {"device_id"}
        for name in options:
            if name not in valid:
                raise DriverSettingsError(f"Driver '{kind}' has no setting '{name}': {nearest(name, valid)}")
    driver: Driver = factory(device_id=device_id, **options)
    return driver


def cached_driver(kind: str, device_id: str, options: Mapping[str, Any]) -> Driver:
    """The same, kept by its settings: for resident workers, which see many jobs of a device."""
    return _load_cached(kind, device_id, msgspec.json.encode(options, order="sorted"))


@lru_cache(maxsize=16)
def _load_cached(kind: str, device_id: str, options: bytes) -> Driver:
    return load_driver(kind, device_id, msgspec.json.decode(options))


def _find(kind: str) -> Callable[..., Driver]:
    if kind in DRIVERS:
        module, _, name = DRIVERS[kind].partition(":")
        factory: Callable[..., Driver] = getattr(import_module(module), name)
        return factory
    from importlib.metadata import entry_points  # with all that it imports, worth a third of a zygote

    others = entry_points(group=ENTRY_POINTS)
    if kind not in others.names:
        raise DriverSettingsError(f"Unknown driver '{kind}': {nearest(kind, {*DRIVERS, *others.names})}")
    loaded: Callable[..., Driver] = others[kind].load()
    return loaded
