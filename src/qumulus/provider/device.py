"""The worker of one device: takes jobs, keeps its slots busy, stops what must stop, hands back the rest."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from time import monotonic
from typing import Final, TypeVar

from qumulus.provider import reports
from qumulus.provider.claiming import Claiming
from qumulus.provider.claims import Allowance
from qumulus.provider.crew import is_last_chance
from qumulus.provider.drivers.base import DeviceUnavailableError
from qumulus.provider.health import Health
from qumulus.provider.heartbeat import Heartbeat
from qumulus.provider.lane import may_be_small
from qumulus.provider.outbox import JobKey
from qumulus.provider.quiet import Quiet
from qumulus.provider.refused import until_answered
from qumulus.provider.reports import Report
from qumulus.provider.returns import Returns
from qumulus.provider.run import Run, Station
from qumulus.provider.watch import Watch
from qumulus.sandbox import SandboxError
from qumulus.supervise import supervise
from qumulus.wire.provider import ProviderJob, ReportOutcome

log = logging.getLogger("qumulus.provider.device")

T = TypeVar("T")

IDLE_AHEAD_S: Final = 2.0
"""A job claimed ahead that has waited so long is handed back: another Provider may be free."""
FINISH_S: Final = 1.0
"""On a simulator, a running job gets so long to finish before it is handed back at the end."""
_TRIES: Final = 3
"""Children that a job may take with it before it fails; on hardware one, for a run must not repeat."""
_LOSSES: Final = 3
"""So often may the device be lost under the same job, where the job itself may be the cause."""


class DeviceWorker:
    """Serves one device from :meth:`run` to :meth:`drain`."""

    def __init__(self, station: Station, *, slots: int, claim_ahead: int, lease_s: float) -> None:
        self._station = station
        self._slots = station.slots
        self._allowance = Allowance(slots=slots, most_ahead=claim_ahead)
        self._health = Health(station, changed=self._look_again, returns=self._return)
        self._watch = Watch(
            device_id=station.device_id,
            driver=station.driver,
            api=station.api,
            lost=self._health.lose_device,
            is_lost=lambda: not self.is_sound,
        )
        self._losses: Counter[str] = Counter()
        self._heartbeat = Heartbeat(
            device_id=station.device_id,
            api=station.api,
            lease_s=lease_s,
            held=self._held,
            on_lost=self._lose,
            on_cancelled=self._cancel,
        )
        self._waiting: deque[ProviderJob] = deque()
        self._running: dict[JobKey, tuple[Run, asyncio.Task[None]]] = {}
        self._returns = Returns(device_id=station.device_id, api=station.api, outbox=station.outbox)
        self._quiet = Quiet(station.device_id, why=self._why_quiet)
        self._step = ""
        """Of the beginning."""
        self._is_open = True
        self._is_crowded = False
        """A job was handed back for want of a slot: no more are claimed for the small ones' sake."""
        self._claims = Claiming(
            device_id=station.device_id,
            api=station.api,
            crew=station.crew,
            returns=self._returns,
            taker=self,
            answered=self._quiet.note_answer,
        )
        self._claiming: asyncio.Task[None] | None = None
        station.crew.join(self)
        station.reporter.on_less = station.crew.note
        station.slots.on_taken = station.crew.note

    @property
    def is_sound(self) -> bool:
        """Jobs can be run."""
        return self._health.is_sound

    @property
    def is_idle(self) -> bool:
        """No job is in hand that would be lost with this process; a result that waits is on the disk."""
        return not (self._running or self._waiting or self._station.reporter.count_fresh())

    async def run(self) -> None:
        """Serve the device until cancelled; after :meth:`drain` only what is under way."""
        name = self._station.device_id
        self._station.reporter.restore()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(supervise(f"{name}.reports", self._station.reporter.run))
                group.create_task(supervise(f"{name}.heartbeat", self._heartbeat.run))
                group.create_task(supervise(f"{name}.quiet", self._quiet.run))
                await supervise(f"{name}.begin", self._begin)
                group.create_task(supervise(f"{name}.health", self._health.run))
                group.create_task(supervise(f"{name}.watch", self._watch.run))
                group.create_task(supervise(f"{name}.calibrations", self._station.calibrations.run))
                if self._is_open:
                    self._claiming = group.create_task(supervise(f"{name}.claims", self._claims.run))
        finally:
            self._waiting.clear()
            for _, task in self._running.values():
                task.cancel()
            self._returns.cancel()
            if self._station.lane is not None:
                await self._station.lane.close()

    async def drain(self, *, grace_s: float) -> None:
        """Claim no more, hand back what has not begun, end or hand back the rest, say what is to be said.

        On hardware a run that has begun is waited for; what then still runs is left to the Cloud,
        whose policy for lost leases knows whether it may be repeated.
        """
        self._is_open = False
        deadline = monotonic() + grace_s
        if self._claiming is not None:
            self._claiming.cancel()
        self._hand_back_waiting("the Provider stops")
        touches = self._station.driver.touches_hardware
        patience_s = grace_s - FINISH_S if touches else min(FINISH_S, grace_s / 2)
        if self._running:
            await asyncio.wait([task for _, task in self._running.values()], timeout=max(0.0, patience_s))
        for key, (run, _) in list(self._running.items()):
            self._stop(key)
            if not (touches and run.is_started):
                self._hand_back(key, "the Provider stops")
        await self._settle(deadline)
        self._station.reporter.keep_all()

    async def _settle(self, deadline: float) -> None:
        try:
            async with asyncio.timeout(max(0.1, deadline - monotonic())):
                await self._returns.arrived()
                await self._station.reporter.emptied()
        except TimeoutError:
            log.warning("drained_late", extra={"device_id": self._station.device_id})

    # --- the beginning ------------------------------------------------------------------------

    async def _begin(self) -> None:
        """Show the device, hand back what an earlier process held, and see that jobs can run."""
        self._step = "publish"
        await self._until_answered(self._watch.publish)
        await self._until_answered(self._station.calibrations.turn)
        self._step = "hand_back"
        touches = self._station.driver.touches_hardware
        for (key, is_started), n_deaths in self._station.outbox.mourn(self._station.device_id):
            if (is_started and touches) or n_deaths > 1:
                self._station.outbox.forget([key])  # its lease runs out: the Cloud's policy decides
            else:
                await self._returns.bring(key, "the Provider was restarted", waits="beginning_waits")
        self._step = "probe"
        await self._health.check(self._station.driver.sandbox_for(self._health.task()))
        self._step = ""

    async def _return(self) -> bool:
        """Whether the device takes jobs again; what changed meanwhile is told."""
        return await self._watch.is_there() and await self._until_answered(self._watch.publish)

    async def _until_answered(self, call: Callable[[], Awaitable[T]]) -> T:
        return await until_answered(call, log, "beginning_waits", device_id=self._station.device_id)

    def _why_quiet(self) -> Mapping[str, object] | None:
        """What keeps the device from claiming; None: its slots are full."""
        if self._running and self._slots.is_full:
            return None
        waits_for = "answer" if self.claimable() else "room"
        if self._station.crew.is_reserved:
            waits_for = "alone"
        return {
            "waits_for": self._step or (waits_for if self.is_sound else "device"),
            "n_running": len(self._running),
            "n_waiting": len(self._waiting),
            "n_unreported": self._station.reporter.count_fresh(),
        }

    # --- taking jobs --------------------------------------------------------------------------

    def claimable(self) -> int:
        """How many more jobs it takes now."""
        if not (self._is_open and self.is_sound):
            return 0
        if (self._is_crowded and self._slots.is_full) or self._slots.n_waiting:
            return 0
        n_small, n_waiting = self._n_small(), len(self._waiting)
        has_lane = self._station.lane is not None and not n_waiting
        now = monotonic()
        ages = (now - run.began for run, _ in self._running.values())
        return self._allowance.claimable(
            n_running=self._slots.n_taken + (has_lane and n_small > 0),
            n_waiting=n_waiting + max(0, n_small - has_lane),
            n_unreported=self._station.reporter.count_fresh(),
            youngest_s=0.0 if n_small else min(ages, default=0.0),
            n_lanes=int(has_lane),
        )

    def _n_small(self) -> int:
        """Jobs that run without a slot."""
        return max(0, len(self._running) - self._slots.n_taken - self._slots.n_waiting)

    def take(self, jobs: list[ProviderJob], *, alone: bool = False) -> bool:
        """Begin with jobs just claimed; whether one has to be the only one in hand, as it is if ``alone``."""
        self._station.outbox.hold(self._station.device_id, [_key(job) for job in jobs])
        last_chances = {job.job_id for job in jobs if self._is_last_chance(job)}
        for job in jobs:
            self._replace_older(job)
            if not alone and (self._station.crew.is_reserved or job.job_id in last_chances):
                self._hand_back(_key(job), "a job has to run alone")
            elif self._station.lane is not None and self.is_sound and may_be_small(job):
                self._start(job, has_slot=False)
            else:
                self._waiting.append(job)
        self._start_waiting()
        self._look_for_idle({_key(job) for job in jobs})
        return bool(last_chances)

    def _is_last_chance(self, job: ProviderJob) -> bool:
        return is_last_chance(job) or self._losses[job.job_id] >= _LOSSES - 1

    def _replace_older(self, job: ProviderJob) -> None:
        """The Cloud has given up an attempt that we still hold: it is worth nothing now."""
        self._lose(key for key in self._held() if key.job_id == job.job_id)

    def _look_for_idle(self, keys: set[JobKey]) -> None:
        asyncio.get_running_loop().call_later(IDLE_AHEAD_S, self._hand_back_idle, keys)

    def _hand_back_idle(self, keys: set[JobKey]) -> None:
        if not self._heartbeat.is_answered:  # nobody else could have them: a slot here may be free first
            self._look_for_idle(keys)
            return
        reason = "other jobs take longer than expected"
        self._is_crowded = self._is_crowded or any(_key(job) in keys for job in self._waiting)
        self._hand_back_waiting(reason, only=keys)
        for key in [key for key in keys & self._running.keys() if self._running[key][0].waits]:
            self._is_crowded = self._is_crowded or self._slots.n_waiting > 0
            self._stop(key)
            self._hand_back(key, reason)

    # --- running jobs -------------------------------------------------------------------------

    def _start_waiting(self) -> None:
        while self._waiting and self.is_sound and self._slots.take_now():
            self._start(self._waiting.popleft(), has_slot=True)

    def _start(self, job: ProviderJob, *, has_slot: bool) -> None:
        run = Run(job, self._station, refused=self._not_granted, has_slot=has_slot)
        task = asyncio.create_task(self._work(run), name=f"job {run.key.job_id}")
        self._running[run.key] = run, task
        task.add_done_callback(partial(self._ended, run))

    async def _work(self, run: Run) -> None:
        report = await self._report_of(run)
        if report is None:
            self._hand_back(run.key, "the Provider cannot run jobs now")
        else:
            # While other jobs follow, results travel together.
            self._station.reporter.add(report, linger=bool(self._waiting) or self._n_small() > 1)

    async def _report_of(self, run: Run) -> Report | None:
        """The last report; None when it is not the job's fault that there is none."""
        report = None
        for _ in range(_TRIES):
            try:
                ending = await run.execute()
            except DeviceUnavailableError as error:
                return self._after_loss(run, error)
            except SandboxError as error:
                log.warning("job_not_run", extra={**_names_of(run.key), "error": str(error)})
                if not await self._health.check(run.kind):
                    return None
                continue
            if ending.is_mute and not await self._health.check(run.kind):
                return None
            report = ending.report
            if not ending.is_crash or self._station.driver.touches_hardware:
                return report
        return report or run.incident("it could not be started")

    def _after_loss(self, run: Run, error: DeviceUnavailableError) -> Report | None:
        """The job goes back, unless it seems to be what the device does not bear."""
        self._health.lose_device(str(error))
        if not error.may_be_the_job:
            return None
        self._losses[run.key.job_id] += 1
        if self._losses[run.key.job_id] < _LOSSES:
            return None
        del self._losses[run.key.job_id]
        return run.too_often_lost(str(error))

    def _ended(self, run: Run, task: asyncio.Task[None]) -> None:
        if self._running.get(run.key, (None,))[0] is run:
            del self._running[run.key]
        if run.has_slot:
            self._slots.give_back()
            self._is_crowded = False
        if not task.cancelled():
            self._allowance.note(monotonic() - run.began if run.service_s is None else run.service_s)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("run_failed", exc_info=error, extra=_names_of(run.key))
            self._station.reporter.add(run.incident(type(error).__name__))
        self._look_again()

    def _look_again(self) -> None:
        """Something changed that decides what to start and to claim."""
        if not self.is_sound:
            self._hand_back_waiting("the Provider cannot run jobs now")
        self._start_waiting()
        self._station.crew.note()

    # --- stopping jobs ------------------------------------------------------------------------

    def _held(self) -> set[JobKey]:
        return {*self._running, *map(_key, self._waiting), *self._station.reporter.keys()}

    def _cancel(self, keys: Iterable[JobKey]) -> None:
        for key in keys:
            when = "while it ran" if key in self._running else "before it ran"
            if self._stop(key):
                log.info("job_cancelled", extra=_names_of(key))
                self._station.reporter.drop(key)
                self._station.reporter.add(reports.remark(key, f"Cancelled by the user {when}."))

    def _lose(self, keys: Iterable[JobKey]) -> None:
        for key in keys:
            if self._stop(key):
                log.warning("job_lost", extra=_names_of(key))
                self._station.reporter.drop(key)
                self._station.outbox.forget([key])

    def _not_granted(self, key: JobKey, outcome: ReportOutcome) -> None:
        """The Cloud refused ``running``: the user, or another attempt, was faster."""
        if outcome.status == "cancelled" and outcome.outcome != "stale_attempt":
            self._cancel([key])
        else:
            self._lose([key])

    def _stop(self, key: JobKey) -> bool:
        """End the job's run, if it has not ended by itself; whether it was there to be ended."""
        for job in self._waiting:
            if _key(job) == key:
                self._waiting.remove(job)
                return True
        if key not in self._running:
            return False
        _, task = self._running.pop(key)
        task.cancel()
        return True

    # --- handing jobs back --------------------------------------------------------------------

    def _hand_back_waiting(self, reason: str, *, only: set[JobKey] | None = None) -> None:
        keys = [key for key in map(_key, self._waiting) if only is None or key in only]
        for key in keys:
            self._stop(key)
            self._hand_back(key, reason)

    def _hand_back(self, key: JobKey, reason: str) -> None:
        self._station.reporter.drop(key)
        self._returns.give_back(key, reason)


def _key(job: ProviderJob) -> JobKey:
    return JobKey(job.job_id, job.attempt)


def _names_of(key: JobKey) -> dict[str, object]:
    return {"job_id": key.job_id, "attempt": key.attempt}
