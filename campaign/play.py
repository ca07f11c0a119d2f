"""One campaign on one store: set the stage, play, let everything settle, judge."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from campaign.checker import StoreState, Violation, check, read_history
from campaign.checker.store import read_postgres, read_sqlite
from campaign.client import Client
from campaign.frail import FrailUser
from campaign.nemesis import KILLS, Nemesis, Strike, make_schedule
from campaign.processes import Cloud, Postgres, Program, Provider
from campaign.proxy import FAULTS, Proxy
from campaign.record import Recorder
from campaign.sdk import SdkUser
from campaign.stage import FRAIL, OWNERS, Size, Stage
from campaign.users import User, follow_stream
from campaign.watch import Watch
from campaign.workers import BareWorker

SETTLED_WITHIN_S: Final = 90.0
STREAMED_WITHIN_S: Final = 20.0
N_PROVIDERS: Final = 2
_CUT_OR_DUPLICATED: Final = [name for name in FAULTS if "delayed" not in name]
_UNFINISHED: Final = "SELECT count(*) FROM jobs WHERE status NOT IN ('succeeded', 'failed', 'cancelled')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one campaign came to."""

    schedule: list[Strike]
    counts: Counter[str]
    skipped: Counter[str]
    statuses: Counter[str]
    n_jobs: int
    n_losses: int
    cancel_s: list[float]
    took_s: float
    violations: list[Violation]

    @property
    def n_kills(self) -> int:
        """SIGKILLs that hit."""
        return sum(self.counts[kill] for kill in KILLS)

    @property
    def n_messages(self) -> int:
        """Messages cut or duplicated."""
        return sum(self.counts[fault] for fault in _CUT_OR_DUPLICATED) + self.counts["cut_stream"]


async def play(size: Size, *, seed: int, store: str, folder: Path) -> Outcome:
    """Play one campaign; recording, store and logs stay in ``folder``."""
    began = time.monotonic()
    schedule = make_schedule(
        seed, seconds=size.seconds, n_strikes=size.n_strikes, has_postgres=store == "postgres"
    )
    history = folder / "history.jsonl"
    with Recorder(history) as recorder:
        async with _theatre(recorder, folder=folder, store=store, seed=seed) as theatre:
            stage = Stage(size, recorder, seed=seed, proxy=theatre.proxy_address, tokens=theatre.tokens)
            nemesis = Nemesis(
                recorder,
                theatre.watch,
                clouds=theatre.clouds,
                providers=theatre.providers,
                frail=theatre.frail,
                postgres=theatre.postgres,
                seed=seed,
            )
            cancel_s = await _acts(theatre, stage, nemesis, schedule, size)
            deaths = find_deaths(theatre.programs)
            state = await theatre.read_store()
    violations = [*deaths, *check(read_history(history), state)]
    if violations:
        (folder / "store.json").write_text(json.dumps(_plain(state)))
    return Outcome(
        schedule=schedule,
        counts=recorder.counts,
        skipped=nemesis.skipped,
        statuses=Counter(job.status for job in state.jobs),
        n_jobs=stage.n_jobs,
        n_losses=sum(job.losses for job in state.jobs),
        cancel_s=cancel_s,
        took_s=time.monotonic() - began,
        violations=violations,
    )


def find_deaths(programs: Iterable[Program]) -> list[Violation]:
    """Tell who is gone when everything that was broken is mended: jobs that wait for it are not to blame."""
    return [Violation("process_died", one.name, one.died_of) for one in programs if one.died_of]


