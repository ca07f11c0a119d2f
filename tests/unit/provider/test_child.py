"""A job in its child process, with a channel that only remembers."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from qumulus.provider import child
from qumulus.provider.drivers import DRIVERS
from qumulus.provider.messages import (
    GO,
    ChildMessage,
    Failed,
    Finished,
    JobTask,
    Prepared,
    Redirect,
    Unavailable,
    decode_child_message,
    encode,
)
from qumulus.provider.prepare_job import prepare_job

HEAD = 'OPENQASM 3; include "stdgates.inc";'
BELL = HEAD + "qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;"
FORTY = HEAD + "qubit[40] q; bit[40] c;" + "h q; t q; cx q[0:38], q[1:39];" * 16 + "c = measure q;"
MITIGATED = {"ro_error_mitigation": "pseudo_inverse"}
DEFAULT_INFO = {"transpiler_lib": "qiskit", "transpiler_options": {"optimization_level": 1}}


class PanicException(BaseException):
    """As pyo3 has one, which Qiskit's Rust ends with."""


class FakeChannel:
    """Keeps what is sent; ``answers`` are what the worker says."""

    def __init__(self, *answers: bytes) -> None:
        self.messages: list[ChildMessage] = []
        self.answers = list(answers)

    def send(self, message: bytes) -> None:
        self.messages.append(decode_child_message(message))

    def receive(self) -> bytes:
        if not self.answers:
            raise EOFError
        return self.answers.pop(0)


def task(**changes: Any) -> JobTask:
    fields: dict[str, Any] = {
        "job_id": "job",
        "attempt": 3,
        "device_id": "SVSim",
        "job_type": "sampling",
        "shots": 1000,
        "form": "text",
        "job_info": {"code": BELL},
        "transpiler_info": None,
        "simulator_info": {},
        "mitigation_info": {},
        "driver": "statevector",
        "options": {},
        "wait_for_go": False,
    }
    return JobTask(**{**fields, **changes})


def run(**changes: Any) -> list[ChildMessage]:
    channel = FakeChannel()
    child.run_job(encode(task(**changes)), channel)
    return channel.messages


def on_sc(**changes: Any) -> list[ChildMessage]:
    return run(device_id="SC", driver="superconducting", **changes)


def finished(messages: list[ChildMessage]) -> Finished:
    assert isinstance(messages[-1], Finished), messages
    return messages[-1]


@pytest.fixture(autouse=True)
def resident() -> None:
    """These tests share one process, which becomes a resident one."""
    if not child.is_resident():
        child.warm_up()


def test_a_bell_job_is_prepared_and_finished() -> None:
    prepared, done = run()
    assert prepared == Prepared(transpile_result=None, transpiler_info=None)
    assert isinstance(done, Finished)
    counts = done.result["sampling"]["counts"]
    assert counts.keys() == {"00", "11"}
    assert sum(counts.values()) == 1000
    assert done.execution_time_s >= 0.001


def test_the_result_carries_its_evidence() -> None:
    evidence = finished(run(simulator_info={"seed_simulation": 5})).result["provenance"]
    assert evidence["device_id"] == "SVSim"
    assert evidence["attempt"] == 3
    assert (evidence["engine"], evidence["method"]) == ("qulacs", "statevector")
    assert evidence["seeds"] == {"simulation": 5, "transpiler": None}
    assert evidence["calibration"] is None
    assert evidence["transpiler"] is None
    assert {"qumulus", "qulacs", "numpy"} <= evidence["versions"].keys()
    assert {"parse_s", "transpile_s", "run_s", "combine_s"} == evidence["stages"].keys()

    evidence = finished(on_sc()).result["provenance"]
    assert (evidence["engine"], evidence["method"]) == ("numpy_density", "density_matrix")
    assert evidence["calibration"]["calibrated_at"] == "2024-05-27T17:12:19Z"
    assert evidence["transpiler"] == {"lib": "qiskit", "options": {"optimization_level": 1}}
    assert {"qiskit", "numpy"} <= evidence["versions"].keys()


@pytest.mark.parametrize("changes", [{}, {"device_id": "SC", "driver": "superconducting"}])
def test_a_recorded_seed_repeats_the_counts(changes: dict[str, Any]) -> None:
    first = finished(run(**changes)).result
    seed = first["provenance"]["seeds"]["simulation"]
    again = finished(run(**changes, simulator_info={"seed_simulation": seed})).result
    assert again["sampling"] == first["sampling"]
    assert finished(run(**changes)).result["provenance"]["seeds"]["simulation"] != seed


def test_defaults_of_the_transpiler_are_written_back() -> None:
    assert run(form="object")[0].transpiler_info == DEFAULT_INFO  # type: ignore[union-attr]
    assert run(transpiler_info={})[0].transpiler_info == DEFAULT_INFO  # type: ignore[union-attr]
    for info in ({"transpiler_lib": None}, DEFAULT_INFO):
        prepared = run(form="object", transpiler_info=info)[0]
        assert isinstance(prepared, Prepared)
        assert prepared.transpiler_info is None
        assert (prepared.transpile_result is None) == (info["transpiler_lib"] is None)


