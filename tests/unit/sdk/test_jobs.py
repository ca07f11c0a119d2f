from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from qumulus.domain.lifecycle import Actor, JobStatus
from qumulus.sdk import (
    AsyncClient,
    BindingsResult,
    EstimationResult,
    JobCancelledError,
    JobFailedError,
    SamplingResult,
    UnexpectedAnswerError,
    WaitTimeoutError,
)
from qumulus.transport.errors import BadRequestError, NotFoundError
from tests.unit.sdk.cloud import (
    AT,
    BELL,
    DIVIDED,
    ESTIMATED,
    SAMPLED,
    FakeCloud,
    event_body,
    job_body,
    refusal,
)


def ended(status: str, *, as_text: bool = True, **info: Any) -> dict[str, Any]:
    contents = {"code": BELL, **info}
    return {"status": status, "ended_at": AT, "job_info": json.dumps(contents) if as_text else contents}


@pytest.mark.parametrize("as_text", [True, False])
async def test_a_sampling_result_in_either_form(client: AsyncClient, cloud: FakeCloud, as_text: bool) -> None:
    cloud.add(job_body("j", **ended("succeeded", as_text=as_text, **SAMPLED)))
    result = await client.attach("j").result()
    assert isinstance(result, SamplingResult)
    assert result.counts == {"00": 509, "11": 515}
    assert result.shots == 1024
    assert result.probabilities == {"00": 509 / 1024, "11": 515 / 1024}
    assert result.provenance == {"engine": "qulacs"}
    assert result.transpile_result is None


async def test_an_estimation_result(client: AsyncClient, cloud: FakeCloud) -> None:
    transpiled = {"transpiled_program": "x", "stats": None, "virtual_physical_mapping": None}
    cloud.add(job_body("j", **ended("succeeded", transpile_result=transpiled, **ESTIMATED)))
    result = await client.attach("j").result()
    assert isinstance(result, EstimationResult)
    assert (result.exp_value, result.stds, result.transpile_result) == (1.5, 0.01, transpiled)


