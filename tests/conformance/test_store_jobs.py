"""What becomes of a job, on every store."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

from qumulus.domain.decision import Refusal, Wish
from qumulus.domain.ids import new_job_id
from qumulus.domain.job import JobForm, JobType
from qumulus.domain.lifecycle import Action, Actor, JobStatus
from qumulus.ports.operations import Moved, MoveJob, MoveJobs, Refused, SetOutputs
from qumulus.ports.store import JobQuery
from tests.conformance.world import ALICE, BOB, QPU, SIM, World


async def test_a_job_is_given_back_as_it_was_submitted(world: World) -> None:
    new = world.new(
        form=JobForm.OBJECT,
        job_type=JobType.ESTIMATION,
        shots=10_000_000,
        name="näme 🙂",
        description="d" * 1000,
        priority=0,
        input='{"program": ["OPENQASM 3;\\n\\u0000"],  "operator": []}',
        transpiler_info={"transpiler_lib": None, "deep": {"a": [1, 2.5, True]}},
        simulator_info={"n": 1},
        mitigation_info={"ro": "x"},
    )
    job_id = await world.submit(**{name: getattr(new, name) for name in new.__slots__})

    stored = await world.other.job(job_id)

    assert stored is not None
    assert stored.payload.input == new.input
    assert stored.payload.outputs == {}
    job = stored.job
    for name in ("id", "owner", "device_id", "form", "job_type", "shots", "name", "description", "priority"):
        assert getattr(job, name) == getattr(new, name)
    for name in ("transpiler_info", "simulator_info", "mitigation_info"):
        assert getattr(job, name) == getattr(new, name)
    assert (job.status, job.attempt, job.losses) == (JobStatus.SUBMITTED, 0, 0)
    assert job.created_at == job.submitted_at == world.now
    assert job.ready_at is job.running_at is job.ended_at is job.execution_time_s is None
    assert await world.store.job_status(job_id) == job


async def test_no_transpiler_info_is_not_an_empty_one(world: World) -> None:
    said_nothing = await world.submit()
    said_empty = await world.submit(transpiler_info={})
    for job_id, expected in ((said_nothing, None), (said_empty, {})):
        job = await world.store.job_status(job_id)
        assert job is not None
        assert job.transpiler_info == expected


async def test_jobs_are_counted_by_status_whatever_the_page(world: World) -> None:
    assert await world.store.count_jobs(JobQuery(owner=ALICE)) == {}
    await world.running(name="bell")
    await world.submit_many(3)
    await world.submit(owner=BOB)
    await world.cancel(await world.submit(device_id=QPU))
    one = JobQuery(owner=ALICE, limit=1, offset=2)
    assert await world.other.count_jobs(one) == {
        JobStatus.SUBMITTED: 3,
        JobStatus.RUNNING: 1,
        JobStatus.CANCELLED: 1,
    }
    named = JobQuery(owner=ALICE, text="BELL", devices=frozenset({SIM, QPU}))
    assert await world.store.count_jobs(named) == {JobStatus.RUNNING: 1}


async def test_an_unknown_job_is_missing_everywhere(world: World) -> None:
    job_id = new_job_id()
    assert await world.store.job(job_id) is None
    assert await world.store.job_status(job_id) is None
    assert await world.store.queue_position(job_id) is None
    assert (await world.store.job_events(job_id)).events == []
    assert await world.cancel(job_id) == Refused(why=Refusal.MISSING)
    assert await world.report(job_id, Action.START) == Refused(why=Refusal.MISSING)


async def test_a_job_succeeds(world: World) -> None:
    job_id = await world.running()
    moved = await world.report(
        job_id, Action.SUCCEED, outputs={"result": '{"counts": {"0": 100}}'}, execution_time_s=0.25
    )
    assert moved == Moved(
        owner=ALICE, device_id=SIM, source=JobStatus.RUNNING, target=JobStatus.SUCCEEDED, attempt=1
    )
    stored = await world.store.job(job_id)
    assert stored is not None
    assert stored.payload.outputs == {"result": '{"counts": {"0": 100}}'}
    assert stored.job.execution_time_s == 0.25
    times = [stored.job.submitted_at, stored.job.ready_at, stored.job.running_at, stored.job.ended_at]
    assert None not in times
    assert times == sorted(times)  # type: ignore[type-var]
    assert await world.statuses(job_id) == ["submitted", "ready", "running", "succeeded"]


async def test_a_failure_from_ready_never_ran(world: World) -> None:
    job_id = await world.claimed()
    await world.report(job_id, Action.FAIL, outputs={"reason": '"bad"'})
    job = await world.store.job_status(job_id)
    assert job is not None
    assert (job.status, job.running_at) == (JobStatus.FAILED, None)
    assert job.ended_at is not None
    assert await world.output(job_id, "reason") == "bad"


async def test_the_users_own_keys_are_never_overwritten(world: World) -> None:
    job_id = await world.running()
    outputs = {"code": '"evil"', "program": "[]", "operator": "[]", "sse_program": '""', "result": "{}"}
    await world.report(job_id, Action.SUCCEED, outputs=outputs)
    stored = await world.store.job(job_id)
    assert stored is not None
    assert stored.payload.outputs == {"result": "{}"}
    assert stored.payload.input == '{"code": "OPENQASM 3;"}'


async def test_another_users_job_is_missing(world: World) -> None:
    job_id = await world.submit()
    assert await world.cancel(job_id, owner=BOB) == Refused(why=Refusal.MISSING)
    assert isinstance(await world.cancel(job_id, owner=ALICE), Moved)


async def test_another_devices_job_is_missing(world: World) -> None:
    job_id = await world.claimed()
    refused = await world.report(job_id, Action.START, devices=frozenset({QPU}))
    assert refused == Refused(why=Refusal.MISSING)
    assert isinstance(await world.report(job_id, Action.START, devices=frozenset({SIM, QPU})), Moved)


async def test_an_illegal_move_tells_the_status_and_changes_nothing(world: World) -> None:
    job_id = await world.claimed()
    before = await world.store.job(job_id)
    refused = await world.report(job_id, Action.SUCCEED, outputs={"result": "{}"})
    assert refused == Refused(why=Refusal.ILLEGAL, status=JobStatus.READY, attempt=1)
    assert await world.store.job(job_id) == before
    assert await world.statuses(job_id) == ["submitted", "ready"]


async def test_a_stale_attempt_changes_nothing(world: World) -> None:
    job_id = await world.claimed()
    await world.report(job_id, Action.RELEASE)
    await world.claim()
    refused = await world.report(job_id, Action.START, attempt=1)
    assert refused == Refused(why=Refusal.STALE, status=JobStatus.READY, attempt=2)
    assert isinstance(await world.report(job_id, Action.START, attempt=2), Moved)


async def test_the_same_report_twice_is_one_move(world: World) -> None:
    job_id = await world.running()
    await world.report(job_id, Action.SUCCEED, outputs={"result": "1"})
    again = await world.report(job_id, Action.SUCCEED, outputs={"result": "2"})
    assert again == Moved(
        owner=ALICE,
        device_id=SIM,
        source=JobStatus.SUCCEEDED,
        target=JobStatus.SUCCEEDED,
        attempt=1,
        is_repeat=True,
    )
    assert await world.output(job_id, "result") == 1
    assert len(await world.statuses(job_id)) == 4
    other = await world.report(job_id, Action.SUCCEED, content=b"another")
    assert other == Refused(why=Refusal.ILLEGAL, status=JobStatus.SUCCEEDED, attempt=1)
    unfenced = await world.report(job_id, Action.SUCCEED, attempt=None)
    assert isinstance(unfenced, Refused)


async def test_a_report_is_not_a_repeat_of_one_of_an_earlier_attempt(world: World) -> None:
    job_id = await world.running()
    await world.report(job_id, Action.RELEASE)
    await world.claim()
    moved = await world.report(job_id, Action.START, attempt=2)
    assert isinstance(moved, Moved)
    assert not moved.is_repeat


async def test_a_cancel_repeats(world: World) -> None:
    job_id = await world.submit()
    first, second = await world.cancel(job_id), await world.cancel(job_id)
    assert isinstance(first, Moved)
    assert isinstance(second, Moved)
    assert (first.is_repeat, second.is_repeat) == (False, True)
    job = await world.store.job_status(job_id)
    assert job is not None
    assert job.ended_at is not None
    assert await world.claim() == ()


async def test_exactly_one_of_a_racing_cancel_and_result_wins(world: World) -> None:
    ids = await world.submit_many(20)
    await world.claim(20)
    for job_id in ids:
        await world.report(job_id, Action.START)
    races = [
        asyncio.gather(
            world.report(job_id, Action.SUCCEED, outputs={"result": "1"}),
            world.cancel(job_id, by=world.other),
        )
        for job_id in ids
    ]
    for job_id, (result, cancel) in zip(ids, await asyncio.gather(*races), strict=True):
        assert isinstance(result, Moved) != isinstance(cancel, Moved)
        events = await world.statuses(job_id)
        assert events[3:] == (["succeeded"] if isinstance(result, Moved) else ["cancelled"])


async def test_the_last_word_on_a_cancelled_job_is_merged(world: World) -> None:
    job_id = await world.running()
    await world.cancel(job_id)
    await world.report(job_id, Action.ANNOTATE, outputs={"reason": '"stopped"'})
    await world.report(job_id, Action.ANNOTATE, content=b"more", outputs={"result": "{}"})
    stored = await world.store.job(job_id)
    assert stored is not None
    assert stored.job.status is JobStatus.CANCELLED
    assert {key: json.loads(body) for key, body in stored.payload.outputs.items()} == {
        "reason": "stopped",
        "result": {},
    }


async def test_a_reason_is_owed_for_a_cancel_of_a_claimed_job_until_it_is_written(world: World) -> None:
    query = JobQuery(devices=frozenset({SIM}), statuses=frozenset({JobStatus.CANCELLED}), needs_reason=True)
    waiting = await world.submit()
    await world.cancel(waiting)
    claimed = await world.running()
    await world.cancel(claimed)
    assert [found.job.id for found in await world.store.list_jobs(query)] == [claimed]
    await world.report(claimed, Action.ANNOTATE, content=b"1", outputs={"result": "{}"})
    assert len(await world.store.list_jobs(query)) == 1
    await world.report(claimed, Action.ANNOTATE, content=b"2", outputs={"reason": '"stopped"'})
    assert await world.store.list_jobs(query) == []


async def test_a_deleted_job_leaves_only_a_tombstone(world: World) -> None:
    job_id = await world.running()
    await world.report(job_id, Action.SUCCEED, outputs={"result": "1"})
    moved = await world.delete(job_id, owner=ALICE)
    assert isinstance(moved, Moved)
    assert moved.target is None
    assert await world.store.job(job_id) is None
    assert await world.store.list_jobs(JobQuery(owner=ALICE)) == []
    page = await world.store.job_events(job_id)
    assert [(event.seq, event.source, event.target) for event in page.events] == [
        (5, JobStatus.SUCCEEDED, None)
    ]


async def test_an_unfinished_job_is_not_deleted(world: World) -> None:
    job_id = await world.submit()
    assert isinstance(await world.delete(job_id), Refused)


async def test_an_administrator_requeues_or_fails_a_stuck_job(world: World) -> None:
    first, second = await world.running(), await world.claimed()
    requeue = Wish(actions=(Action.REQUEUE,), actor=Actor.ADMIN)
    assert isinstance(await world.move(first, requeue, detail={"reason": "stuck"}), Moved)
    assert isinstance(await world.move(second, Wish(actions=(Action.FAIL,), actor=Actor.ADMIN)), Moved)
    assert [claimed.job.id for claimed in await world.claim(5)] == [first]
    assert await world.store.leases() != []
    page = await world.store.job_events(first)
    assert page.events[3].detail == {"reason": "stuck"}
    assert page.events[3].actor is Actor.ADMIN


async def test_time_stamps_are_ordered_though_clocks_go_back_and_set_once(world: World) -> None:
    job_id = await world.claimed()
    first = await world.store.job_status(job_id)
    world.clock.jump(-3600)
    await world.report(job_id, Action.START)
    await world.report(job_id, Action.RELEASE)
    await world.claim()
    await world.report(job_id, Action.START, attempt=2)
    await world.report(job_id, Action.SUCCEED, attempt=2)
    last = await world.store.job_status(job_id)
    assert first is not None
    assert last is not None
    assert last.ready_at == first.ready_at
    assert last.submitted_at <= last.ready_at <= last.running_at <= last.ended_at  # type: ignore[operator]
    events = (await world.store.job_events(job_id)).events
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert world.now < last.ended_at - timedelta(minutes=50)  # type: ignore[operator]


async def test_many_reports_in_one_transaction_have_each_their_outcome(world: World) -> None:
    ids = await world.submit_many(3)
    await world.claim(3)
    wish = Wish(actions=(Action.START,), actor=Actor.PROVIDER, attempt=1, report_hash=b"s")
    stale = Wish(actions=(Action.START,), actor=Actor.PROVIDER, attempt=7, report_hash=b"s")
    moves = (
        MoveJob(job_id=ids[0], wish=wish, at=world.now),
        MoveJob(job_id=ids[1], wish=stale, at=world.now),
        MoveJob(job_id=new_job_id(), wish=wish, at=world.now),
        MoveJob(job_id=ids[2], wish=wish, at=world.now),
    )
    outcomes = await world.store.apply(MoveJobs(moves=moves))
    assert [type(outcome) for outcome in outcomes] == [Moved, Refused, Refused, Moved]
    assert [outcome.why for outcome in outcomes if isinstance(outcome, Refused)] == [
        Refusal.STALE,
        Refusal.MISSING,
    ]


async def test_outputs_are_written_without_a_move(world: World) -> None:
    job_id = await world.claimed()
    written = SetOutputs(
        job_id=job_id,
        at=world.now,
        devices=frozenset({SIM}),
        attempt=1,
        outputs={"transpile_result": "{}", "code": "1"},
        transpiler_info={"lib": "x"},
    )
    assert isinstance(await world.store.apply(written), Moved)
    stored = await world.store.job(job_id)
    assert stored is not None
    assert stored.payload.outputs == {"transpile_result": "{}"}
    assert stored.job.transpiler_info == {"lib": "x"}
    assert len(await world.statuses(job_id)) == 2
    await world.report(job_id, Action.FAIL)
    late = await world.store.apply(written)
    assert late == Refused(why=Refusal.ILLEGAL, status=JobStatus.FAILED, attempt=1)


async def test_lists_are_by_creation_and_go_on_behind_the_last_job_seen(world: World) -> None:
    mine = [await world.submit(name=f"n{i}") for i in range(5)]
    await world.submit(owner=BOB)
    listed = await world.store.list_jobs(JobQuery(owner=ALICE))
    assert [found.job.id for found in listed] == sorted(mine)
    assert listed[0].payload.input
    first = await world.store.list_jobs(JobQuery(owner=ALICE, limit=2, with_payload=False))
    assert [found.payload.input for found in first] == ["", ""]
    rest = await world.store.list_jobs(JobQuery(owner=ALICE, after=first[-1].job.id))
    assert [found.job.id for found in [*first, *rest]] == sorted(mine)
    down = await world.store.list_jobs(JobQuery(owner=ALICE, descending=True, offset=1, limit=2))
    assert [found.job.id for found in down] == sorted(mine, reverse=True)[1:3]
    before = await world.store.list_jobs(JobQuery(owner=ALICE, descending=True, after=sorted(mine)[1]))
    assert [found.job.id for found in before] == sorted(mine)[:1]


async def test_lists_are_filtered(world: World) -> None:
    started = world.now
    sampling = await world.submit(name="100% Bell", description="first")
    estimation = await world.submit(job_type=JobType.ESTIMATION, device_id=QPU)
    between = world.now
    cancelled = await world.submit(owner=BOB)
    await world.cancel(cancelled)

    async def found(**wanted: object) -> list[str]:
        listed = await world.store.list_jobs(JobQuery(**wanted))  # type: ignore[arg-type]
        return [one.job.id for one in listed]

    assert await found(job_type=JobType.ESTIMATION) == [estimation]
    assert await found(statuses=frozenset({JobStatus.CANCELLED, JobStatus.FAILED})) == [cancelled]
    assert await found(owner=ALICE, statuses=frozenset({JobStatus.CANCELLED})) == []
    assert await found(text="0% b") == [sampling]
    assert await found(text="FIRST") == [sampling]
    assert await found(text="_") == []
    assert await found(text=estimation[-12:]) == [estimation]
    assert await found(devices=frozenset({QPU})) == [estimation]
    assert await found(devices=frozenset({QPU, SIM})) == sorted([sampling, estimation, cancelled])
    assert await found(devices=frozenset({SIM}), owner=BOB) == [cancelled]
    assert await found(owner=ALICE, submitted_from=between) == [estimation]
    assert await found(owner=ALICE, submitted_to=started) == []
    assert await found(devices=frozenset()) == []


async def test_cancelled_among_counts_only_that_attempt(world: World) -> None:
    first, second, third = await world.claimed(), await world.claimed(), await world.claimed()
    await world.cancel(first)
    await world.cancel(second)
    asked = [(first, 1), (second, 2), (third, 1), (new_job_id(), 1)]
    assert await world.store.cancelled_among(asked) == [first]
    assert await world.store.cancelled_among([]) == []
