"""Two Clouds on one database move the same job at the same moment, each in the midst of it."""

from __future__ import annotations

import asyncio

import pytest

from qumulus.domain.decision import Refusal, Wish
from qumulus.domain.lifecycle import Action, Actor, JobStatus
from qumulus.ports.operations import Moved, MoveJob, MoveJobs, Refused
from tests.conformance.test_store_removals import gate, stands
from tests.conformance.world import World

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


async def test_a_report_waits_for_a_cancel_that_is_under_way_and_is_refused(world: World) -> None:
    job_id = await world.running()
    async with gate(world, "LOCK TABLE unexplained IN SHARE MODE"):  # the cancel has its job, and stops there
        cancel = asyncio.create_task(world.cancel(job_id))
        await stands(world, 1, cancel)
        report = asyncio.create_task(
            world.report(job_id, Action.SUCCEED, outputs={"sampling": "{}"}, by=world.other)
        )
        await stands(world, 2, cancel, report)
    assert isinstance(await cancel, Moved)
    assert await report == Refused(why=Refusal.ILLEGAL, status=JobStatus.CANCELLED, attempt=1)
    assert await world.statuses(job_id) == ["submitted", "ready", "running", "cancelled"]
    stored = await world.store.job(job_id)
    assert stored is not None
    assert stored.payload.outputs == {}


async def test_a_cancel_waits_for_a_report_that_is_under_way_and_is_refused(world: World) -> None:
    job_id = await world.running()
    async with gate(
        world, "SELECT 1 FROM leases WHERE job_id = $1 FOR UPDATE", job_id
    ):  # and so does the report
        report = asyncio.create_task(world.report(job_id, Action.SUCCEED, outputs={"sampling": "{}"}))
        await stands(world, 1, report)
        cancel = asyncio.create_task(world.cancel(job_id, by=world.other))
        await stands(world, 2, cancel, report)
    assert isinstance(await report, Moved)
    assert await cancel == Refused(why=Refusal.ILLEGAL, status=JobStatus.SUCCEEDED, attempt=1)
    assert await world.statuses(job_id) == ["submitted", "ready", "running", "succeeded"]


async def test_of_two_reports_of_the_same_jobs_at_once_one_counts_for_each(world: World) -> None:
    jobs = [await world.running() for _ in range(8)]

    def reports(action: Action, order: int) -> MoveJobs:
        wish = Wish(actions=(action,), actor=Actor.PROVIDER, attempt=1, report_hash=action.encode())
        return MoveJobs(
            moves=tuple(MoveJob(job_id=job_id, wish=wish, at=world.now) for job_id in jobs[::order])
        )

    async with gate(world, "SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", jobs[3]):
        first = asyncio.create_task(world.store.apply(reports(Action.SUCCEED, 1)))
        second = asyncio.create_task(world.other.apply(reports(Action.FAIL, -1)))
        await stands(world, 2, first, second)
    outcomes = [await first, (await second)[::-1]]
    for mine, theirs in zip(*outcomes, strict=True):
        assert sorted(type(outcome).__name__ for outcome in (mine, theirs)) == ["Moved", "Refused"]
    for job_id in jobs:
        assert (await world.statuses(job_id))[:3] == ["submitted", "ready", "running"]
        assert len(await world.statuses(job_id)) == 4


async def test_a_report_that_waits_brings_back_nothing_of_a_job_that_was_deleted_meanwhile(
    world: World,
) -> None:
    jobs = sorted([await world.running() for _ in range(2)])
    reports = MoveJobs(
        moves=tuple(
            MoveJob(
                job_id=job_id,
                wish=Wish(actions=(Action.SUCCEED,), actor=Actor.PROVIDER, attempt=1, report_hash=b"1"),
                at=world.now,
                outputs={"sampling": "{}"},
            )
            for job_id in jobs
        )
    )
    async with gate(world, "SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", jobs[0]):
        report = asyncio.create_task(world.store.apply(reports))
        await stands(world, 1, report)
        assert isinstance(await world.cancel(jobs[1], by=world.other), Moved)
        wish = Wish(actions=(Action.DELETE,), actor=Actor.USER)
        assert isinstance(await world.other.apply(MoveJob(job_id=jobs[1], wish=wish, at=world.now)), Moved)
    assert [type(one) for one in await report] == [Moved, Refused]
    assert "succeeded" not in await world.statuses(jobs[1])
