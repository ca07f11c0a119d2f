"""Leases, heartbeats and what happens when they end, on every store."""

from __future__ import annotations

import asyncio

import pytest

from qumulus.domain.decision import Refusal
from qumulus.domain.ids import JobId, new_job_id
from qumulus.domain.job import MAX_EXPIRIES
from qumulus.domain.lifecycle import Action, JobStatus
from qumulus.ports.operations import ExpireLease, Heartbeat, Moved, Pulse, Refused
from qumulus.ports.store import Lease
from tests.conformance.world import QPU, SIM, World


async def expire(world: World, job_id: JobId, *, attempt: int = 1, beat: int = 0) -> Moved | Refused:
    return await world.store.apply(ExpireLease(job_id=job_id, attempt=attempt, beat=beat, at=world.now))


async def beat(world: World, *jobs: tuple[JobId, int], **changes: object) -> Pulse:
    settings: dict[str, object] = {"devices": None, "jobs": jobs, "at": world.now}
    return await world.store.apply(Heartbeat(**settings | changes))  # type: ignore[arg-type]


async def test_a_claim_holds_a_lease_until_the_job_is_not_claimed(world: World) -> None:
    job_id = await world.claimed()
    lease = Lease(job_id=job_id, attempt=1, device_id=SIM, worker="w1", ttl_s=10.0, beat=0)
    assert await world.other.leases() == [lease]
    await world.report(job_id, Action.START)
    assert await world.store.leases() == [lease]
    await world.report(job_id, Action.SUCCEED)
    assert await world.store.leases() == []


async def test_a_heartbeat_tells_what_is_held_lost_and_cancelled(world: World) -> None:
    held, cancelled, released, succeeded = [await world.running() for _ in range(4)]
    await world.cancel(cancelled)
    await world.report(released, Action.RELEASE)
    await world.report(succeeded, Action.SUCCEED)
    unknown = new_job_id()
    pulse = await beat(world, *((job_id, 1) for job_id in (held, cancelled, released, succeeded, unknown)))
    assert pulse == Pulse(renewed=(held,), lost=(released, succeeded, unknown), cancelled=(cancelled,))
    assert await beat(world, (held, 2), (cancelled, 2)) == Pulse(
        renewed=(), lost=(held, cancelled), cancelled=()
    )
    assert await beat(world, (held, 1), devices=frozenset({QPU})) == Pulse(
        renewed=(), lost=(held,), cancelled=()
    )
    assert await beat(world) == Pulse(renewed=(), lost=(), cancelled=())


async def test_each_renewal_is_one_beat_and_may_change_length_and_worker(world: World) -> None:
    job_id = await world.claimed()
    await beat(world, (job_id, 1))
    await beat(world, (job_id, 1), lease_s=60.0, worker="w2")
    (lease,) = await world.store.leases()
    assert (lease.beat, lease.ttl_s, lease.worker) == (2, 60.0, "w2")


async def test_a_heartbeat_gives_an_endless_claim_an_end(world: World) -> None:
    await world.submit()
    (one,) = await world.claim(lease_s=None)
    await beat(world, (one.job.id, 1))
    assert await world.store.leases() == []
    await beat(world, (one.job.id, 1), lease_s=5.0)
    assert [lease.ttl_s for lease in await world.store.leases()] == [5.0]


async def test_a_lost_lease_queues_the_job_again_at_its_place(world: World) -> None:
    job_id = await world.running()
    await world.submit()
    moved = await expire(world, job_id)
    assert isinstance(moved, Moved)
    assert (moved.source, moved.target) == (JobStatus.RUNNING, JobStatus.SUBMITTED)
    assert await world.store.leases() == []
    (again,) = await world.claim()
    assert (again.job.id, again.job.attempt, again.job.losses) == (job_id, 2, 1)


async def test_a_lease_that_was_renewed_replaced_or_dropped_does_not_expire(world: World) -> None:
    job_id = await world.running()
    await beat(world, (job_id, 1))
    assert isinstance(await expire(world, job_id, beat=0), Refused)
    await world.report(job_id, Action.RELEASE)
    assert isinstance(await expire(world, job_id, beat=1), Refused)
    await world.claim()
    refused = await expire(world, job_id, attempt=1, beat=0)
    assert refused == Refused(why=Refusal.STALE, status=JobStatus.READY, attempt=2)
    assert await expire(world, new_job_id()) == Refused(why=Refusal.MISSING)


async def test_of_racing_heartbeat_and_expiry_exactly_one_wins(world: World) -> None:
    ids = await world.submit_many(20)
    await world.claim(20)
    for job_id in ids:
        pulse, expired = await asyncio.gather(
            world.other.apply(Heartbeat(devices=None, jobs=((job_id, 1),), at=world.now)),
            expire(world, job_id),
        )
        assert isinstance(expired, Moved) == (pulse.lost == (job_id,))


@pytest.mark.parametrize("is_running", [False, True], ids=["while it prepared", "while it ran"])
async def test_the_third_loss_fails_the_job(world: World, is_running: bool) -> None:
    await world.add_device()
    job_id = await world.submit()
    for attempt in (1, 2, 3):
        await world.claim()
        if is_running:
            await world.report(job_id, Action.START, attempt=attempt)
        else:
            await beat(world, (job_id, attempt))
        moved = await expire(world, job_id, attempt=attempt, beat=int(not is_running))
        assert isinstance(moved, Moved)
    assert moved.target is JobStatus.FAILED
    assert await world.output(job_id, "reason_code") == "provider_lost"
    assert isinstance(await world.output(job_id, "reason"), str)
    assert await world.claim() == ()


