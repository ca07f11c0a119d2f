"""The Python client, sync and async, against a whole cloud."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterator

import pytest

from qumulus import AsyncClient, Client
from qumulus.domain.lifecycle import JobStatus
from qumulus.sdk import EstimationResult, JobCancelledError, JobFailedError, JobRequest, SamplingResult
from qumulus.sdk.errors import WaitTimeoutError
from tests.e2e.clouds import BELL, ENDLESS, Cloud, until

GHZ = 'OPENQASM 3; include "stdgates.inc"; qubit[3] q; h q[0]; cx q[0], q[1]; cx q[1], q[2];'
ROTATED = 'OPENQASM 3; include "stdgates.inc"; qubit[1] q; ry(0.5) q[0];'
WRONG = "OPENQASM 3;\nqubit[2] q;\nfoo q[0];\n"


@pytest.fixture
def client(whole_cloud: Cloud) -> Iterator[Client]:
    known = whole_cloud.credentials
    with Client(known["url"], known["users"]["alice"]) as client:
        yield client


@pytest.fixture
async def aclient(whole_cloud: Cloud) -> AsyncIterator[AsyncClient]:
    known = whole_cloud.credentials
    async with AsyncClient(known["url"], known["users"]["alice"]) as client:
        yield client


def test_counts_of_both_devices(client: Client) -> None:
    exact = client.run(BELL, device="SVSim", shots=1000)
    assert isinstance(exact, SamplingResult)
    assert exact.counts.keys() == {"00", "11"}
    assert exact.shots == 1000
    noisy = client.run(BELL, device="SC", shots=1000)
    assert isinstance(noisy, SamplingResult)
    assert 0.8 < noisy.probabilities["00"] + noisy.probabilities["11"] <= 1
    assert noisy.provenance["calibration"]["id"]
    assert noisy.transpile_result is not None


def test_an_expectation_value_is_what_theory_says(client: Client) -> None:
    found = client.run(
        ROTATED, device="SVSim", operator=[("Z 0", 2.0), ("X 0", 1.0)], simulator={"exact": True}
    )
    assert isinstance(found, EstimationResult)
    assert found.exp_value == pytest.approx(2 * math.cos(0.5) + math.sin(0.5))
    sampled = client.run(GHZ, device="SVSim", operator=[("X 0 X 1 X 2", 1.0), ("Z 0 Z 1", 1.0)], shots=500)
    assert isinstance(sampled, EstimationResult)
    assert (sampled.exp_value, sampled.stds) == (2, 0)


def test_a_batch_runs_whole_or_not_at_all(client: Client) -> None:
    requests = [JobRequest(program=BELL, device="SVSim", shots=shots) for shots in range(1, 21)]
    results = [job.result(60) for job in client.submit_batch(requests)]
    assert [result.shots for result in results if isinstance(result, SamplingResult)] == list(range(1, 21))
    before = {job.id for job in client.jobs()}
    with pytest.raises(Exception, match="nowhere"):
        client.submit_batch([*requests, JobRequest(program=BELL, device="nowhere")])
    assert {job.id for job in client.jobs()} == before


def test_a_failure_says_where_and_with_what_code(client: Client) -> None:
    with pytest.raises(JobFailedError, match="line 3, column 1") as caught:
        client.run(WRONG, device="SVSim")
    assert caught.value.code == "invalid_program"
    job = client.job(caught.value.job_id)
    assert job.status is JobStatus.FAILED


def test_a_cancelled_job_says_why(client: Client) -> None:
    job = client.submit(ENDLESS, device="SVSim")
    with pytest.raises(WaitTimeoutError):
        job.wait(0.2)
    until(lambda: job.ask_status() is JobStatus.RUNNING)
    job.cancel()
    job.cancel()
    with pytest.raises(JobCancelledError):
        job.result(10)
    until(lambda: (job.refresh().job_info or {}).get("reason"), within_s=5)
    job.delete()
    assert job.id not in {other.id for other in client.jobs()}


def test_a_key_gives_the_same_job_again(client: Client) -> None:
    first = client.submit(BELL, device="SC", idempotency_key="sdk")
    assert client.submit(BELL, device="SC", idempotency_key="sdk").id == first.id
    assert first.result(60)


async def test_async_jobs_run_beside_each_other(aclient: AsyncClient) -> None:
    devices = ["SVSim", "SC"] * 5
    results = await asyncio.gather(
        *(aclient.run(BELL, device=device, shots=100, timeout_s=60) for device in devices)
    )
    assert [result.provenance["device_id"] for result in results] == devices


async def test_events_are_told_as_they_happen_and_a_cursor_goes_on(aclient: AsyncClient) -> None:
    job = await aclient.submit(BELL, device="SVSim")
    events = [event async for event in job.events()]
    assert [event.target for event in events] == ["submitted", "ready", "running", "succeeded"]
    later = [event async for event in job.events(since=events[1].cursor)]
    assert later == events[2:]
    async with asyncio.timeout(30):
        async for event in aclient.events(since=events[0].cursor):
            if event.job_id == job.id and event.target is JobStatus.SUCCEEDED:
                break


async def test_async_failure_cancellation_and_devices(aclient: AsyncClient) -> None:
    assert {device.id for device in await aclient.devices()} == {"SC", "SVSim"}
    with pytest.raises(JobFailedError):
        await aclient.run(WRONG, device="SC")
    job = await aclient.submit(ENDLESS, device="SVSim")
    async for event in job.events():
        if event.target is JobStatus.RUNNING:
            await job.cancel()
    with pytest.raises(JobCancelledError):
        await job.result(10)
