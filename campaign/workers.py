"""Providers by bare HTTP, of every temper: they fail, hand back, forget, come back from the dead."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from campaign.client import Answer, Client
from campaign.stage import DOOMED, Stage

LEASE_S: Final = 5.0
BEAT_S: Final = 1.2
WAIT_S: Final = 3.0
MOST_TRIES: Final = 25

Held = dict[str, Any]
"""A job as it was claimed."""


@dataclass(frozen=True, slots=True)
class _Deed:
    share: float
    do: Callable[[Client, Held], Awaitable[None]]


class BareWorker:
    """One Provider of one device; holds several jobs at once, works on them one by one."""

    def __init__(self, name: str, device: str, stage: Stage) -> None:
        self._name = name
        self._device = device
        self._stage = stage
        self._dice = stage.dice(name)
        self._held: dict[str, Held] = {}
        self._deeds = (
            _Deed(0.42, self._succeed),
            _Deed(0.40, self._report_at_once),
            _Deed(0.05, self._fail),
            _Deed(0.04, self._hand_back),
            _Deed(0.03, self._forget),
            _Deed(0.03, self._rise),
            _Deed(0.03, self._linger),
        )

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat())
            group.create_task(self._work())

    async def _work(self) -> None:
        client = self._stage.client(self._name, self._device)
        while True:
            limit = self._dice.choice((1, 1, 2, 4, 8))
            query = (
                f"device_id={self._device}&worker={self._name}&limit={limit}&wait={WAIT_S}&lease={LEASE_S}"
            )
            answer = await client.call("GET", f"/provider/jobs?{query}", wait_s=WAIT_S)
            if not answer.is_ok:
                await asyncio.sleep(0.3)
                continue
            self._held.update({job["job_id"]: job for job in answer.body})
            for job in answer.body:
                await self._handle(client, job)

    async def _handle(self, client: Client, job: Held) -> None:
        if job["job_id"] not in self._held:
            return  # cancelled or lost while it waited here
        if DOOMED in job["job_info"]:
            await self._forget(client, job)
            return
        if self._stage.is_calm:
            await self._succeed(client, job)
            return
        deed = self._dice.choices(self._deeds, [deed.share for deed in self._deeds])[0]
        await deed.do(client, job)

    async def _beat(self) -> None:
        """Keep the leases; a cancelled job gets its reason, a lost one is dropped."""
        client = self._stage.client(f"{self._name}'s heart", self._device)
        while True:
            held = [{"job_id": job_id, "attempt": job["attempt"]} for job_id, job in self._held.items()]
            body = {"device_id": self._device, "jobs": held, "lease": LEASE_S, "worker": self._name}
            answer = await client.call("POST", "/provider/jobs/heartbeat", body, is_recorded=False)
            if answer.is_ok:
                for job_id in answer.body["lost"]:
                    self._held.pop(job_id, None)
                for job_id in answer.body["cancelled"]:
                    if (job := self._held.pop(job_id, None)) is not None:
                        await self._say(client, job, "/job_info", {"reason": "stopped"})
            await asyncio.sleep(BEAT_S)

    # --- what becomes of a job ----------------------------------------------------------------

    async def _succeed(self, client: Client, job: Held) -> None:
        answer = await self._say(client, job, "", {"status": "running"})
        if answer.is_ok:
            if self._dice.random() < 0.1:
                await asyncio.sleep(self._dice.uniform(0, 0.5))
            for _ in range(2 if self._dice.random() < 0.1 else 1):
                await self._say(client, job, "/job_info", {"result": self._result(job)})
        self._held.pop(job["job_id"], None)

    async def _report_at_once(self, client: Client, job: Held) -> None:
        line = {"job_id": job["job_id"], "attempt": job["attempt"], "worker": self._name}
        ended = {
            **line,
            "status": "succeeded",
            "job_info": {"result": self._result(job)},
            "execution_time": 0.01,
        }
        body = [{**line, "status": "running"}, ended]
        await self._until_heard(lambda: client.call("POST", "/provider/jobs/reports", body))
        self._held.pop(job["job_id"], None)

    async def _fail(self, client: Client, job: Held) -> None:
        if self._dice.random() < 0.5:
            await self._say(client, job, "", {"status": "running"})
        await self._say(client, job, "/job_info", {"reason": "it cannot be done"})
        self._held.pop(job["job_id"], None)

    async def _hand_back(self, client: Client, job: Held) -> None:
        if self._dice.random() < 0.3:
            await self._say(client, job, "", {"status": "running"})
        self._held.pop(job["job_id"], None)
        path = f"/provider/jobs/{job['job_id']}/release"
        body = {"attempt": job["attempt"], "worker": self._name}
        await self._until_heard(lambda: client.call("POST", path, body))

    async def _forget(self, client: Client, job: Held) -> None:
        """Die with the job, in whichever state."""
        if self._dice.random() < 0.5:
            await client.call(
                "PATCH", f"/provider/jobs/{job['job_id']}", self._words(job, {"status": "running"})
            )
        self._held.pop(job["job_id"], None)

    async def _rise(self, client: Client, job: Held) -> None:
        """Seem dead until the lease has run out, then report as if nothing had been."""
        await self._say(client, job, "", {"status": "running"})
        self._held.pop(job["job_id"], None)
        self._stage.errand(self._speak_late(job, random.Random(str(job["shots"]))))

    async def _speak_late(self, job: Held, dice: random.Random) -> None:
        await asyncio.sleep(dice.uniform(LEASE_S, LEASE_S + 3))
        client = self._stage.client(f"{self._name}'s ghost", self._device)
        await self._say(client, job, "/job_info", {"result": self._result(job)})
        client.close()

    async def _linger(self, client: Client, job: Held) -> None:
        """Take longer than the lease, with heartbeats all the time."""
        await self._say(client, job, "", {"status": "running"})
        self._stage.errand(self._end_late(job, self._dice.uniform(1, LEASE_S + 3)))

    async def _end_late(self, job: Held, after_s: float) -> None:
        await asyncio.sleep(after_s)
        if self._held.get(job["job_id"]) is job:
            client = self._stage.client(f"{self._name}'s other", self._device)
            await self._say(client, job, "/job_info", {"result": self._result(job)})
            client.close()
            self._held.pop(job["job_id"], None)

    # --- how it is said -----------------------------------------------------------------------

    async def _say(self, client: Client, job: Held, route: str, words: dict[str, Any]) -> Answer:
        path = f"/provider/jobs/{job['job_id']}{route}"
        body = self._words(job, words)
        return await self._until_heard(lambda: client.call("PATCH", path, body))

    def _words(self, job: Held, words: dict[str, Any]) -> dict[str, Any]:
        return {"job_id": job["job_id"], "attempt": job["attempt"], "worker": self._name, **words}

    async def _until_heard(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """Say it again until the Cloud has an opinion; the attempt keeps that harmless."""
        for attempt in range(MOST_TRIES):
            answer = await call()
            if answer.status is not None and answer.status < 500:
                return answer
            await asyncio.sleep(min(1.0, 0.1 * 2**attempt) * self._dice.random())
        return answer

    def _result(self, job: Held) -> dict[str, Any]:
        zeros = job["shots"] // 2
        return {
            "sampling": {"counts": {"00": zeros, "11": job["shots"] - zeros}},
            "provenance": {"attempt": job["attempt"], "worker": self._name},
        }
