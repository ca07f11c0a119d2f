"""Small jobs beside the slots."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from qumulus.domain.lifecycle import JobStatus
from qumulus.provider.messages import Finished
from tests.unit.provider.cloud_fake import RESULT, until
from tests.unit.provider.worker_fakes import bench, shorten_pauses

S = JobStatus


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_pauses(monkeypatch)


async def test_small_jobs_run_in_one_child_and_need_no_slot(tmp_path: Path) -> None:
    async with bench(tmp_path, together=True, slots=1) as at:
        jobs = [at.cloud.submit("bell") for _ in range(20)]
        for job in jobs:
            await at.ended(job)
        assert at.forked.executions == []
        (session,) = at.forked.sessions
        assert sorted(session.jobs) == sorted(job.job_id for job in jobs)
    for job in jobs:
        assert job.history == [S.SUBMITTED, S.READY, S.RUNNING, S.SUCCEEDED]
        assert job.job_info == {"result": RESULT}


async def test_a_bad_program_fails_among_the_small_ones(tmp_path: Path) -> None:
    async with bench(tmp_path, together=True) as at:
        job = await at.ended(at.cloud.submit("bad program"))
        assert at.forked.executions == []
    assert job.history == [S.SUBMITTED, S.READY, S.FAILED]
    assert job.job_info["code"] == "invalid_program"


async def test_long_jobs_do_not_hold_up_small_ones(tmp_path: Path) -> None:
    async with bench(tmp_path, together=True, slots=1) as at:
        long = at.cloud.submit("hang")
        await at.running(long)
        await at.ended(at.cloud.submit("bell"))
        await at.ended(at.cloud.submit("bell"))
        assert long.status is S.RUNNING


async def test_a_job_for_which_there_is_no_slot_goes_back_and_is_not_claimed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qumulus.provider.device.IDLE_AHEAD_S", 0.05)
    async with bench(tmp_path, together=True, slots=1) as at:
        first = at.cloud.submit("hang")
        execution = await at.running(first)
        second = at.cloud.submit("hang")
        await until(lambda: second.status is S.SUBMITTED and second.attempt == 1)
        execution.say(Finished(result=RESULT, execution_time_s=0.2))
        await at.ended(first)
        await at.running(second)
        assert second.attempt == 2


async def test_jobs_that_can_never_be_small_do_not_come_and_go_while_the_slots_are_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qumulus.provider.device.IDLE_AHEAD_S", 0.02)
    async with bench(tmp_path, together=True, slots=1) as at:
        await at.running(at.cloud.submit("hang", form="object"))
        second = at.cloud.submit("hang", form="object")
        await until(lambda: second.status is S.SUBMITTED and second.attempt == 1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await until(lambda: second.attempt > 1)


async def test_jobs_are_claimed_again_after_one_waited_too_long_among_the_small_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qumulus.provider.device.IDLE_AHEAD_S", 0.05)
    async with bench(tmp_path, together=True, slots=1) as at:
        slow = at.cloud.submit("stalls")
        await until(lambda: slow.attempt == 2)
        at.cloud.cancel(slow)
        assert (await at.ended(at.cloud.submit("bell"))).status is S.SUCCEEDED


@pytest.mark.parametrize("program", ["crash", "crash while running", "memory"])
async def test_a_job_that_breaks_the_child_is_judged_alone_and_the_others_go_on(
    tmp_path: Path, program: str
) -> None:
    async with bench(tmp_path, together=True, slots=1) as at:
        bad = at.cloud.submit(program)
        good = [at.cloud.submit("bell") for _ in range(5)]
        for job in good:
            assert (await at.ended(job)).status is S.SUCCEEDED
        assert (await at.ended(bad)).status is S.FAILED
        assert at.forked.of(bad)
        assert not any(at.forked.of(job) for job in good)
    assert bad.job_info["code"] == ("limit_exceeded" if program == "memory" else "internal_error")


async def test_a_cancelled_small_job_leaves_a_remark(tmp_path: Path) -> None:
    async with bench(tmp_path, together=True, slots=1) as at:
        running = at.cloud.submit("hang")
        await at.running(running)
        waiting = at.cloud.submit("hang")
        await until(lambda: waiting.status is S.READY)
        at.cloud.cancel(waiting)
        await until(lambda: "reason" in waiting.job_info)


async def test_hardware_runs_each_job_alone(tmp_path: Path) -> None:
    async with bench(tmp_path, together=True, hardware=True) as at:
        job = await at.ended(at.cloud.submit("bell"))
        assert at.forked.sessions == []
        assert len(at.forked.of(job)) == 1
