"""Drivers by kind. To add one: a file in this folder and its line in the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import msgspec

from qumulus.execution.failures import UnsupportedInstructionError, nearest
from qumulus.provider.drivers.base import CalibratedDriver, Driver, DriverSettingsError

ENTRY_POINTS: Final = "qumulus.drivers"

DRIVERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "statevector": "qumulus.provider.drivers.statevector:StatevectorDriver",
        "superconducting": "qumulus.provider.drivers.superconducting:SuperconductingDriver",
        "qiskit": "qumulus.provider.drivers.qiskit_backend:QiskitDriver",
        "gateway": "qumulus.provider.drivers.gateway:GatewayDriver",
    }
)
"""kind → ``module:class``; the class takes ``device_id`` and its settings as keywords."""


def load_driver(kind: str, device_id: str, options: Mapping[str, Any]) -> Driver:
    """Make a driver: ours, one that another package registered, or ``module:class`` of any module.

    Raises:
        DriverSettingsError: unknown kind or setting, naming the nearest valid one.
    """
    factory: Any = _find(kind)
    if is_dataclass(factory):
        defaults = {field.name: field.default for field in fields(factory) if field.init}
        valid = defaults.keys() - {"device_id"}
        for name, value in options.items():
            if name not in valid:
                raise DriverSettingsError(f"Driver '{kind}' has no setting '{name}': {nearest(name, valid)}")
            if not _is_like(value, defaults[name]):
                raise DriverSettingsError(
                    f"Driver '{kind}': {name} = {value!r} does not fit, it is of another kind than its "
                    f"default {defaults[name]!r}."
                )
    try:
        driver: Driver = factory(device_id=device_id, **options)
    except TypeError as error:
        raise DriverSettingsError(
            f"The driver '{kind}' cannot be made with device_id and {sorted(options)}: {error}"
        ) from error
    return driver


def _is_like(value: object, default: object) -> bool:
    """Whether a setting may be meant: a number for a number, and so on; other defaults tell nothing."""
    if isinstance(default, bool | str):
        return isinstance(value, type(default))
    if isinstance(default, int | float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return True


def driver_path(kind: str) -> str:
    """Where an entry point has a driver, for children, whom looking for it costs 36 ms; empty: no need."""
    if kind in DRIVERS or ":" in kind:
        return ""
    from importlib.metadata import entry_points

    return next((entry.value for entry in entry_points(group=ENTRY_POINTS, name=kind)), "")


def cached_driver(
    kind: str, device_id: str, options: Mapping[str, Any], calibration: bytes | None = None
) -> Driver:
    """The same, kept by its settings: for resident workers, which see many jobs of a device.

    ``calibration``: the ``device_info`` text to go by instead of the driver's own.

    Raises:
        UnsupportedInstructionError: the device cannot be as it was at another calibration.
    """
    return _load_cached(kind, device_id, msgspec.json.encode(options, order="sorted"), calibration)


@lru_cache(maxsize=16)
def _load_cached(kind: str, device_id: str, options: bytes, calibration: bytes | None) -> Driver:
    driver = load_driver(kind, device_id, msgspec.json.decode(options))
    if calibration is None:
        return driver
    if not isinstance(driver, CalibratedDriver):
        raise UnsupportedInstructionError(
            f"{device_id} runs on its present calibration only: leave simulator_info.calibration_id out."
        )
    try:
        return driver.at_calibration(msgspec.json.decode(calibration))
    except DriverSettingsError as error:
        raise UnsupportedInstructionError(
            f"{device_id} cannot run on the calibration of simulator_info.calibration_id: {error}"
        ) from error


def _find(kind: str) -> Callable[..., Driver]:
    if kind in DRIVERS:
        module, _, name = DRIVERS[kind].partition(":")
        factory: Callable[..., Driver] = getattr(import_module(module), name)
        return factory
    if ":" in kind:
        return _find_by_path(kind)
    from importlib.metadata import entry_points  # with all that it imports, worth a third of a zygote

    others = entry_points(group=ENTRY_POINTS)
    if kind not in others.names:
        raise DriverSettingsError(f"Unknown driver '{kind}': {nearest(kind, {*DRIVERS, *others.names})}")
    loaded: Callable[..., Driver] = others[kind].load()
    return loaded


def _find_by_path(path: str) -> Callable[..., Driver]:
    module, _, name = path.partition(":")
    try:
        factory: Callable[..., Driver] = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise DriverSettingsError(
            f"The driver '{path}' cannot be loaded: {error}. Its folder belongs in PYTHONPATH, or install it."
        ) from error
    return factory
