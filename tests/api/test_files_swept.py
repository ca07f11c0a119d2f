"""What is left behind goes: registrations nobody submitted, uploads nobody counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from qumulus.domain.errors import UnavailableError
from qumulus.domain.ids import JobId
from qumulus.ports.registrations import KeepObject
from qumulus.service import ServiceSettings
from qumulus.service.tidy import forget_abandoned, sweep_orphans, tidy_forever
from tests.api.cloud import Cloud, open_cloud, until
from tests.api.files import LateClock, fetch, input_zip, register, send, submit_files

DAY = timedelta(hours=24, minutes=1)


async def blobs(cloud: Cloud) -> set[str]:
    return {entry.name async for entry in cloud.services.blobs.entries()}


async def test_a_registration_of_yesterday_is_forgotten_with_its_upload(cloud: Cloud) -> None:
    room = cloud.services
    abandoned, form = await register(cloud)
    await send(cloud, form, input_zip())
    submitted = await submit_files(cloud)
    now = room.clock.now()
    assert await forget_abandoned(room.store, room.blobs, now + DAY - timedelta(minutes=5)) == 0
    assert await forget_abandoned(room.store, room.blobs, now + DAY) == 1
    assert (await cloud.call("alice", "GET", f"/user/jobs/{abandoned}")).status_code == 404
    assert (await send(cloud, form, input_zip())).status_code == 404
    assert await cloud.status(submitted) == "submitted"
    assert {name.partition(".")[0] for name in await blobs(cloud)} == {submitted}


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
async def test_what_was_uploaded_goes_with_a_cancel_before_the_submit(cloud: Cloud, many: bool) -> None:
    registered, form = await register(cloud)
    await send(cloud, form, input_zip())
    submitted = await submit_files(cloud)
    for job_id in () if many else (registered, submitted):
        assert (await cloud.call("alice", "POST", f"/user/jobs/{job_id}/cancel")).status_code == 200
    if many:
        body = {"job_ids": [registered, submitted]}
        assert (await cloud.call("alice", "POST", "/user/jobs/cancel", json=body)).status_code == 200
    assert [await cloud.status(job_id) for job_id in (registered, submitted)] == ["cancelled"] * 2
    assert {name.partition(".")[0] for name in await blobs(cloud)} == {submitted}
    assert await cloud.services.store.objects(JobId(registered)) == {}
    await fetch(cloud, (await cloud.job(submitted))["job_info"]["input"])


async def test_an_upload_that_was_stored_and_not_noted_is_swept(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = cloud.services
    kept = await submit_files(cloud)
    _, form = await register(cloud)
    apply = room.store.apply

    async def crash(operation: object) -> object:
        if isinstance(operation, KeepObject):
            raise UnavailableError("The process dies here.")
        return await apply(operation)  # type: ignore[arg-type]

    monkeypatch.setattr(room.store, "apply", crash)
    assert (await send(cloud, form, input_zip())).status_code == 503
    monkeypatch.setattr(room.store, "apply", apply)
    assert len(await blobs(cloud)) == 2
    now = room.clock.now()
    assert await sweep_orphans(room.store, room.blobs, now + timedelta(hours=23)) == 0
    assert await sweep_orphans(room.store, room.blobs, now + DAY) == 1
    assert {name.partition(".")[0] for name in await blobs(cloud)} == {kept}
    await fetch(cloud, (await cloud.job(kept))["job_info"]["input"])


async def test_the_cloud_tidies_up_by_itself(cloud: Cloud) -> None:
    room = cloud.services
    assert "qumulus-tidy" in {task.get_name() for task in asyncio.all_tasks()}
    abandoned, _ = await register(cloud)
    tomorrow = LateClock(room.clock, DAY)
    loop = asyncio.create_task(tidy_forever(room.store, room.blobs, tomorrow, every_s=60))

    async def is_gone() -> bool:
        return (await cloud.call("alice", "GET", f"/user/jobs/{abandoned}")).status_code == 404

    await until(is_gone)
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def test_who_hangs_up_leaves_nothing(cloud: Cloud) -> None:
    _, form = await register(cloud)

    async def cut() -> AsyncIterator[bytes]:
        for name, value in form["fields"].items():
            yield f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        yield b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + bytes(600_000)

    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = await cloud.http.post("/storage", content=cut(), headers=headers)
    assert answer.status_code == 400

    async def is_clean() -> bool:
        return not await blobs(cloud)

    await until(is_clean)


async def test_registrations_that_nobody_submits_are_limited_for_each_user(tmp_path: Path) -> None:
    async with open_cloud(tmp_path, services=ServiceSettings(registrations_per_user=2)) as cloud:
        (first, _), (second, form) = [await register(cloud) for _ in range(2)]
        refused = await cloud.call("alice", "POST", "/user/jobs", headers={"Idempotency-Key": "k"})
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
        for word in ("2 of your jobs", "submit them or cancel them", "GET /user/jobs?status=registered"):
            assert word in refused.json()["message"]
        await register(cloud, "bob")
        waiting = await cloud.call("alice", "GET", "/user/jobs", params={"status": "registered"})
        assert sorted(job["job_id"] for job in waiting.json()) == sorted([first, second])
        assert (await cloud.call("alice", "POST", f"/user/jobs/{first}/cancel")).status_code == 200
        third, _ = await register(cloud)
        await send(cloud, form, input_zip())
        body = {"device_id": "SVSim", "job_type": "sampling", "shots": 4}
        assert (
            await cloud.call("alice", "POST", f"/user/jobs/{second}/submit", json=body)
        ).status_code == 200
        again = await cloud.call("alice", "POST", "/user/jobs", headers={"Idempotency-Key": "k"})
        assert again.status_code == 200  # a refusal is not remembered under its key
        assert again.json()["job_id"] not in {first, second, third}
