"""Users by bare HTTP: they submit, repeat, cancel, read, watch and delete, and never repeat blindly."""

from __future__ import annotations

import asyncio
import random
from typing import Any, Final

from campaign.client import Answer, Client, NoAnswerError
from campaign.stage import Stage

MOST_TRIES: Final = 60
_BATCH: Final = 0.12
_KEYED: Final = 0.5
FINAL: Final = frozenset({"succeeded", "failed", "cancelled"})


class User:
    """One user at one connection, with errands on others."""

    def __init__(self, name: str, owner: str, stage: Stage) -> None:
        self._name = name
        self._owner = owner
        self._stage = stage
        self._dice = stage.dice(name)
        self._client = stage.client(name, owner)

    async def run(self) -> None:
        """Submit until there is nothing left to submit."""
        while True:
            n = await self._stage.take(self._dice.randrange(2, 30) if self._dice.random() < _BATCH else 1)
            if n == 0:
                break
            jobs = [self._stage.job(self._dice) for _ in range(n)]
            path, request = ("/user/jobs", jobs[0]) if n == 1 else ("/user/jobs/batch", jobs)
            key = f"{self._name}-{jobs[0]['name']}" if self._dice.random() < _KEYED else None
            answer = await self._submit(self._client, path, request, key)
            if answer.is_ok:
                created = [answer.body] if n == 1 else answer.body
                for job, one in zip(jobs, created, strict=True):
                    self._stage.errand(self._follow(one["job_id"], random.Random(job["name"])))
                if key is not None and self._dice.random() < 0.1:
                    self._stage.errand(self._repeat(path, request, key))
        self._client.close()

    async def _submit(self, client: Client, path: str, request: Any, key: str | None) -> Answer:
        """With a key again and again; without one once, since nobody could tell what a second did."""
        for attempt in range(MOST_TRIES if key is not None else 1):
            answer = await client.call("POST", path, request, key=key)
            if answer.status is not None and answer.status < 500:
                return answer
            await asyncio.sleep(min(2.0, 0.1 * 2**attempt) * self._dice.random())
        return answer

    async def _repeat(self, path: str, request: Any, key: str) -> None:
        """The same submit from elsewhere, later."""
        await asyncio.sleep(self._dice.uniform(0, 10))
        client = self._stage.client(f"{self._name}'s other", self._owner)
        await self._submit(client, path, request, key)
        client.close()

    async def _follow(self, job_id: str, dice: random.Random) -> None:
        deed = dice.choices(
            [self._cancel, self._await_end, self._watch, self._glance, None], [0.16, 0.12, 0.06, 0.1, 0.56]
        )[0]
        if deed is None:
            return
        client = self._stage.client(self._name, self._owner)
        try:
            await deed(client, job_id, dice)
        finally:
            client.close()

    async def _cancel(self, client: Client, job_id: str, dice: random.Random) -> None:
        await asyncio.sleep(dice.uniform(0, 3) ** 2 / 3)
        for _ in range(MOST_TRIES):
            answer = await client.call("POST", f"/user/jobs/{job_id}/cancel")
            if answer.status is not None and answer.status < 500 and dice.random() < 0.8:
                break  # else cancel once more, which does no harm
            await asyncio.sleep(0.5)
        if dice.random() < 0.2:
            await self._delete(client, job_id)

    async def _await_end(self, client: Client, job_id: str, dice: random.Random) -> None:
        while True:
            answer = await client.call("GET", f"/user/jobs/{job_id}/status?wait=10", wait_s=10)
            if answer.is_ok and answer.body["status"] in FINAL:
                break
            await asyncio.sleep(0.2 if answer.is_ok else 1.0)
        if dice.random() < 0.4:
            await self._delete(client, job_id)

    async def _delete(self, client: Client, job_id: str) -> None:
        for _ in range(MOST_TRIES):
            answer = await client.call("DELETE", f"/user/jobs/{job_id}")
            if answer.status is not None and answer.status < 500:
                break
            await asyncio.sleep(0.5)

    async def _glance(self, client: Client, job_id: str, dice: random.Random) -> None:
        for _ in range(dice.randrange(1, 6)):
            await client.call("GET", f"/user/jobs/{job_id}")
            await asyncio.sleep(dice.uniform(0, 2))

    async def _watch(self, _: Client, job_id: str, dice: random.Random) -> None:
        await asyncio.sleep(dice.random())
        await follow_stream(self._stage, f"{self._name} {job_id}", owner=self._owner, job_id=job_id)


async def follow_stream(
    stage: Stage, stream: str, *, owner: str, job_id: str | None = None, cursor: str | None = None
) -> None:
    """Read a stream across cuts to its end; that of all jobs until the owner's very last job is over."""
    path = "/user/events" if job_id is None else f"/user/jobs/{job_id}/events"
    client = stage.client(stream, owner)
    note = {"id": stream, "owner": owner, "job_id": job_id}
    stage.recorder.add("stream", **note, what="opened")
    ending = None
    while ending is None:
        try:
            async for event_cursor, data in client.events(path, cursor=cursor):
                cursor = event_cursor
                stage.recorder.add("event", stream=stream, cursor=cursor, data=data)
                stage.recorder.counts["stream events"] += 1
                if job_id is None and stage.is_last(data["job_id"]) and data["to"] in FINAL:
                    ending = "closed"
                    break
                if job_id is not None and (data["to"] is None or data["to"] in FINAL):
                    ending = "ended"
        except LookupError:
            ending = "gone"
        except (OSError, NoAnswerError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            stage.recorder.counts["stream reconnects"] += 1
            await asyncio.sleep(0.2)
        except asyncio.CancelledError:
            ending = "closed"  # too long without the last event: what is missing will be found
    stage.recorder.add("stream", **note, what=ending)