def test_the_transpile_result_has_its_three_keys() -> None:
    (prepared, _) = on_sc()
    assert isinstance(prepared, Prepared)
    assert prepared.transpile_result is not None
    assert prepared.transpile_result.keys() == {"transpiled_program", "stats", "virtual_physical_mapping"}
    assert prepared.transpile_result["virtual_physical_mapping"]["qubit_mapping"].keys() == {"0", "1"}
    assert "$" in prepared.transpile_result["transpiled_program"]


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"job_info": {"code": HEAD + "qubit q; bit c;\nhh q;"}}, "invalid_program", "line 2"),
        ({"job_info": {"code": HEAD + "qubit q; h q;"}}, "invalid_program", "no classical bits"),
        ({"job_info": {}}, "invalid_program", "no program"),
        ({"job_type": "sse"}, "invalid_program", "sse"),
        ({"job_info": {"program": [BELL, BELL]}}, "invalid_program", "multi_manual"),
        ({"mitigation_info": {"ro_error_mitigation": "magic"}}, "invalid_program", "magic"),
        ({"transpiler_info": {"transpiler_lib": "tket"}}, "transpile_failed", "tket"),
        ({"transpiler_info": {"transpiler_options": {"level": 1}}}, "transpile_failed", "level"),
        ({"simulator_info": {"exact": True}}, "invalid_program", "exact"),
        ({"job_type": "estimation"}, "invalid_program", "operator"),
    ],
)
def test_what_is_wrong_with_a_job_fails_it_in_preparation(
    changes: dict[str, Any], code: str, says: str
) -> None:
    (failed,) = run(**changes)
    assert isinstance(failed, Failed)
    assert (failed.code, failed.stage) == (code, "prepare")
    assert says in failed.message


LIMITS = [
    (run, {"job_info": {"code": FORTY}}, "limit_exceeded", "40 qubits"),
    (run, {"job_info": {"code": BELL.replace("[2]", "[129]")}}, "too_many_qubits", "129 qubits"),
    (run, {"options": {"max_shots": 999}}, "too_many_shots", "999"),
    (on_sc, {"job_info": {"code": BELL.replace("[2]", "[28]")}}, "too_many_qubits", "28 qubits"),
    (on_sc, {"shots": 2_000_000}, "too_many_shots", "1000000"),
]


@pytest.mark.parametrize(("start", "changes", "code", "says"), LIMITS)
def test_limits_of_the_device_fail_a_running_job(
    start: Any, changes: dict[str, Any], code: str, says: str
) -> None:
    prepared, failed = start(**changes)
    assert isinstance(prepared, Prepared)
    assert isinstance(failed, Failed)
    assert (failed.code, failed.stage) == (code, "run")
    assert says in failed.message


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("h $0; c[0] = measure $0;", "no gate 'h'"),
        ("cx $0, $2; c[0] = measure $0;", "0 and 2 are not coupled"),
    ],
)
def test_a_qpu_refuses_untranspiled_what_it_has_not(body: str, says: str) -> None:
    (failed,) = on_sc(
        job_info={"code": f"{HEAD} bit[1] c;\n{body}"}, transpiler_info={"transpiler_lib": None}
    )
    assert isinstance(failed, Failed)
    assert failed.code == "unsupported_instruction"
    assert says in failed.message
    assert "line 2" in failed.message


OPERATOR = [
    {"pauli": "X 0 X 1", "coeff": 1.5},
    {"pauli": "Y 0 Z 1", "coeff": 1.2},
    {"pauli": "I", "coeff": 0.5},
]


def test_estimations_are_near_the_exact_value() -> None:
    info = {"code": BELL, "operator": OPERATOR}
    exact = finished(run(job_type="estimation", job_info=info, simulator_info={"exact": True})).result
    assert exact["estimation"] == {"exp_value": pytest.approx(2.0), "stds": 0.0}
    for start, mitigation, slack in ((run, {}, 0), (on_sc, {}, 0.3), (on_sc, MITIGATED, 0.08)):
        estimate = finished(start(job_type="estimation", job_info=info, mitigation_info=mitigation)).result
        assert abs(estimate["estimation"]["exp_value"] - 2.0) < 5 * estimate["estimation"]["stds"] + slack


def test_exact_values_are_not_to_be_had_of_a_qpu() -> None:
    info = {"code": BELL, "operator": OPERATOR}
    (failed,) = on_sc(job_type="estimation", job_info=info, simulator_info={"exact": True})
    assert isinstance(failed, Failed)
    assert failed.code == "unsupported_instruction"


def test_mitigated_counts_keep_the_raw_ones_beside_them() -> None:
    options = {"initial_layout": [20, 19]}
    info = {"transpiler_lib": "qiskit", "transpiler_options": options}
    code = HEAD + "qubit[2] q; bit[3] c; x q[0]; c[2] = measure q[0]; c[0] = measure q[1];"
    sampling = finished(
        on_sc(job_info={"code": code}, shots=50_000, transpiler_info=info, mitigation_info=MITIGATED)
    ).result["sampling"]
    assert sum(sampling["counts"].values()) == sum(sampling["raw_counts"].values()) == 50_000
    assert sampling["counts"]["100"] > sampling["raw_counts"]["100"]
    assert sampling["counts"]["100"] > 49_700


