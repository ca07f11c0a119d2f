"""Registered jobs and their archives, on every store."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from qumulus.domain.decision import Refusal, Wish
from qumulus.domain.ids import JobId, UserId, new_job_id
from qumulus.domain.item import Item, StoredObject
from qumulus.domain.job import JobForm
from qumulus.domain.lifecycle import Action, Actor, JobStatus
from qumulus.ports.operations import KeyReused, Moved, Refused, Replayed, Submitted
from qumulus.ports.registrations import (
    InputReplaced,
    KeepObject,
    KeepSecret,
    ObjectKept,
    Registered,
    RegisterJob,
    RegistrationsFull,
    SubmitRegistered,
)
from tests.conformance.world import ALICE, BOB, World


async def register(world: World, **more: Any) -> JobId:
    world.clock.advance(0.001)
    await world.have_user()
    job_id = new_job_id()
    outcome = await world.store.apply(RegisterJob(job_id=job_id, owner=ALICE, at=world.now, **more))
    assert isinstance(outcome, Registered)
    return job_id


def stored(world: World, job_id: JobId, *, blob: str = "b", item: Item = Item.INPUT, attempt: int = 0) -> Any:
    found = StoredObject(job_id=job_id, item=item, blob=blob, size=3, attempt=attempt, at=world.now)
    return KeepObject(object=found)


async def submit(world: World, job_id: JobId, *, blob: str = "b", **more: Any) -> Any:
    world.clock.advance(0.001)
    options = {name: more.pop(name) for name in ("key", "may_prioritise") if name in more}
    job = world.new(id=job_id, form=JobForm.FILES, **more)
    await world.have_device(job.device_id)
    return await world.store.apply(SubmitRegistered(job=job, blob=blob, at=world.now, **options))


async def test_a_registered_job_becomes_what_its_submit_says(world: World) -> None:
    job_id = await register(world)
    found = await world.store.job(job_id)
    assert found is not None
    assert (found.job.status, found.job.form, found.payload.input) == (
        JobStatus.REGISTERED,
        JobForm.FILES,
        "",
    )
    assert await world.store.apply(stored(world, job_id)) == ObjectKept(replaced=None)
    outcome = await submit(world, job_id, name="n", shots=7, priority=3, input='{"program": ["x"]}')
    assert outcome == Submitted()
    (claimed,) = await world.claim()
    job = claimed.job
    assert (job.id, job.name, job.shots, job.priority, job.form) == (job_id, "n", 7, 3, JobForm.FILES)
    assert claimed.payload.input == '{"program": ["x"]}'
    assert job.created_at < (job.submitted_at or job.created_at) <= (job.ready_at or job.created_at)
    assert await world.statuses(job_id) == ["registered", "submitted", "ready"]


async def test_its_place_in_the_queue_is_that_of_its_submit(world: World) -> None:
    early = await register(world)
    await world.store.apply(stored(world, early))
    first = await world.submit()
    await submit(world, early)
    last = await world.submit()
    assert [claimed.job.id for claimed in await world.claim(3)] == [first, early, last]
    for job_id in (first, early, last):
        release = Wish(actions=(Action.RELEASE,), actor=Actor.PROVIDER)
        assert isinstance(await world.move(job_id, release), Moved)
    assert [claimed.job.id for claimed in await world.claim(3)] == [first, early, last]


async def test_a_submit_is_refused_where_it_does_not_fit(world: World) -> None:
    missing = await submit(world, new_job_id())
    assert missing == Refused(why=Refusal.MISSING)
    job_id = await register(world)
    assert await submit(world, job_id) == InputReplaced()
    await world.store.apply(stored(world, job_id, blob="one"))
    assert await world.store.apply(stored(world, job_id, blob="two")) == ObjectKept(replaced="one")
    assert await submit(world, job_id, blob="one") == InputReplaced()
    assert await submit(world, job_id, blob="two", owner="bob") == Refused(why=Refusal.MISSING)
    assert await submit(world, job_id, blob="two") == Submitted()
    again = await submit(world, job_id, blob="two")
    assert (again.why, again.status) == (Refusal.ILLEGAL, JobStatus.SUBMITTED)


async def test_of_submits_and_uploads_at_once_the_job_keeps_what_it_was_submitted_with(world: World) -> None:
    for _ in range(5):
        job_id = await register(world)
        await world.store.apply(stored(world, job_id))
        done, late = await asyncio.gather(
            submit(world, job_id), world.other.apply(stored(world, job_id, blob="late"))
        )
        kept = (await world.store.objects(job_id))[Item.INPUT].blob
        assert (done, kept) in ((Submitted(), "b"), (InputReplaced(), "late"))
        assert isinstance(late, Refused) == (kept == "b")


async def test_registrations_of_one_user_are_no_more_than_allowed(world: World) -> None:
    first, *_ = [await register(world, at_most=3) for _ in range(3)]
    await world.have_user(BOB)

    async def one_more(owner: UserId = ALICE) -> object:
        one = RegisterJob(job_id=new_job_id(), owner=owner, at=world.now, at_most=3)
        return await world.store.apply(one)

    assert await one_more() == RegistrationsFull(n_registered=3)
    assert isinstance(await one_more(BOB), Registered)
    assert isinstance(await world.cancel(first), Moved)
    outcomes = await asyncio.gather(
        *(
            store.apply(RegisterJob(job_id=new_job_id(), owner=ALICE, at=world.now, at_most=3))
            for store in (world.store, world.other) * 4
        )
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "Registered",
        *["RegistrationsFull"] * 7,
    ]


async def test_keys_are_remembered_of_registrations_and_submits(world: World) -> None:
    key = world.key()
    job_id = await register(world, key=key)
    repeat = RegisterJob(job_id=new_job_id(), owner=ALICE, at=world.now, key=key)
    assert await world.store.apply(repeat) == Replayed(answer=b"answer")
    other = RegisterJob(job_id=new_job_id(), owner=ALICE, at=world.now, key=world.key(body=b"other"))
    assert await world.store.apply(other) is KeyReused.YES
    await world.store.apply(stored(world, job_id))
    submit_key = world.key("s")
    assert await submit(world, job_id, key=submit_key) == Submitted()
    assert await submit(world, job_id, key=submit_key) == Replayed(answer=b"answer")
    assert await world.store.known_answer(ALICE, "POST /jobs", "s") == (b"body", b"answer")


async def test_outputs_are_kept_of_the_attempt_that_holds_the_job(world: World) -> None:
    job_id = await world.claimed()

    def result(attempt: int) -> Any:
        return stored(world, job_id, blob=f"r{attempt}", item=Item.RESULT, attempt=attempt)

    assert await world.store.apply(result(1)) == ObjectKept(replaced=None)
    assert (await world.store.apply(result(0))).why is Refusal.STALE
    assert (await world.store.apply(stored(world, job_id))).why is Refusal.ILLEGAL
    assert (await world.store.apply(stored(world, new_job_id()))).why is Refusal.MISSING
    assert await world.store.known_blobs([job_id, JobId("x")]) == {"r1"}
    await world.cancel(job_id)
    assert (await world.store.apply(result(1))).why is Refusal.ILLEGAL
    await world.delete(job_id)
    assert await world.store.objects(job_id) == {}


async def test_registrations_are_found_by_age_until_they_are_over(world: World) -> None:
    jobs = [await register(world) for _ in range(4)]
    submitted, cancelled, *waiting = jobs
    forgotten, left = sorted(waiting)  # those of one millisecond are in no order but that of their ids
    await world.store.apply(stored(world, submitted))
    await submit(world, submitted)
    await world.cancel(cancelled)
    assert await world.store.registrations(before=world.later(1)) == [forgotten, left]
    assert await world.store.registrations(before=world.later(1), limit=1) == [forgotten]
    assert await world.store.registrations(before=datetime.fromtimestamp(0, world.now.tzinfo)) == []
    forget = Wish(actions=(Action.FORGET,), actor=Actor.CLOUD)
    assert isinstance(await world.move(forgotten, forget), Moved)
    assert isinstance(await world.move(submitted, forget), Refused)
    assert await world.store.job(forgotten) is None
    assert await world.store.registrations(before=world.later(1)) == [left]


async def test_a_secret_is_made_once(world: World) -> None:
    async def keep(value: str, *, by: Any) -> str:
        kept: str = await by.apply(KeepSecret(name="a secret", value=value))
        return kept

    assert await world.store.secret("a secret") is None
    first, second = await asyncio.gather(keep("one", by=world.store), keep("two", by=world.other))
    assert first == second
    assert await keep("three", by=world.store) == first
    assert await world.other.secret("a secret") == first
