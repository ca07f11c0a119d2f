"""Transactions shared by many callers: keys, isolation, durability, on every store."""

from __future__ import annotations

import asyncio

import pytest

from qumulus.bell import MemoryBell
from qumulus.domain.account import User
from qumulus.domain.errors import BadRequestError, UnavailableError
from qumulus.domain.ids import UserId
from qumulus.domain.lifecycle import Action
from qumulus.ports.operations import (
    AddUser,
    KeyReused,
    Moved,
    Prune,
    Replayed,
    SubmitJobs,
    Submitted,
    Written,
)
from qumulus.ports.store import JobQuery
from qumulus.store import check, open_store
from tests.conformance.world import ALICE, AUDIT, BOB, World


async def test_a_known_key_is_answered_as_before_and_stores_nothing(world: World) -> None:
    await world.have_device()
    await world.have_user()
    submit = SubmitJobs(jobs=(world.new(),), at=world.now, key=world.key(answer=b'{"job_id": 1}'))
    assert await world.store.apply(submit) == Submitted()
    again = SubmitJobs(jobs=(world.new(),), at=world.now, key=world.key(answer=b"other"))
    assert await world.other.apply(again) == Replayed(answer=b'{"job_id": 1}')
    other_body = SubmitJobs(jobs=(world.new(),), at=world.now, key=world.key(body=b"other"))
    assert await world.store.apply(other_body) is KeyReused.YES
    assert len(await world.store.list_jobs(JobQuery())) == 1


async def test_of_racing_submits_with_one_key_one_is_stored(world: World) -> None:
    await world.have_device()
    await world.have_user()
    stores = [world.store, world.other] * 8
    outcomes = await asyncio.gather(
        *(
            store.apply(SubmitJobs(jobs=(world.new(),), at=world.now, key=world.key(answer=b"%d" % i)))
            for i, store in enumerate(stores)
        )
    )
    assert [type(outcome) for outcome in outcomes].count(Submitted) == 1
    winner = outcomes.index(Submitted())
    assert set(outcomes) == {Submitted(), Replayed(answer=b"%d" % winner)}
    assert len(await world.store.list_jobs(JobQuery())) == 1


async def test_keys_are_per_owner_and_route_outlive_the_job_and_are_forgotten(world: World) -> None:
    key = world.key()
    job_id = await world.submit(key=key)
    await world.cancel(job_id)
    await world.delete(job_id)
    submit = SubmitJobs(jobs=(world.new(),), at=world.now, key=key)
    assert isinstance(await world.store.apply(submit), Replayed)
    world.clock.advance(1)
    pruned = await world.store.apply(Prune(keys_before=world.now, events_before=world.later(-3600)))
    assert (pruned.keys, pruned.events) == (1, 0)
    assert isinstance(await world.store.apply(submit), Submitted)


async def test_a_batch_of_jobs_is_stored_whole_or_not_at_all(world: World) -> None:
    taken = await world.submit()
    jobs = (world.new(), world.new(id=taken), world.new())
    with pytest.raises(Exception, match=r"(?i)unique"):
        await world.store.apply(SubmitJobs(jobs=jobs, at=world.now, key=world.key()))
    assert [found.job.id for found in await world.store.list_jobs(JobQuery())] == [taken]
    assert isinstance(
        await world.store.apply(SubmitJobs(jobs=jobs[:1], at=world.now, key=world.key())), Submitted
    )


async def test_one_callers_fault_fails_nobody_elses_write(world: World) -> None:
    taken = await world.submit()
    faulty = [SubmitJobs(jobs=(world.new(id=taken),), at=world.now) for _ in range(3)]
    good = [SubmitJobs(jobs=(world.new(),), at=world.now) for _ in range(12)]
    mixed = [*good[:6], *faulty[:2], *good[6:], faulty[2]]
    outcomes = await asyncio.gather(*map(world.store.apply, mixed), return_exceptions=True)
    failed = {i for i, outcome in enumerate(outcomes) if isinstance(outcome, Exception)}
    assert failed == {6, 7, 14}
    assert len(await world.store.list_jobs(JobQuery())) == 13


