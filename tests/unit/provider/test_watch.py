"""A device that goes away, comes back, changes, and is told to stop what it runs."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from qumulus.domain.lifecycle import JobStatus
from qumulus.provider import watch
from qumulus.provider.drivers.base import (
    DeviceDescription,
    DeviceStatus,
    DeviceUnavailableError,
    DriverSettingsError,
)
from qumulus.provider.messages import Announced, Finished, Prepared, Unavailable
from qumulus.sandbox import Exit, ExitKind
from tests.unit.provider.cloud_fake import RESULT, FakeCloud, until
from tests.unit.provider.worker_fakes import SCRIPTS, FakeDriver, bench, shorten_pauses

S = JobStatus
PREPARED = Prepared(transpile_result=None, transpiler_info=None)
FINISHED = Finished(result=RESULT, execution_time_s=0.2)
DONE = Exit(kind=ExitKind.DONE, detail="")
AWAY = Unavailable(reason="status MAINTENANCE", may_be_the_job=False)
LATE = Unavailable(reason="DEADLINE_EXCEEDED", may_be_the_job=True)


@dataclass
class World:
    """What the driver finds when it asks its device."""

    status: DeviceStatus = DeviceStatus.AVAILABLE
    calibrated_at: str = "2026-01-01T00:00:00Z"
    is_reachable: bool = True
    undescribed: BaseException | None = None
    """What it says when it is asked what it is."""
    holds: threading.Event | None = None
    """Nobody is answered before it is set."""
    looks: int = 0
    at_once: int = 0
    most_at_once: int = 0
    cancelled: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class FakeLiveDriver(FakeDriver):
    """A device far away."""

    world: World = field(default_factory=World)
    refresh_s: float = 0.01
    jobs_at_once: int = 1

    def describe(self) -> DeviceDescription:
        self._reach()
        if self.world.undescribed is not None:
            raise self.world.undescribed
        return replace(super().describe(), calibrated_at=self.world.calibrated_at)

    def status(self) -> DeviceStatus:
        self.world.looks += 1
        self._reach()
        return self.world.status

    def cancel(self, reference: str) -> None:
        self.world.cancelled.append(reference)
        self._reach()

    def _reach(self) -> None:
        world = self.world
        world.at_once += 1
        world.most_at_once = max(world.most_at_once, world.at_once)
        if world.holds is not None:
            world.holds.wait(30)
        world.at_once -= 1
        if not self.world.is_reachable:
            raise DeviceUnavailableError("no route to host")


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_pauses(monkeypatch)


@pytest.fixture(autouse=True)
def _scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    scripts: dict[str, tuple[Any, ...]] = {
        "away": (AWAY, DONE),
        "away while running": (PREPARED, AWAY, DONE),
        "late": (PREPARED, LATE, DONE),
        "remote": (PREPARED, Announced(reference="remote-7")),
        "remote, done": (PREPARED, Announced(reference="remote-7"), FINISHED),
        "remote, crash": (
            PREPARED,
            Announced(reference="remote-7"),
            Exit(kind=ExitKind.CRASHED, detail="signal 11 (SIGSEGV)"),
        ),
        "remote, time": (
            PREPARED,
            Announced(reference="remote-7"),
            Exit(kind=ExitKind.TIMEOUT, detail="time limit of 600 s"),
        ),
    }
    for name, script in scripts.items():
        monkeypatch.setitem(SCRIPTS, name, script)  # type: ignore[arg-type]


def published(cloud: FakeCloud) -> list[str]:
    return [what["calibrated_at"] for name, what in cloud.calls if name == "publish"]


@pytest.mark.parametrize(
    ("program", "before"), [("away", [S.READY]), ("away while running", [S.READY, S.RUNNING])]
)
@pytest.mark.parametrize("hardware", [True, False])
async def test_a_job_goes_back_when_the_device_is_away_and_runs_when_it_is_back(
    tmp_path: Path, program: str, before: list[JobStatus], hardware: bool
) -> None:
    async with bench(tmp_path, driver=FakeLiveDriver(touches_hardware=hardware)) as at:
        job = at.cloud.submit(program)
        await until(lambda: at.cloud.availability[:1] == [False])
        job.program = "bell"  # it may have come back as it was, once more, by now
        await at.ended(job)
        await until(lambda: at.cloud.availability[-1:] == [True])
        assert at.cloud.availability == [False, True] * (len(at.cloud.availability) // 2)
    assert job.history[-4:] == [S.SUBMITTED, S.READY, S.RUNNING, S.SUCCEEDED]
    first = job.history[1 : job.history.index(S.SUBMITTED, 1)]
    assert first == before if hardware else set(first) <= set(before)  # simulators say running by the way


async def test_the_job_under_which_the_device_is_lost_again_and_again_fails_at_last(tmp_path: Path) -> None:
    async with bench(tmp_path, driver=FakeLiveDriver(touches_hardware=True)) as at:
        job = at.cloud.submit("late")
        await at.ended(job)
    assert job.history.count(S.RUNNING) == 3
    assert job.status is S.FAILED
    assert "DEADLINE" not in str(at.cloud.calls)


async def test_a_device_is_published_again_only_when_it_has_changed(tmp_path: Path) -> None:
    world = World()
    async with bench(tmp_path, driver=FakeLiveDriver(world=world)) as at:
        await until(lambda: world.looks >= 3)
        assert published(at.cloud) == ["2026-01-01T00:00:00Z"]
        world.calibrated_at = "2026-01-02T00:00:00Z"
        await until(lambda: len(published(at.cloud)) > 1)
        looks = world.looks
        await until(lambda: world.looks >= looks + 3)
        assert published(at.cloud) == ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]


async def test_the_log_says_that_the_cloud_took_the_device_and_not_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="qumulus.provider")
    cloud = FakeCloud()
    cloud.is_down = True
    async with bench(tmp_path, cloud, driver=FakeLiveDriver(world=World())) as at:
        await until(lambda: len(published(at.cloud)) > 1)
        assert "device_published" not in caplog.messages
        at.cloud.is_down = False
        await until(lambda: "device_published" in caplog.messages)
    (record,) = [record for record in caplog.records if record.message == "device_published"]
    said = vars(record)
    assert (said["device_id"], said["calibrated_at"]) == ("SVSim", "2026-01-01T00:00:00Z")


async def test_a_changed_device_is_published_once_the_cloud_is_back(tmp_path: Path) -> None:
    world = World()
    async with bench(tmp_path, driver=FakeLiveDriver(world=world)) as at:
        await until(lambda: published(at.cloud))
        at.cloud.is_down = True
        world.calibrated_at = "2026-01-02T00:00:00Z"
        await until(lambda: len(published(at.cloud)) > 2)
        at.cloud.is_down = False
        n_tries = len(published(at.cloud))
        await until(lambda: len(published(at.cloud)) > n_tries)
        looks = world.looks
        await until(lambda: world.looks >= looks + 3)
        assert len(published(at.cloud)) == n_tries + 1


def maintenance(world: World) -> None:
    world.status = DeviceStatus.MAINTENANCE


def unreachable(world: World) -> None:
    world.is_reachable = False


@pytest.mark.parametrize("trouble", [maintenance, unreachable])
async def test_an_idle_device_in_trouble_is_declared_unavailable(
    tmp_path: Path, trouble: Callable[[World], None]
) -> None:
    world = World()
    async with bench(tmp_path, driver=FakeLiveDriver(world=world)) as at:
        await until(lambda: world.looks)
        trouble(world)
        await until(lambda: at.cloud.availability == [False])
        job = at.cloud.submit("bell")
        looks = world.looks
        await until(lambda: world.looks >= looks + 3)
        assert at.cloud.availability == [False]
        world.status, world.is_reachable = DeviceStatus.AVAILABLE, True
        world.calibrated_at = "2026-01-02T00:00:00Z"
        await at.ended(job)
        await until(lambda: at.cloud.availability == [False, True])
        assert job.attempt == 1
        assert published(at.cloud)[-1] == "2026-01-02T00:00:00Z"


async def test_a_provider_starts_while_its_device_is_away(tmp_path: Path) -> None:
    world = World(is_reachable=False)
    async with bench(tmp_path, driver=FakeLiveDriver(world=world)) as at:
        await until(lambda: at.cloud.availability == [False])
        assert published(at.cloud) == []
        world.is_reachable = True
        await at.ended(at.cloud.submit("bell"))
        assert published(at.cloud) == ["2026-01-01T00:00:00Z"]
        await until(lambda: at.cloud.availability == [False, True])


@pytest.mark.parametrize("hangs_at_start", [True, False])
async def test_a_device_whose_driver_does_not_answer_is_declared_unavailable_until_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hangs_at_start: bool
) -> None:
    monkeypatch.setattr(watch, "ANSWERS_WITHIN_S", 0.05)
    world, mended = World(), threading.Event()
    world.holds = mended if hangs_at_start else None
    try:
        async with bench(tmp_path, driver=FakeLiveDriver(world=world)) as at:
            if not hangs_at_start:
                await until(lambda: world.looks)
                world.holds = mended
            await until(lambda: at.cloud.availability == [False])
            job = at.cloud.submit("bell")
            mended.set()
            await at.ended(job)
            await until(lambda: at.cloud.availability == [False, True])
            assert world.most_at_once == 1
    finally:
        mended.set()


@pytest.mark.parametrize(
    "error",
    [
        DeviceUnavailableError("empty answer"),
        DriverSettingsError("no such backend"),
        KeyError("qubits"),
        SystemExit("no licence"),
    ],
)
async def test_a_device_that_cannot_be_described_does_not_come_back_though_it_says_available(
    tmp_path: Path, error: BaseException
) -> None:
    world = World(undescribed=error)
    async with bench(tmp_path, driver=FakeLiveDriver(world=world)) as at:
        await until(lambda: at.cloud.availability == [False])
        looks = world.looks
        await until(lambda: world.looks > looks + 2)
        assert at.cloud.availability == [False]
        world.undescribed = None
        await until(lambda: at.cloud.availability[:2] == [False, True])
        assert published(at.cloud) == [world.calibrated_at]


HANGING = """
import asyncio, time
from qumulus.provider.asking import ask_in_thread

