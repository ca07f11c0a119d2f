"""Users by SDK, who write straight-line code and leave all trouble to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from campaign.checker.facts import contents
from campaign.stage import Stage
from qumulus.sdk import AsyncClient, JobFailedError, JobRequest
from qumulus.sdk.job import AsyncJob
from qumulus.transport import ApiError, ClientError, RetryPolicy

R = TypeVar("R")

_BATCH: Final = 0.15
PATIENCE: Final = RetryPolicy(total_s=120.0, first_contact_s=120.0)
"""A busy machine starts a Cloud slowly, and the next strike may come soon: no outage is as long as this.

The first strike may come before the first call was answered.
"""


class SdkUser:
    """One user with one client."""

    def __init__(self, name: str, owner: str, stage: Stage) -> None:
        self._name = name
        self._owner = owner
        self._stage = stage
        self._dice = stage.dice(name)
        self._url = "http://{}:{}".format(*stage.proxy)

    async def run(self) -> None:
        """Submit until there is nothing left to submit, and look after some of the jobs."""
        async with AsyncClient(self._url, self._stage.tokens[self._owner], retries=PATIENCE) as client:
            await client.devices()
            follow: list[asyncio.Task[None]] = []
            while n := await self._stage.take(
                self._dice.randrange(2, 20) if self._dice.random() < _BATCH else 1
            ):
                jobs = await self._submit(client, [self._stage.job(self._dice) for _ in range(n)])
                followed = [job for job in jobs if self._dice.random() < 0.4]
                follow += [asyncio.create_task(self._follow(job)) for job in followed]
            await asyncio.gather(*follow)

    async def _submit(self, client: AsyncClient, bodies: list[dict[str, Any]]) -> list[AsyncJob]:
        if len(bodies) == 1:
            request = _request(bodies[0])
            made = await self._record(
                "POST",
                "/user/jobs",
                client.submit(
                    request.program,
                    device=request.device,
                    shots=request.shots,
                    name=request.name,
                    transpiler=request.transpiler,
                ),
                request=bodies[0],
                answer=lambda job: {"job_id": job.id},
            )
            return [] if made is None else [made]
        many = await self._record(
            "POST",
            "/user/jobs/batch",
            client.submit_batch([_request(body) for body in bodies]),
            request=bodies,
            answer=lambda jobs: [{"job_id": job.id} for job in jobs],
        )
        return many or []

    async def _follow(self, job: AsyncJob) -> None:
        path = f"/user/jobs/{job.id}"
        if self._dice.random() < 0.3:
            await asyncio.sleep(self._dice.uniform(0, 2))
            await self._record("POST", f"{path}/cancel", job.cancel())
        await self._record(
            "GET",
            f"{path}/status",
            job.wait(),
            answer=lambda status: {"job_id": job.id, "status": status.value},
        )
        if self._dice.random() < 0.2:
            await self._record("DELETE", path, job.delete())

    async def _record(
        self,
        method: str,
        path: str,
        call: Awaitable[R],
        *,
        request: Any = None,
        answer: Callable[[R], Any] = lambda _: None,
    ) -> R | None:
        """Record one call of the SDK, which may be many on the wire; None: it was refused."""
        n, start = self._stage.recorder.number(), time.time()
        status: int | None = 200
        result, said, error = None, None, None
        try:
            result = await call
            said = answer(result)
        except ApiError as refusal:
            status, said = refusal.status, str(refusal)
        except (ClientError, JobFailedError) as failure:
            status, error = None, f"{type(failure).__name__}: {failure}"
        self._stage.recorder.add(
            "call",
            n=n,
            actor=self._name,
            owner=self._owner,
            start=start,
            end=time.time(),
            method=method,
            path=path,
            request=request,
            key=None,
            status=status,
            answer=said,
            error=error,
            via="sdk",
        )
        return result


def _request(body: dict[str, Any]) -> JobRequest:
    return JobRequest(
        program=contents(body["job_info"])["code"],
        device=body["device_id"],
        shots=body["shots"],
        name=body["name"],
        transpiler=body.get("transpiler_info"),
    )
