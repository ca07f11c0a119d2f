"""Evidence, replays and diffs of jobs, and histories of calibrations, in the client."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from qumulus.sdk import (
    AsyncClient,
    Client,
    JobFailedError,
    NotReplayableError,
    Verdict,
)
from tests.unit.sdk.cloud import AT, BELL, FakeCloud, job_body

PROVENANCE: dict[str, Any] = {
    "device_id": "SC",
    "calibration": {"id": "c1", "calibrated_at": AT},
    "engine": "aer",
    "method": "density_matrix",
    "repeatable": True,
    "seeds": {"simulation": 7, "transpiler": 0},
    "transpiler": {"lib": "qiskit", "options": {"optimization_level": 1}},
    "versions": {"numpy": "2.4.6"},
    "attempt": 1,
    "worker": "w1",
    "wall_s": 0.5,
}
COUNTS = {"00": 480, "01": 20, "10": 20, "11": 504}
CALIBRATION = {
    "calibration_id": "c1",
    "device_id": "SC",
    "calibrated_at": AT,
    "received_at": AT,
    "n_qubits": 27,
    "n_couplings": 56,
    "medians": {
        "t1_us": 100.5,
        "t2_us": 80.25,
        "readout_error": 0.01,
        "gate_error": 0.0002,
        "coupling_error": None,
    },
}


def done(job_id: str = "j", *, counts: Any = None, info: Any = None, **changes: Any) -> dict[str, Any]:
    """A job that succeeded, with evidence; ``changes`` are of its provenance."""
    result = {"sampling": {"counts": counts or COUNTS}, "provenance": {**PROVENANCE, **changes}}
    contents = {**(info or {"code": BELL}), "result": result}
    return job_body(
        job_id,
        status="succeeded",
        device_id="SC",
        simulator_info={"max_calibration_age_s": 60},
        job_info=json.dumps(contents),
    )


def answer_replays(cloud: FakeCloud, **changes: Any) -> None:
    """Whatever is submitted succeeds so."""
    store = cloud._store

    def stored(asked: dict[str, Any]) -> dict[str, str]:
        created = store(asked)
        ended = done(created["job_id"], **changes)
        cloud.jobs[created["job_id"]].update(
            status="succeeded", ended_at=AT, job_info=ended["job_info"], transpiler_info=None
        )
        return created

    cloud._store = stored  # type: ignore[method-assign]


def submitted(cloud: FakeCloud) -> dict[str, Any]:
    (request,) = [each for each in cloud.requests if each.method == "POST"]
    body: dict[str, Any] = json.loads(request.content)
    return body


async def test_evidence_is_what_went_in_and_how_it_came_out(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(done())
    evidence = await client.attach("j").evidence()
    assert evidence.provenance == PROVENANCE
    assert evidence.inputs == {"code": BELL}
    assert evidence.settings["simulator_info"] == {"max_calibration_age_s": 60}
    assert list(evidence.times) == ["created", "submitted", "ended"]
    again = await client.job("j")
    assert await again.evidence() == evidence
    assert cloud.paths().count("GET /user/jobs/j") == 2


async def test_a_job_without_result_has_no_provenance(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("j", status="failed", job_info={"code": BELL, "reason": "no"}))
    assert (await client.attach("j").evidence()).provenance == {}


async def test_a_replay_asks_for_what_the_evidence_tells(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(done())
    answer_replays(cloud, attempt=3, worker="w2", wall_s=0.25)
    replay = await client.replay("j")
    assert (replay.verdict, replay.agrees, replay.original_id) == (Verdict.IDENTICAL, True, "j")
    assert replay.differences == ()
    asked = submitted(cloud)
    assert json.loads(asked["job_info"]) == {"code": BELL}
    assert asked["simulator_info"] == {"seed_simulation": 7, "engine": "aer", "calibration_id": "c1"}
    options = {"optimization_level": 1, "seed_transpiler": 0}
    assert asked["transpiler_info"] == {"transpiler_lib": "qiskit", "transpiler_options": options}
    assert (asked["device_id"], asked["shots"], asked["job_type"]) == ("SC", 1024, "sampling")


async def test_a_replay_keeps_operator_programs_and_bindings(client: AsyncClient, cloud: FakeCloud) -> None:
    infos = [
        {"program": [BELL, BELL]},
        {"code": BELL, "operator": [{"pauli": "Z 0"}, {"pauli": "X 1", "coeff": 2}]},
        {"code": BELL, "parameters": [{"theta": 0.5}]},
    ]
    answer_replays(cloud)
    for number, info in enumerate(infos):
        cloud.add(done(f"j{number}", info=info, transpiler=None))
        await client.replay(f"j{number}")
    posts = [json.loads(each.content) for each in cloud.requests if each.method == "POST"]
    asked = [json.loads(body["job_info"]) for body in posts]
    infos[1]["operator"][0]["coeff"] = 1.0  # type: ignore[index]
    assert asked == infos
    assert {json.dumps(body["transpiler_info"]) for body in posts} == {'{"transpiler_lib": null}'}


@pytest.mark.parametrize(
    ("counts", "repeatable", "verdict", "agrees"),
    [
        (COUNTS, True, "identical", True),
        ({**COUNTS, "00": 479, "11": 505}, True, "consistent", False),
        ({**COUNTS, "00": 479, "11": 505}, False, "consistent", True),
        ({**COUNTS, "00": 280, "11": 704}, False, "different", False),
    ],
)
def test_the_verdict_is_by_the_counts_and_by_what_the_device_can(
    blocking: Client, cloud: FakeCloud, counts: Any, repeatable: bool, verdict: str, agrees: bool
) -> None:
    cloud.add(done(repeatable=repeatable))
    answer_replays(cloud, counts=counts, versions={"numpy": "3.0"}, repeatable=repeatable)
    replay = blocking.replay("j")
    assert (replay.verdict, replay.agrees, replay.is_repeatable) == (verdict, agrees, repeatable)
    (difference,) = replay.differences
    assert (difference.what, difference.one, difference.other) == ("versions.numpy", "2.4.6", "3.0")
    assert ("calibration_id" in submitted(cloud)["simulator_info"]) == repeatable


async def test_what_has_no_evidence_or_no_result_is_not_replayed(
    client: AsyncClient, cloud: FakeCloud
) -> None:
    bare = {"sampling": {"counts": COUNTS}}
    cloud.add(
        job_body("bare", status="succeeded", job_info={"code": BELL, "result": bare}),
        job_body("away", status="succeeded", job_info={"result": {**bare, "provenance": PROVENANCE}}),
        job_body("failed", status="failed", job_info={"code": BELL, "reason": "too wide"}),
    )
    with pytest.raises(NotReplayableError, match=r"bare cannot be run again: its provenance lacks"):
        await client.replay("bare")
    with pytest.raises(NotReplayableError, match="program does not come with it"):
        await client.replay("away")
    with pytest.raises(JobFailedError, match="too wide"):
        await client.replay("failed")
    assert not [request for request in cloud.requests if request.method == "POST"]


async def test_a_diff_names_what_differs_by_its_path(client: AsyncClient, cloud: FakeCloud) -> None:
    other = done("k", counts={"00": 1000, "11": 24}, seeds={"simulation": 8, "transpiler": 0})
    cloud.add(done(), {**other, "shots": 2048})
    diff = await client.diff("j", "k")
    assert diff.inputs == ()
    assert [(each.what, each.one, each.other) for each in diff.settings] == [("shots", 1024, 2048)]
    assert [each.what for each in diff.provenance] == ["seeds.simulation"]
    (comparison,) = diff.comparisons
    assert not comparison.agrees
    cloud.add(job_body("l", status="running"))
    diff = await client.diff("j", "l")
    assert diff.comparisons == ()
    assert {each.what for each in diff.settings} == {"device_id", "simulator_info.max_calibration_age_s"}


async def test_calibrations_come_in_pages_and_one_with_its_document(
    client: AsyncClient, cloud: FakeCloud
) -> None:
    listed = [{**CALIBRATION, "calibration_id": f"c{number}"} for number in range(3)]

    def page(request: httpx.Request) -> httpx.Response:
        names = [entry["calibration_id"] for entry in listed]
        start = names.index(request.url.params["cursor"]) + 1 if "cursor" in request.url.params else 0
        return httpx.Response(200, json=listed[start : start + int(request.url.params["limit"])])

    document = {**CALIBRATION, "device_info": json.dumps({"qubits": []})}
    path = "/user/devices/SC/calibrations"
    cloud.extra = {
        ("GET", path): page,
        ("GET", f"{path}/c1"): lambda _: httpx.Response(200, json=document),
    }
    found = [one async for one in client.calibrations("SC", page_size=2)]
    assert [one.id for one in found] == ["c0", "c1", "c2"]
    assert (found[0].medians.t1_us, found[0].n_couplings, found[0].device_info) == (100.5, 56, None)
    assert (await client.calibration("SC", "c1")).device_info == {"qubits": []}


async def test_a_job_that_has_not_ended_is_not_run_again(client: AsyncClient, cloud: FakeCloud) -> None:
    cloud.add(job_body("early", status="running"))
    with pytest.raises(NotReplayableError, match="it is still running"):
        await client.replay("early")
    assert cloud.paths() == ["GET /user/jobs/early"]
