"""What a worker does when its sandbox is broken, and what it says while it claims nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from qumulus.domain.job import MAX_LOSSES
from qumulus.domain.lifecycle import JobStatus
from qumulus.provider import health, quiet
from qumulus.provider.messages import Finished
from qumulus.provider.quiet import Quiet
from tests.unit.provider.cloud_fake import RESULT, FakeCloud, refusal, until
from tests.unit.provider.worker_fakes import bench, shorten_pauses

S = JobStatus
FINISHED = Finished(result=RESULT, execution_time_s=0.2)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_pauses(monkeypatch)


async def test_a_broken_sandbox_withdraws_the_device_until_it_works(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await until(lambda: "claim" in at.cloud.names())
        at.forked.is_broken = True
        job = at.cloud.submit("bell")
        await until(lambda: at.cloud.availability == [False])
        await until(lambda: job.status is S.SUBMITTED)
        at.forked.is_broken = False
        await until(lambda: at.cloud.availability == [False, True])
        await at.ended(job)
    assert job.status is S.SUCCEEDED


@pytest.mark.parametrize("answers", ["no process", "mute process"])
async def test_a_sandbox_that_hangs_at_the_start_withdraws_the_device_until_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: str
) -> None:
    monkeypatch.setattr(health, "DOUBT_S", 0.05)
    async with bench(tmp_path) as at:
        at.forked.hangs = answers == "no process"
        at.forked.is_mute = answers == "mute process"
        job = at.cloud.submit("bell")
        await until(lambda: at.cloud.availability == [False])
        assert job.status is S.SUBMITTED
        assert "claim" not in at.cloud.names()
        at.forked.hangs = at.forked.is_mute = False
        await at.ended(job)
        await until(lambda: at.cloud.availability == [False, True])
    assert job.status is S.SUCCEEDED


async def test_jobs_do_not_fail_for_a_sandbox_in_which_every_child_crashes(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await until(lambda: "claim" in at.cloud.names())
        at.forked.crashes_always = True
        job = at.cloud.submit("bell")
        await until(lambda: at.cloud.availability == [False] and job.status is S.SUBMITTED)
        at.forked.crashes_always = False
        await at.ended(job)
    assert job.status is S.SUCCEEDED


async def test_a_job_is_handed_back_though_the_first_calls_are_lost(tmp_path: Path) -> None:
    """Else its lease would run out, and the third such loss would end the job."""
    async with bench(tmp_path) as at:
        await until(lambda: "claim" in at.cloud.names())
        at.forked.is_broken = True
        at.cloud.is_lost = {"release": 2}
        job = at.cloud.submit("bell")
        await until(lambda: at.cloud.names().count("release") == 3)
        await until(lambda: job.status is S.SUBMITTED)
        at.forked.is_broken = False
        await at.ended(job)
    assert job.status is S.SUCCEEDED


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "token add --device SVSim"), (403, "--device SVSim"), (404, "device add SVSim")],
)
async def test_a_wrong_token_is_told_once_with_what_to_do(
    status: int, advice: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cloud = FakeCloud()
    cloud.refuses = refusal(status, "refused")
    async with bench(tmp_path, cloud):
        await until(lambda: cloud.names().count("publish") > 3)
    told = [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]
    assert [record.message for record in told] == ["provider_refused"]
    assert advice in told[0].__dict__["advice"]


async def test_a_worker_that_cannot_run_jobs_claims_none(tmp_path: Path) -> None:
    async with bench(tmp_path, is_broken=True) as at:
        job = at.cloud.submit("bell")
        await until(lambda: at.cloud.availability == [False])
        assert "claim" not in at.cloud.names()
        assert job.status is S.SUBMITTED


async def test_a_successor_takes_back_the_withdrawal(tmp_path: Path) -> None:
    cloud = FakeCloud()
    async with bench(tmp_path, cloud, is_broken=True):
        await until(lambda: cloud.availability == [False])
    async with bench(tmp_path, cloud):
        await until(lambda: cloud.availability == [False, True])


async def test_a_return_is_said_twice_for_a_late_copy_of_the_withdrawal_may_come_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = FakeCloud()
    async with bench(tmp_path, cloud, is_broken=True):
        await until(lambda: cloud.availability == [False])
    async with bench(tmp_path, cloud) as at:
        await until(lambda: cloud.availability == [False, True])
        assert at.outbox.is_withdrawn("SVSim")  # whoever comes next has to say it
    monkeypatch.setattr(health, "LATE_S", 0.01)
    async with bench(tmp_path, cloud) as at:
        await until(lambda: cloud.availability == [False, True, True, True])
        await until(lambda: not at.outbox.is_withdrawn("SVSim"))
    n_calls = len(cloud.calls)
    async with bench(tmp_path, cloud):
        await until(lambda: "claim" in cloud.names()[n_calls:])
    assert cloud.availability == [False, True, True, True]


async def test_programs_that_crash_their_process_do_not_withdraw_the_device(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        jobs = [at.cloud.submit("crash") for _ in range(2 * health.PROBES)]
        await until(lambda: all(job.status is S.FAILED for job in jobs))
    assert at.cloud.availability == []


async def test_a_job_whose_child_died_by_chance_runs_again(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.forked.crashes_next = 2
        job = at.cloud.submit("bell")
        await at.ended(job)
        assert len(at.forked.of(job)) == 3
    assert job.status is S.SUCCEEDED


async def test_a_job_that_kills_its_child_each_time_fails_after_the_third(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = at.cloud.submit("crash while running")
        await at.ended(job)
        assert len(at.forked.of(job)) == 3
    assert job.status is S.FAILED


async def test_hardware_runs_no_job_again_by_itself(tmp_path: Path) -> None:
    async with bench(tmp_path, hardware=True) as at:
        job = at.cloud.submit("crash while running")
        await at.ended(job)
        assert len(at.forked.of(job)) == 1
    assert job.status is S.FAILED


# --- nothing is claimed ---------------------------------------------------------------------------


def told(caplog: pytest.LogCaptureFixture) -> list[object]:
    """What the log says that claims wait for."""
    return [vars(record)["waits_for"] for record in caplog.records if record.message == "nothing_claimed"]


async def test_the_log_says_what_a_worker_waits_for_that_claims_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(quiet, "QUIET_S", 0.02)
    cloud = FakeCloud()
    cloud.refuses = refusal(404, "refused")
    async with bench(tmp_path, cloud) as at:
        await until(lambda: "publish" in told(caplog))
        at.forked.hangs = True
        cloud.refuses = None
        await until(lambda: "probe" in told(caplog))


async def test_the_log_says_that_claims_wait_for_a_broken_device_or_for_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(quiet, "QUIET_S", 0.02)
    async with bench(tmp_path, is_broken=True) as at:
        await until(lambda: "device" in told(caplog))
        at.cloud.refuses = refusal(404, "refused")
        at.forked.is_broken = False
        await until(lambda: "answer" in told(caplog))


async def test_the_log_says_that_claims_wait_for_a_job_that_has_to_run_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(quiet, "QUIET_S", 0.02)
    cloud = FakeCloud()
    async with bench(tmp_path, cloud, beside=FakeCloud("beside")) as at:
        execution = await at.running(cloud.submit("hang", losses=MAX_LOSSES - 1))
        caplog.clear()
        await until(
            lambda: {"SVSim", "beside"} <= {vars(record).get("device_id") for record in caplog.records}
        )
        assert set(told(caplog)) == {"alone"}
        execution.say(FINISHED)


async def test_a_device_whose_slots_are_full_is_not_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons: list[object] = []

    class Watched(Quiet):
        def __init__(self, device_id: str, *, why: quiet.Why) -> None:
            def watched() -> Mapping[str, object] | None:
                reasons.append(why())
                return None

            super().__init__(device_id, why=watched)

    monkeypatch.setattr(quiet, "QUIET_S", 0.01)
    monkeypatch.setattr("qumulus.provider.device.Quiet", Watched)
    async with bench(tmp_path, slots=1, claim_ahead=0) as at:
        execution = await at.running(at.cloud.submit("hang"))
        reasons.clear()
        await until(lambda: len(reasons) > 2)
        assert reasons == [None] * len(reasons)
        execution.say(FINISHED)


async def test_what_lasts_is_told_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 7:
            raise asyncio.CancelledError

    monkeypatch.setattr(quiet.asyncio, "sleep", sleep)
    monkeypatch.setattr(quiet, "monotonic", lambda: sum(slept))
    with pytest.raises(asyncio.CancelledError):
        await Quiet("SVSim", why=lambda: {"waits_for": "room"}).run()
    assert slept == [60.0, 120.0, 240.0, 480.0, 600.0, 600.0, 600.0]
    assert len(told(caplog)) == 6
