"""A small engine that calls the Provider API as OQTOPUS's does: same calls, same order, same blindness.

It sends no attempt and no lease, looks at no answer of ``running``, sends a status once and never hears of a
cancel. What it computes is given to it.
"""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.api.cloud import RESULT, Cloud

DEFAULT_TRANSPILER = {"transpiler_lib": "qiskit", "transpiler_options": {"optimization_level": 1}}
TRANSPILED = {
    "transpiled_program": "OPENQASM 3; bit[2] c; c[0] = measure $0; c[1] = measure $1;",
    "stats": {"before": {}, "after": {}},
    "virtual_physical_mapping": {"qubit_mapping": {"0": 0, "1": 1}, "bit_mapping": {}},
}
ENTRIES = {"combined_program": "combined_program", "sse_log": "sse_runtime.log"}
HEADERS = {"Content-Type": "application/json"}


def zipped(item: str, content: str) -> bytes:
    """One entry, named as the engine names it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(ENTRIES.get(item, f"{item}.json"), content)
    return held.getvalue()


def only_entry(archive: bytes) -> str:
    """What an archive of one entry holds."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        (name,) = opened.namelist()
        return opened.read(name).decode()


@dataclass
class Engine:
    """``lost`` and ``repeated`` name statuses whose call never arrives, or arrives twice."""

    cloud: Cloud
    who: str = "svsim"
    device_id: str = "SVSim"
    limit: int = 10
    result: Mapping[str, Any] = field(default_factory=lambda: RESULT)
    lost: frozenset[str] = frozenset()
    repeated: frozenset[str] = frozenset()
    said: list[tuple[str, str]] = field(default_factory=list)
    """Method and last part of the path of every call."""
    answers: list[int] = field(default_factory=list)
    """What status calls were answered, which the engine only logs."""

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**HEADERS, "X-Api-Key": self.cloud.tokens[self.who]}
        self.said.append((method, path.rpartition("/")[2]))
        return await self.cloud.http.request(method, f"/provider{path}", headers=headers, **options)

    async def fetch(self) -> list[dict[str, Any]]:
        """Ask again at once while as many came as were asked for."""
        found: list[dict[str, Any]] = []
        while True:
            params = {"device_id": self.device_id, "status": "submitted", "limit": self.limit}
            answer = await self.call("GET", "/jobs", params=params)
            assert answer.status_code == 200, answer.text
            found += answer.json()
            if len(answer.json()) < self.limit:
                return found

    async def work(self) -> list[dict[str, Any]]:
        """Fetch, and run all side by side."""
        jobs = await self.fetch()
        await asyncio.gather(*(self.run(job) for job in jobs))
        return jobs

    async def run(self, job: Mapping[str, Any]) -> None:
        """Everything that the engine does for one job, in its order."""
        job_id, keys = job["job_id"], list[str]()
        background: list[asyncio.Task[httpx.Response]] = []
        try:
            contents = await self.read_input(job)
            if job["job_type"] == "multi_manual":
                keys += await self.upload(job_id, {"combined_program": "\n".join(contents["program"])})
            if job["transpiler_info"] == {}:
                put = self.call("PUT", f"/jobs/{job_id}/transpiler_info", json=DEFAULT_TRANSPILER)
                background.append(asyncio.create_task(put))
            settings = job["transpiler_info"] or DEFAULT_TRANSPILER
            if settings["transpiler_lib"] is not None:
                keys += await self.upload(job_id, {"transpile_result": json.dumps(TRANSPILED)})
            if job["status"] == "ready":
                await self.tell(job_id, "running", output_files=keys)
            keys += await self.upload(job_id, {"result": json.dumps(self.result)})
            await self.tell(job_id, "succeeded", output_files=keys, execution_time=0.25, message="well done")
        except (ValueError, KeyError, zipfile.BadZipFile) as error:
            await self.tell(job_id, "failed", output_files=keys, message=str(error))
        await asyncio.gather(*background)

    async def read_input(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Download without any header, and check the shape."""
        answer = await self.cloud.http.get(job["input"])
        assert answer.status_code == 200, answer.text
        contents: dict[str, Any] = json.loads(only_entry(answer.content))
        if not contents["program"]:
            raise ValueError("no program")
        return contents

    async def upload(self, job_id: str, outputs: Mapping[str, str]) -> list[str]:
        """Ask for forms, send archives with them; gives the keys."""
        answer = await self.call("GET", f"/jobs/{job_id}/upload", params={"items": ",".join(outputs)})
        if answer.status_code != 200:
            raise ValueError(answer.json()["message"])
        for form, (item, content) in zip(answer.json(), outputs.items(), strict=True):
            file = (form["fields"]["key"].rpartition("/")[2], zipped(item, content), "application/zip")
            sent = await self.cloud.http.post(form["url"], data=form["fields"], files={"file": file})
            assert sent.is_success, sent.text
        return [form["fields"]["key"] for form in answer.json()]

    async def tell(self, job_id: str, status: str, **fields: Any) -> None:
        """Send a status once; the answer is only noted."""
        if status in self.lost:
            return
        body = {"status": status, "message": None, "execution_time": None, **fields}
        for _ in range(2 if status in self.repeated else 1):
            answer = await self.call("PATCH", f"/jobs/{job_id}/status", json=body)
            self.answers.append(answer.status_code)

    def calls_of(self, names: Iterable[str]) -> list[str]:
        """The calls of these names in their order."""
        wanted = set(names)
        return [name for _, name in self.said if name in wanted]
