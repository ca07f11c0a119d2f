"""What happened to jobs: as a list, or followed as it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from qumulus.domain.account import Caller
from qumulus.domain.errors import NotAllowedError, NotAuthenticatedError, NotFoundError
from qumulus.domain.ids import JobId
from qumulus.domain.job import JobEvent
from qumulus.ports.store import EventPage
from qumulus.service.authenticate import must_go_on
from qumulus.service.services import Services
from qumulus.service.waiting import Gone

__all__ = ["EventPage", "follow_job", "follow_own", "read_job_events", "read_own_events"]


async def read_job_events(
    services: Services, job_id: JobId, *, by: Caller, after: str | None = None
) -> Sequence[JobEvent]:
    """Read the timeline of a job of the caller's.

    Raises:
        NotFoundError: no such job of the caller's.
        CursorTooOldError: the cursor is unknown.
    """
    await _must_own(services, job_id, by=by)
    return (await services.store.job_events(job_id, after=after)).events


async def read_own_events(services: Services, *, by: Caller, after: str | None, limit: int) -> EventPage:
    """Read events of all the caller's jobs after a cursor; None: none yet, only where to start.

    Raises:
        CursorTooOldError: the cursor is unknown, or events after it are gone.
    """
    if after is None:
        return EventPage(events=(), cursor=await services.store.head_cursor(by.owner()))
    return await services.store.owner_events(by.owner(), after=after, limit=limit)


async def follow_job(
    services: Services, job_id: JobId, *, by: Caller, after: str | None, gone: Gone
) -> AsyncIterator[EventPage]:
    """Give the events of a job as they come, from the first or from a cursor, to the last one.

    An empty page says that nothing happened for a while. Await this call for the iterator: it refuses
    before anything is sent.

    Raises:
        NotFoundError: no such job of the caller's.
        CursorTooOldError: the cursor is unknown.
    """
    await _must_own(services, job_id, by=by)
    first = await services.store.job_events(job_id, after=after)
    return _follow_job(services, job_id, first, by=by, gone=gone)


async def follow_own(
    services: Services, *, by: Caller, after: str | None, gone: Gone
) -> AsyncIterator[EventPage]:
    """Give the events of all the caller's jobs as they come, from now on or from a cursor.

    Raises:
        CursorTooOldError: the cursor is unknown, or events after it are gone.
    """
    owner = by.owner()
    if after is None:
        after = await services.store.head_cursor(owner)
    first = await services.store.owner_events(owner, after=after)

    async def read(cursor: str) -> EventPage:
        return await services.store.owner_events(owner, after=cursor)

    return _follow(services, f"o:{owner}", first, read, by=by, gone=gone)


async def _follow_job(
    services: Services, job_id: JobId, first: EventPage, *, by: Caller, gone: Gone
) -> AsyncIterator[EventPage]:
    async def read(cursor: str) -> EventPage:
        return await services.store.job_events(job_id, after=cursor)

    if not first.events and await _is_over(services, job_id):
        return
    async for page in _follow(services, f"j:{job_id}", first, read, by=by, gone=gone):
        yield page
        if any(_is_last(event) for event in page.events):
            return


async def _follow(
    services: Services,
    topic: str,
    page: EventPage,
    read: Callable[[str], Awaitable[EventPage]],
    *,
    by: Caller,
    gone: Gone,
) -> AsyncIterator[EventPage]:
    """One page at a time: the next is read only when the last was taken, and while the token is good."""
    services.meters.open_streams += 1
    try:
        with services.bell.listen({topic}) as waiter:
            while True:
                yield page
                if not page.events:
                    if services.is_draining or gone():
                        return
                    await waiter.wait(services.settings.safety_poll_s)
                if gone() or not await _may_go_on(services, by):
                    return
                page = await read(page.cursor)
    finally:
        services.meters.open_streams -= 1


async def _may_go_on(services: Services, by: Caller) -> bool:
    try:
        await must_go_on(services, by)
    except (NotAuthenticatedError, NotAllowedError):
        return False
    return True


async def _must_own(services: Services, job_id: JobId, *, by: Caller) -> None:
    job = await services.store.job_status(job_id)
    if job is None or job.owner != by.owner():
        raise NotFoundError(what="job", id=job_id)


async def _is_over(services: Services, job_id: JobId) -> bool:
    """Did the job end, so that a reader who has seen all events need not wait for more?"""
    whole = await services.store.job_events(job_id)
    return any(_is_last(event) for event in whole.events)


def _is_last(event: JobEvent) -> bool:
    return event.target is None or event.target.is_final
