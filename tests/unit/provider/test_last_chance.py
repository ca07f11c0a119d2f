"""What kills its Provider takes with it all that the Provider has in hand, but nobody else's last chance."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from qumulus.domain.job import MAX_EXPIRIES, MAX_LOSSES
from qumulus.domain.lifecycle import JobStatus
from qumulus.provider.messages import Finished, Unavailable
from qumulus.transport import CloudUnreachableError
from qumulus.wire.provider import ProviderJob
from tests.unit.provider.cloud_fake import RESULT, CloudJob, FakeCloud, until
from tests.unit.provider.worker_fakes import Bench, bench, shorten_pauses

S = JobStatus
FINISHED = Finished(result=RESULT, execution_time_s=0.2)
LIVES = 8


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_pauses(monkeypatch)


async def _live(at: Bench, poison: CloudJob, others: Sequence[CloudJob]) -> None:
    """Until the poison runs; what runs while the poison is in nobody's hand comes to its end."""
    alive = [job for job in others if not job.status.is_final]
    while True:
        await until(
            lambda: at.forked.of(poison) or (poison.status is S.SUBMITTED and any(map(at.forked.of, alive)))
        )
        if at.forked.of(poison):
            return
        job = next(job for job in alive if at.forked.of(job))
        (await at.running(job)).say(FINISHED)
        await at.ended(job)
        alive.remove(job)


@pytest.mark.parametrize("place", [0, 2])
async def test_no_job_fails_for_another_that_kills_its_provider(tmp_path: Path, place: int) -> None:
    cloud = FakeCloud()
    jobs = [cloud.submit("hang") for _ in range(3)]
    others = [job for job in jobs if job is not jobs[place]]
    lives = 0
    while not jobs[place].status.is_final:
        async with bench(tmp_path / str(lives), cloud, slots=3, dies=True) as at:
            await _live(at, jobs[place], others)
        lives += 1
        for job in jobs:
            if job.status in {S.READY, S.RUNNING}:
                cloud.expire(job)
    assert lives == MAX_LOSSES
    async with bench(tmp_path / "last", cloud, slots=3) as at:
        for job in (job for job in others if not job.status.is_final):
            (await at.running(job)).say(FINISHED)
            await at.ended(job)
    assert [job.status for job in others] == [S.SUCCEEDED, S.SUCCEEDED]


async def test_a_last_chance_waits_until_no_device_of_the_provider_has_a_job(tmp_path: Path) -> None:
    cloud, beside = FakeCloud(), FakeCloud("beside")
    async with bench(tmp_path, cloud, beside=beside) as at:
        other = beside.submit("hang")
        execution = await at.running(other)
        last = cloud.submit("hang", losses=MAX_LOSSES - 1)
        await until(lambda: "release" in cloud.names() and last.status is S.SUBMITTED)
        late = beside.submit("hang")
        await until(lambda: late.attempt == 1 and late.status is S.SUBMITTED)  # a claim was under way
        assert at.forked.of(last) == at.forked.of(late) == []
        execution.say(FINISHED)
        alone = await at.running(last)
        assert at.forked.of(late) == []
        alone.say(FINISHED)
        await at.running(late)
    assert (last.status, last.attempt) == (S.SUCCEEDED, 2)


async def test_last_chances_run_one_after_the_other(tmp_path: Path) -> None:
    cloud = FakeCloud()
    jobs = [cloud.submit("hang", losses=MAX_LOSSES - 1) for _ in range(3)]
    async with bench(tmp_path, cloud, slots=3) as at:
        for job in jobs:
            execution = await at.running(job)
            assert [other.status for other in jobs].count(S.RUNNING) == 1
            execution.say(FINISHED)
            await at.ended(job)
    assert [job.attempt for job in jobs] == [2, 2, 2]


async def test_a_job_whose_every_lease_may_have_run_out_unheard_runs_alone_too(tmp_path: Path) -> None:
    cloud = FakeCloud()
    other, last = cloud.submit("hang"), cloud.submit("hang")
    last.attempt = MAX_EXPIRIES - 1
    async with bench(tmp_path, cloud, slots=2) as at:
        execution = await at.running(other)
        await until(lambda: last.attempt == MAX_EXPIRIES and last.status is S.SUBMITTED)
        execution.say(FINISHED)
        await at.running(last)


async def test_a_device_that_is_away_keeps_no_other_from_its_jobs(tmp_path: Path) -> None:
    cloud, beside = FakeCloud(), FakeCloud("beside")
    async with bench(tmp_path, cloud, beside=beside) as at:
        last = cloud.submit("hang", losses=MAX_LOSSES - 1)
        execution = await at.running(last)
        cloud.is_down = True  # so that it stays away until it has said so
        execution.say(Unavailable(reason="away", may_be_the_job=False))
        (await at.running(beside.submit("hang"))).say(FINISHED)
        cloud.is_down = False
        await until(lambda: len(at.forked.of(last)) == 2)


class NeverAlone(FakeCloud):
    """A Cloud that cannot be reached whenever a job is to run alone."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked, self.may_fail = asyncio.Event(), asyncio.Event()

    async def claim(self, limit: int, *, wait_s: float) -> list[ProviderJob]:
        """Hand out jobs to who waits for them."""
        if wait_s:
            return await super().claim(limit, wait_s=wait_s)
        self.is_asked.set()
        await self.may_fail.wait()
        raise CloudUnreachableError("fake", "down", may_have_been_done=False)


async def test_a_claim_that_fails_keeps_no_other_device_from_its_jobs(tmp_path: Path) -> None:
    cloud, beside = NeverAlone(), FakeCloud("beside")
    async with bench(tmp_path, cloud, beside=beside) as at:
        cloud.submit("hang", losses=MAX_LOSSES - 1)
        await asyncio.wait_for(cloud.is_asked.wait(), 5)
        late = beside.submit("hang")
        await until(lambda: late.attempt == 1 and late.status is S.SUBMITTED)  # a claim was under way
        cloud.may_fail.set()
        (await at.running(late)).say(FINISHED)
        await at.ended(late)
