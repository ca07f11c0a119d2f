"""Questions with values that no column can hold are the caller's mistake, on every store."""

from __future__ import annotations

import pytest

from qumulus.domain.errors import BadRequestError, CursorTooOldError
from qumulus.domain.ids import JobId
from qumulus.ports.store import JobQuery
from tests.conformance.world import ALICE, World

HUGE = 10**30


async def test_numbers_too_large_are_bad_requests(world: World) -> None:
    with pytest.raises(BadRequestError):
        await world.store.list_jobs(JobQuery(owner=ALICE, offset=HUGE))
    with pytest.raises(BadRequestError):
        await world.store.audit(before=HUGE)


async def test_a_nul_finds_nothing(world: World) -> None:
    try:
        found = await world.store.job(JobId("a\x00b"))
    except BadRequestError:
        return  # PostgreSQL does not even take the question
    assert found is None


@pytest.mark.parametrize(
    "position", ["9" * 30 + "-1", "1-" + "9" * 30, "9" * 5000 + "-1", "٣-1", "-1-1", "1"]
)
async def test_a_cursor_that_cannot_be_is_too_old(world: World, position: str) -> None:
    job_id = await world.running()
    epoch = (await world.store.head_cursor(ALICE)).partition("-")[0]
    with pytest.raises(CursorTooOldError):
        await world.store.job_events(job_id, after=f"{epoch}-{position}")
    with pytest.raises(CursorTooOldError):
        await world.store.owner_events(ALICE, after=f"{epoch}-{position}")
