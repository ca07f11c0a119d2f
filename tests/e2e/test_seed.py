"""The three sequences of a job by plain HTTP, both sides, on PostgreSQL: what is stored after each step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.clouds import BELL, Caller, Cloud, ended
from tests.e2e.stored import Stored, stored

RESULT = {"sampling": {"counts": {"00": 493, "11": 507}}}
REASON = "The simulator ran out of memory."

SUBMITTED = (1, "user", None, "submitted")
READY = (2, "provider", "submitted", "ready")
RUNNING = (3, "provider", "ready", "running")
SUCCEEDED = (4, "provider", "running", "succeeded")
FAILED = (4, "provider", "running", "failed")
CANCELLED = (4, "user", "running", "cancelled")
EXPLAINED = (5, "provider", "cancelled", "cancelled")


@dataclass(frozen=True, slots=True)
class Play:
    """A job between alice and one device's Provider, and its rows."""

    cloud: Cloud
    database: str
    device: str

    @property
    def provider(self) -> Caller:
        return self.cloud.provider(self.device)

    def submit(self) -> str:
        job_info = json.dumps({"code": BELL})
        body = {"device_id": self.device, "shots": 1000, "job_info": job_info}
        answer = self.cloud.alice.ask("POST", "/user/jobs", body)
        assert answer.keys() == {"job_id"}
        return str(answer["job_id"])

    def status_is(self, job_id: str, status: str) -> None:
        answer = self.cloud.alice.ask("GET", f"/user/jobs/{job_id}/status")
        assert answer == {"job_id": job_id, "status": status}

    def fetch(self, *job_ids: str) -> None:
        fetched = self.provider.ask("GET", "/provider/jobs")
        assert [job["job_id"] for job in fetched] == list(job_ids)
        for job in fetched:
            assert (job["status"], job["attempt"], job["device_id"]) == ("ready", 1, self.device)
            assert json.loads(job["job_info"]) == {"code": BELL}

    def say(self, job_id: str, body: dict[str, Any], *, to: str = "") -> None:
        self.provider.ask("PATCH", f"/provider/jobs/{job_id}{to}", body)

    def holds(self, job_id: str, *events: tuple[int, str, str | None, str], **outputs: Any) -> Stored:
        """Compare the rows with the sequence."""
        found = stored(self.database, job_id)
        status = events[-1][3]
        assert found.events == list(events)
        assert (found.row["status"], found.row["owner"], found.row["device_id"]) == (
            status,
            "alice",
            self.device,
        )
        assert found.row["attempt"] == (0 if len(events) == 1 else 1)
        info = {key: value for key, value in found.job_info.items() if key != "message"}
        assert info == {"code": BELL, **outputs}
        assert found.is_queued is (status == "submitted")
        assert found.is_leased is (status in {"ready", "running"})
        passed = ["submitted", "ready", "running", "ended"][: len(events)]
        assert found.stamps == set(passed)
        return found

    def to_running(self) -> str:
        """Steps 1 to 12, with a second job beside the first."""
        job_id = self.submit()  # 1, 2
        self.holds(job_id, SUBMITTED)
        self.status_is(job_id, "submitted")  # 3, 4
        other = self.submit()
        self.fetch(job_id, other)  # 5, 6
        for one in (job_id, other):
            self.holds(one, SUBMITTED, READY)
        self.say(job_id, {"status": "running"})  # 7, 8
        self.holds(job_id, SUBMITTED, READY, RUNNING)
        self.holds(other, SUBMITTED, READY)
        self.say(other, {"status": "running"})  # 9, 10
        self.holds(other, SUBMITTED, READY, RUNNING)
        self.status_is(job_id, "running")  # 11, 12
        self.holds(job_id, SUBMITTED, READY, RUNNING)
        return job_id


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Cloud]:
    cloud = Cloud(tmp_path_factory.mktemp("seed") / "data", "up", "--no-providers", "--database", database)
    with ended(cloud):
        yield cloud.ready()


@pytest.fixture(scope="module")
def database(new_database: Callable[[], str]) -> str:
    return new_database()


def test_a_job_succeeds_on_sc(cloud: Cloud, database: str) -> None:
    play = Play(cloud, database, "SC")
    job_id = play.to_running()
    play.say(job_id, {"result": RESULT}, to="/job_info")  # 13, 14
    play.holds(job_id, SUBMITTED, READY, RUNNING, SUCCEEDED, result=RESULT)
    job = cloud.alice.ask("GET", f"/user/jobs/{job_id}")  # 15, 16
    assert (job["job_id"], job["status"]) == (job_id, "succeeded")
    assert json.loads(job["job_info"]) == {"code": BELL, "result": RESULT}
    play.holds(job_id, SUBMITTED, READY, RUNNING, SUCCEEDED, result=RESULT)


def test_a_job_fails_on_svsim(cloud: Cloud, database: str) -> None:
    play = Play(cloud, database, "SVSim")
    job_id = play.to_running()
    play.say(job_id, {"reason": REASON}, to="/job_info")  # 13, 14
    play.holds(job_id, SUBMITTED, READY, RUNNING, FAILED, reason=REASON)
    job = cloud.alice.ask("GET", f"/user/jobs/{job_id}")  # 15, 16
    assert (job["job_id"], job["status"]) == (job_id, "failed")
    info = json.loads(job["job_info"])
    assert (info["code"], info["reason"], info["message"]) == (BELL, REASON, REASON)
    assert "result" not in info
    play.holds(job_id, SUBMITTED, READY, RUNNING, FAILED, reason=REASON)


def test_a_job_is_cancelled_on_svsim(cloud: Cloud, database: str) -> None:
    play = Play(cloud, database, "SVSim")
    job_id = play.to_running()
    cloud.alice.ask("POST", f"/user/jobs/{job_id}/cancel")  # 1, 2
    assert play.holds(job_id, SUBMITTED, READY, RUNNING, CANCELLED).is_unexplained
    play.status_is(job_id, "cancelled")  # 3, 4
    play.holds(job_id, SUBMITTED, READY, RUNNING, CANCELLED)
    told = play.provider.ask("GET", "/provider/jobs", status="cancelled")
    assert [job["job_id"] for job in told] == [job_id]
    reason = "Stopped on the user's request."
    play.say(job_id, {"job_id": job_id, "reason": reason}, to="/job_info")  # 5, 6
    found = play.holds(job_id, SUBMITTED, READY, RUNNING, CANCELLED, EXPLAINED, reason=reason)
    assert not found.is_unexplained
    status = cloud.alice.ask("GET", f"/user/jobs/{job_id}/status")  # 7, 8
    assert (status["job_id"], status["status"]) == (job_id, "cancelled")
    info = json.loads(status["job_info"])
    assert (info["code"], info["reason"]) == (BELL, reason)
    assert play.provider.ask("GET", "/provider/jobs", status="cancelled") == []
