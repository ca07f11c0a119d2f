"""A device goes while somebody submits to it, or the user who submits, on every store.

The job is there first, or it is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from qumulus.domain.decision import Refusal
from qumulus.domain.errors import DeviceUnusableError, NotAuthenticatedError, UnavailableError
from qumulus.domain.ids import JobId, new_job_id
from qumulus.domain.item import Item
from qumulus.domain.job import JobForm
from qumulus.domain.lifecycle import JobStatus
from qumulus.ports.operations import DropDevice, DropUser, Refused, SubmitJobs, Submitted, Written
from qumulus.ports.registrations import (
    KeepObject,
    Registered,
    RegisterJob,
    RegistrationsFull,
    StoredObject,
    SubmitRegistered,
)
from qumulus.ports.store import JobQuery, Store
from qumulus.store import administration
from qumulus.store.postgres.connection import connect
from tests.conformance.world import ALICE, AUDIT, BOB, QPU, SIM, World

KEY = """
INSERT INTO idempotency (owner, route, key, body_hash, answer, at) VALUES ($1, $2, $3, '', '', now())
"""


def submitting(world: World, **changes: Any) -> SubmitJobs:
    """What a service sends that looked at the device a moment ago."""
    return SubmitJobs(jobs=(world.new(**changes),), at=world.now, key=world.key())


async def drop(world: World, *, by: Store | None = None) -> Written:
    return await (by or world.store).apply(DropDevice(device_id=SIM, at=world.now, audit=AUDIT))


async def drop_user(world: World, *, by: Store | None = None) -> Written:
    return await (by or world.store).apply(DropUser(user_id=ALICE, at=world.now, audit=AUDIT))


async def statuses(world: World) -> list[str]:
    return [found.job.status for found in await world.store.list_jobs(JobQuery())]


@pytest.fixture
async def furnished(world: World) -> World:
    await world.have_device(SIM)
    await world.have_device(QPU)
    await world.have_user(ALICE)
    await world.have_user(BOB)
    return world


async def test_a_submit_after_the_removal_is_refused_and_stores_nothing(furnished: World) -> None:
    world = furnished
    assert await drop(world) is Written.DONE
    with pytest.raises(DeviceUnusableError):
        await world.other.apply(submitting(world))
    assert await statuses(world) == []
    await world.add_device(SIM)
    assert await world.other.apply(submitting(world)) == Submitted()  # the key was not remembered


async def test_in_a_batch_with_others_only_the_job_without_a_device_is_refused(furnished: World) -> None:
    world = furnished
    await drop(world)
    good = [SubmitJobs(jobs=(world.new(device_id=QPU),), at=world.now) for _ in range(12)]
    bad = [SubmitJobs(jobs=(world.new(device_id=QPU), world.new()), at=world.now) for _ in range(3)]
    outcomes = await asyncio.gather(*map(world.store.apply, [*good, *bad]), return_exceptions=True)
    assert outcomes[:12] == [Submitted()] * 12
    assert [type(outcome) for outcome in outcomes[12:]] == [DeviceUnusableError] * 3
    assert await statuses(world) == ["submitted"] * 12


async def register(world: World, *, by: Store | None = None, at_most: int | None = None) -> object:
    wanted = RegisterJob(job_id=new_job_id(), owner=ALICE, at=world.now, at_most=at_most)
    return await (by or world.store).apply(wanted)


async def registered(world: World) -> JobId:
    job_id = new_job_id()
    await world.store.apply(RegisterJob(job_id=job_id, owner=ALICE, at=world.now))
    archive = StoredObject(job_id=job_id, item=Item.INPUT, blob="b", size=3, attempt=0, at=world.now)
    await world.store.apply(KeepObject(object=archive))
    return job_id


async def test_a_registered_job_is_not_submitted_to_a_device_that_is_gone(furnished: World) -> None:
    world = furnished
    job_id = await registered(world)
    await drop(world)
    job = world.new(id=job_id, form=JobForm.FILES)
    with pytest.raises(DeviceUnusableError):
        await world.store.apply(SubmitRegistered(job=job, blob="b", at=world.now))
    status = await world.store.job_status(job_id)
    assert status is not None
    assert status.status is JobStatus.REGISTERED


async def test_of_a_racing_submit_and_removal_one_wins(furnished: World) -> None:
    world = furnished
    for _ in range(20):
        submitted, dropped = await asyncio.gather(
            world.store.apply(SubmitJobs(jobs=(world.new(),), at=world.now)),
            drop(world, by=world.other),
            return_exceptions=True,
        )
        if dropped is Written.DONE:
            assert isinstance(submitted, DeviceUnusableError)
            await world.add_device(SIM)
        else:
            assert (submitted, dropped) == (Submitted(), Written.IN_USE)
            (job,) = await world.claim()
            await world.cancel(job.job.id)


async def test_a_submit_after_the_removal_of_its_owner_is_refused_and_stores_nothing(
    furnished: World,
) -> None:
    world = furnished
    assert await drop_user(world) is Written.DONE
    with pytest.raises(NotAuthenticatedError):
        await world.other.apply(submitting(world))
    assert await register(world) == Refused(why=Refusal.MISSING)
    assert await statuses(world) == []
    await world.add_user(ALICE)
    assert await world.other.apply(submitting(world)) == Submitted()  # the key was not remembered


async def test_in_a_batch_with_others_only_the_job_without_an_owner_is_refused(furnished: World) -> None:
    world = furnished
    await drop_user(world)
    good = [SubmitJobs(jobs=(world.new(owner=BOB),), at=world.now) for _ in range(12)]
    bad = [world.new(owner=BOB), world.new()]
    outcomes = await asyncio.gather(
        *map(world.store.apply, [*good, SubmitJobs(jobs=tuple(bad), at=world.now)]),
        register(world),
        return_exceptions=True,
    )
    assert outcomes[:12] == [Submitted()] * 12
    assert type(outcomes[12]) is NotAuthenticatedError
    assert outcomes[13] == Refused(why=Refusal.MISSING)
    assert await statuses(world) == ["submitted"] * 12


async def test_of_a_racing_submit_and_removal_of_its_owner_one_wins(furnished: World) -> None:
    world = furnished
    for turn in range(20):
        write = SubmitJobs(jobs=(world.new(),), at=world.now)
        stored, dropped = await asyncio.gather(
            register(world) if turn % 2 else world.store.apply(write),
            drop_user(world, by=world.other),
            return_exceptions=True,
        )
        if dropped is Written.DONE:
            assert isinstance(stored, Refused if turn % 2 else NotAuthenticatedError)
            await world.add_user(ALICE)
        else:
            assert (type(stored), dropped) == (Registered if turn % 2 else Submitted, Written.IN_USE)
            for found in await world.store.list_jobs(JobQuery()):
                await world.cancel(found.job.id)
                await world.delete(found.job.id)


# --- PostgreSQL, where both may be in the middle of it at once --------------------------------


@asynccontextmanager
async def gate(world: World, text: str, *values: Any) -> AsyncIterator[Any]:
    """Hold by a transaction what somebody else will need; rolled back at the end."""
    connection = await connect(world.url, application_name="gate")
    try:
        await connection.execute("BEGIN")
        await connection.fetch(text, *values)
        yield connection
    finally:
        await connection.close()


async def stands(world: World, n_waiting: int, *tasks: asyncio.Task[Any]) -> None:
    """Wait until so many connections wait for locks, or one of the tasks did not have to."""
    query = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'qumulus' AND wait_event_type = 'Lock'"
    )
    connection = await connect(world.url, application_name="test")
    try:
        async with asyncio.timeout(30):
            while not any(task.done() for task in tasks):
                if await connection.fetchval(query) >= n_waiting:
                    return
                await asyncio.sleep(0.005)
    finally:
        await connection.close()


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_a_removal_waits_for_a_submit_that_is_under_way(furnished: World) -> None:
    world = furnished
    async with gate(world, KEY, ALICE, "POST /jobs", "k"):  # in its statement, the submit stops at its key
        submit = asyncio.create_task(world.store.apply(submitting(world)))
        await stands(world, 1, submit)
        removal = asyncio.create_task(drop(world, by=world.other))
        await stands(world, 2, submit, removal)
    assert await asyncio.gather(submit, removal) == [Submitted(), Written.IN_USE]


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_a_submit_waits_for_a_removal_that_is_under_way(furnished: World) -> None:
    world = furnished
    async with gate(world, "SELECT 1 FROM devices WHERE id = $1 FOR UPDATE", SIM):  # the removal stops there
        removal = asyncio.create_task(drop(world))
        await stands(world, 1, removal)
        submit = asyncio.create_task(world.other.apply(submitting(world)))
        await stands(world, 2, submit, removal)
    assert await removal is Written.DONE
    with pytest.raises(DeviceUnusableError):
        await submit
    assert await statuses(world) == []


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_a_removal_that_has_to_wait_gives_up_before_all_submits_wait_with_it(
    furnished: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who tends the table (VACUUM) may do so for minutes, and submits go on meanwhile."""
    world = furnished
    monkeypatch.setattr(administration, "PATIENCE", "50ms")
    async with gate(world, "LOCK TABLE queue IN SHARE UPDATE EXCLUSIVE MODE"), asyncio.timeout(30):
        with pytest.raises(UnavailableError):
            await drop(world)
        assert await world.store.apply(submitting(world)) == Submitted()
    (job,) = await world.claim()
    await world.cancel(job.job.id)
    assert await drop(world) is Written.DONE


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_the_removal_of_a_user_waits_for_a_submit_that_is_under_way(furnished: World) -> None:
    world = furnished
    async with gate(world, KEY, ALICE, "POST /jobs", "k"):  # in its statement, the submit stops at its key
        submit = asyncio.create_task(world.store.apply(submitting(world)))
        await stands(world, 1, submit)
        removal = asyncio.create_task(drop_user(world, by=world.other))
        await stands(world, 2, submit, removal)
    assert await asyncio.gather(submit, removal) == [Submitted(), Written.IN_USE]


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_a_submit_waits_for_the_removal_of_its_owner(furnished: World) -> None:
    world = furnished
    async with gate(world, "LOCK TABLE audit IN SHARE MODE"):  # the removal stops there
        removal = asyncio.create_task(drop_user(world))
        await stands(world, 1, removal)
        submit = asyncio.create_task(world.other.apply(submitting(world)))
        await stands(world, 2, submit, removal)
    assert await removal is Written.DONE
    with pytest.raises(NotAuthenticatedError):
        await submit
    assert await statuses(world) == []


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_a_registration_waits_for_the_removal_of_its_owner(furnished: World) -> None:
    world = furnished
    async with gate(world, "SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", await ended(world)):
        removal = asyncio.create_task(drop_user(world))
        await stands(world, 1, removal)
        registration = asyncio.create_task(register(world, by=world.other))
        await stands(world, 2, registration, removal)
    assert await asyncio.gather(removal, registration) == [Written.DONE, Refused(why=Refusal.MISSING)]
    assert await statuses(world) == []


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_registrations_at_two_clouds_at_once_count_one_another(furnished: World) -> None:
    world = furnished
    async with gate(world, "SELECT 1 FROM users WHERE id = $1 FOR UPDATE", ALICE):  # both stop there
        one = asyncio.create_task(register(world, at_most=1))
        other = asyncio.create_task(register(world, by=world.other, at_most=1))
        await stands(world, 2, one, other)
    outcomes = {type(outcome) for outcome in await asyncio.gather(one, other)}
    assert outcomes == {Registered, RegistrationsFull}