async def test_a_text_that_no_column_can_hold_is_the_callers_fault(world: World) -> None:
    outcomes = await asyncio.gather(
        world.submit(name="\ud800"), world.submit(name="fine"), return_exceptions=True
    )
    assert isinstance(outcomes[0], BadRequestError)
    assert isinstance(outcomes[1], str)


async def test_many_callers_share_transactions_and_each_gets_its_own_answer(world: World) -> None:
    async def live(number: int) -> None:
        job_id = await world.submit(name=str(number))
        assert await world.store.job_status(job_id) is not None
        (one,) = await world.claim(by=(world.store, world.other)[number % 2]) or (None,)
        if one is not None:
            assert isinstance(await world.report(one.job.id, Action.START), Moved)
            assert isinstance(
                await world.report(one.job.id, Action.SUCCEED, outputs={"result": one.job.name}), Moved
            )
            assert await world.output(one.job.id, "result") == int(one.job.name)

    await asyncio.gather(*map(live, range(60)))


async def test_operations_on_one_job_take_effect_in_the_order_in_which_they_came(world: World) -> None:
    job_id = await world.claimed()
    outcomes = await asyncio.gather(
        world.report(job_id, Action.START),
        world.report(job_id, Action.SUCCEED, outputs={"result": "1"}),
        world.cancel(job_id),
        world.delete(job_id),
    )
    moved = [isinstance(outcome, Moved) for outcome in outcomes]
    if world.other is world.store:
        assert moved == [True, True, False, True]
    else:  # two writers: of calls that overlap each may come first, but one moves the claimed job
        assert moved[0] or moved[2]


async def test_administrative_writes_mix_with_jobs(world: World) -> None:
    users = [User(id=UserId(f"u{i % 5}"), created_at=world.now) for i in range(10)]
    outcomes = await asyncio.gather(
        *(world.store.apply(AddUser(user=user, at=world.now, audit=AUDIT)) for user in users),
        *(world.submit() for _ in range(10)),
    )
    assert outcomes[:10].count(Written.DONE) == 5
    assert len(await world.store.list_jobs(JobQuery())) == 10


async def test_a_caller_that_is_gone_does_not_disturb_the_batch(world: World) -> None:
    await world.have_device()
    await world.have_user()
    gone = [asyncio.create_task(world.submit()) for _ in range(5)]
    stays = [asyncio.create_task(world.submit(owner=BOB)) for _ in range(5)]
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    await asyncio.gather(*stays)
    assert len(await world.store.list_jobs(JobQuery(owner=BOB))) == 5
    assert len(await world.store.list_jobs(JobQuery(owner=ALICE))) == 5


async def test_what_was_answered_is_there_after_reopening(world: World) -> None:
    job_id = await world.running()
    key = world.key()
    await world.submit(key=key)
    cursor = await world.store.head_cursor(ALICE)
    await world.store.close()
    if world.other is not world.store:
        await world.other.close()
    store = await open_store(world.url, bell=MemoryBell())
    try:
        await store.ping()
        found = await store.job_status(job_id)
        assert found is not None
        assert (found.status.value, found.attempt) == ("running", 1)
        assert len(await store.leases()) == 1
        assert (await store.owner_events(ALICE, after=cursor)).events == []
        assert isinstance(await store.apply(SubmitJobs(jobs=(world.new(),), at=world.now, key=key)), Replayed)
    finally:
        await store.close()


async def test_closing_finishes_what_was_accepted(world: World) -> None:
    await world.have_device()
    await world.have_user()
    submits = [asyncio.create_task(world.submit()) for _ in range(50)]
    await asyncio.sleep(0)
    await world.store.close()
    assert len({await submit for submit in submits}) == 50
    with pytest.raises(UnavailableError):
        await world.submit()
    assert await check(world.url) == []
