"""A client and a Provider of the files form, as small as the contract lets them be."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import httpx

from tests.api.cloud import BELL, Cloud

INPUT = {"program": [BELL], "operator": None}


class LateClock:
    """The time of day, some time later."""

    def __init__(self, clock: Any, by: timedelta) -> None:
        self._clock, self._by = clock, by

    def now(self) -> Any:
        return self._clock.now() + self._by

    def monotonic_s(self) -> float:
        return float(self._clock.monotonic_s())


def zipped(name: str, content: bytes | str) -> bytes:
    """An archive as others make it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


def unzipped(archive: bytes) -> tuple[str, bytes]:
    """The only entry of an archive, as others read it."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        (name,) = opened.namelist()
        return name, opened.read(name)


def input_zip(**contents: Any) -> bytes:
    return zipped("input.json", json.dumps({**INPUT, **contents}))


async def register(cloud: Cloud, who: str = "alice") -> tuple[str, dict[str, Any]]:
    answer = await cloud.call(who, "POST", "/user/jobs")
    assert answer.status_code == 200, answer.text
    return answer.json()["job_id"], answer.json()["presigned_url"]


async def send(cloud: Cloud, form: dict[str, Any], archive: bytes, **changed: str) -> httpx.Response:
    fields = {**form["fields"], **changed}
    name = fields["key"].rpartition("/")[2]
    return await cloud.http.post(form["url"], data=fields, files={"file": (name, archive, "application/zip")})


async def submit_files(
    cloud: Cloud, archive: bytes | None = None, *, who: str = "alice", **fields: Any
) -> str:
    """Register, upload, submit."""
    job_id, form = await register(cloud, who)
    sent = await send(cloud, form, input_zip() if archive is None else archive)
    assert sent.status_code == 204, sent.text
    body = {"device_id": "SVSim", "job_type": "sampling", "shots": 4, **fields}
    answer = await cloud.call(who, "POST", f"/user/jobs/{job_id}/submit", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"message": "job submitted"}
    return job_id


async def fetch(cloud: Cloud, url: str) -> bytes:
    answer = await cloud.http.get(url)
    assert answer.status_code == 200, answer.text
    return answer.content


async def upload_outputs(
    cloud: Cloud, job_id: str, outputs: dict[str, bytes | str], *, who: str = "svsim"
) -> list[str]:
    """Upload what a Provider of the files form has; gives the keys."""
    names = {"combined_program": "combined_program", "sse_log": "sse_runtime.log"}
    answer = await cloud.call(
        who, "GET", f"/provider/jobs/{job_id}/upload", params={"items": ",".join(outputs)}
    )
    assert answer.status_code == 200, answer.text
    for form, (item, content) in zip(answer.json(), outputs.items(), strict=True):
        sent = await send(cloud, form, zipped(names.get(item, f"{item}.json"), content))
        assert sent.status_code == 204, sent.text
    return [form["fields"]["key"] for form in answer.json()]


async def patch_status(
    cloud: Cloud, job_id: str, status: str, *, who: str = "svsim", **fields: Any
) -> httpx.Response:
    body = {"status": status, **fields}
    return await cloud.call(who, "PATCH", f"/provider/jobs/{job_id}/status", json=body)