def test_hardware_runs_only_after_go() -> None:
    channel = FakeChannel()
    with pytest.raises(EOFError):
        child.run_job(encode(task(wait_for_go=True)), channel)
    assert [type(message) for message in channel.messages] == [Prepared]
    channel = FakeChannel(b"stop")
    child.run_job(encode(task(wait_for_go=True)), channel)
    assert [type(message) for message in channel.messages] == [Prepared]
    channel = FakeChannel(GO)
    child.run_job(encode(task(wait_for_go=True)), channel)
    assert [type(message) for message in channel.messages] == [Prepared, Finished]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (MemoryError(), "limit_exceeded"),
        (ZeroDivisionError("secret"), "internal_error"),
        (PanicException("secret"), "internal_error"),
        (SystemExit("secret"), "internal_error"),
        (ConnectionResetError("secret"), "internal_error"),
        (EOFError("secret"), "internal_error"),
    ],
)
def test_unexpected_faults_are_told_without_their_text(
    fault: BaseException, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr("qumulus.provider.engines.qulacs_engine.prepare_state", fail)
    prepared, failed = run()
    assert isinstance(prepared, Prepared)
    assert isinstance(failed, Failed)
    assert (failed.code, failed.stage) == (code, "run")
    assert "secret" not in failed.message
    if code == "internal_error":
        incident = failed.message.split("incident ")[1][:12]
        (note,) = failed.notes
        assert (note.event, note.fields["incident"]) == ("job_broken", incident)
        assert "secret" in note.fields["exception"]


def test_a_driver_that_is_set_up_wrong_takes_no_jobs() -> None:
    (unavailable,) = on_sc(options={"calibration": "nowhere.json"})
    assert isinstance(unavailable, Unavailable)
    assert "nowhere.json cannot be read" in unavailable.reason
    assert not unavailable.may_be_the_job


def test_a_worker_that_is_gone_ends_the_child() -> None:
    class Closed(FakeChannel):
        def send(self, message: bytes) -> None:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        child.run_job(encode(task()), Closed())


FORKED = """
import importlib, json, sys
from qumulus.provider import child
for module in child.FORKED_PRELOAD:
    importlib.import_module(module)
before = set(sys.modules)
from qumulus.provider.messages import decode_child_message

class Channel:
    sent = []
    def send(self, message):
        self.sent.append(type(decode_child_message(message)).__name__)

for line in sys.stdin:
    Channel.sent = []
    child.run_job(bytes.fromhex(line), Channel())
    print(json.dumps(Channel.sent))
print(json.dumps(sorted({name.split(".")[0] for name in set(sys.modules) - before})))
print(json.dumps("qiskit" in sys.modules))
"""


def test_a_forked_child_imports_nothing_and_sends_on_what_needs_qiskit() -> None:
    mid = HEAD + "qubit q; bit[2] c; ry(1) q; c[0] = measure q; ry(1) q; c[1] = measure q;"
    estimation = {"job_type": "estimation", "job_info": {"code": BELL, "operator": OPERATOR}}
    jobs: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["Prepared", "Finished"]),
        ({"job_info": {"code": BELL.replace("[2]", "[100]")}}, ["Prepared", "Finished"]),
        (estimation, ["Prepared", "Finished"]),
        ({**estimation, "simulator_info": {"exact": True}}, ["Prepared", "Finished"]),
        ({"job_info": {"code": FORTY}}, ["Prepared", "Failed"]),
        ({"job_info": {"code": "nonsense"}}, ["Failed"]),
        ({"job_info": {"code": mid}}, ["Redirect"]),
        ({"transpiler_info": {}}, ["Redirect"]),
        ({"form": "object"}, ["Redirect"]),
        ({"driver": "superconducting"}, ["Redirect"]),
    ]
    lines = "\n".join(encode(task(**changes)).hex() for changes, _ in jobs)
    ended = subprocess.run(
        [sys.executable, "-c", FORKED], input=lines, capture_output=True, text=True, timeout=60, check=True
    )
    *answers, imported, has_qiskit = [json.loads(line) for line in ended.stdout.splitlines()]
    assert answers == [expected for _, expected in jobs]
    assert has_qiskit is False
    naming_a_calibration = {"hashlib", "_hashlib", "_blake2"}  # by the job that should not have come here
    assert set(imported) <= {"qumulus", "_json", "json", *naming_a_calibration}


def test_only_what_is_known_to_need_qiskit_starts_resident() -> None:
    assert prepare_job(task(transpiler_info={}), is_resident=False) is None
    assert prepare_job(task(), is_resident=False) is not None
    assert isinstance(decode_child_message(encode(Redirect(to="resident"))), Redirect)
    assert set(DRIVERS) >= {"statevector", "superconducting"}
