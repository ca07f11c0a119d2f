"""Jobs run again from their evidence, and devices that drift, against whole clouds."""

from __future__ import annotations

from pathlib import Path

import pytest

from qumulus import Client
from qumulus.domain.lifecycle import JobStatus
from qumulus.sdk import JobFailedError, JobRequest, Verdict
from tests.e2e.clouds import BELL, Cloud, ended, until

DRIFTING = """
[[provider.devices]]
id = "SC"
driver = "superconducting"
options = { drift_minutes = 0.03 }
"""


def requests(device: str) -> list[JobRequest]:
    """One job of each type, one of them with a seed."""
    return [
        JobRequest(program=BELL, device=device, shots=500),
        JobRequest(program=BELL, device=device, shots=500, simulator={"seed_simulation": 11}),
        JobRequest(program=BELL, device=device, shots=500, operator={"X 0 X 1": 1.0, "Z 0": 0.5}),
        JobRequest(program=[BELL, BELL], device=device, shots=500),
    ]


@pytest.mark.parametrize("device", ["SVSim", "SC"])
def test_jobs_of_every_type_give_every_number_again(whole_cloud: Cloud, device: str) -> None:
    known = whole_cloud.credentials
    with Client(known["url"], known["users"]["alice"]) as client:
        for job in client.submit_batch(requests(device)):
            job.result(60)
            replay = client.replay(job.id, timeout_s=60)
            assert (replay.verdict, replay.agrees) == (Verdict.IDENTICAL, True), replay
            assert replay.differences == ()
            proven = client.job(replay.job_id).evidence().provenance
            assert proven["worker"]
            assert (proven["calibration"] is None) == (device == "SVSim")


def test_a_drifting_device_keeps_what_it_was_and_runs_jobs_as_it_was_then(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "config.toml").write_text(DRIFTING)
    cloud = Cloud(data, "up")
    with ended(cloud):
        known = cloud.ready().credentials
        with Client(known["url"], known["users"]["alice"]) as client:
            fresh = {"max_calibration_age_s": 60}
            job = client.submit(BELL, device="SC", shots=500, simulator=fresh)
            job.result(60)
            then = job.evidence().provenance["calibration"]
            newest = until(lambda: next(iter(client.calibrations("SC", page_size=1))).id)
            until(lambda: next(iter(client.calibrations("SC", page_size=1))).id not in {then["id"], newest})
            replay = client.replay(job.id, timeout_s=60)
            assert replay.verdict is Verdict.IDENTICAL, replay
            assert client.job(replay.job_id).evidence().provenance["calibration"] == then
            assert client.calibration("SC", then["id"]).device_info is not None
            assert client.device("SC").calibrated_at is not None


def test_a_job_that_wants_a_fresher_calibration_fails_before_it_runs(whole_cloud: Cloud) -> None:
    known = whole_cloud.credentials
    with Client(known["url"], known["users"]["alice"]) as client:
        job = client.submit(BELL, device="SC", simulator={"max_calibration_age_s": 60})
        with pytest.raises(JobFailedError, match="the job wants one of the last 60 s") as caught:
            job.result(60)
        assert caught.value.code == "calibration_too_old"
        assert job.status is JobStatus.FAILED
        record = job.refresh()
        assert record.running_at is None
        assert client.run(BELL, device="SVSim", simulator={"max_calibration_age_s": 60}).provenance
