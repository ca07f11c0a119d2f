"""Sends a device's reports: in order for each job, many at once, and again until the Cloud has them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

import msgspec

from qumulus.provider import reports
from qumulus.provider.api import ProviderApi
from qumulus.provider.backoff import Backoff
from qumulus.provider.outbox import JobKey, Outbox
from qumulus.provider.reports import Report
from qumulus.transport import ApiError, ClientError
from qumulus.wire.provider import ReportOutcome

log = logging.getLogger("qumulus.provider.reporter")

LINGER_S: Final = 0.02
"""A lingering line waits so long for others, to travel with them in one request."""
MAX_LINES: Final = 200
MAX_BYTES: Final = 4 * 1024 * 1024
LONGEST_PAUSE_S: Final = 10.0

_TAKEN: Final = frozenset({"moved", "repeated"})
_OVER: Final = frozenset({"illegal_move", "stale_attempt", "not_found", "wrong_device"})
"""The Cloud's last word: the job has gone on without us."""
_LATER: Final = frozenset({"unavailable", "outcome_unknown"})
_WRONG: Final = frozenset({400, 409, 413, 422})
"""The request itself will never be taken, however often it is sent."""

OnRefused = Callable[[ReportOutcome], None]


@dataclass(slots=True, kw_only=True, eq=False)
class _Line:
    report: Report
    due: float
    lingers: bool = False
    on_taken: Callable[[], None] | None = None
    on_refused: OnRefused | None = None
    is_kept: bool = False
    tries: int = 0
    has_waited: bool = False
    """Already sent once more behind a ``running`` that the Cloud had missed."""


