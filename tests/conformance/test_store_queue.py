"""Queues and claims, on every store."""

from __future__ import annotations

import asyncio
from collections import Counter

from qumulus.domain.job import Job
from qumulus.domain.lifecycle import Action, JobStatus
from qumulus.ports.operations import Moved, SetOutputs
from tests.conformance.world import ALICE, BOB, QPU, SIM, World


async def test_a_claim_takes_the_oldest_first_and_hands_out_everything(world: World) -> None:
    first = await world.submit(input='{"code": "first"}', transpiler_info={})
    second = await world.submit()
    await world.submit(device_id=QPU)
    claimed = await world.claim(10, lease_s=30.0)
    assert [one.job.id for one in claimed] == [first, second]
    one = claimed[0]
    assert (one.job.status, one.job.attempt, one.lease_s) == (JobStatus.READY, 1, 30.0)
    assert one.payload.input == '{"code": "first"}'
    assert one.job == await world.store.job_status(first)
    assert await world.claim(10) == ()


async def test_a_claim_over_several_devices_follows_the_queues_order(world: World) -> None:
    ids = [await world.submit(device_id=device) for device in (SIM, QPU, QPU, SIM)]
    claimed = await world.claim(3, devices=(QPU, SIM))
    assert [one.job.id for one in claimed] == ids[:3]
    assert [one.job.id for one in await world.claim(3, devices=(QPU, SIM))] == ids[3:]


async def test_two_claimers_never_get_the_same_job(world: World) -> None:
    ids = await world.submit_many(300)
    stores = [world.store, world.other] * 6

    async def take(number: int) -> list[str]:
        taken: list[str] = []
        while claimed := await world.claim(7, by=stores[number], worker=f"w{number}"):
            taken += [one.job.id for one in claimed]
        return taken

    taken = [job_id for part in await asyncio.gather(*map(take, range(len(stores)))) for job_id in part]
    while claimed := await world.claim(50):  # heads that were locked just then are still there
        taken += [one.job.id for one in claimed]
    assert Counter(taken) == Counter(ids)


async def test_concurrent_claims_of_one_process_share_the_queue(world: World) -> None:
    ids = await world.submit_many(10)
    shares = await asyncio.gather(*(world.claim(3) for _ in range(4)))
    assert sorted(one.job.id for share in shares for one in share) == sorted(ids)
    assert max(map(len, shares)) <= 3


async def test_a_claim_ends_before_its_payloads_are_too_large_but_holds_one(world: World) -> None:
    large = '{"code": "' + "x" * 50_000 + '"}'
    ids = [await world.submit(input=large) for _ in range(3)]
    assert [one.job.id for one in await world.claim(10, max_bytes=120_000)] == ids[:2]
    (last,) = await world.claim(10, max_bytes=10)
    assert last.job.id == ids[2]
    assert last.payload.input == large


async def test_a_job_that_comes_back_keeps_its_place(world: World) -> None:
    first, second = await world.submit(), await world.submit()
    await world.claim()
    await world.report(first, Action.RELEASE)
    assert await world.store.queue_position(first) == 0
    assert [one.job.id for one in await world.claim(2)] == [first, second]


async def test_outputs_of_an_earlier_attempt_are_handed_out(world: World) -> None:
    job_id = await world.claimed()
    await world.store.apply(
        SetOutputs(job_id=job_id, at=world.now, devices=None, outputs={"transpile_result": "{}"})
    )
    await world.report(job_id, Action.RELEASE)
    (again,) = await world.claim()
    assert again.payload.outputs == {"transpile_result": "{}"}
    assert again.job.attempt == 2


async def test_positions_are_counted_up_to_a_bound(world: World) -> None:
    ids = [await world.submit() for _ in range(5)]
    assert [await world.store.queue_position(job_id) for job_id in ids] == [0, 1, 2, 3, 4]
    assert await world.store.queue_position(ids[4], at_most=3) == 3
    await world.claim()
    assert [await world.store.queue_position(job_id) for job_id in ids] == [None, 0, 1, 2, 3]
    await world.cancel(ids[2])
    assert await world.store.queue_position(ids[3]) == 1


async def test_a_granted_priority_counts_against_everybody(world: World) -> None:
    await world.submit()
    urgent = await world.submit(owner=BOB, priority=1, may_prioritise=True)
    await world.submit(owner=BOB, priority=9, may_prioritise=True)
    (one,) = await world.claim()
    assert one.job.id == urgent


async def test_a_wished_priority_orders_the_owners_own_jobs_only(world: World) -> None:
    """The owner's best job takes the place of the one whose turn it is; nobody else waits longer."""
    bob_first = await world.submit(owner=BOB)
    low = await world.submit(priority=7)
    normal = await world.submit()
    bob_second = await world.submit(owner=BOB)
    high = await world.submit(priority=0)
    order = [(await world.claim())[0].job.id for _ in range(5)]
    assert order == [bob_first, high, normal, bob_second, low]