async def test_programs_side_by_side_each_have_their_counts(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", **ended("succeeded", **DIVIDED)))
    result = await client.attach("j").result()
    assert isinstance(result, SamplingResult)
    assert result.divided_counts == {"0": {"11": 400, "00": 600}, "1": {"00": 400, "01": 600}}
    assert result.shots == 1000


async def test_each_binding_has_its_result(client: AsyncClient, cloud: FakeCloud) -> None:
    results = [{"sampling": {"counts": {"0": 4}}}, {"estimation": {"exp_value": 0.5, "stds": 0.0}}]
    cloud.add(
        job_body("j", **ended("succeeded", result={"bindings": results, "provenance": {"engine": "e"}}))
    )
    result = await client.attach("j").result()
    assert isinstance(result, BindingsResult)
    first, second = result.bindings
    assert isinstance(first, SamplingResult)
    assert isinstance(second, EstimationResult)
    assert (first.counts, second.exp_value) == ({"0": 4}, 0.5)
    assert result.provenance == first.provenance == {"engine": "e"}


async def test_run_is_submit_and_result(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.progress["job-1"] = [{"status": "running"}, ended("succeeded", **SAMPLED)]
    result = await client.run(BELL, device="SVSim", shots=1024)
    assert isinstance(result, SamplingResult)
    assert cloud.paths() == ["POST /user/jobs", "GET /user/jobs/job-1", "GET /user/jobs/job-1"]


async def test_a_failure_carries_reason_and_code(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", **ended("failed", reason="line 1: no such gate", reason_code="invalid_program")))
    with pytest.raises(JobFailedError, match=r"j failed \(invalid_program\): line 1: no such gate") as caught:
        await client.attach("j").result()
    assert (caught.value.code, caught.value.reason) == ("invalid_program", "line 1: no such gate")


async def test_a_cancelled_job_has_no_result(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", **ended("cancelled", reason="cancelled by the user")))
    with pytest.raises(JobCancelledError, match="cancelled by the user"):
        await client.attach("j").result()


@pytest.mark.parametrize(
    "job_info",
    [
        "no json",
        "[]",
        json.dumps({}),
        json.dumps({"result": {}}),
        json.dumps({"result": {"sampling": {"counts": 5}}}),
        json.dumps({"result": {"sampling": {"counts": {"0": "many"}}}}),
        json.dumps({"result": {"estimation": {"exp_value": "x"}}}),
        None,
    ],
)
async def test_a_result_that_is_none_is_an_error_of_its_own(
    client: AsyncClient, cloud: FakeCloud, job_info: object
) -> None:
    cloud.add(job_body("j", status="succeeded", job_info=job_info))
    with pytest.raises(UnexpectedAnswerError):
        await client.attach("j").result()


async def test_an_answer_that_is_no_job_is_an_error_of_its_own(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.extra["GET", "/user/jobs/j"] = lambda _: httpx.Response(200, json={"hello": "world"})
    with pytest.raises(UnexpectedAnswerError):
        await client.job("j")
    cloud.extra["GET", "/user/jobs/j"] = lambda _: httpx.Response(200, json=job_body("j", status="dreaming"))
    with pytest.raises(UnexpectedAnswerError, match="dreaming"):
        await client.job("j")


async def test_waiting_holds_requests_up_to_a_minute(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", **ended("succeeded", **SAMPLED)))
    assert await client.attach("j").wait() is JobStatus.SUCCEEDED
    (request,) = cloud.requests
    assert request.url.params["wait"] == "60"
    assert request.extensions["timeout"]["read"] > 60


async def test_waiting_asks_for_no_more_than_its_timeout(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", **ended("succeeded", **SAMPLED)))
    await client.attach("j").wait(5)
    assert 4 < float(cloud.requests[0].url.params["wait"]) <= 5


async def test_a_wait_that_runs_out_leaves_the_job_alone(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", status="running"))
    with pytest.raises(TimeoutError, match="still running") as caught:
        await client.attach("j").wait(0.02)
    assert isinstance(caught.value, WaitTimeoutError)
    assert cloud.jobs["j"]["status"] == "running"


async def test_a_cloud_that_holds_no_request_is_not_asked_in_a_busy_loop(
    client: AsyncClient, cloud: FakeCloud
) -> None:
    cloud.add(job_body("j", status="running"))
    with pytest.raises(WaitTimeoutError):
        await client.attach("j").wait(0.3)
    assert len(cloud.requests) < 12


async def test_a_result_read_once_is_not_asked_for_again(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", **ended("succeeded", **SAMPLED)))
    job = await client.job("j")
    assert await job.result() == await job.result()
    assert len(cloud.requests) == 1


async def test_cancel_repeats_and_is_refused_at_the_end(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", status="running"), job_body("k", status="succeeded"))
    cloud.lose_answers = 1
    job = client.attach("j")
    await job.cancel()
    assert job.status is JobStatus.CANCELLED
    assert cloud.paths() == ["POST /user/jobs/j/cancel"] * 2
    with pytest.raises(BadRequestError):
        await client.attach("k").cancel()


async def test_delete_whose_answer_was_lost_has_deleted(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", status="failed"))
    cloud.lose_answers = 1
    await client.attach("j").delete()
    assert not cloud.jobs


async def test_a_token_whose_revocation_was_lost_is_revoked(client: AsyncClient, cloud: FakeCloud) -> None:
    answers = [httpx.Response(200), refusal(404, "not_found", "No token t is known to you.")]
    cloud.extra["DELETE", "/user/tokens/t"] = lambda _: answers.pop(0)
    cloud.lose_answers = 1
    await client.revoke_token("t")
    assert not answers
    with pytest.raises(NotFoundError):
        await client.revoke_token("another")


async def test_delete_of_nothing_is_an_error(client: AsyncClient) -> None:
    with pytest.raises(NotFoundError):
        await client.attach("nothing").delete()


async def test_a_job_is_read_whole(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", execution_time=0.25, queue_position="1000+", name="n"))
    record = (await client.job("j")).record
    assert record is not None
    assert (record.execution_time_s, record.queue_position, record.name) == (0.25, "1000+", "n")
    assert record.submitted_at == datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)
    assert record.job_info == {"code": BELL}


async def test_many_are_told_in_one_call(client: AsyncClient, cloud: FakeCloud) -> None:
    outcomes = [{"job_id": "a", "outcome": "done"}, {"job_id": "b", "outcome": "not_found", "message": "?"}]
    for word in ("cancel", "delete"):
        cloud.extra["POST", f"/user/jobs/{word}"] = lambda _: httpx.Response(200, json=outcomes)
    for told in (await client.cancel_jobs(["a", "b"]), await client.delete_jobs(iter(["a", "b"]))):
        assert [(one.job_id, one.outcome) for one in told] == [("a", "done"), ("b", "not_found")]
        assert cloud.requests[-1].content == b'{"job_ids":["a","b"]}'
    assert [request.url.path for request in cloud.requests] == ["/user/jobs/cancel", "/user/jobs/delete"]


async def test_a_waiting_job_tells_what_to_expect(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", queue_position=3, expected_wait=4.5))
    record = (await client.job("j")).record
    assert record is not None
    assert record.expected_wait_s == 4.5


async def test_a_list_goes_over_all_pages_and_keeps_its_filter(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(*(job_body(f"j{number}", status="failed") for number in range(5)), job_body("other"))
    since = datetime(2026, 1, 1, tzinfo=UTC)
    found = [job async for job in client.jobs(status="failed", device="SVSim", since=since)]
    assert [job.id for job in found] == ["j0", "j1", "j2", "j3", "j4"]
    assert [request.url.params.get("cursor") for request in cloud.requests] == [None, "2", "4"]
    for request in cloud.requests:
        assert request.url.params["status"] == "failed"
        assert request.url.params["device_id"] == "SVSim"
        assert request.url.params["start_time"] == "2026-01-01T00:00:00+00:00"
        assert request.url.host == "cloud.test"


async def test_a_list_carries_no_programs(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", **ended("succeeded", **SAMPLED)))
    (job,) = [job async for job in client.jobs()]
    assert "job_info" not in cloud.requests[0].url.params["fields"].split(",")
    assert job.record is not None
    assert job.record.job_info is None
    assert isinstance(await job.result(), SamplingResult)


async def test_a_wrong_status_word_is_refused_before_asking(client: AsyncClient, cloud: FakeCloud) -> None:
    with pytest.raises(ValueError, match="success"):
        _ = [job async for job in client.jobs(status="success")]
    assert not cloud.requests


def timeline(job_id: str) -> list[dict[str, Any]]:
    words = [None, "submitted", "ready", "running", "succeeded"]
    return [event_body(job_id, seq, words[seq - 1], words[seq]) for seq in range(1, 5)]


async def test_events_of_a_job_end_with_it(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j"))
    cloud.streams["j"] = [timeline("j")]
    job = client.attach("j")
    events = [event async for event in job.events()]
    assert [event.target for event in events] == ["submitted", "ready", "running", "succeeded"]
    assert events[0].source is None
    assert (events[-1].actor, events[-1].cursor) == (Actor.PROVIDER, "c4")
    assert job.status is JobStatus.SUCCEEDED


async def test_events_go_on_when_the_cloud_ended_the_stream_too_early(
    client: AsyncClient, cloud: FakeCloud
) -> None:
    cloud.add(job_body("j", status="running"))
    cloud.streams["j"] = [timeline("j")[:2], timeline("j")[2:]]
    seqs = [event.seq async for event in client.attach("j").events()]
    assert seqs == [1, 2, 3, 4]
    assert cloud.requests[-1].headers["last-event-id"] == "c2"


async def test_a_job_that_ends_while_no_stream_is_open_is_told_to_its_end(
    client: AsyncClient, cloud: FakeCloud
) -> None:
    cloud.add(job_body("j", status="succeeded"))
    cloud.streams["j"] = [timeline("j")[:2], timeline("j")[2:]]
    seqs = [event.seq async for event in client.attach("j").events()]
    assert seqs == [1, 2, 3, 4]


async def test_events_after_the_last_are_none(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", status="succeeded"))
    cloud.streams["j"] = [[], []]
    assert [event async for event in client.attach("j").events(since="c4")] == []


async def test_a_timeline_is_read_at_once(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j"))
    cloud.streams["j"] = [timeline("j")]
    assert [event.seq for event in await client.attach("j").timeline()] == [1, 2, 3, 4]


async def test_devices(client: AsyncClient) -> None:
    (device,) = await client.devices()
    assert device == await client.device("SVSim")
    assert (device.id, device.n_qubits, device.n_pending_jobs, device.expected_wait_s) == (
        "SVSim",
        128,
        3,
        1.5,
    )
    assert device.device_info == {"device_id": "SVSim", "qubits": []}
    with pytest.raises(NotFoundError):
        await client.device("../admin")
