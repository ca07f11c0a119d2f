"""Small jobs in one real child: whatever one of them does, the others end as they would alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qumulus.provider import lane as lanes
from qumulus.provider.lane import Answer, Lane
from qumulus.provider.messages import Finished
from qumulus.sandbox import ForkedSandbox, SandboxError
from tests.faults.sandbox_processes import eventually, is_alive

TARGET = "tests.faults.lane_targets:run"


@pytest.fixture
async def lane(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lane]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    sandbox = ForkedSandbox(TARGET, [], standby=1)
    await sandbox.start()
    made = Lane(sandbox)
    yield made
    await made.close()
    await sandbox.close()


def told(answer: Answer | None) -> tuple[str, int]:
    assert answer is not None
    (finished,) = answer.messages
    assert isinstance(finished, Finished)
    return finished.result["wish"], finished.result["pid"]


async def test_many_jobs_are_answered_in_one_process_each_with_its_own_result(lane: Lane) -> None:
    answers = await asyncio.gather(*(lane.run(b"job %d" % number) for number in range(200)))
    assert [told(answer)[0] for answer in answers] == [f"job {number}" for number in range(200)]
    assert len({told(answer)[1] for answer in answers}) == 1


@pytest.mark.parametrize("wish", [b"crash", b"hang", b"grow", b"nonsense"])
async def test_only_the_job_that_ends_badly_is_given_back(
    lane: Lane, wish: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "PATIENCE_S", 0.3)
    jobs = [b"before", wish, *(b"after %d" % number for number in range(40))]
    answers = await asyncio.gather(*map(lane.run, jobs))
    assert answers.pop(1) is None
    assert [told(answer)[0] for answer in answers] == ["before", *(f"after {n}" for n in range(40))]


async def test_a_cancelled_job_is_stopped_and_the_others_keep_their_results(lane: Lane) -> None:
    first = told(await lane.run(b"first"))
    hanging = asyncio.create_task(lane.run(b"hang"))
    others = [asyncio.create_task(lane.run(b"job %d" % number)) for number in range(30)]
    await asyncio.sleep(0)
    hanging.cancel()
    assert [told(answer)[0] for answer in await asyncio.gather(*others)] == [f"job {n}" for n in range(30)]
    await eventually(lambda: not is_alive(first[1]))


async def test_a_job_cancelled_before_its_turn_disturbs_nobody(lane: Lane) -> None:
    jobs = [asyncio.create_task(lane.run(b"job %d" % number)) for number in range(60)]
    await asyncio.sleep(0)
    for number in range(1, 60, 2):
        jobs[number].cancel()
    answers = await asyncio.gather(*jobs[::2])
    assert [told(answer)[0] for answer in answers] == [f"job {n}" for n in range(0, 60, 2)]
    assert len({told(answer)[1] for answer in answers}) == 1


async def test_a_child_that_has_served_long_enough_is_replaced(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "MOST_JOBS", 10)
    answers = await asyncio.gather(*(lane.run(b"job") for _ in range(35)))
    assert len({told(answer)[1] for answer in answers}) > 1


async def test_an_idle_child_ends(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "IDLE_S", 0.05)
    _, pid = told(await lane.run(b"job"))
    await eventually(lambda: not is_alive(pid))
    assert told(await lane.run(b"job"))[1] != pid


async def test_children_that_cannot_be_started_are_told_to_everybody(lane: Lane) -> None:
    await lane._sandbox.close()
    answers = await asyncio.gather(*(lane.run(b"job") for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [SandboxError] * 3
