from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from qumulus.domain.lifecycle import JobStatus
from qumulus.provider import device, run
from qumulus.provider.messages import Finished
from qumulus.provider.outbox import Held, JobKey
from tests.unit.provider.cloud_fake import RESULT, FakeCloud, until
from tests.unit.provider.worker_fakes import bench, shorten_pauses

S = JobStatus
FINISHED = Finished(result=RESULT, execution_time_s=0.2)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_pauses(monkeypatch)


# --- the Cloud is away ----------------------------------------------------------------------------


async def test_a_result_waits_on_the_disk_while_the_cloud_is_away(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = at.cloud.submit("hang")
        execution = await at.running(job)
        at.cloud.is_down = True
        execution.say(FINISHED)
        await until(lambda: [key for key, _ in at.outbox.kept("SVSim")] == [JobKey(job.job_id, 1)])
        assert not execution.was_killed
        at.cloud.is_down = False
        at.cloud.ring()
        await at.ended(job)
        await until(lambda: not at.outbox.kept("SVSim"))
    assert job.history == [S.SUBMITTED, S.READY, S.RUNNING, S.SUCCEEDED]


async def test_a_result_is_kept_once_there_is_room_on_the_disk(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = at.cloud.submit("hang")
        execution = await at.running(job)
        at.cloud.is_down = True
        at.outbox._durable.execute("PRAGMA query_only = ON")
        execution.say(FINISHED)
        tries = at.cloud.names().count("report")
        await until(lambda: at.cloud.names().count("report") > tries + 2)
        at.outbox._durable.execute("PRAGMA query_only = OFF")
        await until(lambda: at.outbox.kept("SVSim"))
        at.cloud.is_down = False
        await at.ended(job)


async def test_a_job_that_starts_and_ends_during_an_outage_is_reported_in_order(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = at.cloud.submit("hang in prepare")
        await until(lambda: at.forked.of(job))
        at.cloud.is_down = True
        at.forked.of(job)[0].say(run.Prepared(transpile_result=None, transpiler_info=None), FINISHED)
        await until(lambda: at.outbox.kept("SVSim"))
        at.cloud.is_down = False
        await at.ended(job)
    assert job.history == [S.SUBMITTED, S.READY, S.RUNNING, S.SUCCEEDED]


async def test_a_successor_sends_what_the_outbox_holds(tmp_path: Path) -> None:
    cloud = FakeCloud()
    async with bench(tmp_path, cloud, dies=True) as at:
        job = cloud.submit("hang in prepare")
        await until(lambda: at.forked.of(job))
        cloud.is_down = True  # so that not even ``running`` arrives
        at.forked.of(job)[0].say(run.Prepared(transpile_result=None, transpiler_info=None), FINISHED)
        await until(lambda: at.outbox.kept("SVSim"))
    cloud.is_down = False
    async with bench(tmp_path, cloud) as at:
        await at.ended(job)
        await until(lambda: not at.outbox.kept("SVSim"))
    assert job.history == [S.SUBMITTED, S.READY, S.RUNNING, S.SUCCEEDED]
    assert job.attempt == 1


async def test_a_preparation_failure_found_in_the_outbox_stays_one(tmp_path: Path) -> None:
    cloud = FakeCloud()
    async with bench(tmp_path, cloud, dies=True) as at:
        job = cloud.submit("hang in prepare")
        await until(lambda: at.forked.of(job))
        cloud.is_down = True
        at.forked.of(job)[0].say(run.Failed(code="invalid_program", message="no", stage="prepare"))
        await until(lambda: at.outbox.kept("SVSim"))
    cloud.is_down = False
    async with bench(tmp_path, cloud) as at:
        await at.ended(job)
    assert job.history == [S.SUBMITTED, S.READY, S.FAILED]


async def test_a_late_result_is_dropped_once_another_attempt_has_the_job(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=1, claim_ahead=0) as at:
        job = at.cloud.submit("hang")
        execution = await at.running(job)
        at.cloud.is_down = True
        execution.say(FINISHED)
        await until(lambda: at.outbox.kept("SVSim"))
        job.attempt += 1
        at.cloud.is_down = False
        await until(lambda: not at.outbox.kept("SVSim"))
    assert job.status is S.RUNNING


async def test_a_result_the_cloud_never_takes_fails_its_job_and_no_other(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=3) as at:
        other, wrong, third = (at.cloud.submit("hang") for _ in range(3))
        children = [await at.running(job) for job in (other, wrong, third)]
        at.cloud.wrong_reports.add(wrong.job_id)
        at.cloud.may_report.clear()
        children[2].say(FINISHED)
        await until(lambda: ("report", [(third.job_id, "succeeded")]) in at.cloud.calls)
        children[0].say(FINISHED)
        children[1].say(FINISHED)
        await until(lambda: len(at.forked.executions) == 3 and children[1].is_over)
        at.cloud.may_report.set()
        await at.ended(wrong)
        await at.ended(other)
    assert ("report", [(other.job_id, "succeeded"), (wrong.job_id, "succeeded")]) in at.cloud.calls
    assert [job.status for job in (other, third)] == [S.SUCCEEDED, S.SUCCEEDED]
    assert (wrong.status, wrong.job_info["code"]) == (S.FAILED, "limit_exceeded")


async def test_a_line_the_cloud_cannot_take_now_is_not_overtaken_by_the_jobs_next(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.cloud.may_report.clear()
        job = at.cloud.submit("hang")
        at.cloud.not_now.add(job.job_id)
        await until(lambda: "report" in at.cloud.names())
        at.forked.of(job)[0].say(FINISHED)
        at.cloud.may_report.set()
        await at.ended(job)
    assert job.history == [S.SUBMITTED, S.READY, S.RUNNING, S.SUCCEEDED]
    lists = [what for name, what in at.cloud.calls if name == "report"]
    assert lists[-1] == [(job.job_id, "running"), (job.job_id, "succeeded")]


class _Stubborn(set[str]):
    """What the Cloud cannot take, however often it is sent."""

    def remove(self, job_id: str) -> None:
        """Not yet."""


async def test_a_result_the_cloud_cannot_take_for_long_keeps_no_other_job_waiting(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=1, claim_ahead=0) as at:
        first = at.cloud.submit("hang")
        child = await at.running(first)
        at.cloud.not_now = _Stubborn({first.job_id})
        at.cloud.may_report.clear()
        second = at.cloud.submit("bell")
        child.say(FINISHED)
        await until(lambda: ("report", [(first.job_id, "succeeded")]) in at.cloud.calls)
        at.cloud.may_report.set()
        await at.ended(second)
        at.cloud.not_now.clear()
        await at.ended(first)
    assert (first.status, second.status) == (S.SUCCEEDED, S.SUCCEEDED)


async def test_a_result_the_cloud_cannot_take_now_is_on_the_disk_meanwhile(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = at.cloud.submit("hang")
        child = await at.running(job)
        at.cloud.not_now = _Stubborn({job.job_id})
        child.say(FINISHED)
        await until(lambda: at.outbox.kept("SVSim"))
        at.cloud.not_now.clear()
        await at.ended(job)
    assert job.status is S.SUCCEEDED


async def test_a_result_refused_for_want_of_running_is_said_again_after_it(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = at.cloud.submit("hang in prepare")
        await until(lambda: at.forked.of(job))
        at.cloud.not_now.add(job.job_id)  # of two lines in one list the first is not taken
        at.forked.of(job)[0].say(run.Prepared(transpile_result=None, transpiler_info=None), FINISHED)
        await at.ended(job)
    assert job.history == [S.SUBMITTED, S.READY, S.RUNNING, S.SUCCEEDED]
    assert job.job_info == {"result": RESULT}


async def test_a_transpile_result_the_cloud_never_takes_is_left_out(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        at.cloud.takes_transpile_results = False
        job = await at.ended(at.cloud.submit("transpiled"))
    assert job.history == [S.SUBMITTED, S.READY, S.RUNNING, S.SUCCEEDED]
    assert job.job_info == {"result": RESULT}


# --- beginning and end ----------------------------------------------------------------------------


async def test_the_device_is_shown_before_the_first_claim(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        await until(lambda: "claim" in at.cloud.names())
    ((_, shown),) = [call for call in at.cloud.calls if call[0] == "publish"]
    assert shown == {
        "n_qubits": 2,
        "max_shots": 1000,
        "basis_gates": ("h", "cx"),
        "supported_instructions": ("measure",),
        "device_info": {"qubits": []},
        "calibrated_at": "2026-01-01T00:00:00Z",
    }
    assert at.cloud.names().index("publish") < at.cloud.names().index("claim")
    assert at.cloud.availability == []  # an operator's word stands


async def test_a_successor_hands_back_what_its_predecessor_held(tmp_path: Path) -> None:
    cloud = FakeCloud()
    async with bench(tmp_path, cloud, slots=1, dies=True) as at:
        job = cloud.submit("hang")
        await at.running(job)
    async with bench(tmp_path, cloud, slots=1) as at:
        await until(lambda: job.attempt == 2)
    assert ("release", JobKey(job.job_id, 1)) in cloud.calls


async def test_a_job_that_was_in_hand_at_two_deaths_is_left_to_its_lease(tmp_path: Path) -> None:
    cloud = FakeCloud()
    job = cloud.submit("hang")
    for attempt in (1, 2):
        async with bench(tmp_path, cloud, slots=1, dies=True) as at:
            await at.running(job)
        assert job.attempt == attempt
    async with bench(tmp_path, cloud) as at:
        await at.ended(cloud.submit("bell"))
        assert at.outbox.held("SVSim") == []
    assert [call for call in cloud.calls if call[0] == "release"] == [("release", JobKey(job.job_id, 1))]
    assert (job.status, job.attempt) == (S.RUNNING, 2)


async def test_a_drain_hands_back_everything_that_is_unfinished(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=1) as at:
        await at.ended(at.cloud.submit("bell"))
        first, second = at.cloud.submit("hang"), at.cloud.submit("hang")
        execution = await at.running(first)
        await until(lambda: second.status is S.READY)
        await at.drain()
        assert execution.was_killed
        assert [first.status, second.status] == [S.SUBMITTED, S.SUBMITTED]
        assert at.outbox.held("SVSim") == []


async def test_a_drain_lets_a_job_finish_that_is_about_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "FINISH_S", 10.0)
    async with bench(tmp_path) as at:
        job = at.cloud.submit("hang")
        execution = await at.running(job)
        late = at.cloud.submit("hang")
        await until(lambda: at.forked.of(late))
        execution.say(FINISHED)
        await at.drain()
    assert (job.status, late.status) == (S.SUCCEEDED, S.SUBMITTED)


async def test_a_drain_leaves_a_started_run_of_hardware_to_the_clouds_policy(tmp_path: Path) -> None:
    async with bench(tmp_path, hardware=True, slots=1) as at:
        job = at.cloud.submit("hang")
        execution = await at.running(job)
        await until(lambda: execution.received)
        await at.drain()
        assert execution.was_killed
        assert at.outbox.held("SVSim") == [Held(JobKey(job.job_id, 1), True)]
    assert job.status is S.RUNNING
    assert "release" not in at.cloud.names()


async def test_a_drain_without_a_cloud_keeps_the_results(tmp_path: Path) -> None:
    cloud = FakeCloud()
    async with bench(tmp_path, cloud) as at:
        job, other = cloud.submit("hang"), cloud.submit("hang")
        execution = await at.running(job)
        await at.running(other)
        cloud.is_down = True
        execution.say(FINISHED)
        await at.drain()
        assert [key.job_id for key, _ in at.outbox.kept("SVSim")] == [job.job_id]
        assert [held.key.job_id for held in at.outbox.held("SVSim")] == [other.job_id]
    cloud.is_down = False
    async with bench(tmp_path, cloud):
        await until(lambda: job.status is S.SUCCEEDED and other.attempt == 2)


# --- not too much at once -------------------------------------------------------------------------


async def test_no_more_is_held_than_slots_and_look_ahead(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=2, claim_ahead=3) as at:
        jobs = [at.cloud.submit("bell") for _ in range(60)]
        await until(lambda: all(job.status is S.SUCCEEDED for job in jobs))
    assert 2 <= at.cloud.most_held <= 5


async def test_results_of_a_busy_device_travel_together(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=2, claim_ahead=16) as at:
        jobs = [at.cloud.submit("bell") for _ in range(60)]
        await until(lambda: all(job.status is S.SUCCEEDED for job in jobs))
    assert sum(name == "report" for name, _ in at.cloud.calls) <= len(jobs) // 2


async def test_nothing_is_claimed_ahead_of_jobs_of_unknown_length(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=2, claim_ahead=4) as at:
        jobs = [at.cloud.submit("hang") for _ in range(5)]
        await at.running(jobs[1])
        assert [job.status for job in jobs[2:]] == [S.SUBMITTED] * 3
    assert at.cloud.most_held == 2


async def test_a_job_that_waits_too_long_behind_others_is_handed_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "IDLE_AHEAD_S", 0.3)
    async with bench(tmp_path, slots=1) as at:
        await at.ended(at.cloud.submit("bell"))
        at.cloud.submit("hang")
        second = at.cloud.submit("hang")
        await until(lambda: second.status is S.READY)
        await until(lambda: second.status is S.SUBMITTED)


async def test_a_job_that_waits_behind_others_is_kept_while_the_cloud_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "IDLE_AHEAD_S", 1.0)
    async with bench(tmp_path, slots=1) as at:
        await at.ended(at.cloud.submit("bell"))
        first, second = at.cloud.submit("hang"), at.cloud.submit("hang")
        execution = await at.running(first)
        await until(lambda: second.status is S.READY)
        at.cloud.is_down = True
        at.cloud.ring()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.0):
                await until(lambda: "release" in at.cloud.names())
        execution.say(FINISHED)
        await until(lambda: bool(at.forked.of(second)))
        at.cloud.is_down = False
        await at.running(second)
    assert second.attempt == 1
