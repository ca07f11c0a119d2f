"""The three sequences of a job, step by step, between a user, the Cloud and the real Provider."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from qumulus.cli.demo.gate import Exchange, Gate
from qumulus.cli.demo.proof import computing, gone
from qumulus.cli.demo.stage import Stage, WrongStateError, shortened


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One job, and the Provider process that will run it (a context manager that blocks)."""

    name: str
    code: str
    device: str
    provider: AbstractContextManager[None]
    shots: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """``user`` speaks as alice; what the Provider says comes through the gate."""

    user: httpx.AsyncClient
    gate: Gate
    stage: Stage

    async def execution(self, scene: Scene, *, key: str, status: str) -> dict[str, Any]:
        """Submit, fetch, run, write ``key`` (result or reason), read it; gives alice's ``job_info``."""
        job_id = await self._submitted(scene)
        self.stage.say("The Provider starts getting jobs.")
        async with _aside(scene.provider):
            await self._running(job_id)
            await self._reported(job_id, ("13", "14"), key=key, status=status, events=4)
        job = await self._ask("15", "16", "GET", f"/user/jobs/{job_id}")
        self._must_be(job, status)
        self.stage.stored(job_id, status=status, keys={"code", key}, steps=4)
        return dict(json.loads(job["job_info"]))

    async def cancellation(self, scene: Scene) -> dict[str, Any]:
        """Cancel a job that is really running; the Provider stops it and writes why."""
        self.stage.say("Before the sequence: the job is submitted, fetched and running.")
        job_id = await self._submitted(scene, numbered=False)
        async with _aside(scene.provider):
            await self._running(job_id, numbered=False)
            simulation = await computing(least_cpu_s=0.3)
            self.stage.say(
                f"It really runs: process {simulation.pid} has computed for {simulation.cpu_s:.1f} s."
            )
            await self._ask("1", "2", "POST", f"/user/jobs/{job_id}/cancel")
            self.stage.stored(job_id, status="cancelled", keys={"code"}, steps=4)
            status = await self._ask("3", "4", "GET", f"/user/jobs/{job_id}/status")
            self._must_be(status, "cancelled")
            self.stage.stored(job_id, status="cancelled", keys={"code"}, steps=4)
            await gone(simulation)
            self.stage.say(
                f"The Provider has heard of it with its heartbeat: process {simulation.pid} is gone."
            )
            await self._reported(job_id, ("5", "6"), key="reason", status="cancelled", events=5)
        status = await self._ask("7", "8", "GET", f"/user/jobs/{job_id}/status")
        self._must_be(status, "cancelled")
        self.stage.stored(job_id, status="cancelled", keys={"code", "reason"}, steps=5)
        return dict(json.loads(status["job_info"]))

    # --- the steps that the sequences share ---------------------------------------------------

    async def _submitted(self, scene: Scene, *, numbered: bool = True) -> str:
        job_info = json.dumps({"code": scene.code})
        body = {"device_id": scene.device, "shots": scene.shots, "name": scene.name, "job_info": job_info}
        steps = ("1", "2") if numbered else ("–", "–")
        job_id = str((await self._ask(*steps, "POST", "/user/jobs", body))["job_id"])
        if numbered:
            self.stage.stored(job_id, status="submitted", keys={"code"}, steps=1)
            status = await self._ask("3", "4", "GET", f"/user/jobs/{job_id}/status")
            self._must_be(status, "submitted")
            self.stage.stored(job_id, status="submitted", keys={"code"}, steps=1)
        return job_id

    async def _running(self, job_id: str, *, numbered: bool = True) -> None:
        claim = await self.gate.next()
        steps = ("5", "6", "7", "8", "9", "10", "11", "12") if numbered else ("–",) * 8
        self._show(steps[0], "Provider → Cloud   ", claim)
        self._show_answer(steps[1], "Cloud    → Provider", await claim.forward())
        self.stage.stored(job_id, status="ready", keys={"code"}, steps=2)
        claim.release()
        start = await self._report(job_id)
        answer = await start.forward()
        self._show(steps[2], "Provider → Cloud   ", start, said="running")
        self._show_answer(steps[3], "Cloud    → Provider", answer)
        if numbered:
            self.stage.say("Steps 9 and 10 are 7 and 8 for each further job; here is one.")
        self.stage.stored(job_id, status="running", keys={"code"}, steps=3)
        status = await self._ask(steps[6], steps[7], "GET", f"/user/jobs/{job_id}/status")
        self._must_be(status, "running")
        self.stage.stored(job_id, status="running", keys={"code"}, steps=3)
        start.release()

    async def _reported(
        self, job_id: str, steps: tuple[str, str], *, key: str, status: str, events: int
    ) -> None:
        report = await self._report(job_id)
        answer = await report.forward()
        self._show(steps[0], "Provider → Cloud   ", report, said=key)
        self._show_answer(steps[1], "Cloud    → Provider", answer)
        self.stage.stored(job_id, status=status, keys={"code", key}, steps=events)
        report.release()

    async def _report(self, job_id: str) -> Exchange:
        """The Provider's next report on the job."""
        while True:
            exchange = await self.gate.next()
            if job_id in exchange.path or job_id.encode() in exchange.request.content:
                return exchange
            exchange.release()

    async def _ask(
        self, step: str, answer_step: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        answer = await self.user.request(method, path, json=body)
        told = f"{method} {path}" + ("" if body is None else f" {shortened(body)}")
        self.stage.exchange(step, "User     → Cloud   ", told)
        self._show_answer(answer_step, "Cloud    → User    ", answer)
        return dict(answer.json())

    def _show(self, step: str, who: str, exchange: Exchange, said: str = "") -> None:
        body = exchange.request.content.decode()
        if said and f'"{said}"' not in body:
            raise WrongStateError(f"the Provider did not say {said}: {body[:200]}")
        self.stage.exchange(step, who, f"{exchange.request.method} {exchange.path} {body}")

    def _show_answer(self, step: str, who: str, answer: httpx.Response) -> None:
        self.stage.exchange(step, who, f"HTTP {answer.status_code} {answer.text}")
        if answer.status_code != 200:
            raise WrongStateError(f"the Cloud answered {answer.status_code}: {answer.text}")

    def _must_be(self, job: dict[str, Any], status: str) -> None:
        if job["status"] != status:
            raise WrongStateError(f"the Cloud says {job['status']}, the sequence {status}")


@asynccontextmanager
async def _aside(blocking: AbstractContextManager[None]) -> AsyncIterator[None]:
    """Enter and leave in a thread: the gate must go on relaying meanwhile."""
    await asyncio.to_thread(blocking.__enter__)
    try:
        yield
    finally:
        await asyncio.to_thread(blocking.__exit__, None, None, None)
