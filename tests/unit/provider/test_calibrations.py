"""Which calibration jobs run on, and how a drifting device tells the Cloud of a new one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qumulus.execution.calibration import read_calibration
from qumulus.provider import calibrations
from qumulus.provider.backoff import Backoff
from qumulus.provider.calibrations import Calibrations
from qumulus.provider.drivers import cached_driver, load_driver
from qumulus.provider.drivers.base import DriverSettingsError
from qumulus.transport import CloudUnreachableError
from tests.unit.provider.cloud_fake import refusal
from tests.unit.provider.worker_fakes import bench

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class History:
    """The Cloud's side: keeps what is published, and can be away."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.earlier: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.away = 0

    def _reached(self) -> None:
        if self.away:
            self.away -= 1
            raise CloudUnreachableError("fake", "down", may_have_been_done=False)

    async def publish(self, *, n_qubits: int, device_info: Any, calibrated_at: str) -> None:
        self._reached()
        assert (n_qubits, calibrated_at) == (27, device_info["calibrated_at"])
        self.published.append(device_info)

    async def calibration(self, name: str) -> bytes:
        self.asked.append(name)
        self._reached()
        if name not in self.earlier:
            raise refusal(404, "not_found")
        return self.earlier[name]


class Device:
    """A device, the Cloud's memory of it, and a clock."""

    def __init__(self, kind: str = "superconducting", **options: Any) -> None:
        self.now = NOON
        self.history = History()
        self.keeper = Calibrations(
            device_id="SC",
            driver=load_driver(kind, "SC", options),
            api=self.history,  # type: ignore[arg-type]
            now=lambda: self.now,
        )

    async def document(self, **simulator_info: Any) -> dict[str, Any] | None:
        text = await self.keeper.document_for(simulator_info)
        return None if text is None else json.loads(text)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrations, "Backoff", lambda **_: Backoff(first_s=0.001, longest_s=0.002))


@pytest.mark.parametrize("kind", ["superconducting", "statevector"])
async def test_a_device_that_does_not_drift_publishes_nothing_and_runs_on_its_own(kind: str) -> None:
    device = Device(kind)
    assert await device.keeper.turn() is None
    await device.keeper.run()
    assert device.history.published == []
    assert await device.document() is None


async def test_a_drifting_device_publishes_each_new_calibration_once() -> None:
    device = Device(drift_minutes=10)
    assert await device.keeper.turn() == NOON + timedelta(minutes=10)
    device.now += timedelta(minutes=9)
    await device.keeper.turn()
    assert len(device.history.published) == 1
    device.now += timedelta(minutes=1)
    assert await device.keeper.turn() == NOON + timedelta(minutes=20)
    first, second = device.history.published
    assert (first["calibrated_at"], second["calibrated_at"]) == (
        "2026-03-01T12:00:00Z",
        "2026-03-01T12:10:00Z",
    )
    assert read_calibration(first).id != read_calibration(second).id
    assert first["device_id"] == "SC"


async def test_jobs_run_on_a_new_calibration_only_once_the_cloud_knows_it() -> None:
    device = Device(drift_minutes=10)
    await device.keeper.turn()
    before = await device.document()
    device.now += timedelta(minutes=10)
    device.history.away = 1
    with pytest.raises(CloudUnreachableError):
        await device.keeper.turn()
    assert await device.document() == before
    await device.keeper.turn()
    assert await device.document() == device.history.published[-1] != before


async def test_a_job_gets_the_earlier_calibration_that_it_names_and_the_cloud_is_asked_once() -> None:
    device = Device(drift_minutes=10)
    await device.keeper.turn()
    device.history.earlier["old"] = b'{"name": "then"}'
    device.history.away = 3
    for _ in range(2):
        assert await device.document(calibration_id="old") == {"name": "then"}
    assert device.history.asked == ["old"] * 4


async def test_an_id_that_nobody_knows_is_left_to_the_job_to_fail() -> None:
    device = Device()
    for wrong in ("unknown", 7, None):
        assert await device.document(calibration_id=wrong) is None
    assert device.history.asked == ["unknown"]


async def test_the_child_gets_the_calibration_that_its_job_names_and_who_runs_it(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.cloud.calibrations["old"] = b'{"name": "then"}'
        jobs = [at.cloud.submit("bell") for _ in range(3)]
        for job, info in zip(
            jobs, ({"calibration_id": "old"}, {"calibration_id": "unknown"}, {}), strict=True
        ):
            job.simulator_info = info
        tasks = [at.forked.of(await at.ended(job))[0].task for job in jobs]
    assert [task.calibration for task in tasks] == [b'{"name": "then"}', None, None]
    assert {task.worker for task in tasks} == {"tester"}


def test_a_driver_at_a_calibration_is_cached_by_it_and_keeps_its_settings() -> None:
    device = load_driver("superconducting", "SC", {"drift_minutes": 10})
    assert hasattr(device, "in_force")
    documents = [device.in_force(NOON + timedelta(hours=hour)).document for hour in range(2)]
    texts = [json.dumps(document).encode() for document in documents]
    options = {"max_shots": 7}
    first, second = (cached_driver("superconducting", "SC", options, text) for text in texts)
    assert cached_driver("superconducting", "SC", dict(options), bytes(texts[0])) is first
    assert [driver.target.calibration.id for driver in (first, second)] == [  # type: ignore[union-attr]
        read_calibration(document).id for document in documents
    ]
    assert first.target.max_shots == 7
    assert first.target == first.target
    assert first.target != second.target
    own = cached_driver("superconducting", "SC", options)
    assert own.target.calibration is not first.target.calibration


def test_a_drifting_device_describes_what_is_in_force_and_without_drift_what_it_was_given() -> None:
    still = load_driver("superconducting", "SC", {}).describe()
    assert still.calibrated_at == "2024-05-27T17:12:19Z"
    drifting = load_driver("superconducting", "SC", {"drift_minutes": 5}).describe()
    age = datetime.now(UTC) - datetime.fromisoformat(drifting.calibrated_at)
    assert timedelta(0) <= age <= timedelta(minutes=6)
    assert drifting.device_info["calibrated_at"] == drifting.calibrated_at


@pytest.mark.parametrize("minutes", [-1, float("nan"), 1e9])
def test_an_interval_that_makes_no_sense_is_refused(minutes: float) -> None:
    with pytest.raises(DriverSettingsError, match="drift_minutes"):
        load_driver("superconducting", "SC", {"drift_minutes": minutes})