async def main():
    await asyncio.wait({ask_in_thread(lambda: time.sleep(1000))}, timeout=0.05)

asyncio.run(main())
"""


def test_a_driver_that_does_not_answer_does_not_keep_a_provider_from_its_end() -> None:
    subprocess.run([sys.executable, "-c", HANGING], timeout=30, check=True)


async def test_a_cancelled_job_is_cancelled_at_the_device_too(tmp_path: Path) -> None:
    world = World()
    async with bench(tmp_path, driver=FakeLiveDriver(world=world)) as at:
        job = at.cloud.submit("remote")
        execution = await at.running(job)
        await until(execution._messages.empty)
        at.cloud.cancel(job)
        await until(lambda: world.cancelled == ["remote-7"])
        assert execution.was_killed


@pytest.mark.parametrize(
    ("program", "told"), [("remote, crash", True), ("remote, time", True), ("remote, done", False)]
)
async def test_what_died_is_cancelled_at_the_device_and_what_ended_is_not(
    tmp_path: Path, program: str, told: bool
) -> None:
    world = World()
    async with bench(tmp_path, driver=FakeLiveDriver(world=world, touches_hardware=True)) as at:
        await at.ended(at.cloud.submit(program))
    assert world.cancelled == ["remote-7"] * told


async def test_a_device_that_cannot_be_told_to_stop_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = World()
    async with bench(tmp_path, driver=FakeLiveDriver(world=world, refresh_s=60)) as at:
        job = at.cloud.submit("remote")
        execution = await at.running(job)
        await until(execution._messages.empty)
        world.is_reachable = False
        at.cloud.cancel(job)
        await until(lambda: "not_cancelled_at_device" in caplog.text)


async def test_no_more_jobs_run_at_once_than_the_device_takes(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=4, driver=FakeLiveDriver(jobs_at_once=2)) as at:
        jobs = [at.cloud.submit("hang") for _ in range(4)]
        await asyncio.gather(*(at.running(job) for job in jobs[:2]))
        await until(lambda: sum(job.status is S.RUNNING for job in jobs) == 2)
        assert not at.forked.of(jobs[2])


async def test_a_device_is_published_with_the_gates_and_instructions_that_its_driver_names(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path, driver=FakeLiveDriver()) as at:
        await until(lambda: published(at.cloud) != [])
    told = next(what for name, what in at.cloud.calls if name == "publish")
    assert (told["basis_gates"], told["supported_instructions"]) == (("h", "cx"), ("measure",))
