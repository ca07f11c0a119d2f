"""Timelines, cursors and tombstones, on every store."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import pytest

from qumulus.domain.errors import CursorTooOldError
from qumulus.domain.ids import JobId
from qumulus.domain.job import JobEvent
from qumulus.domain.lifecycle import Action, Actor, JobStatus
from qumulus.ports.operations import Prune
from qumulus.ports.store import Store
from tests.conformance.world import ALICE, BOB, World


async def follow(store: Store, cursor: str, n_events: int) -> list[JobEvent]:
    """Read on from a cursor until so many events have come, in small pages."""
    events: list[JobEvent] = []
    async with asyncio.timeout(20):
        while len(events) < n_events:
            page = await store.owner_events(ALICE, after=cursor, limit=7)
            events += page.events
            cursor = page.cursor
            await asyncio.sleep(0)
    return events


async def test_each_move_leaves_one_event(world: World) -> None:
    job_id = await world.running()
    await world.report(job_id, Action.SUCCEED, detail={"worker": "w1"})
    events = (await world.other.job_events(job_id)).events
    assert [(event.seq, event.actor, event.source, event.target) for event in events] == [
        (1, Actor.USER, None, JobStatus.SUBMITTED),
        (2, Actor.PROVIDER, JobStatus.SUBMITTED, JobStatus.READY),
        (3, Actor.PROVIDER, JobStatus.READY, JobStatus.RUNNING),
        (4, Actor.PROVIDER, JobStatus.RUNNING, JobStatus.SUCCEEDED),
    ]
    assert [event.detail for event in events] == [
        {},
        {"attempt": 1, "worker": "w1"},
        {"attempt": 1},
        {"attempt": 1, "worker": "w1"},
    ]
    assert {event.job_id for event in events} == {job_id}


async def test_a_timeline_is_resumed_behind_a_cursor(world: World) -> None:
    job_id = await world.running()
    page = await world.store.job_events(job_id)
    assert page.cursor == page.events[-1].cursor
    for i, event in enumerate(page.events):
        rest = await world.other.job_events(job_id, after=event.cursor)
        assert rest.events == page.events[i + 1 :]
    after_all = await world.store.job_events(job_id, after=page.cursor)
    assert (after_all.events, after_all.cursor) == ([], page.cursor)


async def test_a_stream_has_the_owners_events_only_and_from_the_cursor_on(world: World) -> None:
    before = await world.submit()
    cursor = await world.store.head_cursor(ALICE)
    mine = await world.submit()
    await world.submit(owner=BOB)
    await world.cancel(before)
    events = await follow(world.other, cursor, 2)
    assert [(event.job_id, event.target) for event in events] == [
        (mine, JobStatus.SUBMITTED),
        (before, JobStatus.CANCELLED),
    ]
    page = await world.store.owner_events(ALICE, after=events[-1].cursor)
    assert (page.events, page.cursor) == ([], events[-1].cursor)


@pytest.mark.parametrize("cursor", ["", "x", "1-2", "deadbeef-1-1", "-1--1", "a-b-c"])
async def test_a_cursor_of_another_store_is_too_old(world: World, cursor: str) -> None:
    job_id = await world.submit()
    with pytest.raises(CursorTooOldError):
        await world.store.owner_events(ALICE, after=cursor)
    with pytest.raises(CursorTooOldError):
        await world.store.job_events(job_id, after=cursor)


async def test_tombstones_are_kept_until_retention_and_cursors_before_them_are_too_old(world: World) -> None:
    cursor = await world.store.head_cursor(ALICE)
    job_id, other = await world.submit(), await world.submit()
    for one in (job_id, other):
        await world.cancel(one)
        await world.delete(one)
    events = await follow(world.store, cursor, 2)
    assert [(event.job_id, event.target) for event in events] == [(job_id, None), (other, None)]
    kept = await world.store.apply(Prune(keys_before=world.now, events_before=events[1].at))
    assert kept.events == 1
    assert [
        event.job_id for event in (await world.store.owner_events(ALICE, after=events[0].cursor)).events
    ] == [other]
    with pytest.raises(CursorTooOldError):
        await world.other.owner_events(ALICE, after=cursor)
    world.clock.advance(1)
    await world.store.apply(Prune(keys_before=world.now, events_before=world.now))
    assert (await world.store.job_events(other)).events == []
    assert (await world.store.owner_events(ALICE, after=events[1].cursor)).events == []


async def test_where_a_stream_begins_is_never_too_old(world: World) -> None:
    """Whoever did nothing for long starts behind what was forgotten of others."""
    await world.submit()
    other = await world.submit(owner=BOB)
    await world.cancel(other)
    await world.delete(other)
    world.clock.advance(1)
    await world.store.apply(Prune(keys_before=world.now, events_before=world.now))
    cursor = await world.store.head_cursor(ALICE)
    assert (await world.store.owner_events(ALICE, after=cursor)).events == []
    job_id = await world.submit()
    assert [event.job_id for event in await follow(world.store, cursor, 1)] == [job_id]


async def test_nothing_is_missed_or_out_of_order_under_concurrent_writers(world: World) -> None:
    """A reader that follows while many write sees every event once, each job's own in order."""
    cursor = await world.store.head_cursor(ALICE)
    n_jobs = 60
    reader = asyncio.create_task(follow(world.other, cursor, n_jobs * 4))

    async def live(number: int) -> None:
        store = (world.store, world.other)[number % 2]
        for _ in range(10):
            job_id = await world.submit()
            one = await claim_one(world, store)
            await world.report(one, Action.START)
            if number % 3:
                await world.report(one, Action.SUCCEED)
            else:
                await world.cancel(one, by=world.other)
            assert job_id

    await asyncio.gather(*map(live, range(6)))
    seen: dict[JobId, list[int]] = defaultdict(list)
    for event in await reader:
        seen[event.job_id].append(event.seq)
    assert len(seen) == n_jobs
    assert all(numbers == [1, 2, 3, 4] for numbers in seen.values())


async def claim_one(world: World, store: Store) -> JobId:
    for _ in range(1000):
        claimed = await world.claim(by=store)
        if claimed:
            return claimed[0].job.id
    raise AssertionError("there is a job for everybody")


async def test_moves_of_one_job_by_two_processes_are_ordered_as_they_happened(world: World) -> None:
    cursor = await world.store.head_cursor(ALICE)
    ids = await world.submit_many(10)
    attempts = 6
    for attempt in range(1, attempts + 1):
        claimed = await world.claim(10, by=(world.store, world.other)[attempt % 2])
        assert len(claimed) == len(ids)
        await asyncio.gather(*(world.report(job_id, Action.RELEASE, attempt=attempt) for job_id in ids))
    seen: dict[JobId, list[int]] = defaultdict(list)
    for event in await follow(world.store, cursor, len(ids) * (1 + 2 * attempts)):
        seen[event.job_id].append(event.seq)
    assert all(numbers == list(range(1, 2 + 2 * attempts)) for numbers in seen.values())


async def test_watchers_of_a_job_and_of_its_owner_are_rung(world: World) -> None:
    job_id = await world.claimed()
    bell = world.bell if world.other is world.store else world.other_bell
    for topic, action in ((f"j:{job_id}", Action.START), (f"o:{ALICE}", Action.SUCCEED)):
        with bell.listen({topic}) as waiter:
            while await waiter.wait(0.05):
                pass
            await world.report(job_id, action)
            assert await waiter.wait(10)
