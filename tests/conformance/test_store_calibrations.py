"""The history of calibrations, on every store."""

from __future__ import annotations

import json
from datetime import timedelta

from qumulus.domain.calibration import Medians, calibration_id
from qumulus.domain.device import Device, DeviceType
from qumulus.domain.ids import DeviceId
from qumulus.ports.operations import AddDevice, ChangeDevice, DropCalibration, Prune, Written
from qumulus.ports.store import CalibrationQuery
from qumulus.store.statements import statement
from tests.conformance.test_store_schema import FLAWS, dialect_of, plan, run
from tests.conformance.world import AUDIT, QPU, SIM, World

QUBIT = {
    "qubit_lifetime": {"t1": 100.0, "t2": 80.0},
    "meas_error": {"readout_assignment_error": 0.25},
    "fidelity": 0.75,
}


def document(t1: float) -> str:
    second = {**QUBIT, "qubit_lifetime": {"t1": t1, "t2": 90.0}}
    return json.dumps({"name": "ü", "qubits": [QUBIT, second], "couplings": [{"fidelity": 0.5}]})


async def calibrate(world: World, device_id: DeviceId, minutes: float, t1: float = 100.0) -> str:
    """Publish a calibration of so many minutes ago; gives its id."""
    at = world.now - timedelta(minutes=minutes)
    text = document(t1)
    changes = {"device_info": text, "calibrated_at": at}
    await world.store.apply(ChangeDevice(device_id=device_id, changes=changes, at=world.now))
    return calibration_id(json.loads(text), at.isoformat())


def of(*devices: DeviceId, **more: object) -> CalibrationQuery:
    return CalibrationQuery(devices=frozenset(devices), **more)  # type: ignore[arg-type]


async def names(world: World, query: CalibrationQuery) -> list[str]:
    return [entry.id for entry in await world.other.calibrations(query)]


async def test_a_calibration_is_kept_with_its_time_its_summary_and_its_text(world: World) -> None:
    await world.add_device(QPU)
    name = await calibrate(world, QPU, 5, t1=300.0)
    (entry,) = await world.other.calibrations(of(QPU))
    assert (entry.id, entry.device_id, entry.n_qubits, entry.n_couplings) == (name, QPU, 2, 1)
    assert entry.calibrated_at == world.now - timedelta(minutes=5)
    assert entry.received_at == world.now
    assert entry.medians == Medians(
        t1_us=200.0, t2_us=85.0, readout_error=0.25, gate_error=0.25, coupling_error=0.5
    )
    kept = await world.other.calibration(QPU, entry.id)
    assert kept is not None
    assert (kept.entry, kept.device_info) == (entry, document(300.0))
    assert await world.other.history(entry.history_id) == kept
    assert await world.other.calibration(SIM, entry.id) is None
    assert await world.other.history(entry.history_id + 1) is None


async def test_a_new_device_brings_its_first_calibration(world: World) -> None:
    device = Device(
        id=QPU, device_type=DeviceType.QPU, device_info=document(1.0), calibrated_at=world.later(-60)
    )
    await world.store.apply(AddDevice(device=device, at=world.now, audit=AUDIT))
    (entry,) = await world.store.calibrations(of(QPU))
    assert entry.calibrated_at == device.calibrated_at


async def test_the_same_calibration_is_kept_once_whatever_came_between(world: World) -> None:
    await world.add_device(QPU)
    await world.add_device(SIM)
    first = await calibrate(world, QPU, 5)
    second = await calibrate(world, QPU, 4, t1=110.0)
    assert await calibrate(world, QPU, 5) == first
    assert await names(world, of(QPU)) == [second, first]
    assert await calibrate(world, SIM, 5) == first
    assert await names(world, of(SIM)) == [first]
    assert first != second


async def test_other_changes_of_a_device_keep_nothing(world: World) -> None:
    await world.add_device(QPU)
    for changes in ({"n_qubits": 3}, {"device_info": document(1.0)}, {"device_info": None}):
        await world.store.apply(ChangeDevice(device_id=QPU, changes=changes, at=world.now))
    assert await world.store.count_calibrations(of(QPU)) == 0


async def test_histories_are_listed_newest_first_in_pages_and_between_times(world: World) -> None:
    await world.add_device(QPU)
    await world.add_device(SIM)
    old, new, late = [await calibrate(world, QPU, minutes, t1=minutes) for minutes in (30, 10, 20)]
    other = await calibrate(world, SIM, 15)
    assert await names(world, of(QPU)) == [new, late, old]
    assert await names(world, of(QPU, SIM)) == [new, other, late, old]
    assert await names(world, of(QPU, SIM, offset=1, limit=2)) == [other, late]
    newest, *_ = await world.store.calibrations(of(QPU))
    assert await names(world, of(QPU, before=newest)) == [late, old]
    between = of(QPU, SIM, since=world.later(-20 * 60), until=world.later(-15 * 60))
    assert await names(world, between) == [other, late]
    assert await world.store.count_calibrations(between) == 2
    assert await names(world, of()) == []


async def test_calibrations_are_dropped_one_by_one_or_by_age_but_for_the_newest(world: World) -> None:
    await world.add_device(QPU)
    await world.add_device(SIM)
    await calibrate(world, QPU, 30)
    await calibrate(world, QPU, 20)
    new = await calibrate(world, QPU, 1)
    only = await calibrate(world, SIM, 40)
    oldest = (await world.store.calibrations(of(QPU)))[-1]
    drop = DropCalibration(history_id=oldest.history_id, at=world.now, audit=AUDIT)
    assert await world.store.apply(drop) is Written.DONE
    assert await world.store.apply(drop) is Written.MISSING
    kept = Prune(keys_before=world.now, events_before=world.now)
    assert (await world.store.apply(kept)).calibrations == 0
    aged = Prune(keys_before=world.now, events_before=world.now, calibrations_before=world.later(-60))
    assert (await world.store.apply(aged)).calibrations == 1
    assert await names(world, of(QPU, SIM)) == [new, only]


async def test_one_device_s_history_is_read_by_an_index(world: World) -> None:
    await world.add_device(QPU)
    for minutes in range(50):
        await calibrate(world, QPU, minutes)
    await run(world.url, "ANALYZE")
    dialect = dialect_of(world.url)
    asked = statement(dialect, "read_calibration")
    found = await plan(world.url, asked, {"device_id": QPU, "calibration_id": "x"})
    assert not FLAWS.search(found), found