async def test_a_claim_of_which_nobody_was_heard_is_no_loss(world: World) -> None:
    job_id = await world.submit()
    for attempt in (1, 2, 3, 4):
        await world.claim()
        moved = await expire(world, job_id, attempt=attempt)
        assert isinstance(moved, Moved)
        assert moved.target is JobStatus.SUBMITTED
    (again,) = await world.claim()
    assert (again.job.attempt, again.job.losses) == (5, 0)
    last = (await world.store.job_events(job_id)).events[-2]
    assert last.detail == {"attempt": 4, "losses": 0, "unheard": True}


async def test_the_tenth_lease_that_runs_out_fails_the_job_whoever_was_heard_of(world: World) -> None:
    job_id, other = await world.submit_many(2)
    for attempt in range(1, MAX_EXPIRIES + 1):
        await world.claim(2)
        assert isinstance(await expire(world, other, attempt=attempt), Moved)
        if attempt in {2, 5}:
            await world.report(job_id, Action.START, attempt=attempt)
        moved = await expire(world, job_id, attempt=attempt)
        assert isinstance(moved, Moved)
        assert (moved.target is JobStatus.FAILED) == (attempt == MAX_EXPIRIES)
    for failed, losses in ((job_id, 2), (other, 0)):
        job = await world.store.job_status(failed)
        assert job is not None
        assert (job.status, job.losses) == (JobStatus.FAILED, losses)
        assert await world.output(failed, "reason_code") == "provider_lost"
        assert "no provider was heard of" in await world.output(failed, "reason")


async def test_a_release_is_no_loss(world: World) -> None:
    job_id = await world.submit()
    for attempt in range(1, 6):
        await world.claim()
        await world.report(job_id, Action.RELEASE, attempt=attempt)
    job = await world.store.job_status(job_id)
    assert job is not None
    assert (job.status, job.losses, job.attempt) == (JobStatus.SUBMITTED, 0, 5)


async def test_hardware_does_not_repeat_a_running_job(world: World) -> None:
    await world.add_hardware()
    ready, running = await world.claimed(device_id=QPU), await world.running(device_id=QPU)
    moved = [await expire(world, job_id) for job_id in (ready, running)]
    assert [one.target for one in moved if isinstance(one, Moved)] == [JobStatus.SUBMITTED, JobStatus.FAILED]


async def test_a_late_result_is_taken_while_nobody_has_claimed_again(world: World) -> None:
    job_id = await world.running()
    await expire(world, job_id)
    late = (Action.SUCCEED, Action.SUCCEED_LATE)
    assert isinstance(await world.report(job_id, *late, attempt=None), Refused)
    moved = await world.report(job_id, *late, outputs={"result": "1"})
    assert isinstance(moved, Moved)
    assert (moved.source, moved.target) == (JobStatus.SUBMITTED, JobStatus.SUCCEEDED)
    assert await world.claim() == ()
    again = await world.report(job_id, *late, outputs={"result": "1"})
    assert isinstance(again, Moved)
    assert again.is_repeat


async def test_a_late_result_is_stale_once_the_job_was_claimed_again(world: World) -> None:
    job_id = await world.running()
    await expire(world, job_id)
    await world.claim()
    refused = await world.report(job_id, Action.SUCCEED, Action.SUCCEED_LATE)
    assert refused == Refused(why=Refusal.STALE, status=JobStatus.READY, attempt=2)


async def test_a_result_after_a_release_is_refused(world: World) -> None:
    job_id = await world.running()
    await world.report(job_id, Action.RELEASE)
    refused = await world.report(job_id, Action.SUCCEED, Action.SUCCEED_LATE)
    assert refused == Refused(why=Refusal.ILLEGAL, status=JobStatus.SUBMITTED, attempt=1)


async def test_a_lost_lease_that_is_claimed_and_released_is_no_longer_lost(world: World) -> None:
    job_id = await world.running()
    await expire(world, job_id)
    await world.claim()
    await world.report(job_id, Action.RELEASE, attempt=2)
    assert isinstance(await world.report(job_id, Action.FAIL, Action.FAIL_LATE, attempt=2), Refused)


async def test_who_holds_a_cancelled_or_lost_job_is_rung(world: World) -> None:
    cancelled, lost = await world.claimed(), await world.claimed()
    with (
        world.other_bell.listen({f"c:{SIM}"})
        if world.other is not world.store
        else world.bell.listen({f"c:{SIM}"}) as waiter
    ):
        while await waiter.wait(0.05):
            pass
        await world.cancel(cancelled)
        assert await waiter.wait(10)
        await expire(world, lost)
        assert await waiter.wait(10)


async def test_one_process_leads_until_it_goes(world: World) -> None:
    assert await world.store.try_lead()
    assert await world.store.try_lead()
    if world.other is world.store:
        return
    assert not await world.other.try_lead()
    await world.store.close()
    assert await world.other.try_lead()