async def test_wishes_are_honoured_within_one_large_claim(world: World) -> None:
    priorities = [5, 9, 0, 5, 3, 9, 0]
    ids = [await world.submit(priority=priority) for priority in priorities]
    by_wish = [job_id for _, job_id in sorted(zip(priorities, ids, strict=True), key=lambda pair: pair[0])]
    assert [one.job.id for one in await world.claim(4)] == by_wish[:4]
    assert [one.job.id for one in await world.claim(4)] == by_wish[4:]


async def test_jobs_that_changed_places_come_back_to_them(world: World) -> None:
    low = await world.submit(priority=8)
    middle = await world.submit(owner=BOB)
    high = await world.submit(priority=1)
    await world.claim()
    assert await world.store.queue_position(low) == 1
    await world.report(high, Action.RELEASE)
    assert [await world.store.queue_position(job_id) for job_id in (high, middle, low)] == [0, 1, 2]
    await world.cancel(low)
    assert [one.job.id for one in await world.claim(3)] == [high, middle]


async def test_a_swapped_job_that_is_cut_from_a_claim_keeps_its_new_place(world: World) -> None:
    large = '{"code": "' + "x" * 5000 + '"}'
    low = await world.submit(priority=8, input=large)
    high = await world.submit(priority=1, input=large)
    assert [one.job.id for one in await world.claim(2, max_bytes=6000)] == [high]
    assert [one.job.id for one in await world.claim(2, max_bytes=6000)] == [low]


async def test_a_cancelled_job_is_never_handed_out(world: World) -> None:
    ids = await world.submit_many(40)

    async def cancel(job_id: str) -> bool:
        moved = await world.cancel(job_id, by=world.other)  # type: ignore[arg-type]
        return isinstance(moved, Moved) and moved.source is JobStatus.SUBMITTED

    cancels = asyncio.gather(*map(cancel, ids[::2]))
    claims = await asyncio.gather(*(world.claim(5) for _ in range(8)))
    was_waiting = await cancels
    handed = {one.job.id for claimed in claims for one in claimed}
    for job_id, was_not_claimed in zip(ids[::2], was_waiting, strict=True):
        assert (job_id in handed) != was_not_claimed


async def test_a_waiting_claimer_is_rung_for_new_jobs_in_every_process(world: World) -> None:
    bells = {id(world.bell): world.bell}
    if world.other is not world.store:
        bells[id(world.other_bell)] = world.other_bell
    for bell in bells.values():
        with bell.listen({f"d:{SIM}"}) as waiter:
            while await waiter.wait(0.05):
                pass  # what was rung before
            ringing = asyncio.create_task(world.submit())
            assert await waiter.wait(10)
            await ringing


async def test_loads_count_what_waits_and_what_is_claimed(world: World) -> None:
    await world.add_device()
    await world.add_device(QPU)
    await world.submit_many(3)
    await world.claim(2)
    loads = await world.store.device_loads()
    assert (loads[SIM].n_waiting, loads[SIM].n_claimed, loads[SIM].mean_service_s) == (1, 2, None)
    assert (loads[QPU].n_waiting, loads[QPU].n_claimed) == (0, 0)


async def test_the_mean_service_time_is_over_jobs_that_ran(world: World) -> None:
    await world.add_device()
    for seconds in (1.0, 3.0):
        job_id = await world.running()
        world.clock.advance(seconds - 0.001)
        await world.report(job_id, Action.SUCCEED)
    cancelled = await world.submit()
    await world.cancel(cancelled)
    mean_s = (await world.store.device_loads())[SIM].mean_service_s
    assert mean_s is not None
    assert abs(mean_s - 2.0) < 1e-6


async def test_a_claim_without_a_lease_takes_the_devices_time(world: World) -> None:
    await world.add_device(claim_timeout_s=77.0)
    await world.add_device(QPU)
    await world.submit()
    await world.submit(device_id=QPU)
    (timed,) = await world.claim(lease_s=None)
    (endless,) = await world.claim(devices=(QPU,), lease_s=None)
    assert (timed.lease_s, endless.lease_s) == (77.0, None)
    assert [(lease.job_id, lease.ttl_s) for lease in await world.store.leases()] == [(timed.job.id, 77.0)]


def _owners(jobs: list[Job]) -> list[str]:
    return [job.owner for job in jobs]


async def test_several_owners_wishes_do_not_mix(world: World) -> None:
    for owner, priority in ((ALICE, 9), (BOB, 9), (ALICE, 1), (BOB, 2)):
        await world.submit(owner=owner, priority=priority)
    claimed = [one.job for one in await world.claim(2)]
    assert _owners(claimed) == [ALICE, BOB]
    assert [job.priority for job in claimed] == [1, 2]