class _Theatre:
    """The processes, and the way to them."""

    def __init__(
        self, recorder: Recorder, folder: Path, postgres: Postgres | None, database: str | None
    ) -> None:
        self.recorder = recorder
        self.folder = folder
        self.postgres = postgres
        self.database = database
        self.clouds = [
            Cloud(f"cloud-{index}", folder=folder, database=database, is_first=index == 0)
            for index in range(1 if database is None else 2)
        ]
        self.providers: list[Provider] = []
        self.frail: Provider
        self.watch = Watch(folder / "runs.jsonl", recorder)
        self.tokens: dict[str, str] = {}
        self.proxy: Proxy
        self.proxy_address: tuple[str, int]

    @property
    def programs(self) -> list[Program]:
        """All that are to run, Providers first."""
        return [*self.providers, self.frail, *self.clouds]

    async def open(self, stack: AsyncExitStack, *, seed: int) -> None:
        """Start everything, nothing broken yet."""
        for cloud in self.clouds:
            cloud.start()
            stack.push_async_callback(cloud.end)
            await cloud.ready()
        self.proxy = Proxy(lambda: [cloud.address for cloud in self.clouds], self.recorder, seed=seed)
        self.proxy_address = await self.proxy.start()
        stack.callback(self.proxy.close)
        await self._make_accounts()
        url = "http://{}:{}".format(*self.proxy_address)
        self.providers = [
            self._provider(f"provider-{index}", url, device="SVSim") for index in range(N_PROVIDERS)
        ]
        self.frail = self._provider("provider-frail", url, device=FRAIL)
        for provider in (*self.providers, self.frail):
            provider.start()
            stack.push_async_callback(provider.end)
        self.watching = asyncio.create_task(self.watch.run())
        stack.callback(self.watching.cancel)

    def _provider(self, name: str, url: str, *, device: str) -> Provider:
        return Provider(
            name,
            folder=self.folder,
            url=url,
            token=self.tokens[device],
            runs=self.folder / "runs.jsonl",
            device=device,
        )

    async def _make_accounts(self) -> None:
        """Users, and devices whose Providers are played by the campaign."""
        written = self.clouds[0].credentials()
        admin = Client(self.clouds[0].address, str(written["admin_token"]), self.recorder, actor="admin")

        async def make(path: str, body: dict[str, Any]) -> Any:
            answer = await admin.call("POST", f"/admin{path}", body, is_recorded=False)
            assert answer.status in {200, 201}, answer
            return answer.body

        self.tokens = {**written["users"], **written["providers"]}  # type: ignore[dict-item]  # both are tables
        for owner in OWNERS[1:]:
            await make("/users", {"id": owner})
            self.tokens[owner] = (await make("/tokens", {"role": "user", "owner": owner}))["token"]
        for device, policy in (("RAW", "requeue"), ("HW", "fail"), ("IDLE", "requeue"), (FRAIL, "requeue")):
            await make("/devices", {"device_id": device, "device_type": "simulator", "on_lost_lease": policy})
            self.tokens[device] = (await make("/tokens", {"role": "provider", "devices": [device]}))["token"]
        admin.close()

    async def unfinished(self) -> int:
        """Count by the store, not by the Cloud."""
        if self.database is None:
            with sqlite3.connect(f"file:{self._file}?mode=ro", uri=True) as connection:
                return int(connection.execute(_UNFINISHED).fetchone()[0])
        import asyncpg

        connection = await asyncpg.connect(self.database)
        try:
            return int(await connection.fetchval(_UNFINISHED))
        finally:
            await connection.close()

    async def read_store(self) -> StoreState:
        """End the processes, then read what is left; Providers end first."""
        for program in self.programs:
            await program.end()
        self.watch.close()
        return read_sqlite(self._file) if self.database is None else await read_postgres(self.database)

    @property
    def _file(self) -> Path:
        return self.clouds[0].data / "qumulus.db"


@asynccontextmanager
async def _theatre(recorder: Recorder, *, folder: Path, store: str, seed: int) -> AsyncIterator[_Theatre]:
    async with AsyncExitStack() as stack:
        postgres = database = None
        if store == "postgres":
            postgres = Postgres()
            stack.push_async_callback(postgres.stop)
            database = await postgres.start()
        theatre = _Theatre(recorder, folder, postgres, database)
        await theatre.open(stack, seed=seed)
        yield theatre


