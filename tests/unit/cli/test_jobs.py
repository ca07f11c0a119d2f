from __future__ import annotations

import json

import pytest

from tests.unit.cli.conftest import Invoke
from tests.unit.sdk.cloud import BELL, SAMPLED, FakeCloud, event_body, job_body


@pytest.fixture(autouse=True)
def jobs(cloud: FakeCloud) -> None:
    info = json.dumps({"code": BELL, **SAMPLED})
    cloud.add(
        job_body("0196-a", status="succeeded", name="bell", job_info=info),
        job_body("0196-b", status="running"),
        job_body("0196-c", status="failed", job_info=json.dumps({"code": BELL, "reason": "too wide"})),
    )


def test_list_as_table_ids_and_json(invoke: Invoke, cloud: FakeCloud) -> None:
    table = invoke("jobs", "list").stdout.splitlines()
    assert table[0].split()[:3] == ["Job", "Name", "Device"]
    assert "0196-a" in table[2]
    assert "bell" in table[2]
    assert invoke("jobs", "list", "-o", "id").stdout == "0196-a\n0196-b\n0196-c\n"
    assert [job["id"] for job in json.loads(invoke("jobs", "list", "-o", "json").stdout)] == [
        "0196-a",
        "0196-b",
        "0196-c",
    ]
    assert cloud.requests[0].url.params["order"] == "DESC"


def test_list_stops_at_its_limit_without_asking_further(invoke: Invoke, cloud: FakeCloud) -> None:
    assert invoke("jobs", "list", "-n", "2", "-o", "id").stdout == "0196-a\n0196-b\n"
    assert len(cloud.requests) == 1


def test_list_filters(invoke: Invoke, cloud: FakeCloud) -> None:
    done = invoke("jobs", "list", "--status", "failed", "--device", "SVSim", "--since", "2h", "-o", "id")
    assert done.stdout == "0196-c\n"
    assert cloud.requests[0].url.params["device_id"] == "SVSim"
    assert "start_time" in cloud.requests[0].url.params
    assert invoke("jobs", "list", "--status", "success").exit_code == 2
    assert invoke("jobs", "list", "--since", "yesterday").exit_code == 2


def test_an_empty_list_is_said_apart_from_the_output(invoke: Invoke, cloud: FakeCloud) -> None:
    cloud.jobs.clear()
    done = invoke("jobs", "list")
    assert (done.stdout, done.stderr) == ("", "There is no such job.\n")
    assert json.loads(invoke("jobs", "list", "-o", "json").stdout) == []


def test_show_has_program_and_result_or_reason(invoke: Invoke) -> None:
    good = invoke("jobs", "show", "0196-a").stdout
    assert BELL in good
    assert "0.5029  515" in good
    bad = invoke("jobs", "show", "0196-c").stdout
    assert "Reason: too wide" in bad


def test_status_is_one_word(invoke: Invoke) -> None:
    assert invoke("jobs", "status", "0196-b").stdout == "running\n"
    assert json.loads(invoke("jobs", "status", "0196-b", "-o", "json").stdout)["status"] == "running"


def test_wait_shows_the_result_or_fails_with_it(invoke: Invoke) -> None:
    assert "0.5029  515" in invoke("jobs", "wait", "0196-a").stdout
    failed = invoke("jobs", "wait", "0196-c")
    assert failed.exit_code == 1
    assert "too wide" in failed.stderr
    assert invoke("jobs", "wait", "0196-b", "--timeout", "0.02").exit_code == 4


@pytest.mark.parametrize("follow", [[], ["--follow"]])
def test_events_in_order(invoke: Invoke, cloud: FakeCloud, follow: list[str]) -> None:
    events = [event_body("0196-a", 1, None, "submitted"), event_body("0196-a", 2, "submitted", "cancelled")]
    cloud.streams["0196-a"] = [events]
    first, second = invoke("jobs", "events", "0196-a", *follow).stdout.splitlines()
    assert "new → submitted" in first
    assert "submitted → cancelled" in second
    assert "worker=w1" in second


def test_cancel_several(invoke: Invoke, cloud: FakeCloud) -> None:
    assert invoke("jobs", "cancel", "0196-b").stdout == "0196-b cancelled\n"
    assert cloud.jobs["0196-b"]["status"] == "cancelled"
    refused = invoke("jobs", "cancel", "0196-a")
    assert refused.exit_code == 3
    assert "does not allow cancel" in refused.stderr


@pytest.mark.parametrize("command", [["cancel"], ["delete", "--yes"]])
def test_a_refusal_does_not_spare_the_rest(invoke: Invoke, cloud: FakeCloud, command: list[str]) -> None:
    done = invoke("jobs", *command, "0196-x", "0196-b", "-o", "id")
    assert (done.exit_code, done.stdout) == (3, "0196-b\n")
    assert "No job 0196-x is known to you." in done.stderr


def test_a_token_that_is_worth_nothing_is_told_once(
    invoke: Invoke, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUMULUS_TOKEN", "wrong.secret")
    assert invoke("jobs", "cancel", "0196-a", "0196-b").stderr.count("No valid token") == 1


@pytest.mark.parametrize("job_id", ["", ".", ".."])
def test_an_id_that_is_none_asks_nothing(invoke: Invoke, cloud: FakeCloud, job_id: str) -> None:
    done = invoke("jobs", "wait", job_id)
    assert (done.exit_code, done.stderr) == (3, f"Error: {job_id!r} is no id.\n")
    assert not cloud.requests


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_delete_asks_first(invoke: Invoke, cloud: FakeCloud, answer: str) -> None:
    assert invoke("jobs", "delete", "0196-c", input=answer).exit_code == 130
    assert "0196-c" in cloud.jobs
    assert invoke("jobs", "delete", "0196-c", "--yes", "-o", "id").stdout == "0196-c\n"
    assert "0196-c" not in cloud.jobs


def test_an_unknown_job_is_exit_code_3(invoke: Invoke) -> None:
    done = invoke("jobs", "show", "nothing")
    assert done.exit_code == 3
    assert "No job nothing is known to you." in done.stderr
