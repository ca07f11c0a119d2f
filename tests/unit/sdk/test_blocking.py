from __future__ import annotations

import json

import pytest

from qumulus.domain.lifecycle import JobStatus
from qumulus.sdk import Client, JobFailedError, JobRequest, SamplingResult, WaitTimeoutError
from tests.unit.sdk.cloud import BELL, SAMPLED, FakeCloud, event_body, job_body


def test_run_gives_counts(blocking: Client, cloud: FakeCloud) -> None:
    cloud.lose_answers = 1
    info = json.dumps({"code": BELL, **SAMPLED})
    cloud.progress["job-1"] = [{"status": "ready"}, {"status": "succeeded", "job_info": info}]
    result = blocking.run(BELL, device="SVSim")
    assert isinstance(result, SamplingResult)
    assert result.counts == {"00": 509, "11": 515}
    assert len(cloud.jobs) == 1


def test_a_failure_raises(blocking: Client, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", status="failed", job_info=json.dumps({"reason": "too wide"})))
    with pytest.raises(JobFailedError, match="too wide"):
        blocking.attach("j").result()


def test_a_wait_runs_out(blocking: Client, cloud: FakeCloud) -> None:
    cloud.add(job_body("j"))
    with pytest.raises(WaitTimeoutError):
        blocking.attach("j").wait(0.02)


def test_lists_events_and_devices_are_plain_iterators(blocking: Client, cloud: FakeCloud) -> None:
    cloud.add(*(job_body(f"j{number}") for number in range(3)))
    assert [job.id for job in blocking.jobs()] == ["j0", "j1", "j2"]
    cloud.streams["j0"] = [
        [event_body("j0", 1, None, "submitted"), event_body("j0", 2, "submitted", "cancelled")]
    ]
    job = blocking.attach("j0")
    assert [event.seq for event in job.events()] == [1, 2]
    assert job.status is JobStatus.CANCELLED
    assert [device.id for device in blocking.devices()] == ["SVSim"]


def test_batch_cancel_delete(blocking: Client, cloud: FakeCloud) -> None:
    jobs = blocking.submit_batch([JobRequest(program=BELL, device="SVSim")] * 2)
    jobs[0].cancel()
    jobs[0].delete()
    assert list(cloud.jobs) == [jobs[1].id]


async def test_it_works_inside_a_running_event_loop(blocking: Client) -> None:
    """As in Jupyter, where every cell runs inside one."""
    assert blocking.submit(BELL, device="SVSim").id == "job-1"
