"""Look at a program without running it."""

from __future__ import annotations

import json
from typing import Any

from qumulus.domain.account import Caller
from qumulus.domain.device import Device, DeviceType
from qumulus.domain.errors import UnavailableError
from qumulus.domain.ids import DeviceId
from qumulus.ports.programs import DeviceGates, Programs
from qumulus.service.services import Services


async def check_program(services: Services, source: str, device_id: DeviceId | None, *, by: Caller) -> bytes:
    """What is wrong with a program, and what a device cannot do of it, as JSON.

    Raises:
        WrongDeviceError: the user may not use the device.
        NotFoundError: there is no such device.
    """
    gates = None
    if device_id is not None:
        by.must_reach(device_id)
        gates = _gates_of(await services.device(device_id))
    return await _programs(services).check(source, gates)


async def lay_out_program(services: Services, source: str) -> bytes:
    """Where a program's operations stand in a drawing, as JSON.

    Raises:
        UnreadableProgramError: it cannot be read.
    """
    return await _programs(services).layout(source)


def _programs(services: Services) -> Programs:
    if services.programs is None:
        raise UnavailableError("This process does not look at programs.")
    return services.programs


def _gates_of(device: Device) -> DeviceGates:
    """A simulator takes every gate on all pairs, whatever it lists."""
    is_free = device.device_type is DeviceType.SIMULATOR
    return DeviceGates(
        device_id=device.id,
        n_qubits=device.n_qubits,
        basis_gates=() if is_free else tuple(device.basis_gates),
        couplings=() if is_free else _couplings(device.device_info),
    )


def _couplings(device_info: str | None) -> tuple[tuple[int, int], ...]:
    """The pairs in a calibration, which anybody may have written."""
    try:
        found: Any = json.loads(device_info or "{}")
        return tuple((int(each["control"]), int(each["target"])) for each in found["couplings"])
    except (ValueError, KeyError, TypeError):
        return ()