async def _acts(
    theatre: _Theatre, stage: Stage, nemesis: Nemesis, schedule: list[Strike], size: Size
) -> list[float]:
    """Trouble, then calm until every job has ended, then the cancels, then the last event of each stream."""
    workers = [BareWorker(f"raw-{index}", "RAW", stage) for index in range(size.n_workers)]
    workers += [BareWorker(f"hw-{index}", "HW", stage) for index in range(2)]
    users: list[User | SdkUser | FrailUser] = [
        User(f"user-{index}", OWNERS[index % 3], stage) for index in range(size.n_users)
    ]
    users += [SdkUser(f"sdk-{index}", owner, stage) for index, owner in enumerate(OWNERS)]
    users.append(FrailUser("frail", OWNERS[0], stage))
    streams = [await _open_stream(stage, owner) for owner in OWNERS]
    at_work = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        stage.begin()
        theatre.proxy.is_calm = False
        async with asyncio.TaskGroup() as group:
            group.create_task(nemesis.run(schedule))
            for user in users:
                group.create_task(user.run())
        theatre.proxy.is_calm = stage.is_calm = True
        await _settle(theatre, stage)
        cancel_s = await _cancel_long_jobs(theatre, stage, size.n_long)
        await _finish_streams(stage, streams)
        return cancel_s
    finally:
        for task in (*at_work, *streams):
            task.cancel()
        await asyncio.wait((*at_work, *streams))


async def _open_stream(stage: Stage, owner: str) -> asyncio.Task[None]:
    """All events of an owner, from before the first one."""
    client = stage.client(f"{owner}'s eyes", owner)
    answer = await client.call("GET", "/user/events", is_recorded=False)
    cursor = answer.link.partition("cursor=")[2].partition("&")[0]
    client.close()
    return asyncio.create_task(follow_stream(stage, f"all of {owner}", owner=owner, cursor=cursor))


async def _settle(theatre: _Theatre, stage: Stage) -> None:
    """Errands end and leases run out; whatever is unfinished then is stuck, as the checker will say."""
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while await theatre.unfinished() and time.monotonic() < deadline:  # noqa: ASYNC110 - seen from outside
        await asyncio.sleep(0.25)
    await stage.errands_done(within_s=SETTLED_WITHIN_S)
    if theatre.watching.done():
        theatre.watching.result()  # it never ends but by an error, which must not look like a stuck job


async def _cancel_long_jobs(theatre: _Theatre, stage: Stage, n_long: int) -> list[float]:
    """Seconds from each call to the end of the process, with nothing broken."""
    client = stage.client("canceller", OWNERS[0])
    took_s = []
    for _ in range(n_long):
        job = stage.long_job()
        number = int(job["name"].rpartition("-")[2])
        job_id = (await client.call("POST", "/user/jobs", job)).body["job_id"]
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while number not in theatre.watch.alive:  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.02)
            called = time.time()
            await client.call("POST", f"/user/jobs/{job_id}/cancel")
            while number not in theatre.watch.ended:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        took_s.append(theatre.watch.ended[number] - called)
    client.close()
    return took_s


async def _finish_streams(stage: Stage, streams: list[asyncio.Task[None]]) -> None:
    """The last event of each owner ends its stream."""
    for owner in OWNERS:
        client = stage.client(f"{owner}'s last", owner)
        job_id = (await client.call("POST", "/user/jobs", stage.last_job())).body["job_id"]
        stage.ends_with(job_id)
        await client.call("POST", f"/user/jobs/{job_id}/cancel")
        client.close()
    await asyncio.wait(streams, timeout=STREAMED_WITHIN_S)


def _plain(state: StoreState) -> dict[str, Any]:
    """Jobs, events and outputs for those who look into a violation; the server's files are gone by then."""
    return {
        "jobs": [asdict(job) for job in state.jobs],
        "events": [asdict(event) for event in state.events],
        "outputs": state.outputs,
    }