async def ended(world: World) -> JobId:
    """Give a job of Alice's that holds up no removal."""
    job_id = await world.submit()
    await world.cancel(job_id)
    return job_id


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_others_submit_while_what_a_user_had_is_being_removed(furnished: World) -> None:
    """All that takes long is done before submits are held."""
    world = furnished
    async with gate(world, "SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", await ended(world)):
        removal = asyncio.create_task(drop_user(world))
        await stands(world, 1, removal)
        async with asyncio.timeout(30):
            assert await world.other.apply(submitting(world, owner=BOB)) == Submitted()
        assert not removal.done()
    assert await removal is Written.DONE
    assert await statuses(world) == ["submitted"]


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_a_job_that_comes_while_its_owner_is_being_removed_undoes_the_removal(furnished: World) -> None:
    world = furnished
    job_id = await ended(world)
    async with gate(world, "SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", job_id):
        removal = asyncio.create_task(drop_user(world))
        await stands(world, 1, removal)
        async with asyncio.timeout(30):
            assert await world.other.apply(submitting(world)) == Submitted()
    assert await removal is Written.IN_USE
    assert sorted(await statuses(world)) == ["cancelled", "submitted"]
    found = await world.store.job(job_id)
    assert found is not None
    assert found.payload.input  # nothing of it was removed
