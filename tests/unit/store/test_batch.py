"""How operations are cut into batches."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qumulus.domain.account import User
from qumulus.domain.decision import Wish
from qumulus.domain.ids import DeviceId, JobId, UserId
from qumulus.domain.job import JobForm, JobType, NewJob
from qumulus.domain.lifecycle import Action, Actor
from qumulus.ports.operations import (
    AddUser,
    Audit,
    ClaimJobs,
    Heartbeat,
    IdempotencyKey,
    MoveJob,
    MoveJobs,
    Operation,
    SubmitJobs,
)
from qumulus.store.batch import (
    MAX_JOBS,
    MAX_LIGHT_CHARACTERS,
    MAX_LIGHT_JOBS,
    MAX_LIGHT_OPERATIONS,
    MAX_OPERATIONS,
    cut,
    is_light,
    job_ids,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)
AUDIT = Audit(who="w", action="a", subject="s", before=None, after=None)
JOBS = st.sampled_from([JobId(name) for name in "abcde"])


def move(job_id: JobId) -> MoveJob:
    return MoveJob(job_id=job_id, wish=Wish(actions=(Action.CANCEL,), actor=Actor.USER), at=AT)


def heartbeat(jobs: list[JobId]) -> Heartbeat:
    return Heartbeat(devices=None, jobs=tuple((job_id, 1) for job_id in jobs), at=AT)


def submit(key: str | None, n_jobs: int = 1) -> SubmitJobs:
    remembered = key and IdempotencyKey(owner=UserId("u"), route="r", key=key, body_hash=b"", answer=b"")
    job = NewJob(
        id=JobId("new"),
        owner=UserId("u"),
        device_id=DeviceId("d"),
        form=JobForm.TEXT,
        job_type=JobType.SAMPLING,
        shots=1,
        input="{}",
    )
    return SubmitJobs(jobs=(job,) * n_jobs, at=AT, key=remembered or None)


def claim() -> ClaimJobs:
    return ClaimJobs(devices=(DeviceId("d"),), limit=1, at=AT)


def add_user() -> AddUser:
    return AddUser(user=User(id=UserId("u"), created_at=AT), at=AT, audit=AUDIT)


OPERATIONS = st.one_of(
    st.builds(move, JOBS),
    st.builds(heartbeat, st.lists(JOBS)),
    st.builds(submit, st.sampled_from(["k", "l", None])),
    st.builds(claim),
    st.builds(add_user),
)


def batches(operations: list[Operation[Any]]) -> list[list[Operation[Any]]]:
    waiting = deque(operations)
    found = []
    while waiting:
        found.append(cut(waiting, lambda operation: operation))
    return found


@given(st.lists(OPERATIONS, max_size=40))
def test_every_operation_is_in_one_batch_in_the_order_in_which_it_came(
    operations: list[Operation[Any]],
) -> None:
    found = batches(operations)
    assert [operation for batch in found for operation in batch] == operations
    assert all(found)


@given(st.lists(OPERATIONS, max_size=40))
def test_no_job_and_no_key_occurs_twice_in_a_batch(operations: list[Operation[Any]]) -> None:
    for batch in batches(operations):
        jobs = [job_id for operation in batch for job_id in job_ids(operation)]
        keys = [one.key for one in batch if isinstance(one, SubmitJobs) and one.key is not None]
        assert len(jobs) == len(set(jobs))
        assert len(keys) == len(set(keys))


@given(st.lists(OPERATIONS, max_size=40))
def test_administrative_writes_are_alone(operations: list[Operation[Any]]) -> None:
    for batch in batches(operations):
        assert len(batch) == 1 or not any(isinstance(operation, AddUser) for operation in batch)


def test_a_batch_is_bounded_in_operations_and_jobs() -> None:
    assert [len(batch) for batch in batches([claim()] * (MAX_OPERATIONS + 1))] == [MAX_OPERATIONS, 1]
    assert [len(batch) for batch in batches([submit(None, MAX_JOBS // 2)] * 5)] == [2, 2, 1]


def test_a_job_listed_twice_in_a_heartbeat_counts_once() -> None:
    assert job_ids(heartbeat([JobId("a"), JobId("b"), JobId("a")])) == ["a", "b"]


def test_a_few_small_writes_are_light() -> None:
    small = [submit(None), move(JobId("a")), claim(), heartbeat([JobId("b")])]
    assert is_light(small * (MAX_LIGHT_OPERATIONS // len(small)))
    assert not is_light([claim()] * (MAX_LIGHT_OPERATIONS + 1))


def test_many_writes_that_are_light_alone_are_heavy_together() -> None:
    large = replace(move(JobId("a")), outputs={"x": "x" * (MAX_LIGHT_CHARACTERS // 2)})
    assert is_light([large] * 2)
    assert not is_light([large] * 3)
    many = replace(claim(), limit=MAX_LIGHT_JOBS // 2)
    assert is_light([many] * 2)
    assert not is_light([many] * 3)


@pytest.mark.parametrize(
    "operation",
    [
        submit(None, n_jobs=2),
        replace(submit(None), jobs=(replace(submit(None).jobs[0], input="x" * (MAX_LIGHT_CHARACTERS + 1)),)),
        replace(move(JobId("a")), outputs={"x": "1", "y": "x" * MAX_LIGHT_CHARACTERS}),
        replace(move(JobId("a")), wish=Wish(actions=(Action.DELETE,), actor=Actor.USER)),
        replace(claim(), limit=MAX_LIGHT_JOBS + 1),
        replace(claim(), devices=tuple(DeviceId(str(n)) for n in range(MAX_LIGHT_JOBS + 1))),
        heartbeat([JobId("a")] * (MAX_LIGHT_JOBS + 1)),
        MoveJobs(moves=()),
        add_user(),
    ],
    ids=["batch", "input", "outputs", "deletion", "claim", "devices", "heartbeat", "moves", "account"],
)
def test_a_large_write_makes_its_batch_heavy(operation: Operation[Any]) -> None:
    assert not is_light([claim(), operation])
