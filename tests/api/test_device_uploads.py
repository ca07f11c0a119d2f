"""A calibration that comes as an archive."""

from __future__ import annotations

import json

import pytest

from tests.api.cloud import Cloud
from tests.api.files import send, zipped

INFO = {"device_id": "SVSim", "qubits": [{"id": 0}], "couplings": []}
AT = "2026-01-02T03:04:05Z"
PATH = "/provider/devices/SVSim/device_info"


async def upload(cloud: Cloud, archive: bytes, *, device: str = "SVSim", who: str = "svsim") -> str:
    answer = await cloud.call(who, "GET", f"/provider/devices/{device}/device_info/upload")
    assert answer.status_code == 200, answer.text
    assert (await send(cloud, answer.json()["presigned_url"], archive)).status_code == 204
    return str(answer.json()["upload_id"])


async def publish(cloud: Cloud, upload_id: str, who: str = "svsim", at: str = AT) -> int:
    body = {"upload_id": upload_id, "calibrated_at": at}
    return (await cloud.call(who, "PATCH", PATH, json=body)).status_code


async def test_an_uploaded_calibration_is_published_once(cloud: Cloud) -> None:
    upload_id = await upload(cloud, zipped("any name.json", json.dumps(INFO)))
    assert await publish(cloud, upload_id) == 200
    device = (await cloud.call("alice", "GET", "/user/devices/SVSim")).json()
    assert (json.loads(device["device_info"]), device["calibrated_at"]) == (INFO, AT)
    assert [entry async for entry in cloud.services.blobs.entries()] == []
    assert await publish(cloud, upload_id, at="2026-01-03T00:00:00Z") == 400
    again = await upload(cloud, zipped("device_info.json", json.dumps({**INFO, "name": "x"})))
    assert await publish(cloud, again) == 409


@pytest.mark.parametrize("archive", [b"none", zipped("a", "[]"), zipped("a", "{"), zipped("a", b"\xff")])
async def test_a_bad_calibration_is_refused(cloud: Cloud, archive: bytes) -> None:
    upload_id = await upload(cloud, archive)
    assert await publish(cloud, upload_id) == 400
    assert (await cloud.call("alice", "GET", "/user/devices/SVSim")).json()["device_info"] is None


async def test_an_upload_counts_for_its_own_device_only(cloud: Cloud) -> None:
    archive = zipped("a", json.dumps(INFO))
    others = await upload(cloud, archive, device="SC", who="sc")
    assert await publish(cloud, others) == 400
    for guess in ("", "x", "0" * 48, "../../x", "é" * 48):
        assert await publish(cloud, guess) == 400
    assert (await cloud.call("sc", "GET", f"{PATH}/upload")).status_code == 403
    own = await upload(cloud, archive)
    assert await publish(cloud, own, who="sc") == 403
    assert await publish(cloud, own) == 200
