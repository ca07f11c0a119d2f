from __future__ import annotations

from pathlib import Path

import pytest

from qumulus.domain.lifecycle import JobStatus
from qumulus.provider.drivers.base import DeviceDescription, DriverSettingsError
from qumulus.provider.messages import GO, Finished
from qumulus.provider.outbox import Held, JobKey
from tests.unit.provider.cloud_fake import RESULT, FakeCloud, until
from tests.unit.provider.worker_fakes import FakeDriver, bench, shorten_pauses

S = JobStatus
FINISHED = Finished(result=RESULT, execution_time_s=0.2)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_pauses(monkeypatch)


class MistakenDriver(FakeDriver):
    def describe(self) -> DeviceDescription:
        raise DriverSettingsError("The calibration document x.json cannot be read.")


async def test_a_device_whose_driver_is_set_up_wrong_is_withdrawn_with_the_reason_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with bench(tmp_path, driver=MistakenDriver()) as at:
        job = at.cloud.submit("bell")
        await until(lambda: at.cloud.availability == [False])
        assert job.status is S.SUBMITTED
    (told,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (told.message, told.exc_info) == ("device_lost", None)
    assert told.__dict__["reason"] == "The calibration document x.json cannot be read."


# --- the way of a job -----------------------------------------------------------------------------


async def test_a_job_runs_and_then_has_its_result(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = await at.ended(at.cloud.submit("bell"))
    assert job.history == [S.SUBMITTED, S.READY, S.RUNNING, S.SUCCEEDED]
    assert job.job_info == {"result": RESULT}
    assert job.execution_time == 0.001


async def test_the_child_gets_the_users_input_and_nothing_of_earlier_attempts(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        for form in ("text", "object"):
            job = await at.ended(at.cloud.submit("bell", form=form))
            (execution,) = at.forked.of(job)
            assert execution.task.form == form
            assert execution.task.job_info == {"code": "bell"}
            assert execution.task.attempt == 1


async def test_running_and_result_of_a_short_job_travel_together(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = await at.ended(at.cloud.submit("bell"))
    lists = [what for name, what in at.cloud.calls if name == "report"]
    assert lists == [[(job.job_id, "running"), (job.job_id, "succeeded")]]


async def test_what_was_transpiled_is_written_back(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = await at.ended(at.cloud.submit("transpiled"))
    assert job.transpiler_info == {"transpiler_lib": "qiskit"}
    assert job.job_info["transpile_result"] == {"transpiled_program": "T"}
    assert at.cloud.names().index("write_transpiler_info") < at.cloud.names().index("report")


async def test_a_job_that_fails_in_preparation_never_runs(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = await at.ended(at.cloud.submit("bad program"))
    assert job.history == [S.SUBMITTED, S.READY, S.FAILED]
    assert job.job_info == {"reason": "line 1: no", "code": "invalid_program"}
    assert job.execution_time is None


@pytest.mark.parametrize("program", ["too large", "too large, said late"])
async def test_a_job_that_the_device_cannot_run_fails_from_running(tmp_path: Path, program: str) -> None:
    async with bench(tmp_path) as at:
        job = await at.ended(at.cloud.submit(program))
    assert job.history == [S.SUBMITTED, S.READY, S.RUNNING, S.FAILED]
    assert job.job_info == {"reason": "40 qubits", "code": "too_many_qubits"}
    assert job.execution_time is not None


async def test_a_redirected_job_is_run_once_by_the_other_kind_of_sandbox(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = await at.ended(at.cloud.submit("redirect"))
        assert [len(box.of(job)) for box in (at.forked, at.resident)] == [1, 1]
    assert job.history == [S.SUBMITTED, S.READY, S.RUNNING, S.SUCCEEDED]


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("crash", "internal_error"),
        ("crash while running", "internal_error"),
        ("silent end", "internal_error"),
        ("nonsense", "internal_error"),
        ("time", "limit_exceeded"),
        ("memory", "limit_exceeded"),
    ],
)
async def test_a_child_that_ends_without_a_word_fails_its_job(
    tmp_path: Path, program: str, code: str
) -> None:
    async with bench(tmp_path) as at:
        job = await at.ended(at.cloud.submit(program))
        after = await at.ended(at.cloud.submit("bell"))
    assert job.status is S.FAILED
    assert job.job_info["code"] == code
    assert job.job_info["reason"]
    assert after.status is S.SUCCEEDED
    assert at.cloud.availability == []


# --- hardware -------------------------------------------------------------------------------------


async def test_hardware_waits_until_the_cloud_knows_that_the_job_runs(tmp_path: Path) -> None:
    async with bench(tmp_path, hardware=True) as at:
        at.cloud.may_report.clear()
        job = at.cloud.submit("bell")
        await until(lambda: "report" in at.cloud.names())
        (execution,) = at.forked.of(job)
        assert execution.received == []
        at.cloud.may_report.set()
        await at.ended(job)
        assert execution.received == [GO]


async def test_hardware_does_not_run_what_was_cancelled_before_it_began(tmp_path: Path) -> None:
    async with bench(tmp_path, hardware=True) as at:
        at.cloud.may_report.clear()
        job = at.cloud.submit("bell")
        await until(lambda: "report" in at.cloud.names())
        (execution,) = at.forked.of(job)
        job.move(S.CANCELLED)  # unheard by the heartbeat: the answer to ``running`` says it
        at.cloud.may_report.set()
        await until(lambda: "reason" in job.job_info)
        assert execution.was_killed
        assert execution.received == []


async def test_a_result_of_hardware_is_on_the_disk_before_it_is_sent(tmp_path: Path) -> None:
    async with bench(tmp_path, hardware=True) as at:
        job = at.cloud.submit("hang")
        execution = await at.running(job)
        at.cloud.may_report.clear()
        execution.say(FINISHED)
        await until(lambda: ("report", [(job.job_id, "succeeded")]) in at.cloud.calls)
        assert [key for key, _ in at.outbox.kept("SVSim")] == [JobKey(job.job_id, 1)]
        at.cloud.may_report.set()
        await at.ended(job)
        await until(lambda: not at.outbox.kept("SVSim"))


async def test_a_successor_on_hardware_leaves_started_jobs_to_the_clouds_policy(tmp_path: Path) -> None:
    cloud = FakeCloud()
    async with bench(tmp_path, cloud, hardware=True, dies=True) as at:
        job = cloud.submit("hang")
        await at.running(job)
        await until(lambda: at.outbox.held("SVSim") == [Held(JobKey(job.job_id, 1), True)])
    claims = cloud.names().count("claim")
    async with bench(tmp_path, cloud, hardware=True) as at:
        await until(lambda: cloud.names().count("claim") > claims)
        assert at.outbox.held("SVSim") == []
    assert job.status is S.RUNNING
    assert "release" not in cloud.names()


# --- cancelled, lost ------------------------------------------------------------------------------


async def test_a_cancel_kills_the_run_and_leaves_a_reason(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = at.cloud.submit("hang")
        execution = await at.running(job)
        at.cloud.cancel(job)
        await until(lambda: execution.was_killed, within_s=1.0)
        await until(lambda: "reason" in job.job_info)
    assert job.status is S.CANCELLED
    assert job.job_info["reason"] == "Cancelled by the user while it ran."


async def test_a_job_claimed_ahead_can_be_cancelled_before_it_runs(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=1) as at:
        await at.ended(at.cloud.submit("bell"))  # teaches that jobs are short: now two are claimed
        first, second = at.cloud.submit("hang"), at.cloud.submit("hang")
        await until(lambda: second.status is S.READY)
        at.cloud.cancel(second)
        await until(lambda: "reason" in second.job_info)
        assert second.job_info["reason"] == "Cancelled by the user before it ran."
        assert at.forked.of(second) == []
        await at.running(first)


async def test_a_result_that_comes_after_the_cancel_becomes_a_reason(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = at.cloud.submit("hang")
        execution = await at.running(job)
        at.cloud.may_report.clear()
        execution.say(FINISHED)
        await until(lambda: ("report", [(job.job_id, "succeeded")]) in at.cloud.calls)
        at.cloud.cancel(job)
        at.cloud.may_report.set()
        await until(lambda: "reason" in job.job_info)
    assert job.status is S.CANCELLED
    assert "result" not in job.job_info


async def test_a_lost_job_is_killed_and_nothing_more_is_said_of_it(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=1, claim_ahead=0) as at:
        job = at.cloud.submit("hang")
        execution = await at.running(job)
        said = at.cloud.names().count("report")
        job.attempt += 1  # somebody else has it
        at.cloud.ring()
        await until(lambda: execution.was_killed)
        await until(lambda: not at.outbox.held("SVSim"))
        await at.drain()
        assert at.cloud.names().count("report") == said
        assert "release" not in at.cloud.names()


async def test_a_job_claimed_again_replaces_the_older_attempt(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=2) as at:
        job = at.cloud.submit("hang")
        first = await at.running(job)
        at.cloud.expire(job)
        await until(lambda: len(at.forked.of(job)) == 2)
        assert first.was_killed
        at.forked.of(job)[1].say(FINISHED)
        await at.ended(job)
    assert (job.status, job.attempt) == (S.SUCCEEDED, 2)


async def test_heartbeats_do_not_repeat_what_they_were_told(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = at.cloud.submit("hang")
        execution = await at.running(job)
        at.cloud.may_report.clear()  # the reason stays on its way
        at.cloud.cancel(job)
        await until(lambda: execution.was_killed)
        before = at.cloud.names().count("heartbeat")
        other = at.cloud.submit("hang")
        await until(lambda: at.forked.of(other))
        at.cloud.cancel(other)
        await until(lambda: at.forked.of(other)[0].was_killed)
        assert at.cloud.names().count("heartbeat") - before < 6
        at.cloud.may_report.set()


async def test_numbers_that_no_message_holds_fail_the_job_with_a_reason(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        job = at.cloud.submit("bell")
        job.simulator_info = {"seed_simulation": 2**64}
        await at.ended(job)
    assert job.status is S.FAILED
    assert "64 bits" in job.job_info["reason"]
    assert S.RUNNING not in job.history
