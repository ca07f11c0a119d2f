"""The evidence that every result carries, for every job type on every device; and that it is enough."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qumulus import __version__
from qumulus.domain.lifecycle import JobStatus
from qumulus.execution.calibration import read_calibration
from qumulus.provider import child
from qumulus.provider.drivers import load_driver
from qumulus.provider.engines.resources import Resources
from qumulus.provider.messages import Failed
from qumulus.sdk.evidence import evidence_of, judge, replay_request
from qumulus.sdk.records import JobRecord
from tests.unit.provider.test_child import BELL, HEAD, finished, run

ROTATED = HEAD + "input float theta; qubit[2] q; bit[2] c; ry(theta) q[0]; cx q[0], q[1]; c = measure q;"
STEERED = HEAD + "qubit q; bit c; h q; c = measure q; if (c) { h q; } c = measure q;"
NINETEEN = HEAD + "qubit[19] q; bit[19] c; h q; t q; cx q[0], q[18]; h q; c = measure q;"
OPERATOR = [{"pauli": "X 0 X 1", "coeff": 1.5}, {"pauli": "Z 0"}]
GRID = [{"theta": 0.3}, {"theta": 1.2}]

JOBS: dict[str, dict[str, Any]] = {
    "sampling": {"job_info": {"code": BELL}},
    "estimation": {"job_type": "estimation", "job_info": {"code": BELL, "operator": OPERATOR}},
    "multi_manual": {"job_type": "multi_manual", "job_info": {"program": [BELL, BELL]}},
    "bindings": {"job_info": {"code": ROTATED, "parameters": GRID}},
    "mitigated": {"job_info": {"code": BELL}, "mitigation_info": {"ro_error_mitigation": "pseudo_inverse"}},
    "transpiled": {
        "job_info": {"code": BELL},
        "transpiler_info": {"transpiler_lib": "qiskit", "transpiler_options": {"optimization_level": 3}},
    },
}
ON_SIMULATOR: dict[str, dict[str, Any]] = {
    "exact": {
        "job_type": "estimation",
        "job_info": {"code": BELL, "operator": OPERATOR},
        "simulator_info": {"exact": True},
    },
    "steered": {"job_info": {"code": STEERED}},
    "larger": {"job_info": {"code": NINETEEN}},
    "clifford": {"job_info": {"code": BELL}, "simulator_info": {"method": "stabilizer"}},
}
DEVICES = {
    "SVSim": {"device_id": "SVSim", "driver": "statevector"},
    "SC": {"device_id": "SC", "driver": "superconducting"},
}
CLOCKS_DIFFER = timedelta(milliseconds=10)
"""The wall clock and the one for spans of time are read one after the other."""
CASES = [
    *((device, kind, job) for device in DEVICES for kind, job in JOBS.items()),
    *(("SVSim", kind, job) for kind, job in ON_SIMULATOR.items()),
]


@pytest.fixture(autouse=True)
def resident() -> None:
    """These tests share one process, which becomes a resident one."""
    if not child.is_resident():
        child.warm_up()


def record(job: dict[str, Any], result: dict[str, Any], device: str) -> JobRecord:
    """The job as its owner reads it."""
    fields: dict[str, Any] = dict.fromkeys(JobRecord.__dataclass_fields__)
    settings = {name: job.get(name, {}) for name in ("simulator_info", "mitigation_info")}
    return JobRecord(
        **{
            **fields,
            "id": "job",
            "status": JobStatus.SUCCEEDED,
            "device_id": device,
            "job_type": job.get("job_type", "sampling"),
            "shots": 1000,
            "priority": 5,
            "transpiler_info": job.get("transpiler_info"),
            **settings,
            "job_info": {**job["job_info"], "result": result},
        }
    )


def again(original: JobRecord, **place: Any) -> JobRecord:
    """Do what a replay asks for."""
    request = replay_request(original)
    info = {key: value for key, value in (original.job_info or {}).items() if key != "result"}
    job = {
        "job_type": request.job_type,
        "job_info": info,
        "transpiler_info": request.transpiler,
        "simulator_info": dict(request.simulator or {}),
        "mitigation_info": dict(request.mitigation or {}),
    }
    return record(job, finished(run(**job, **place)).result, original.device_id)


@pytest.mark.parametrize(
    ("device", "kind", "job"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_result_tells_how_it_came_to_be(device: str, kind: str, job: dict[str, Any]) -> None:
    before = datetime.now(UTC)
    found = finished(run(**job, **DEVICES[device], worker="lab-1", attempt=2)).result["provenance"]
    assert found.keys() == {
        "device_id", "driver", "calibration", "job_type", "shots", "engine", "method", "repeatable", "seeds",
        "transpiler", "mitigation", "versions", "attempt", "worker", "started_at", "ended_at", "stages",
        "wall_s", "device_s",
    }  # fmt: skip
    assert (found["device_id"], found["driver"]) == (device, DEVICES[device]["driver"])
    assert (found["job_type"], found["shots"]) == (job.get("job_type", "sampling"), 1000)
    assert (found["attempt"], found["worker"], found["repeatable"]) == (2, "lab-1", True)
    assert found["engine"]
    assert found["method"]
    assert (found["calibration"] is None) == (device == "SVSim")
    is_transpiled = device == "SC" or kind == "transpiled"
    assert (found["transpiler"] is not None) == (found["seeds"]["transpiler"] is not None) == is_transpiled
    assert isinstance(found["seeds"]["simulation"], int)
    assert found["versions"].items() >= {"qumulus": __version__}.items()
    assert ("qiskit" in found["versions"]) >= is_transpiled
    assert found["mitigation"] == (job.get("mitigation_info") or None)
    started, ended = (datetime.fromisoformat(found[name]) for name in ("started_at", "ended_at"))
    assert before - CLOCKS_DIFFER <= started <= ended <= datetime.now(UTC)
    assert list(found["stages"]) == ["parse_s", "transpile_s", "run_s", "combine_s"]
    assert found["wall_s"] == pytest.approx(sum(found["stages"].values()), abs=1e-5)


@pytest.mark.parametrize(
    ("device", "kind", "job"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_evidence_is_enough_to_make_every_number_again(
    device: str, kind: str, job: dict[str, Any]
) -> None:
    original = record(job, finished(run(**job, **DEVICES[device])).result, device)
    replay = judge(original, again(original, **DEVICES[device]))
    assert (replay.verdict, replay.agrees) == ("identical", True), kind
    assert replay.differences == ()


def test_a_job_of_an_earlier_calibration_is_made_again_on_that_one() -> None:
    device = load_driver("superconducting", "SC", {"drift_minutes": 60})
    assert hasattr(device, "in_force")
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    then, now = (device.in_force(noon + timedelta(days=day)).document for day in range(2))
    job = {"job_info": {"code": BELL}, "simulator_info": {"max_calibration_age_s": 1e12}}
    place = DEVICES["SC"] | {"options": {"drift_minutes": 60}}
    result = finished(run(**job, **place, calibration=as_text(then))).result
    original = record(job, result, "SC")
    assert evidence_of(original).provenance["calibration"] == {
        "id": read_calibration(then).id,
        "calibrated_at": "2026-03-01T12:00:00Z",
    }
    assert judge(original, again(original, **place, calibration=as_text(then))).verdict == "identical"
    request = replay_request(original)
    (refused,) = run(
        job_info=job["job_info"],
        simulator_info=dict(request.simulator or {}),
        **place,
        calibration=as_text(now),
    )
    assert isinstance(refused, Failed)
    assert (refused.code, refused.stage) == ("invalid_program", "prepare")


def test_a_device_that_has_no_other_calibration_says_so() -> None:
    info = {"calibration_id": "x"}
    (refused,) = run(simulator_info=info, calibration=as_text({"name": "n"}))
    assert isinstance(refused, Failed)
    assert (refused.code, refused.stage) == ("unsupported_instruction", "prepare")
    assert "runs on its present calibration only" in refused.message


def test_the_calibration_in_force_may_be_named() -> None:
    own = load_driver("superconducting", "SC", {}).target.calibration
    assert own is not None
    job = {"job_info": {"code": BELL}, "simulator_info": {"calibration_id": own.id}}
    finished(run(**job, **DEVICES["SC"]))
    finished(run(**job, **DEVICES["SC"], calibration=as_text({"of": "somebody else's idea"})))


@pytest.mark.parametrize(("engine", "fits"), [("qulacs", True), ("aer", True), ("abacus", False)])
def test_a_job_runs_on_the_engine_that_it_names_or_fails(engine: str, fits: bool) -> None:
    ended = run(job_info={"code": BELL}, simulator_info={"engine": engine, "method": "statevector"})[-1]
    if fits:
        assert finished([ended]).result["provenance"]["engine"] == engine
    else:
        assert isinstance(ended, Failed)
        assert (ended.code, ended.stage) == ("unsupported_instruction", "prepare")


def as_text(document: Any) -> bytes:
    return json.dumps(document).encode()


MIDWAY = (
    HEAD
    + "qubit[3] q; bit[4] c; h q; c[3] = measure q[0]; h q[0]; t q[1]; cx q[1], q[2]; c[0:2] = measure q;"
)
CHAIN = HEAD + "qubit[12] q; bit[12] c; h q[0]; for uint i in [0:10] { cx q[i], q[i + 1]; } c = measure q;"


@pytest.mark.parametrize(("device", "code"), [("SVSim", MIDWAY), ("SC", MIDWAY), ("SC", CHAIN)])
def test_how_many_threads_a_job_was_given_does_not_show_in_its_counts(device: str, code: str) -> None:
    results = []
    for threads in (1, 2, 4):
        resources = Resources(threads=threads)
        job = {"job_info": {"code": code}, "simulator_info": {"seed_simulation": 5}, "resources": resources}
        results.append(finished(run(**job, **DEVICES[device])).result["sampling"])
    assert results[0] == results[1] == results[2]
