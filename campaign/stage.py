"""What the players of one campaign share: where to call, with which tokens, how many jobs, until when."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final

from campaign.client import Client
from campaign.device import program
from campaign.record import Recorder

OWNERS: Final = ("alice", "bob", "carol")
DEVICES: Final = {"RAW": 0.60, "SVSim": 0.30, "HW": 0.10}
"""Shares of the jobs; ``IDLE`` besides, which nobody serves."""
FRAIL: Final = "FRAIL"
"""The device whose driver is broken now and then."""
DOOMED: Final = "doomed"
"""The mark of jobs that every bare Provider forgets."""

_LONG_RUNS: Final = 0.22
_CRASHES: Final = 0.01
_TRANSPILED: Final = 0.01
_DOOMED: Final = 0.05
_DOOMED_AMONG: Final = 0.1
"""Of the jobs, the first: they need three leases to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything."""

    jobs: int
    seconds: float
    n_strikes: int
    n_users: int = 12
    n_workers: int = 6
    n_long: int = 12
    """Jobs cancelled at the end, when nothing is broken, to see how fast their processes are gone."""


FULL: Final = Size(jobs=5200, seconds=100.0, n_strikes=240)
SHORT: Final = Size(jobs=180, seconds=6.0, n_strikes=11, n_long=3)


class Stage:
    """Hands out work to the users at an even pace."""

    def __init__(
        self, size: Size, recorder: Recorder, *, seed: int, proxy: tuple[str, int], tokens: dict[str, str]
    ) -> None:
        self.recorder = recorder
        self.proxy = proxy
        self.tokens = tokens
        self._size = size
        self._seed = seed
        self._numbers = itertools.count(1)
        self._started = time.monotonic()
        self._errands: set[asyncio.Task[None]] = set()
        self.n_jobs = 0
        self._last: set[str] = set()
        self.is_calm = False
        """Nothing is broken any more, and Providers behave."""

    def dice(self, who: str) -> random.Random:
        """Chance of one player."""
        return random.Random(f"{self._seed} {who}")

    @property
    def has_work(self) -> bool:
        """Users still have jobs to submit."""
        return self.n_jobs < self._size.jobs

    def begin(self) -> None:
        """The pace counts from now."""
        self._started = time.monotonic()

    def client(self, actor: str, who: str) -> Client:
        """A connection through the proxy; ``who`` is a user or a device."""
        owner = who if who in OWNERS else ""
        return Client(self.proxy, self.tokens[who], self.recorder, actor=actor, owner=owner)

    async def take(self, n: int) -> int:
        """Wait until ``n`` more jobs are due; give how many may be submitted, 0 at the end."""
        n = min(n, self._size.jobs - self.n_jobs)
        if n > 0:
            due_s = self._size.seconds * self.n_jobs / self._size.jobs
            self.n_jobs += n
            await asyncio.sleep(max(0.0, self._started + due_s - time.monotonic()))
        return n

    def job(self, dice: random.Random) -> dict[str, Any]:
        """The body of a submit; its name ends with a number used once."""
        number = next(self._numbers)
        device = dice.choices(list(DEVICES), list(DEVICES.values()))[0]
        mark, sleep_s = "job", 0.0
        roll = dice.random()
        if device == "SVSim":
            if roll < _LONG_RUNS:
                mark, sleep_s = "long", round(dice.uniform(0.3, 3.0), 2)
            elif roll < _LONG_RUNS + _CRASHES:
                mark, sleep_s = "crash", -1.0
            elif roll < _LONG_RUNS + _CRASHES + _TRANSPILED:
                return self.transpiled_job(number)
        elif device == "RAW" and number < _DOOMED_AMONG * self._size.jobs and roll < _DOOMED:
            mark = DOOMED
        code = f"// {mark}\n{program(number, sleep_s)}"
        return self._body(f"{mark}-{number}", device, code, shots=dice.randrange(1, 500))

    def transpiled_job(self, number: int) -> dict[str, Any]:
        """A job for a resident worker; without messages, which a transpiler would melt down."""
        code = (
            'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;'
        )
        return self._body(f"transpiled-{number}", "SVSim", code, shots=100, transpiler_info={})

    def long_job(self) -> dict[str, Any]:
        """A job that ends only by being cancelled."""
        number = next(self._numbers)
        return self._body(f"endless-{number}", "SVSim", program(number, 300.0), shots=10)

    def frail_job(self) -> dict[str, Any]:
        """A job for the device whose driver breaks."""
        number = next(self._numbers)
        return self._body(f"frail-{number}", FRAIL, program(number), shots=10)

    def last_job(self) -> dict[str, Any]:
        """A job that nobody serves, to see the end of a stream by."""
        number = next(self._numbers)
        return self._body(f"last-{number}", "IDLE", program(number), shots=1)

    def ends_with(self, job_id: str) -> None:
        """This is the last job of its owner."""
        self._last.add(job_id)

    def is_last(self, job_id: str) -> bool:
        """After this job nothing more happens to its owner's jobs."""
        return job_id in self._last

    def _body(self, name: str, device: str, code: str, *, shots: int, **more: Any) -> dict[str, Any]:
        info = json.dumps({"code": code})
        return {"name": name, "device_id": device, "shots": shots, "job_info": info, **more}

    def errand(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside, to be finished before the end."""
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def errands_done(self, *, within_s: float) -> None:
        """Wait for all errands.

        Raises:
            TimeoutError: one takes too long.
        """
        async with asyncio.timeout(within_s):
            while self._errands:
                await asyncio.gather(*self._errands)