class Reporter:
    """The queue of one device.

    ``keeps_first``: final reports are stored before they are sent, not after the first failure, for
    a device where a run cannot be repeated.
    """

    def __init__(self, *, device_id: str, api: ProviderApi, outbox: Outbox, keeps_first: bool) -> None:
        self.on_less: Callable[[], None] = lambda: None
        """Called when :meth:`count_fresh` may have become less."""
        self._device_id = device_id
        self._api = api
        self._outbox = outbox
        self._keeps_first = keeps_first
        self._lines: list[_Line] = []
        self._changed = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()
        self._backoff = Backoff(longest_s=LONGEST_PAUSE_S)
        self._one_by_one = 0

    def keys(self) -> set[JobKey]:
        """The jobs whose last report is on its way; their leases are still needed."""
        return {line.report.key for line in self._lines if line.report.is_final}

    def count_fresh(self) -> int:
        """Jobs whose last report is about to be sent for the first time."""
        return sum(line.report.is_final and not line.is_kept and not line.tries for line in self._lines)

    def restore(self) -> None:
        """Queue what an earlier process left in the outbox."""
        for key, body in self._outbox.kept(self._device_id):
            try:
                found = reports.restore(key, body)
            except msgspec.DecodeError:
                log.error("outbox_row_unreadable", extra={"job_id": key.job_id, "attempt": key.attempt})
                continue
            for report in found:
                self._append(_Line(report=report, due=0.0, is_kept=report.is_final))

    def add(
        self,
        report: Report,
        *,
        linger: bool = False,
        on_taken: Callable[[], None] | None = None,
        on_refused: OnRefused | None = None,
    ) -> None:
        """Queue a report; ``linger`` lets it wait a moment for the next ones."""
        if report.is_final and not linger:
            self._hasten(report.key)
        due = monotonic() + LINGER_S if linger else 0.0
        line = _Line(report=report, due=due, lingers=linger, on_taken=on_taken, on_refused=on_refused)
        if self._keeps_first or not self._backoff.is_fresh:
            self._keep([line])
        self._append(line)

    def drop(self, key: JobKey) -> None:
        """Say nothing more of a job, as far as it is not said yet."""
        self._lines = [line for line in self._lines if line.report.key != key]
        self._note_emptied()

    def keep_all(self) -> None:
        """Store every final report that is not taken yet."""
        self._keep(self._lines)

    async def emptied(self) -> None:
        """Wait until the Cloud has everything."""
        await self._emptied.wait()

    async def run(self) -> None:
        """Send for ever."""
        while True:
            batch = self._due()
            if not batch:
                await self._wait()
                continue
            try:
                outcomes = await self._api.report([line.report.body for line in batch])
            except ApiError as error:
                await self._refused(batch, error)
            except ClientError as error:
                await self._unreachable(batch, str(error))
            else:
                self._backoff.succeed()
                self._settle(batch, outcomes)

    def _append(self, line: _Line) -> None:
        self._lines.append(line)
        self._emptied.clear()
        self._changed.set()

    def _hasten(self, key: JobKey) -> None:
        for line in self._lines:
            if line.report.key == key and not line.tries:
                line.due = 0.0

    def _due(self) -> list[_Line]:
        """Lines to send now, lingering ones with them; one not sent holds back the later ones of its job."""
        now = monotonic()
        limit = 1 if self._one_by_one else MAX_LINES
        leaves = any(line.due <= now for line in self._lines)
        blocked: set[JobKey] = set()
        batch: list[_Line] = []
        size = 0
        for line in self._lines:
            is_due = line.due <= now or (leaves and line.lingers and not line.tries)
            if not is_due or line.report.key in blocked:
                blocked.add(line.report.key)
                continue
            size += len(line.report.body)
            if batch and (len(batch) >= limit or size > MAX_BYTES):
                break
            batch.append(line)
        return batch

    async def _wait(self) -> None:
        self._changed.clear()
        due = min((line.due for line in self._lines), default=None)
        timeout_s = None if due is None else max(0.0, due - monotonic())
        try:
            async with asyncio.timeout(timeout_s):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _unreachable(self, batch: Sequence[_Line], error: str) -> None:
        if self._backoff.is_fresh:
            log.warning("reports_wait", extra={"device_id": self._device_id, "error": error})
        self._keep(batch)
        await self._backoff.pause()

    async def _refused(self, batch: Sequence[_Line], error: ApiError) -> None:
        """Find the line at fault by sending them one by one; everything else is tried again."""
        is_wrong = error.status in _WRONG
        if not is_wrong and error.status != 500:
            await self._unreachable(batch, f"{error.status} {error.code}: {error}")
            return
        self._keep(batch)
        if len(batch) > 1:
            self._one_by_one = len(batch)
        elif is_wrong:
            self._give_up(batch[0], error.code, str(error))
        else:
            self._postpone(batch[0])

    def _postpone(self, line: _Line) -> None:
        line.tries += 1
        self.on_less()
        line.due = monotonic() + min(LONGEST_PAUSE_S, 0.1 * 2.0 ** min(line.tries, 10))
        self._one_by_one = max(0, self._one_by_one - 1)

    def _settle(self, batch: Sequence[_Line], outcomes: Sequence[ReportOutcome]) -> None:
        self._one_by_one = max(0, self._one_by_one - len(batch))
        done: list[JobKey] = []
        self._keep([line for line, told in zip(batch, outcomes, strict=True) if told.outcome in _LATER])
        for line, outcome in zip(batch, outcomes, strict=True):
            if outcome.outcome in _LATER:
                self._postpone(line)
            elif outcome.outcome in _TAKEN:
                self._remove(line)
                if line.on_taken is not None:
                    line.on_taken()
                if line.report.is_final:
                    log.debug("job_reported", extra={**_names(line.report.key), "status": outcome.status})
                    done.append(line.report.key)
            else:
                self._lost(line, outcome)
        self._outbox.forget(done)

    def _lost(self, line: _Line, outcome: ReportOutcome) -> None:
        report = line.report
        if outcome.outcome not in _OVER:
            self._give_up(line, outcome.outcome, outcome.message or "")
            return
        if _lacks_running(report, outcome) and not line.has_waited:
            line.has_waited = True
            self._lines.insert(self._lines.index(line), _Line(report=reports.running(report.key), due=0.0))
            return
        self._remove(line)
        if not report.is_final:
            if line.on_refused is not None:
                line.on_refused(outcome)
            return
        log.info("report_refused", extra={**_names(report.key), "outcome": outcome.outcome})
        self._outbox.forget([report.key])
        if outcome.status == "cancelled" and not reports.is_remark(report):
            self.add(reports.remark(report.key, "Cancelled by the user; its run had just ended."))

    def _give_up(self, line: _Line, code: str, message: str) -> None:
        """The Cloud will never take this line: say what it can take, so that the job does not hang."""
        report = line.report
        log.error("report_wrong", extra={**_names(report.key), "code": code, "error": message})
        self._one_by_one = max(0, self._one_by_one - 1)
        bare = reports.running(report.key)
        if not report.is_final and report.body != bare.body:
            line.report = bare
            return
        self._remove(line)
        if not report.is_final:
            return
        self._outbox.forget([report.key])
        if reports.is_result(report):
            self.add(reports.instead_of(report, code, message))

    def _remove(self, line: _Line) -> None:
        if line in self._lines:
            self._lines.remove(line)
        self._note_emptied()

    def _note_emptied(self) -> None:
        if not self._lines:
            self._emptied.set()
        self.on_less()

    def _keep(self, lines: Sequence[_Line]) -> None:
        fresh = [line for line in lines if line.report.is_final and not line.is_kept]
        if not self._outbox.keep(self._device_id, [(line.report.key, line.report.body) for line in fresh]):
            return
        for line in fresh:
            line.is_kept = True
        if fresh:
            self.on_less()


def _lacks_running(report: Report, outcome: ReportOutcome) -> bool:
    """A result came while the Cloud had not taken the job's ``running``."""
    return outcome.outcome == "illegal_move" and outcome.status == "ready" and reports.is_result(report)


def _names(key: JobKey) -> dict[str, object]:
    return {"job_id": key.job_id, "attempt": key.attempt}
