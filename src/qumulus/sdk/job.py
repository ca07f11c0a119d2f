"""A submitted job, in the user's hand."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from qumulus.domain.ids import JobId
from qumulus.domain.lifecycle import JobStatus
from qumulus.sdk.errors import WaitTimeoutError
from qumulus.sdk.evidence import Evidence, evidence_of
from qumulus.sdk.records import (
    JobEvent,
    JobRecord,
    event_record,
    job_event,
    job_record,
    read_answer,
    status_of,
)
from qumulus.sdk.results import JobResult, result_of
from qumulus.transport.events import follow_events
from qumulus.transport.http import HttpClient, segment
from qumulus.wire.user import JobEventBody

LONGEST_POLL_S: Final = 60.0
"""What the Cloud holds a request at most."""
POLL_MARGIN_S: Final = 15.0
"""Silence granted beyond a poll's own wait."""
LONGEST_PAUSE_S: Final = 2.0


class AsyncJob:
    """A job of yours.

    ``status`` and ``record`` are as last heard, at first "submitted" and None; ``refresh()`` asks again.
    """

    def __init__(
        self, http: HttpClient, job_id: str, *, status: JobStatus, record: JobRecord | None = None
    ) -> None:
        self._http = http
        self.id: JobId = JobId(job_id)
        self.status = status
        self.record = record

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.status}>"

    @property
    def job_info(self) -> Mapping[str, Any]:
        """Program, result, reason and the rest, as last heard; empty before ``refresh()`` or ``wait()``."""
        return (self.record.job_info if self.record else None) or {}

    async def refresh(self) -> JobRecord:
        """Ask for the whole job."""
        return await self._read(wait_s=None)

    async def ask_status(self) -> JobStatus:
        """Ask for the status alone, which is cheaper than the whole job."""
        answer = await self._http.request("GET", self._path("/status"))
        self.status = status_of(answer.body)
        return self.status

    async def wait(self, timeout_s: float | None = None) -> JobStatus:
        """Wait until the job has ended, by requests that the Cloud holds until then.

        Raises:
            WaitTimeoutError: it had not after ``timeout_s``.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        pause_s = 0.05
        while True:
            left_s = LONGEST_POLL_S if deadline is None else deadline - time.monotonic()
            wait_s = max(0.0, min(LONGEST_POLL_S, left_s))
            asked = time.monotonic()
            status = (await self._read(wait_s=wait_s)).status
            if status.is_final:
                return status
            if deadline is not None and time.monotonic() >= deadline:
                raise WaitTimeoutError(self.id, status, timeout_s or 0.0)
            if time.monotonic() - asked < wait_s / 2:
                # Answered early without an end: a Cloud that stops, or one that does not hold requests.
                await asyncio.sleep(min(pause_s, wait_s) * random.uniform(0.5, 1.0))
                pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    async def result(self, timeout_s: float | None = None) -> JobResult:
        """Wait for the job's end and give its result.

        Raises:
            JobFailedError: it failed; says why.
            JobCancelledError: it was cancelled.
            WaitTimeoutError: it had not ended after ``timeout_s``.
        """
        if not (self.status.is_final and self.job_info):
            await self.wait(timeout_s)
        return result_of(self.id, self.status, self.job_info)

    async def evidence(self) -> Evidence:
        """How the result came to be; asks for the job if it is not known whole."""
        record = self.record
        if record is None or record.job_info is None or not record.status.is_final:
            record = await self.refresh()
        return evidence_of(record)

    async def cancel(self) -> None:
        """Cancel the job, wherever it is; a running one is stopped. Cancelling again does no harm.

        Raises:
            BadRequestError: it has already succeeded or failed.
        """
        await self._http.request("POST", self._path("/cancel"), idempotent=True)
        self.status = JobStatus.CANCELLED

    async def delete(self) -> None:
        """Delete the job with its result, events and files; it must have ended.

        Raises:
            BadRequestError: it has not ended.
        """
        await self._http.remove(self._path())

    async def timeline(self) -> list[JobEvent]:
        """The events so far."""
        answer = await self._http.request("GET", self._path("/events"))
        return [event_record(body) for body in read_answer(answer.body, list[JobEventBody])]

    async def events(self, since: str | None = None) -> AsyncIterator[JobEvent]:
        """The timeline from its beginning, or after the cursor ``since``, as it happens, to the job's end."""
        is_over = self.status.is_final
        async for event in follow_events(self._http, self._path("/events"), last_event_id=since):
            if event is not None:
                yield self._heard(job_event(event.data, event.id))
                is_over = is_over or self.status.is_final
            elif is_over:
                return
            else:  # a Cloud that stops ends streams, too: what came since is told by the next one
                is_over = (await self.ask_status()).is_final

    def _heard(self, event: JobEvent) -> JobEvent:
        if event.target is not None:
            self.status = event.target
        return event

    async def _read(self, *, wait_s: float | None) -> JobRecord:
        # Contents, also of jobs that other clients sent as files.
        params = {"job_info_form": "text"} | ({} if wait_s is None else {"wait": f"{wait_s:g}"})
        timeout_s = None if wait_s is None else wait_s + POLL_MARGIN_S
        answer = await self._http.request(
            "GET", self._path(), params=params, timeout_s=timeout_s, is_poll=wait_s is not None
        )
        self.record = job_record(answer.body)
        self.status = self.record.status
        return self.record

    def _path(self, rest: str = "") -> str:
        return f"/user/jobs/{segment(self.id)}{rest}"
