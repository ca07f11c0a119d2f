"""Histories of calibrations over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qumulus.domain.calibration import calibration_id
from qumulus.service import ServiceSettings
from tests.api.cloud import Cloud, open_cloud, until

QUBIT = {
    "qubit_lifetime": {"t1": 100.0, "t2": 80.0},
    "meas_error": {"readout_assignment_error": 0.5},
    "fidelity": 0.5,
}


def document(t1: float) -> dict[str, Any]:
    qubits = [QUBIT, {**QUBIT, "qubit_lifetime": {"t1": t1, "t2": 90.0}}]
    return {"name": "lab", "device_id": "SC", "qubits": qubits, "couplings": [{"fidelity": 0.5}]}


async def publish(cloud: Cloud, minute: int, device: str = "SC", t1: float | None = None) -> str:
    """A Provider publishes a calibration of a minute; gives its id."""
    info = document(100.0 + minute if t1 is None else t1)
    at = f"2026-01-02T03:{minute:02}:00Z"
    answer = await cloud.call(
        "both",
        "PATCH",
        f"/provider/devices/{device}/device_info",
        json={"device_info": json.dumps(info), "calibrated_at": at},
    )
    assert answer.status_code == 200, answer.text
    return calibration_id(info, at)


async def read(cloud: Cloud, path: str, who: str = "alice", status: int = 200) -> Any:
    api = {"alice": "user", "bob": "user", "admin": "admin"}.get(who, "provider")
    answer = await cloud.call(who, "GET", f"/{api}{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_whole_number_beyond_all_measure_is_passed_over(cloud: Cloud) -> None:
    text = json.dumps(document(80.0)).replace("80.0", "1" + "0" * 400)
    body = {"device_info": text, "calibrated_at": "2026-01-02T03:00:00Z"}
    answer = await cloud.call("both", "PATCH", "/provider/devices/SC/device_info", json=body)
    assert answer.status_code == 200, answer.text
    assert (await read(cloud, "/devices/SC/calibrations"))[0]["medians"]["t1_us"] == 100.0


async def test_every_calibration_is_listed_newest_first_with_its_medians(cloud: Cloud) -> None:
    ids = [await publish(cloud, minute) for minute in (5, 7, 6)]
    listed = await read(cloud, "/devices/SC/calibrations")
    assert [entry["calibration_id"] for entry in listed] == [ids[1], ids[2], ids[0]]
    newest = listed[0]
    assert newest["received_at"] > newest["calibrated_at"] == "2026-01-02T03:07:00Z"
    assert (newest["device_id"], newest["n_qubits"], newest["n_couplings"]) == ("SC", 2, 1)
    assert newest["medians"] == {
        "t1_us": 103.5,
        "t2_us": 85.0,
        "readout_error": 0.5,
        "gate_error": 0.5,
        "coupling_error": 0.5,
    }
    assert "device_info" not in newest


async def test_a_list_goes_on_after_its_cursor(cloud: Cloud) -> None:
    ids = [await publish(cloud, minute) for minute in range(3)]
    first = await read(cloud, "/devices/SC/calibrations?limit=2")
    rest = await read(cloud, f"/devices/SC/calibrations?cursor={first[-1]['calibration_id']}")
    assert [entry["calibration_id"] for entry in [*first, *rest]] == ids[::-1]
    refused = await read(cloud, "/devices/SC/calibrations?cursor=nonsense", status=400)
    assert "nonsense" in refused["message"]


async def test_a_calibration_has_the_document_as_it_was_published(cloud: Cloud) -> None:
    old = await publish(cloud, 1)
    await publish(cloud, 2)
    for who in ("alice", "sc", "admin"):
        found = await read(cloud, f"/devices/SC/calibrations/{old}", who)
        assert json.loads(found["device_info"]) == document(101.0)
        assert found["calibration_id"] == old
    await read(cloud, "/devices/SVSim/calibrations/" + old, status=404)
    await read(cloud, "/devices/SC/calibrations/nonsense", status=404)


async def test_the_same_calibration_published_again_is_one(cloud: Cloud) -> None:
    first = await publish(cloud, 1, t1=5.0)
    assert await publish(cloud, 1, t1=5.0) == first
    assert await publish(cloud, 2, t1=5.0) != first
    assert len(await read(cloud, "/devices/SC/calibrations")) == 2


async def test_oqtopus_histories_are_pages_of_all_devices_with_their_total(cloud: Cloud) -> None:
    for minute, device in ((1, "SC"), (2, "SVSim"), (3, "SC")):
        await publish(cloud, minute, device)
    page = await read(cloud, "/device_histories?limit=2&offset=1")
    assert (page["total"], page["limit"], page["offset"]) == (3, 2, 1)
    assert [(item["device_id"], item["calibrated_at"]) for item in page["items"]] == [
        ("SVSim", "2026-01-02T03:02:00Z"),
        ("SC", "2026-01-02T03:01:00Z"),
    ]
    assert page["items"][0].keys() == {"history_id", "device_id", "calibrated_at", "n_qubits", "n_couplings"}
    one = await read(cloud, "/device_histories?device_id=SC&from=2026-01-02T03:02:00Z&to=2026-01-02T03:03:00")
    assert (one["total"], len(one["items"]), one["limit"]) == (1, 1, 100)
    whole = await read(cloud, "/device_histories/" + one["items"][0]["history_id"])
    assert json.loads(whole["device_info"]) == document(103.0)
    assert whole.items() >= one["items"][0].items()


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "offset=-1", "from=yesterday"])
async def test_a_page_that_cannot_be_is_refused(cloud: Cloud, query: str) -> None:
    await read(cloud, f"/device_histories?{query}", status=400)


async def test_a_history_is_seen_by_those_alone_who_may_use_the_device(cloud: Cloud) -> None:
    name = await publish(cloud, 1, "SVSim")
    (item,) = (await read(cloud, "/device_histories"))["items"]
    await cloud.call("admin", "PATCH", "/admin/users/bob", json={"available_devices": ["SC"]})
    assert (await read(cloud, "/device_histories", "bob"))["total"] == 0
    assert (await read(cloud, "/device_histories", "sc"))["total"] == 0
    for who in ("bob", "sc"):
        await read(cloud, "/device_histories?device_id=SVSim", who, status=403)
        await read(cloud, "/device_histories/" + item["history_id"], who, status=403)
        await read(cloud, "/devices/SVSim/calibrations", who, status=403)
        await read(cloud, f"/devices/SVSim/calibrations/{name}", who, status=403)


async def test_an_operator_forgets_a_calibration_and_the_trail_tells(cloud: Cloud) -> None:
    await publish(cloud, 1)
    (item,) = (await read(cloud, "/device_histories", "admin"))["items"]
    path = f"/admin/device_histories/{item['history_id']}"
    assert (await cloud.call("admin", "DELETE", path)).status_code == 204
    assert (await cloud.call("admin", "DELETE", path)).status_code == 404
    for unknown in ("1000000", "x", "9" * 30):
        await read(cloud, "/device_histories/" + unknown, "admin", status=404)
    trail = await read(cloud, "/audit", "admin")
    assert ("calibration.drop", item["history_id"]) in {(row["action"], row["subject"]) for row in trail}


async def test_old_calibrations_are_forgotten_where_the_settings_say_so(tmp_path: Path) -> None:
    settings = ServiceSettings(prune_every_s=0.01, keep_calibrations_days=1)
    async with open_cloud(tmp_path, services=settings) as cloud:
        newest = [await publish(cloud, minute) for minute in (1, 2)][-1]

        async def is_pruned() -> bool:
            return [one["calibration_id"] for one in await read(cloud, "/devices/SC/calibrations")] == [
                newest
            ]

        await until(is_pruned)
