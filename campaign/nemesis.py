"""What is broken, and when: a schedule made from the seed alone, and its execution."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

import psutil

from campaign.processes import Cloud, Postgres, Provider
from campaign.record import Recorder
from campaign.watch import Watch

T = TypeVar("T")

KILLS: Final = ("kill_cloud", "kill_provider", "kill_zygote", "kill_resident", "kill_child", "kill_postgres")
"""Each is one SIGKILL."""

_SHARES: Final[dict[str, float]] = {
    "kill_child": 0.60,
    "kill_zygote": 0.10,
    "kill_cloud": 0.045,
    "kill_provider": 0.035,
    "kill_resident": 0.02,
    "stop_cloud": 0.03,
    "stop_provider": 0.03,
    "stop_zygote": 0.02,
    "restart_cloud": 0.02,
    "restart_provider": 0.01,
    "jump_clock": 0.05,
    "break_driver": 0.02,
}
_SHARES_OF_POSTGRES: Final = {"kill_postgres": 0.025, "stop_postgres": 0.015}
_CHILD_WITHIN_S: Final = 20.0
_HELPER_WITHIN_S: Final = 3.0
"""So long a strike waits for somebody to strike."""
_WHOLE_WITHIN_S: Final = 10.0
"""So long a strike waits until its target is mended from the last one."""
_BREATH_S: Final = 2.0
"""What was mended works at least so long: a promise that needs the Cloud back now and then can be kept."""
LONGEST_JUMP_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Strike:
    """``at`` seconds after the start; mended after ``lasts_s``; ``victim`` picks one of several."""

    at: float
    what: str
    lasts_s: float
    victim: int

    def __str__(self) -> str:
        lasts = f" for {self.lasts_s:g} s" if self.lasts_s else ""
        return f"{self.at:g} {self.what} {self.victim}{lasts}"


def make_schedule(seed: int, *, seconds: float, n_strikes: int, has_postgres: bool) -> list[Strike]:
    """The same seed and sizes give the same schedule."""
    dice = random.Random(f"schedule {seed}")
    shares = _SHARES | (_SHARES_OF_POSTGRES if has_postgres else {})
    kinds = [kind for kind, share in shares.items() for _ in range(max(1, round(share * n_strikes)))]
    strikes = []
    for is_meant in (_hits_backend, lambda kind: not _hits_backend(kind)):
        some = [kind for kind in kinds if is_meant(kind)]
        dice.shuffle(some)
        for place, kind in enumerate(some):  # one in each slice of the time: nobody is away for long
            at = (0.02 + 0.95 * (place + dice.random()) / len(some)) * seconds
            strikes.append(Strike(round(at, 2), kind, round(_length(kind, dice), 1), dice.randrange(1000)))
    return sorted(strikes, key=lambda strike: strike.at)


def _hits_backend(kind: str) -> bool:
    return kind.endswith(("_cloud", "_postgres"))


def _length(kind: str, dice: random.Random) -> float:
    if kind.startswith("stop_provider"):
        return dice.choice((1.0, 3.0, 8.0))  # the last is longer than its leases
    if kind.startswith("stop"):
        return dice.choice((0.3, 1.0, 3.0))
    if kind == "break_driver":
        return dice.choice((2.0, 4.0))
    return dice.choice((0.0, 0.2, 1.0)) if kind.startswith(("kill_cloud", "kill_p")) else 0.0


class Nemesis:
    """Carries a schedule out; a victim that stays broken for long is left alone."""

    def __init__(
        self,
        recorder: Recorder,
        watch: Watch,
        *,
        clouds: Sequence[Cloud],
        providers: Sequence[Provider],
        frail: Provider,
        postgres: Postgres | None,
        seed: int,
    ) -> None:
        self._recorder = recorder
        self._watch = watch
        self._clouds = clouds
        self._providers = providers
        self._frail = frail
        self._postgres = postgres
        self._random = random.Random(f"nemesis {seed}")
        self._mending: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._struck: set[int] = set()
        self.skipped: Counter[str] = Counter()

    async def run(self, schedule: Sequence[Strike]) -> None:
        """Strike as planned; returns when everything is mended."""
        start = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for strike in schedule:
                await asyncio.sleep(max(0.0, start + strike.at - time.monotonic()))
                group.create_task(self._strike(strike))
        for cloud in self._clouds:
            if cloud.clock.can_jump:
                cloud.clock.shift(0.0)

    async def _strike(self, strike: Strike) -> None:
        what, _, kind = strike.what.partition("_")
        if kind == "cloud" or strike.what == "jump_clock":
            await self._strike_cloud(strike, self._clouds[strike.victim % len(self._clouds)], what)
        elif kind == "postgres":
            await self._strike_postgres(strike, what)
        elif kind == "driver":
            await self._break_driver(strike)
        elif kind == "child":
            await self._kill_child(strike)
        else:
            provider = self._providers[strike.victim % len(self._providers)]
            await self._strike_provider(strike, provider, what, kind)

    async def _break(self, strike: Strike, target: str, deed: Callable[[], Awaitable[None]]) -> None:
        """Break one thing, as soon as it is whole, and record from when to when."""
        mending = self._mending[target]
        try:
            await asyncio.wait_for(mending.acquire(), _WHOLE_WITHIN_S)
        except TimeoutError:
            self.skipped[strike.what] += 1
            return
        start = time.time()
        try:
            await deed()
            self._recorder.fault(strike.what, target, start)
            await asyncio.sleep(_BREATH_S)
        finally:
            mending.release()

    async def _strike_cloud(self, strike: Strike, cloud: Cloud, what: str) -> None:
        async def deed() -> None:
            if what == "stop":
                await _pause(cloud, strike.lasts_s)
                return
            await cloud.end(signal.SIGKILL if what == "kill" else signal.SIGTERM)
            await asyncio.sleep(strike.lasts_s)
            cloud.start()
            await cloud.ready()

        if what != "jump":
            await self._break(strike, cloud.name, deed)
        elif cloud.clock.can_jump:
            cloud.clock.shift(self._random.uniform(-LONGEST_JUMP_S, LONGEST_JUMP_S))
            self._recorder.fault(strike.what, cloud.name, time.time())
        else:
            self.skipped[strike.what] += 1

    async def _strike_postgres(self, strike: Strike, what: str) -> None:
        postgres = self._postgres
        assert postgres is not None

        async def deed() -> None:
            if what == "stop":
                await postgres.freeze(strike.lasts_s)
            else:
                await postgres.crash(away_s=strike.lasts_s)

        await self._break(strike, "postgres", deed)

    async def _strike_provider(self, strike: Strike, provider: Provider, what: str, kind: str) -> None:
        async def deed() -> None:
            if what == "stop":
                await _pause(provider, strike.lasts_s)
                return
            await provider.end(signal.SIGKILL if what == "kill" else signal.SIGTERM)
            await asyncio.sleep(strike.lasts_s)
            provider.start()

        if kind == "provider":
            await self._break(strike, provider.name, deed)
        else:
            await self._strike_helper(strike, provider, what, kind)

    async def _break_driver(self, strike: Strike) -> None:
        async def deed() -> None:
            self._frail.break_driver(is_broken=True)
            await asyncio.sleep(strike.lasts_s)
            self._frail.break_driver(is_broken=False)

        await self._break(strike, self._frail.device, deed)

    async def _strike_helper(self, strike: Strike, provider: Provider, what: str, kind: str) -> None:
        helpers = provider.zygotes if kind == "zygote" else provider.residents
        found = await _until(helpers, within_s=_HELPER_WITHIN_S)
        if not found:
            self.skipped[strike.what] += 1
            return
        victim = found[strike.victim % len(found)]

        async def deed() -> None:
            with suppress(psutil.NoSuchProcess):
                victim.send_signal(signal.SIGSTOP if what == "stop" else signal.SIGKILL)
                await asyncio.sleep(strike.lasts_s)
                if what == "stop":
                    victim.send_signal(signal.SIGCONT)

        await self._break(strike, f"{kind} {victim.pid}", deed)

    async def _kill_child(self, strike: Strike) -> None:
        found = await _until(self._children, within_s=_CHILD_WITHIN_S)
        if not found:
            self.skipped[strike.what] += 1
            return
        number, pid = found[strike.victim % len(found)]
        self._struck.add(pid)
        start = time.time()
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()
            self._recorder.fault(strike.what, f"job {number}", start)

    def _children(self) -> list[tuple[int, int]]:
        """Job and process of the runs that nobody has struck yet."""
        return [(number, pid) for number, pid in sorted(self._watch.alive.items()) if pid not in self._struck]


async def _pause(program: Cloud | Provider, seconds: float) -> None:
    program.send(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    program.send(signal.SIGCONT)


async def _until(look: Callable[[], Sequence[T]], *, within_s: float) -> Sequence[T]:
    """Look again until there is something, for a while."""
    deadline = time.monotonic() + within_s
    while not (found := look()) and time.monotonic() < deadline:  # noqa: ASYNC110 - processes tell nobody
        await asyncio.sleep(0.1)
    return found
